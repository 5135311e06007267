#include "node/store/keyring.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <rapidcheck.h>
#include <sys/stat.h>

#include "tests/node/store/folder.h"
#include "tests/support/cheap_slot.h"

namespace leeward::node {
namespace fs = std::filesystem;
namespace {

constexpr crypto::SlotOwner anna{1};
constexpr crypto::SlotOwner ben{2};

struct Desk {
    TestFolder folder{};
    crypto::SeededRandom random{11};
    crypto::RootKey root{random.array<32>()};

    Keyring create() {
        auto made = Keyring::create(
            folder.path, root, support::cheap_slot(anna, "passphrase", root, random), random);
        REQUIRE(made);
        return std::move(made).value();
    }
    Result<Keyring> try_open() { return Keyring::open(folder.path, root, random); }
    Keyring open() {
        auto opened = try_open();
        if (!opened) FAIL(opened.error().detail);
        return std::move(opened).value();
    }
    fs::path slots() const { return folder.path / "slots"; }
    fs::path keys(int generation) const {
        return folder.path / ("keys.000000000000000" + std::to_string(generation));
    }
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder.path))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
};

SecretBytes secret(std::string_view text) {
    return SecretBytes(as_bytes(text));
}

std::vector<NamedKey> batch(std::initializer_list<std::pair<const char*, const char*>> keys) {
    std::vector<NamedKey> out;
    for (const auto& [name, value] : keys)
        out.push_back({name, secret(value)});
    return out;
}

std::string value(const Keyring& ring, std::string_view name) {
    const auto found = ring.get(name);
    return found ? to_text(found->reveal()) : "(none)";
}

}  // namespace

TEST_CASE("keys that were put are there after opening again") {
    Desk desk;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}, {"psk/aa/7", "two"}})));
        REQUIRE(ring.put(batch({{"case/02", "three"}})));
    }
    const Keyring ring = desk.open();
    CHECK(ring.size() == 3);
    CHECK(value(ring, "case/01") == "one");
    CHECK(value(ring, "psk/aa/7") == "two");
    CHECK(value(ring, "case/02") == "three");
    CHECK_FALSE(ring.get("case/03"));
    CHECK(ring.names("case/") == std::vector<std::string>{"case/01", "case/02"});
    CHECK(ring.names().size() == 3);
}

TEST_CASE("a passphrase leads to the keyring") {
    Desk desk;
    { const Keyring ring = desk.create(); }
    const auto slots = Keyring::slots(desk.folder.path);
    REQUIRE(slots);
    CHECK(slots->open(as_bytes("wrong")).error().code == Errc::locked);
    const auto root = slots->open(anna, as_bytes("passphrase"));
    REQUIRE(root);
    CHECK(Keyring::open(desk.folder.path, *root, desk.random));
}

TEST_CASE("the same key may be put again, another one of its name may not") {
    Desk desk;
    Keyring ring = desk.create();
    REQUIRE(ring.put(batch({{"case/01", "one"}})));
    const auto size = fs::file_size(desk.keys(1));
    CHECK(ring.put(batch({{"case/01", "one"}})));
    CHECK(fs::file_size(desk.keys(1)) == size);
    CHECK(ring.put(batch({{"case/02", "x"}, {"case/01", "two"}})).error().code ==
          Errc::already_exists);
    CHECK(ring.put(batch({{"case/03", "x"}, {"case/03", "y"}})).error().code ==
          Errc::already_exists);
    CHECK(ring.size() == 1);
    CHECK(value(ring, "case/01") == "one");
}

TEST_CASE("names and secrets of other lengths are refused") {
    Desk desk;
    Keyring ring = desk.create();
    CHECK(ring.put(batch({{"", "x"}})).error().code == Errc::invalid_argument);
    CHECK(ring.put(batch({{"a", ""}})).error().code == Errc::invalid_argument);
    std::vector<NamedKey> long_name;
    long_name.push_back({std::string(256, 'n'), secret("x")});
    CHECK(ring.put(std::move(long_name)).error().code == Errc::invalid_argument);
    std::vector<NamedKey> long_secret;
    long_secret.push_back({"a", SecretBytes(Keyring::max_secret + 1)});
    CHECK(ring.put(std::move(long_secret)).error().code == Errc::invalid_argument);
    CHECK(ring.size() == 0);
}

