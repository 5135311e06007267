// Found by a review: what a partner asked our supervisor under the number of a request of our own was answered in its
// place, she was still asked when it had run out and was told that she had agreed, and beyond two hundred, in no order,
// she was not shown the rest.
#include <algorithm>

#include <catch2/matchers/catch_matchers_string.hpp>

#include "schema/paper.h"
#include "tests/node/exchange/release_fixture.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using Catch::Matchers::ContainsSubstring;
using std::chrono::hours;

// Harbor has one worker, and Lantern's supervisor for a second person.
struct Small : Papers {
    explicit Small(std::uint64_t seed) : Papers(seed) {
        harbor.must("approval.outside", Json::object({{"peer", lantern.name()}}));
    }
    Json postpone(int days) {
        Json answer = harbor.must(
            "retention.postpone",
            Json::object(
                {{"case", asked.case_id}, {"days", days}, {"code", "POSTPONE_COMPLAINT"}}));
        REQUIRE(answer.bool_at("needs_second_person"));
        world.pump();
        return answer;
    }
    Json::Array at_lantern() { return lantern.must("approval.list").array_at("for_partners"); }
    std::string state_of_only() {
        const Json list = harbor.must("approval.list", Json::object({{"all", true}}));
        REQUIRE(list.array_at("approvals").size() == 1);
        return list.array_at("approvals").front().text_at("state");
    }
    // The code that Harbor refuses such a question with; empty where it is taken.
    std::string asks_harbor(TestNode& partner, const std::string& id, hours clock_ahead = {}) {
        const schema::Time there = world.clock().now() + clock_ahead;
        const Json body = Json::object({{"approval", id},
                                        {"act", "VOUCH"},
                                        {"in_effect", false},
                                        {"due", schema::unix_seconds(there + hours(1))}});
        schema::MessageId mid;
        const auto note = [&](schema::Message& message) {
            message.header.ts = there;
            mid = message.header.mid;
        };
        deliver(world,
                partner,
                harbor,
                made_up(partner, harbor, schema::MessageKind::APPROVE_ASK, body.dump(), note));
        auto rows = harbor.home().store.query("SELECT refused FROM received WHERE mid=?", mid);
        return rows.next() ? rows.text(0) : "not heard";
    }
};

bool is_called_for_a_partner(TestNode& node) {
    const auto notices = node.notices();
    return std::find(notices.begin(), notices.end(), "OUTSIDE_APPROVAL_ASKED") != notices.end();
}

}  // namespace

TEST_CASE("what a partner asks takes neither our own request's number nor another partner's") {
    Small s(976);
    const std::string own = s.postpone(90).text_at("id");
    CHECK(s.asks_harbor(s.lantern, own) == "RECIPIENT_MISMATCH");
    CHECK(s.harbor.must("approval.list").find("for_partners") == nullptr);
    CHECK(s.harbor.refused("approval.give", with_id(own)).code == Errc::not_permitted);
    const std::string theirs = own.substr(0, 12) + std::string(20, '0');
    CHECK(s.asks_harbor(s.lantern, theirs).empty());
    CHECK(s.asks_harbor(s.juniper, theirs) == "RECIPIENT_MISMATCH");
    CHECK(s.harbor.refused("approval.give", with_id(own.substr(0, 12))).code ==
          Errc::invalid_argument);
    CHECK(s.harbor.must("approval.give", with_id(theirs)).text_at("answer") == "AGREED");
    CHECK(s.state_of_only() == "ASKED");
}

// Found by reading: the same question once more called her again, also where she had answered it; nothing settled that.
TEST_CASE("what a partner asks once more calls nobody once more") {
    Small s(1321);
    const std::string theirs(32, 'a');
    const auto calls = [&] {
        return s.harbor.count(
            "SELECT coalesce(sum(repeats),0) FROM notice WHERE code='OUTSIDE_APPROVAL_ASKED'");
    };
    for (int i = 0; i < 2; ++i) {
        CHECK(s.asks_harbor(s.lantern, theirs).empty());
        CHECK(calls() == 1);
    }
    s.harbor.must("approval.give", with_id(theirs));
    CHECK(s.asks_harbor(s.lantern, theirs).empty());
    CHECK(calls() == 0);
    CHECK_FALSE(is_called_for_a_partner(s.harbor));
}

TEST_CASE("what has run out at the partner is not asked of our supervisor any more") {
    Small s(977);
    s.postpone(90);
    REQUIRE(s.at_lantern().size() == 1);
    REQUIRE(is_called_for_a_partner(s.lantern));
    const Json one = s.at_lantern().front();
    s.world.pass(hours(73), hours(6));
    CHECK(s.state_of_only() == "LAPSED");
    CHECK(s.at_lantern().empty());
    CHECK_FALSE(is_called_for_a_partner(s.lantern));
    const auto due = schema::from_unix(one.int_at("due"));
    for (const auto* answer : {"approval.give", "approval.refuse"}) {
        const Error error = s.lantern.refused(answer, with_id(one.text_at("id")));
        CHECK(error.code == Errc::wrong_state);
        CHECK_THAT(error.detail, ContainsSubstring(schema::date_text(due, schema::Language::EN)));
    }
    s.postpone(90);
    REQUIRE(s.at_lantern().size() == 1);
    s.lantern.must("approval.give", with_id(s.at_lantern().front().text_at("id")));
}

TEST_CASE("what a partner asks runs out by our own clock where theirs is ahead") {
    Small s(974);
    const std::string id = s.postpone(90).text_at("id").substr(0, 12) + std::string(20, '0');
    REQUIRE(s.asks_harbor(s.lantern, id, hours(20)).empty());
    const auto asked = s.harbor.must("approval.list").array_at("for_partners");
    REQUIRE(asked.size() == 1);
    CHECK(asked.front().int_at("due") == s.world.clock().seconds() + 3600);
}

TEST_CASE("what is in effect at the partner is countersigned late, too") {
    Small s(978);
    s.harbor.must("peer.suspend",
                  Json::object({{"peer", s.juniper.name()},
                                {"by-phone", "Lantern's supervisor"},
                                {"number", "555-0131"}}));
    s.world.pump();
    s.world.pass(hours(100), hours(4));
    REQUIRE(s.state_of_only() == "OVERDUE");
    REQUIRE(s.at_lantern().size() == 1);
    s.lantern.must("approval.give", with_id(s.at_lantern().front().text_at("id")));
    s.world.pump();
    CHECK(s.state_of_only() == "COUNTERSIGNED");
}

TEST_CASE("what waits for a second person is listed whole, what ends first first") {
    Small s(979);
    for (int days = 1; days <= 51; ++days) {
        s.postpone(days);
        s.world.clock().move(std::chrono::seconds(1));
    }
    const auto check = [](TestNode& node, std::string_view name, std::string_view by) {
        const Json first = node.must("approval.list");
        const auto& shown = first.array_at(name);
        REQUIRE(shown.size() == 50);
        CHECK(first.bool_at("more"));
        const auto earlier = [&](const Json& a, const Json& b) {
            return a.int_at(by) < b.int_at(by);
        };
        CHECK(std::is_sorted(shown.begin(), shown.end(), earlier));
        const Json second = node.must("approval.list", Json::object({{"page", 2}}));
        REQUIRE(second.array_at(name).size() == 1);
        CHECK(earlier(shown.back(), second.array_at(name).front()));
        CHECK_FALSE(second.bool_at("more"));
    };
    check(s.harbor, "approvals", "at");
    check(s.lantern, "for_partners", "due");
}

}  // namespace leeward::test
