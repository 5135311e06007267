// Found by a review: whoever had a place for its mail at a partner's node could name there, as a guest, the
// link of one of that node's own partners, which stands in a card. All that the two said to each other was
// then taken for requests to the host and dropped; named no more, that partner was not admitted any more.
#include <catch2/catch_test_macros.hpp>

#include "schema/mailhost.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

// Alder asks Cedar, which keeps the mail of Birch; Birch is the one that cheats.
struct Hosted {
    explicit Hosted(std::uint64_t seed)
        : world(seed, {"investigation", "hidden shelter", "counselling"}) {
        world.pass(std::chrono::seconds(60), std::chrono::seconds(5));
    }
    TestNode& alder() { return world.node(0); }
    TestNode& birch() { return world.node(1); }
    TestNode& cedar() { return world.node(2); }

    void name_guests(std::vector<schema::LineKey> keys) {
        const auto line = birch().engine().post().lines_to(cedar().link()).front();
        const schema::HostRequest request{{}, schema::Guests{std::move(keys)}};
        const node::Frame frame{schema::write_host_request(request)};
        REQUIRE(birch().transport().send(line, frame));
        world.pump();
    }
    void name_alder() {
        name_guests({alder().link().get()});
        REQUIRE(cedar().home().mail_host->knows(alder().link()));
    }
    bool is_heard() {
        const Asked asked = ask(world, alder(), {&cedar()}, "COUNSELLING");
        world.pump();
        return alder().state_of(asked.legs[0]) == "DELIVERED";
    }

    World world;
};

}  // namespace

TEST_CASE("a partner whose link somebody else names as a guest's is heard as before") {
    Hosted h(961);
    h.name_alder();
    CHECK(h.is_heard());
    h.cedar().close();
    h.cedar().open();
    CHECK(h.is_heard());
}

TEST_CASE("a partner whose link is no guest's any more stays admitted") {
    Hosted h(962);
    h.name_alder();
    h.name_guests({});
    CHECK(h.is_heard());
}

TEST_CASE("a partner stays admitted where the place is closed that its link was a guest of") {
    Hosted h(963);
    h.name_alder();
    h.cedar().must("mailhost.close", Json::object({{"number", 1}}));
    CHECK(h.is_heard());
}

}  // namespace leeward::test