TEST_CASE("another node's root key does not open a keyring") {
    Desk desk;
    { const Keyring ring = desk.create(); }
    const crypto::RootKey other(desk.random.array<32>());
    CHECK(Keyring::open(desk.folder.path, other, desk.random).error().code == Errc::untrusted);
}

TEST_CASE("one process at a time holds a keyring") {
    Desk desk;
    {
        const Keyring ring = desk.create();
        CHECK(desk.try_open().error().code == Errc::busy);
    }
    CHECK(desk.try_open());
}

TEST_CASE("a keyring is made once and needs both its parts") {
    Desk desk;
    { const Keyring ring = desk.create(); }
    const auto again = [&] {
        return Keyring::create(desk.folder.path,
                               desk.root,
                               support::cheap_slot(ben, "p", desk.root, desk.random),
                               desk.random);
    };
    CHECK(again().error().code == Errc::already_exists);
    fs::remove(desk.slots());
    CHECK(desk.try_open().error().code == Errc::not_found);
    CHECK(again().error().code == Errc::corrupt);  // keys without slots are not overwritten
    CHECK(fs::exists(desk.keys(1)));
}

TEST_CASE("a making that was interrupted can be done again") {
    Desk desk;
    std::ofstream(desk.folder.path / "slots.new") << "torn";
    fs::permissions(desk.folder.path / "slots.new", fs::perms::owner_read | fs::perms::owner_write);
    CHECK(desk.create().size() == 0);
    CHECK(desk.files() == std::vector<std::string>{"keys.0000000000000001", "slots"});
}

TEST_CASE("files of a keyring are the owner's alone, and refused when they are not") {
    Desk desk;
    { const Keyring ring = desk.create(); }
    for (const fs::path& path : {desk.slots(), desk.keys(1)}) {
        CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
        REQUIRE(::chmod(path.c_str(), 0640) == 0);
        const auto refused = desk.try_open();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::untrusted);
        CHECK(refused.error().detail.find("open to other users") != std::string::npos);
        REQUIRE(::chmod(path.c_str(), 0600) == 0);
    }
    CHECK(desk.try_open());
}

TEST_CASE("a keyring behind a symbolic link is refused") {
    Desk desk;
    { const Keyring ring = desk.create(); }
    fs::rename(desk.slots(), desk.folder.path / "elsewhere");
    fs::create_symlink(desk.folder.path / "elsewhere", desk.slots());
    CHECK(desk.try_open().error().code == Errc::io);
}

TEST_CASE("operators come, change their passphrase and go") {
    Desk desk;
    Keyring ring = desk.create();
    REQUIRE(ring.add_slot(support::cheap_slot(ben, "second", desk.root, desk.random)));
    REQUIRE(ring.replace_slot(support::cheap_slot(anna, "changed", desk.root, desk.random)));
    auto slots = Keyring::slots(desk.folder.path);
    CHECK(slots->open(as_bytes("passphrase")).error().code == Errc::locked);
    CHECK(slots->open(anna, as_bytes("changed")));
    CHECK(slots->open(ben, as_bytes("second")));
    REQUIRE(ring.remove_slot(anna));
    CHECK(ring.remove_slot(ben).error().code == Errc::wrong_state);
    const Bytes file = desk.folder.read("slots");
    for (const std::size_t at : {std::size_t{0}, crypto::keyfile_size}) {
        const auto copy = crypto::read_keyfile(BytesView(file).subspan(at, crypto::keyfile_size));
        REQUIRE(copy);
        CHECK(copy->slots().size() == 1);
        CHECK(copy->slots().front().owner == ben);
    }
}

