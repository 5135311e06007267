// Found by a review: a change of passphrase that was not confirmed stood on the disk. Tried again at once it went by
// the slot in memory, and wrote over the only copy of her signing key that the slot on the disk could open: after the
// next start nobody opened it.
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using node::Act;

Result<Json> change(Seat& seat, TestNode& node, const std::string& from, const std::string& to) {
    return node.serve(
        seat.desk(), {"people.passphrase", Json::object(), Act::PERFORM, {}, 0}, {from, to});
}

void fail_once_written(node::Keyring& ring) {
    ring.on_step([](node::Keyring::Step step) {
        if (step == node::Keyring::Step::first_block_written) throw std::runtime_error("failed");
    });
}

}  // namespace

TEST_CASE("a change of passphrase that was not confirmed and is tried again locks nobody out") {
    World world(3131, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    fail_once_written(harbor.home().keyring);
    CHECK_THROWS(change(ada, harbor, ada.passphrase(), "quite another passphrase"));
    const auto again = change(ada, harbor, ada.passphrase(), "quite another passphrase");
    REQUIRE_FALSE(again);  // the first time has taken
    CHECK(again.error().code == Errc::locked);
    harbor.close();
    harbor.open();
    ada.use_passphrase("quite another passphrase");
    REQUIRE(ada.start_shift());
    REQUIRE(change(ada, harbor, "quite another passphrase", "a third long passphrase"));
    ada.use_passphrase("a third long passphrase");
    CHECK(ada.start_shift());
}

}  // namespace leeward::test
