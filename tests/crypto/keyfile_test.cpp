#include "crypto/keyfile.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/hash.h"
#include "tests/support/cheap_slot.h"

namespace leeward::crypto {
namespace {

constexpr SlotOwner anna{1};
constexpr SlotOwner ben{2};

struct Desk {
    SeededRandom random{7};
    RootKey root{random.array<32>()};
    RingKey ring{random.array<32>()};
    Keyfile keyfile{};

    Desk() { REQUIRE(keyfile.add(support::cheap_slot(anna, "first passphrase", root, random))); }
    Bytes block() {
        auto sealed = keyfile.sealed(root, ring, random);
        REQUIRE(sealed);
        return std::move(sealed).value();
    }
};

// As somebody who changes the block on purpose would: the checksum fits again.
Bytes with_checksum(Bytes block) {
    const Hash sum = sha256(BytesView(block).first(keyfile_size - 32));
    std::copy(sum.begin(), sum.end(), block.end() - 32);
    return block;
}

}  // namespace

TEST_CASE("a slots block opens with the passphrase and yields both keys") {
    Desk desk;
    desk.keyfile.set_generation(41);
    desk.keyfile.set_revision(99);
    const Bytes block = desk.block();
    REQUIRE(block.size() == keyfile_size);
    const auto read = read_keyfile(block);
    REQUIRE(read);
    CHECK(read->generation() == 41);
    CHECK(read->revision() == 99);
    const auto root = read->open(as_bytes("first passphrase"));
    REQUIRE(root);
    CHECK(*root == desk.root);
    const auto ring = read->ring(*root);
    REQUIRE(ring);
    CHECK(*ring == desk.ring);
}

TEST_CASE("a wrong passphrase is locked, for anybody and for one operator") {
    Desk desk;
    const auto read = read_keyfile(desk.block());
    REQUIRE(read);
    CHECK(read->open(as_bytes("First passphrase")).error().code == Errc::locked);
    CHECK(read->open(anna, as_bytes("")).error().code == Errc::locked);
    CHECK(read->open(ben, as_bytes("first passphrase")).error().code == Errc::locked);
    CHECK(read->open(anna, as_bytes("first passphrase")));
}

TEST_CASE("each operator opens with their own passphrase until their slot is removed") {
    Desk desk;
    REQUIRE(desk.keyfile.add(support::cheap_slot(ben, "second", desk.root, desk.random)));
    CHECK(
        desk.keyfile.add(support::cheap_slot(ben, "again", desk.root, desk.random)).error().code ==
        Errc::already_exists);
    auto read = read_keyfile(desk.block());
    REQUIRE(read);
    CHECK(read->slots().size() == 2);
    CHECK(*read->open(ben, as_bytes("second")) == desk.root);
    CHECK(*read->open(as_bytes("first passphrase")) == desk.root);

    REQUIRE(read->remove(anna));
    CHECK(read->open(as_bytes("first passphrase")).error().code == Errc::locked);
    CHECK(read->remove(anna).error().code == Errc::not_found);
    CHECK(read->remove(ben).error().code == Errc::wrong_state);
}

TEST_CASE("a changed passphrase replaces the old one") {
    Desk desk;
    REQUIRE(desk.keyfile.replace(support::cheap_slot(anna, "new words", desk.root, desk.random)));
    CHECK(
        desk.keyfile.replace(support::cheap_slot(ben, "x", desk.root, desk.random)).error().code ==
        Errc::not_found);
    const auto read = read_keyfile(desk.block());
    REQUIRE(read);
    CHECK(read->open(as_bytes("first passphrase")).error().code == Errc::locked);
    CHECK(*read->open(as_bytes("new words")) == desk.root);
}

TEST_CASE("eight operators fit, a ninth does not") {
    Desk desk;
    for (Byte i = 10; i < 17; ++i)
        REQUIRE(desk.keyfile.add(support::cheap_slot({i}, "p", desk.root, desk.random)));
    CHECK(desk.keyfile.add(support::cheap_slot({99}, "p", desk.root, desk.random)).error().code ==
          Errc::too_large);
    const auto read = read_keyfile(desk.block());
    REQUIRE(read);
    CHECK(read->slots().size() == keyfile_slots);
    CHECK(read->open({16}, as_bytes("p")));
}

TEST_CASE("every flipped bit of a slots block is refused") {
    Desk desk;
    Bytes block = desk.block();
    for (std::size_t bit = 0; bit < 8 * keyfile_size; ++bit) {
        block[bit / 8] ^= static_cast<Byte>(1 << (bit % 8));
        if (read_keyfile(block)) FAIL("bit " << bit << " may be flipped");
        block[bit / 8] ^= static_cast<Byte>(1 << (bit % 8));
    }
    CHECK(read_keyfile(block));
}

TEST_CASE("every bit of a slots block is bound to the keys, whatever its checksum says") {
    Desk desk;
    const Bytes block = desk.block();
    for (std::size_t bit = 0; bit < 8 * (keyfile_size - 32); ++bit) {
        Bytes changed = block;
        changed[bit / 8] ^= static_cast<Byte>(1 << (bit % 8));
        const auto read = read_keyfile(with_checksum(changed));
        if (read && read->ring(desk.root)) FAIL("bit " << bit << " may be changed");
    }
}

TEST_CASE("a slot cannot be given to another operator or made cheaper") {
    Desk desk;
    Slot slot = desk.keyfile.slots().front();
    slot.owner = ben;
    REQUIRE(desk.keyfile.add(slot));
    CHECK(desk.keyfile.open(ben, as_bytes("first passphrase")).error().code == Errc::locked);
    slot = desk.keyfile.slots().front();
    slot.label = "Desk";
    REQUIRE(desk.keyfile.replace(slot));
    CHECK(desk.keyfile.open(anna, as_bytes("first passphrase")).error().code == Errc::locked);
}

TEST_CASE("a slots block that asks for too much memory or time is refused before it gets any") {
    Desk desk;
    Bytes block = desk.block();
    const std::size_t passes_at = 104 + 16 + 1 + 32;
    block[passes_at + 3] = 11;
    CHECK(read_keyfile(with_checksum(block)).error().code == Errc::malformed);
    block[passes_at + 3] = 1;
    block[passes_at + 4] = 0x40;
    CHECK(read_keyfile(with_checksum(block)).error().code == Errc::malformed);
    block[passes_at + 4] = 0;
    CHECK(read_keyfile(with_checksum(block)));
}

TEST_CASE("other sizes, versions and numbers of slots are refused") {
    Desk desk;
    Bytes block = desk.block();
    CHECK(read_keyfile(BytesView(block).first(keyfile_size - 1)).error().code == Errc::malformed);
    CHECK(read_keyfile({}).error().code == Errc::malformed);
    Bytes newer = block;
    newer[7] = '2';
    CHECK(read_keyfile(with_checksum(newer)).error().code == Errc::unsupported);
    for (const Byte count : {Byte{0}, Byte{9}, Byte{255}}) {
        block[24] = count;
        CHECK(read_keyfile(with_checksum(block)).error().code == Errc::malformed);
    }
}

TEST_CASE("an empty passphrase and a label that is no short text are refused") {
    Desk desk;
    const auto make = [&](std::string_view label, std::string_view passphrase) {
        return keyfile_detail::make_slot_at(
            support::cheap_cost, ben, label, as_bytes(passphrase), desk.root, desk.random);
    };
    CHECK(make("desk", "").error().code == Errc::invalid_argument);
    CHECK(make(std::string(33, 'a'), "p").error().code == Errc::invalid_argument);
    CHECK(make("\x1b[2J", "p").error().code == Errc::invalid_argument);
    CHECK(make(std::string(32, 'a'), "p"));
}

TEST_CASE("the product's slots have the full cost") {
    Desk desk;
    const auto slot = make_slot(ben, "desk", as_bytes("p"), desk.root, desk.random);
    REQUIRE(slot);
    CHECK(slot->cost.passes == 3);
    CHECK(slot->cost.memory_kib == 256 * 1024);
}

TEST_CASE("keys for different purposes are different") {
    const Desk desk;
    using Other = SecretKey<struct OtherTag, 32>;
    CHECK_FALSE(derive<Other>(desk.root, "store") == derive<Other>(desk.root, "wrap keyring"));
    CHECK(derive<Other>(desk.root, "store") == derive<Other>(desk.root, "store"));
}

}  // namespace leeward::crypto