TEST_CASE("an erased key is gone and the others stay") {
    Desk desk;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}, {"case/02", "two"}, {"case/03", "three"}})));
        const std::vector<std::string> names{"case/02", "case/99"};
        REQUIRE(ring.erase(names));
        CHECK_FALSE(ring.get("case/02"));
        REQUIRE(ring.put(batch({{"case/04", "four"}})));
    }
    CHECK(desk.files() == std::vector<std::string>{"keys.0000000000000002", "slots"});
    const Keyring ring = desk.open();
    CHECK(ring.names() == std::vector<std::string>{"case/01", "case/03", "case/04"});
    CHECK(value(ring, "case/03") == "three");
    CHECK(value(ring, "case/04") == "four");
}

TEST_CASE("erasing nothing rewrites nothing") {
    Desk desk;
    Keyring ring = desk.create();
    const std::vector<std::string> names{"case/99"};
    REQUIRE(ring.erase(names));
    CHECK(fs::exists(desk.keys(1)));
}

TEST_CASE("after an erasure every passphrase and the old keys file together open nothing") {
    Desk desk;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "to be erased"}, {"case/02", "stays"}})));
    }
    const Bytes old_keys = desk.folder.read("keys.0000000000000001");
    const Bytes old_slots = desk.folder.read("slots");
    {
        Keyring ring = desk.open();
        REQUIRE(ring.erase(std::vector<std::string>{"case/01"}));
    }
    // Neither copy of the block holds the old K_ring's wrap.
    const Bytes slots = desk.folder.read("slots");
    const auto old_wrap = BytesView(old_slots).subspan(32, 72);
    CHECK(std::search(slots.begin(), slots.end(), old_wrap.begin(), old_wrap.end()) == slots.end());
    // The old file under the new K_ring: every record is refused.
    const auto read = crypto::read_keyfile(BytesView(slots).first(crypto::keyfile_size));
    REQUIRE(read);
    const auto new_ring = read->ring(desk.root);
    const auto old_read = crypto::read_keyfile(BytesView(old_slots).first(crypto::keyfile_size));
    REQUIRE(new_ring);
    CHECK_FALSE(*new_ring == *old_read->ring(desk.root));
    Bytes posed = old_keys;
    posed[15] = 2;  // as generation 2
    desk.folder.write("keys.0000000000000002", posed);
    CHECK(desk.try_open().error().code == Errc::corrupt);
}

TEST_CASE("no file holds a secret or a name in the clear") {
    Desk desk;
    Keyring ring = desk.create();
    REQUIRE(ring.put(batch({{"case/canary-name", "canary-secret"}, {"case/02", "two"}})));
    CHECK_FALSE(desk.folder.holds("canary-name"));
    CHECK_FALSE(desk.folder.holds("canary-secret"));
    CHECK(desk.folder.holds("LWRING01"));  // the search finds what is there
}

TEST_CASE("a rewrite interrupted at any step opens with everything that stays") {
    using Step = Keyring::Step;
    const Step step = GENERATE(Step::new_file_written,
                               Step::new_file_durable,
                               Step::first_block_written,
                               Step::first_block_durable,
                               Step::second_block_written,
                               Step::second_block_durable,
                               Step::old_file_removed);
    Desk desk;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}, {"case/02", "two"}, {"case/03", "three"}})));
        ring.on_step([step](Step at) {
            if (at == step) throw std::runtime_error("interrupted");
        });
        CHECK_THROWS(ring.erase(std::vector<std::string>{"case/02"}));
        CHECK(ring.put(
            batch({{"case/05", "five"}})));  // the next change looks first what the disk holds
    }
    {
        Keyring ring = desk.open();
        CHECK(value(ring, "case/01") == "one");
        CHECK(value(ring, "case/03") == "three");
        CHECK(value(ring, "case/05") == "five");
        CHECK(ring.contains("case/02") == (step < Step::first_block_written));
        CHECK(desk.files().size() == 2);
        REQUIRE(ring.put(batch({{"case/04", "four"}})));
        REQUIRE(ring.erase(std::vector<std::string>{"case/02"}));
    }
    const Keyring ring = desk.open();
    CHECK(ring.names() == std::vector<std::string>{"case/01", "case/03", "case/04", "case/05"});
}

