// The same survivor, twice.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

const std::vector<std::string> two_referrers{"investigation", "investigation", "shelter"};

// Both have asked the same shelter about a survivor whom it takes for the same.
struct Twice {
    World world;
    TestNode& harbor;
    TestNode& anchor;
    TestNode& lantern;
    Asked first;
    Asked second;
    explicit Twice(std::uint64_t seed)
        : world(seed, two_referrers),
          harbor(world.node(0)),
          anchor(world.node(1)),
          lantern(world.node(2)),
          first(ask(world, harbor, {&lantern})),
          second(ask(world, anchor, {&lantern})) {}
    void ask_both() {
        lantern.must("leg.duplicate",
                     Json::object({{"id", first.legs[0]}, {"with", second.legs[0]}}));
        world.pump();
    }
    void agree(TestNode& node, const Asked& asked) {
        node.must("leg.duplicate", Json::object({{"id", asked.legs[0]}, {"agree", true}}));
        world.pump();
    }
    static Json standing(TestNode& node, const Asked& asked) {
        return node.must("leg.duplicate", Json::object({{"id", asked.legs[0]}}));
    }
};

}  // namespace

TEST_CASE("Each referrer is asked, and neither is told who the other is") {
    Twice t(930);
    t.ask_both();
    CHECK(t.harbor.notices() == std::vector<std::string>{"DUPLICATE_ASKED"});
    CHECK(t.anchor.notices() == std::vector<std::string>{"DUPLICATE_ASKED"});
    CHECK(Twice::standing(t.harbor, t.first).find("phone_them") == nullptr);
    CHECK(t.harbor.must("inbox").dump().find(t.anchor.name()) == std::string::npos);
    CHECK(t.anchor.must("inbox").dump().find(t.harbor.name()) == std::string::npos);
}

TEST_CASE("If one agrees and the other does not, nobody learns anything more") {
    Twice t(931);
    t.ask_both();
    const auto told = t.anchor.count("SELECT count(*) FROM received");
    t.agree(t.harbor, t.first);
    t.world.pass(std::chrono::hours(24));
    CHECK(Twice::standing(t.harbor, t.first).find("phone_them") == nullptr);
    CHECK(Twice::standing(t.anchor, t.second).find("phone_them") == nullptr);
    CHECK(t.anchor.count("SELECT count(*) FROM received WHERE peer=(SELECT peer FROM leg)") <=
          told + 24);  // capacity at its ticks, nothing that came of the agreement
    CHECK_FALSE(Twice::standing(t.anchor, t.second).bool_at("agreed"));
}

TEST_CASE("If both agree each is told whom to phone") {
    Twice t(932);
    t.ask_both();
    t.agree(t.anchor, t.second);
    t.agree(t.harbor, t.first);
    const Json at_harbor = Twice::standing(t.harbor, t.first);
    REQUIRE(at_harbor.find("phone_them") != nullptr);
    CHECK(at_harbor.find("phone_them")->text_at("organisation") == t.anchor.name());
    CHECK(at_harbor.find("phone_them")->text_at("phone") == "555-0100");
    const Json at_anchor = Twice::standing(t.anchor, t.second);
    REQUIRE(at_anchor.find("phone_them") != nullptr);
    CHECK(at_anchor.find("phone_them")->text_at("organisation") == t.harbor.name());
    for (TestNode* node : {&t.harbor, &t.anchor, &t.lantern})
        CHECK(node->must("audit.verify").bool_at("verified"));
}

TEST_CASE("A referrer cannot ask about the other, and one organisation is asked directly") {
    Twice t(933);
    CHECK(t.harbor
              .refused("leg.duplicate",
                       Json::object({{"id", t.first.legs[0]}, {"with", t.first.legs[0]}}))
              .code == Errc::invalid_argument);
    const Asked again = ask(t.world, t.harbor, {&t.lantern});
    CHECK(t.lantern
              .refused("leg.duplicate",
                       Json::object({{"id", t.first.legs[0]}, {"with", again.legs[0]}}))
              .code == Errc::invalid_argument);
    CHECK(t.lantern.refused("leg.duplicate", Json::object({{"id", t.first.legs[0]}})).code ==
          Errc::not_found);
    t.ask_both();
    CHECK(t.lantern
              .refused("leg.duplicate",
                       Json::object({{"id", t.first.legs[0]}, {"with", t.second.legs[0]}}))
              .code == Errc::already_exists);
    CHECK(
        t.lantern.refused("leg.duplicate", Json::object({{"id", t.first.legs[0]}, {"agree", true}}))
            .code == Errc::invalid_argument);
}

TEST_CASE("Who stands down after a call ends her need; a later one is not stopped by it") {
    Twice t(934);
    CHECK(t.anchor.refused("need.duplicate", Json::object({{"id", t.second.need}})).code ==
          Errc::invalid_argument);
    t.anchor.must("need.duplicate", Json::object({{"id", t.second.need}, {"spoken", true}}));
    t.world.pump();
    CHECK(t.anchor.must("need.show", Json::object({{"id", t.second.need}})).text_at("state") ==
          "DUPLICATE_LINKED");
    CHECK(t.anchor.state_of(t.second.legs[0]) == "CANCEL_CONFIRMED");
    CHECK(t.lantern.state_of(t.second.legs[0]) == "CANCEL_CONFIRMED");
    CHECK(t.lantern.state_of(t.first.legs[0]) == "DELIVERED");
    t.world.pass(std::chrono::hours(24 * 7), std::chrono::hours(12));
    const Asked later = ask(t.world, t.anchor, {&t.lantern});
    CHECK(t.lantern.state_of(later.legs[0]) == "DELIVERED");
}

TEST_CASE("Cases of the same name or birth date are pointed out within the organisation") {
    World world(935, two_referrers);
    TestNode& harbor = world.node(0);
    const auto open = [&](Json record) {
        return harbor.must("case.new",
                           Json::object({{"record", record.dump()}, {"duplicate-check", "none"}}));
    };
    const Json first = open(Json::object(
        {{"given_name", "Renáta"}, {"family_name", "Vale"}, {"date_of_birth", "2010-02-03"}}));
    CHECK(first.find("possible_duplicates") == nullptr);
    CHECK(open(Json::object({{"given_name", "Odalys"}})).find("possible_duplicates") == nullptr);
    const Json again = open(Json::object({{"given_name", "renata"}, {"family_name", "VALE"}}));
    REQUIRE(again.array_at("possible_duplicates").size() == 1);
    CHECK(again.array_at("possible_duplicates")[0].text_at("codename") ==
          first.text_at("codename"));
    const Json born = open(Json::object({{"date_of_birth", "2010-02-03"}}));
    CHECK(born.array_at("possible_duplicates")[0].text_at("why") == "the same date of birth");
    const Json checked = harbor.must("case.check", Json::object({{"id", first.text_at("id")}}));
    CHECK(checked.array_at("possible_duplicates").size() == 2);
}

}  // namespace leeward::test
