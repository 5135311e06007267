// Found by a review: a relay.key that a crash at the first start had left short ended every later start, though
// nothing had been made with it; one that was gone beside its store was made anew, and the store did not open.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "node/app/private_files.h"
#include "node/app/relay_home.h"
#include "node/store/files.h"
#include "tests/support/memory_disk.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_bytes = 64;

struct Folder {
    [[nodiscard]] fs::path home() const { return disk.mount(); }
    [[nodiscard]] fs::path key() const { return home() / "relay.key"; }
    Result<TransportPublicKey> link() {
        LEEWARD_ASSIGN(const RelayKeys keys, relay_keys(home(), random));
        return public_key_of(keys.link);
    }
    // A start that wants one place.
    Outcome start() {
        LEEWARD_ASSIGN(const RelayKeys keys, relay_keys(home(), random));
        LEEWARD_ASSIGN(const auto host, MailHost::open(relay_store_path(home()), keys.store));
        const RelayPlaces wanted{1, "tcp://relay.example:7811", public_key_of(keys.link)};
        return make_places(*host, home(), wanted, random, schema::from_unix(1'790'000'000));
    }

    test::MemoryDisk disk{"/memory-disk/relay-key"};
    crypto::SeededRandom random{7};
};

// Short, or longer on the disk than what was filled of it.
std::vector<Bytes> torn() {
    Bytes half(key_bytes, Byte{0});
    std::fill_n(half.begin(), key_bytes / 2, Byte{7});
    return {{}, Bytes(40, Byte{7}), Bytes(key_bytes, Byte{0}), half};
}

}  // namespace

TEST_CASE("a torn relay.key of which nothing was made is made anew, and stays") {
    for (const Bytes& left : torn()) {
        CAPTURE(left.size());
        Folder folder;
        REQUIRE(write_private_file(folder.key(), left));
        const auto link = folder.link();
        REQUIRE(link);
        CHECK(read_private_file(folder.key(), key_bytes).value() != left);
        REQUIRE(folder.start());
        REQUIRE(folder.start());
        CHECK(folder.link().value() == *link);
    }
}

TEST_CASE("beside its store a torn relay.key is left as it is, and the start says what to do") {
    for (const Bytes& left : torn()) {
        CAPTURE(left.size());
        Folder folder;
        REQUIRE(folder.start());
        const Bytes whole = read_private_file(folder.key(), key_bytes).value();
        fs::remove(folder.key());
        REQUIRE(write_private_file(folder.key(), left));
        const Outcome refused = folder.start();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::corrupt);
        CHECK(refused.error().detail.find("Put relay.key back") != std::string::npos);
        CHECK(read_private_file(folder.key(), key_bytes).value() == left);
        fs::remove(folder.key());
        REQUIRE(write_private_file(folder.key(), whole));
        CHECK(folder.start());
    }
}

TEST_CASE("a relay.key that is gone is not made anew beside its store") {
    Folder folder;
    REQUIRE(folder.start());
    fs::remove(folder.key());
    const Outcome refused = folder.start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::corrupt);
    CHECK_FALSE(fs::exists(folder.key()));
}

TEST_CASE("wherever the power goes at the first start, the next has a key, and one that was used") {
    for (std::uint64_t round = 0; round < 80; ++round) {
        CAPTURE(round);
        Folder folder;
        folder.disk.lose_power_at(1 + round % 10);
        const auto used = folder.link();
        folder.disk.lose_power();
        crypto::SeededRandom dice(round);
        folder.disk.power_on(dice);
        const auto after = folder.link();
        if (!after) FAIL(after.error().detail);
        if (used) CHECK(*after == *used);
    }
}

TEST_CASE("of two first starts at once one makes the key") {
    Folder folder;
    {
        auto other = File::open_folder(folder.home());
        REQUIRE(other);
        REQUIRE(other->lock());
        const auto refused = folder.link();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::busy);
        CHECK_FALSE(fs::exists(folder.key()));
    }
    CHECK(folder.link());
}

}  // namespace leeward::node