TEST_CASE("a key whose end is not confirmed is given to nobody until the disk has told") {
    using Step = Keyring::Step;
    const Step step = GENERATE(Step::new_file_durable, Step::first_block_written);
    Desk desk;
    Keyring ring = desk.create();
    REQUIRE(ring.put(batch({{"case/01", "one"}, {"case/02", "two"}})));
    ring.on_step([step](Step at) {
        if (at == step) throw std::runtime_error("interrupted");
    });
    CHECK_THROWS(ring.erase(std::vector<std::string>{"case/02"}));
    CHECK(ring.contains("case/02") == (step < Step::first_block_written));
    REQUIRE(ring.settle());
    CHECK(ring.contains("case/02") == (step < Step::first_block_written));
    CHECK(value(ring, "case/01") == "one");
}

TEST_CASE("a torn write of either copy of the block loses nothing") {
    using Step = Keyring::Step;
    const auto [step, copy] = GENERATE(std::pair{Step::first_block_written, std::size_t{0}},
                                       std::pair{Step::second_block_written, std::size_t{1}});
    const std::size_t torn = GENERATE(0U, 1U, 511U, 512U, 1000U, 4000U, 4095U);
    Desk desk;
    Bytes before;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}, {"case/02", "two"}})));
        before = desk.folder.read("slots");
        ring.on_step([at_step = step](Step at) {
            if (at == at_step) throw std::runtime_error("power lost");
        });
        CHECK_THROWS(ring.erase(std::vector<std::string>{"case/02"}));
    }
    // Only the first `torn` bytes of that write reached the disk.
    Bytes after = desk.folder.read("slots");
    for (std::size_t i = torn; i < crypto::keyfile_size; ++i)
        after[copy * crypto::keyfile_size + i] = before[copy * crypto::keyfile_size + i];
    desk.folder.write("slots", after);
    const Keyring ring = desk.open();
    CHECK(value(ring, "case/01") == "one");
    CHECK(ring.contains("case/02") == (copy == 0));
    const Bytes mended = desk.folder.read("slots");
    CHECK(std::equal(mended.begin(),
                     mended.begin() + crypto::keyfile_size,
                     mended.begin() + crypto::keyfile_size,
                     mended.end()));
}

TEST_CASE("an append that was cut off is dropped, what was stored before it stays") {
    Desk desk;
    std::uintmax_t stored = 0;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}})));
        stored = fs::file_size(desk.keys(1));
    }
    const Bytes whole = desk.folder.read("keys.0000000000000001");
    const std::size_t extra = GENERATE(1U, 3U, 4U, 28U, 43U, 44U, 45U, 200U);
    const bool zeros = GENERATE(true, false);
    Bytes torn = whole;
    for (std::size_t i = 0; i < extra; ++i)
        torn.push_back(zeros ? Byte{0} : static_cast<Byte>(7 * i));
    desk.folder.write("keys.0000000000000001", torn);
    {
        Keyring ring = desk.open();
        CHECK(fs::file_size(desk.keys(1)) == stored);
        REQUIRE(ring.put(batch({{"case/02", "two"}})));
    }
    const Keyring ring = desk.open();
    CHECK(ring.names() == std::vector<std::string>{"case/01", "case/02"});
}

TEST_CASE("a keys file that lost what was stored is corrupt, at any length") {
    Desk desk;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}})));
        REQUIRE(ring.put(batch({{"case/02", "two"}})));
    }
    const Bytes whole = desk.folder.read("keys.0000000000000001");
    for (std::size_t size = 0; size < whole.size(); size += size < 4080 ? 255 : 1) {
        desk.folder.write("keys.0000000000000001", BytesView(whole).first(size));
        if (desk.try_open()) FAIL("opened at " << size);
        CHECK(desk.try_open().error().code == Errc::corrupt);
    }
}

TEST_CASE("every flipped bit of stored records is refused; none yields another key") {
    Desk desk;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}})));
        REQUIRE(ring.put(batch({{"case/02", "two"}})));
    }
    Bytes keys = desk.folder.read("keys.0000000000000001");
    for (std::size_t bit = 8 * std::size_t{4096}; bit < 8 * keys.size(); ++bit) {
        keys[bit / 8] ^= static_cast<Byte>(1 << (bit % 8));
        desk.folder.write("keys.0000000000000001", keys);
        const auto opened = desk.try_open();
        if (opened) FAIL("opened with bit " << bit << " flipped");
        if (opened.error().code != Errc::corrupt) FAIL("not corrupt but " << opened.error().detail);
        keys[bit / 8] ^= static_cast<Byte>(1 << (bit % 8));
    }
    desk.folder.write("keys.0000000000000001", keys);
    CHECK(desk.open().size() == 2);
}

