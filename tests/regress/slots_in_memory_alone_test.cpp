// Found by a review: a sync of the slots failed while the keyring was rewritten, and failed again while that was looked
// into. The third look found both copies alike, in the system's memory, and destroyed the old keys file. When the power
// went both copies on the disk named that one: every key was lost.
#include <cerrno>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "node/store/keyring.h"
#include "tests/support/cheap_slot.h"
#include "tests/support/memory_disk.h"

namespace leeward::test {
namespace {

constexpr crypto::SlotOwner anna{1};

struct Ring {
    MemoryDisk disk{"/memory-disk/slots"};
    crypto::SeededRandom random{17};
    crypto::RootKey root{random.array<32>()};

    Result<node::Keyring> open() { return node::Keyring::open(disk.mount(), root, random); }
    node::Keyring made_with(std::initializer_list<const char*> names) {
        auto ring = node::Keyring::create(
            disk.mount(), root, support::cheap_slot(anna, "passphrase", root, random), random);
        REQUIRE(ring);
        std::vector<node::NamedKey> keys;
        for (const char* name : names)
            keys.push_back({name, SecretBytes(as_bytes(name))});
        REQUIRE(ring->put(std::move(keys)));
        return std::move(ring).value();
    }
    // Which third of what is not durable yet a failing sync writes goes by the calls before it.
    void make_files(int count) {
        for (int i = 0; i < count; ++i)
            REQUIRE(node::File::create(disk.mount() + "/" + std::to_string(i)));
    }
    void fail_sync(int call) {
        disk.mend();
        disk.fail({{DiskCall::SYNC}, static_cast<std::uint64_t>(call), EIO, false});
    }
};

}  // namespace

TEST_CASE("whichever two syncs fail in a row, no power loss takes the keys that stay") {
    const auto third = GENERATE(range(0, 3));
    const auto first = GENERATE(range(1, 7));
    const auto second = GENERATE(range(1, 5));
    CAPTURE(third, first, second);
    Ring on;
    {
        node::Keyring ring = on.made_with({"case/01", "case/02"});
        on.make_files(third);
        on.fail_sync(first);
        (void)ring.erase(std::vector<std::string>{"case/02"});
        on.fail_sync(second);
        (void)ring.settle();
        on.disk.mend();
        (void)ring.settle();
        on.disk.lose_power();
    }
    crypto::SeededRandom dice(1);
    on.disk.power_on(dice);
    const auto ring = on.open();
    REQUIRE(ring);
    CHECK(ring->contains("case/01"));
}

TEST_CASE("after a change of slots that is not confirmed the next one goes on from what is there") {
    Ring on;
    node::Keyring ring = on.made_with({"case/01"});
    on.fail_sync(1);
    const auto slot = [&](const crypto::SlotOwner& owner) {
        return support::cheap_slot(owner, "passphrase", on.root, on.random);
    };
    CHECK_FALSE(ring.add_slot(slot({2})));
    CHECK(ring.add_slot(slot({3})));
    CHECK(ring.keyfile().slots().size() == 3);
}

}  // namespace leeward::test
