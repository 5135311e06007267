// The only worker has lost her passphrase: two holders let her in, and nothing else is lost.
#include "node/app/recovery.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/cheap_home.h"
#include "tests/support/holders.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view new_words = "seven lanterns under a quiet bridge";

struct Lost {
    World world{31, {"investigation", "shelter"}};
    HolderKeys holders{world.random()};
    TestNode& harbor = world.node(0);

    Lost() {
        name_holders(harbor, holders);
        (void)ask(world, harbor, {&world.node(1)});
        world.pump();
    }
    Outcome recover(node::TwoHolders two,
                    std::string_view worker = "desk 1",
                    std::string_view passphrase = new_words) {
        return node::recover_access(harbor.folder(),
                                    two,
                                    worker,
                                    SecretBytes(as_bytes(passphrase)),
                                    world.clock().now(),
                                    world.random(),
                                    &support::make_cheap_slot);
    }
    Result<node::OpenedHome> open_with(std::string_view passphrase) {
        return node::open_home(harbor.folder(), SecretBytes(as_bytes(passphrase)), world.random());
    }
};

}  // namespace

TEST_CASE(
    "two of three holders let in a worker whose passphrase is lost, and all of hers is there") {
    Lost lost;
    const auto size = lost.harbor.desk().log.size();
    const auto origin = lost.harbor.desk().log.origin();
    lost.harbor.close();
    REQUIRE(lost.recover(lost.holders.pair(2, 1)));
    {
        const auto old = lost.open_with(passphrase_of_all);
        REQUIRE_FALSE(old);
        CHECK(old.error().code == Errc::locked);
        CHECK(lost.open_with(new_words));
    }
    lost.harbor.open_with(new_words);
    CHECK(lost.harbor.desk().log.origin() == origin);
    CHECK(lost.harbor.desk().log.size() > size);
    CHECK(lost.harbor.must("audit.verify").bool_at("verified"));
    CHECK(lost.harbor.must("case.list").array_at("cases").size() == 1);
    lost.world.pump();
}

TEST_CASE("one holder alone, a stranger, a weak passphrase or a name of nobody let nobody in") {
    Lost lost;
    lost.harbor.close();
    CHECK(lost.recover(lost.holders.pair(1, 1)).error().code == Errc::untrusted);
    const HolderKeys strangers(lost.world.random());
    CHECK(lost.recover({lost.holders.key(0), strangers.key(1)}).error().code == Errc::untrusted);
    CHECK(lost.recover(lost.holders.pair(0, 1), "desk 9").error().code == Errc::not_found);
    CHECK_FALSE(lost.recover(lost.holders.pair(0, 1), "desk 1", "abc"));
    CHECK(lost.open_with(passphrase_of_all));
}

TEST_CASE("while the node runs nobody is let in beside it") {
    Lost lost;
    const auto refused = lost.recover(lost.holders.pair(0, 1));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::busy);
}

TEST_CASE("a recovery file that was cut or changed opens for nobody") {
    Lost lost;
    lost.harbor.close();
    const fs::path path = lost.harbor.folder() / "recovery.key";
    fs::resize_file(path, fs::file_size(path) / 2);
    CHECK(lost.recover(lost.holders.pair(0, 1)).error().code == Errc::malformed);
    fs::remove(path);
    CHECK(lost.recover(lost.holders.pair(0, 1)).error().code == Errc::not_found);
}

}  // namespace leeward::test