TEST_CASE("a flipped bit in a keys file's head is refused or harmless") {
    Desk desk;
    {
        Keyring ring = desk.create();
        REQUIRE(ring.put(batch({{"case/01", "one"}})));
    }
    Bytes keys = desk.folder.read("keys.0000000000000001");
    std::size_t refused = 0;
    for (const std::size_t from : {0U, 512U, 1024U}) {
        for (std::size_t bit = 8 * from; bit < 8 * (from + 48); ++bit) {
            keys[bit / 8] ^= static_cast<Byte>(1 << (bit % 8));
            desk.folder.write("keys.0000000000000001", keys);
            const auto opened = desk.try_open();
            if (!opened) ++refused;
            if (opened && value(*opened, "case/01") != "one") FAIL("lost with bit " << bit);
            keys[bit / 8] ^= static_cast<Byte>(1 << (bit % 8));
        }
    }
    CHECK(refused == 8 * 16);  // magic and generation
}

TEST_CASE("damage in one copy of the block is mended, in both it is refused") {
    Desk desk;
    { const Keyring ring = desk.create(); }
    const Bytes whole = desk.folder.read("slots");
    for (std::size_t at = 0; at < crypto::keyfile_size; at += 97) {
        for (const std::size_t copy : {0U, 1U}) {
            Bytes bad = whole;
            bad[copy * crypto::keyfile_size + at] ^= 1;
            desk.folder.write("slots", bad);
            CHECK(desk.try_open());
            CHECK(desk.folder.read("slots") == whole);
        }
        Bytes bad = whole;
        bad[at] ^= 1;
        bad[crypto::keyfile_size + at] ^= 1;
        desk.folder.write("slots", bad);
        CHECK(desk.try_open().error().code == Errc::corrupt);
    }
}

TEST_CASE("100,000 keys are put, rewritten and opened") {
    Desk desk;
    constexpr int many = 100'000;
    {
        Keyring ring = desk.create();
        std::vector<NamedKey> keys;
        for (int i = 0; i < many; ++i)
            keys.push_back({"case/" + std::to_string(i), SecretBytes(desk.random.array<32>())});
        REQUIRE(ring.put(std::move(keys)));
        REQUIRE(ring.erase(std::vector<std::string>{"case/5"}));
    }
    const Keyring ring = desk.open();
    CHECK(ring.size() == many - 1);
    CHECK(ring.get("case/99999")->size() == 32);
}

TEST_CASE("put, erase and reopen behave as a map does") {
    using Acts = std::vector<std::pair<std::uint8_t, std::uint8_t>>;
    REQUIRE(rc::check([] {
        const auto acts = *rc::gen::resize(16, rc::gen::arbitrary<Acts>());
        Desk desk;
        std::map<std::string, std::string> model;
        std::optional<Keyring> ring(desk.create());
        for (const auto& [act, which] : acts) {
            const std::string name = "case/" + std::to_string(which % 8);
            const std::string text = "secret " + std::to_string(act);
            if (act % 8 == 0) {
                ring.reset();
                ring.emplace(desk.open());
            } else if (act % 8 < 3) {
                RC_ASSERT(static_cast<bool>(ring->erase(std::vector<std::string>{name})));
                model.erase(name);
            } else {
                const bool fits = model.emplace(name, text).first->second == text;
                RC_ASSERT(static_cast<bool>(ring->put(batch({{name.c_str(), text.c_str()}}))) ==
                          fits);
            }
        }
        ring.reset();
        ring.emplace(desk.open());
        std::map<std::string, std::string> found;
        for (const std::string& name : ring->names())
            found[name] = value(*ring, name);
        RC_ASSERT(found == model);
    }));
}

}  // namespace leeward::node
