// Found by reading: a restored referrer took a leg that had ended since the backup for a withdrawal. The release ended,
// also one that a court had ordered, and with it what the house held of it for another need. And a meeting place that
// she had narrowed since, or that had ended with its day, went to the house again.
#include "schema/codes.h"
#include "schema/grant.h"
#include "schema/release.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// A firm bed, and papers for both tiers and the meeting place: the second tier goes when she arrives.
struct Since {
    Pair p;
    Asked asked;
    std::string release;

    explicit Since(std::uint64_t seed) : p(seed) {
        asked.case_id = new_case();
        asked = p.ask_once_more(asked.case_id);
        make_firm(p.world, p.harbor, p.juniper, asked, 0);
        release = p.sign_both_tiers(asked.case_id);
        REQUIRE(readable() == 2);
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs[0]; }
    // In the same case, at the same house.
    void firm_for_another_need() { p.firm_for_another_need(asked.case_id); }
    void rests_on_a_court() {
        for (TestNode* node : {&p.harbor, &p.juniper})
            REQUIRE(node->home().store.write([](node::Transaction& tx) -> Outcome {
                LEEWARD_TRY(tx.run("UPDATE release SET basis=?", schema::Basis::COURT_ORDER));
                return tx.run("UPDATE grant_of SET basis=?", schema::Basis::COURT_ORDER);
            }));
    }
    void plan() { p.plan(leg()); }
    void arrive() {
        plan();
        p.juniper.must("leg.arrived", id_arg(leg()));
        p.world.pass(hours(1));
    }
    void leave() {
        p.juniper.must("leg.ended", id_arg(leg()));
        p.world.pass(hours(1));
    }
    void narrow(const char* field) {
        p.harbor.must("release.narrow",
                      Json::object({{"id", release}, {"fields", Json(Json::Array{field})}}));
        p.world.pass(hours(2));
    }
    void lose_all_since(const node::BackupName& backup) {
        restore(p.harbor, backup, p.holders, p.world.random());
        p.meet_again();
        p.world.pass(hours(2));
    }
    std::string state() { return p.harbor.must("release.show", id_arg(release)).text_at("state"); }
    bool covers(const char* field) {
        const Json shown = p.harbor.must("release.show", id_arg(release));
        const auto& fields = shown.array_at("fields");
        return std::find(fields.begin(), fields.end(), Json(field)) != fields.end();
    }
    std::int64_t readable() { return p.readable(); }
    // Entries of the log that say that a grant left.
    std::int64_t said_to_have_left() {
        return p.harbor.logged(schema::Machine::GRANT,
                               static_cast<unsigned>(schema::GrantMove::G2t));
    }
    std::int64_t ever_shared() { return p.juniper.count("SELECT count(*) FROM grant_of"); }

private:
    std::string new_case() {
        Json record = sample_record();
        record.set("handoff_meeting_place", "By the old clock.");
        const Json made = p.harbor.must(
            "case.new", Json::object({{"record", record.dump()}, {"duplicate-check", "none"}}));
        return made.text_at("id");
    }
};

}  // namespace

TEST_CASE("a leg that ended since the backup ends nothing that another leg holds") {
    Since s(2130);
    s.firm_for_another_need();
    REQUIRE(s.readable() == 4);
    const auto backup = back_up(s.p.harbor);
    s.arrive();
    s.leave();
    REQUIRE(s.readable() == 2);
    s.lose_all_since(backup);
    CHECK(s.state() == "NARROWED");  // the second tier waits until she is asked
    CHECK(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
    CHECK(s.readable() == 2);
}

TEST_CASE("what a court has ordered is not over with a leg that ended since the backup") {
    Since s(2131);
    s.rests_on_a_court();
    const auto backup = back_up(s.p.harbor);
    s.arrive();
    s.leave();
    REQUIRE(s.readable() == 0);
    s.lose_all_since(backup);
    CHECK(s.state() == "ACTIVE");
    CHECK(s.readable() == 0);
}

TEST_CASE("what was narrowed since the backup of what a court has ordered is all that it loses") {
    Since s(2132);
    s.rests_on_a_court();
    const auto backup = back_up(s.p.harbor);
    s.narrow("allergies");
    s.lose_all_since(backup);
    CHECK_FALSE(s.covers("allergies"));
    CHECK(s.covers("what_helped"));
    CHECK_FALSE(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
    s.arrive();
    CHECK(s.readable() == 3);
}

TEST_CASE("what she withdrew at a house takes nothing from what a court has ordered") {
    Since s(2133);
    s.rests_on_a_court();
    const auto backup = back_up(s.p.harbor);
    s.p.juniper.must("release.withdraw", Json::object({{"leg", s.leg()}, {"scope", "ALL"}}));
    s.p.world.pass(hours(1));
    REQUIRE(s.state() == "ACTIVE");
    s.lose_all_since(backup);
    CHECK(s.state() == "ACTIVE");
    CHECK(s.p.harbor.count("SELECT count(*) FROM grant_of WHERE discloser=1") == 2);
    CHECK(s.ever_shared() == 2);
}

TEST_CASE("a meeting place that she narrowed since the backup is not sent again") {
    Since s(2134);
    const auto backup = back_up(s.p.harbor);
    s.narrow("handoff_meeting_place");
    REQUIRE(s.readable() == 1);
    s.lose_all_since(backup);
    s.plan();
    CHECK_FALSE(s.covers("handoff_meeting_place"));
    CHECK(s.ever_shared() == 2);
    CHECK(s.readable() == 1);
}

TEST_CASE("a meeting place whose day was over before a restore is not sent again") {
    Since s(2135);
    const auto backup = back_up(s.p.harbor);
    s.arrive();
    s.p.world.pass(hours(26));
    REQUIRE(s.readable() == 2);
    restore(s.p.harbor, backup, s.p.holders, s.p.world.random());
    const auto left = s.said_to_have_left();
    s.p.meet_again();
    s.p.world.pass(hours(2));
    CHECK(s.said_to_have_left() == left);
    CHECK(s.readable() == 2);
    CHECK_FALSE(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
}

// Found by reading: a release under which all was over called people with the words that the house never got it.
TEST_CASE("nobody is asked about a release whose only leg was over before the backup") {
    Since s(2136);
    s.arrive();
    s.leave();
    REQUIRE(s.readable() == 0);
    s.lose_all_since(back_up(s.p.harbor));
    CHECK(s.state() == "WITHDRAWN");
    CHECK_FALSE(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
}

TEST_CASE(
    "where the house is asked for something else, people are, and not told that it had nothing") {
    Since s(2137);
    s.arrive();
    s.leave();
    const Asked other = s.p.ask_once_more(s.asked.case_id);
    s.lose_all_since(back_up(s.p.harbor));
    REQUIRE(s.p.state(other.legs[0]) == "DELIVERED");
    CHECK(s.state() == "WITHDRAWN");
    CHECK(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
    using schema::Language;
    const std::string words = schema::sentence("GRANT_NEVER_CAME", Language::EN) +
                              schema::sentence("GRANT_NEVER_CAME", Language::ES);
    CHECK(words.find("never got") == std::string::npos);
    CHECK(words.find("nunca") == std::string::npos);
}

// Found by a review: as something had been closed, nobody was told that nothing would follow the other's yes.
TEST_CASE("people are asked where one leg ended since the backup and another waits for its yes") {
    Since s(2138);
    const Asked other = s.p.ask_once_more(s.asked.case_id);
    const auto backup = back_up(s.p.harbor);
    s.arrive();
    s.leave();
    REQUIRE(s.readable() == 0);
    s.lose_all_since(backup);
    REQUIRE(s.p.state(other.legs[0]) == "DELIVERED");
    CHECK(s.state() == "WITHDRAWN");
    CHECK(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
}

TEST_CASE("nobody is asked where she took it back since the backup, though another leg waits") {
    Since s(2139);
    const Asked other = s.p.ask_once_more(s.asked.case_id);
    const auto backup = back_up(s.p.harbor);
    s.p.harbor.must("release.withdraw", id_arg(s.release));
    s.p.world.pass(hours(2));
    REQUIRE(s.readable() == 0);
    s.lose_all_since(backup);
    REQUIRE(s.p.state(other.legs[0]) == "DELIVERED");
    CHECK(s.state() == "WITHDRAWN");
    CHECK_FALSE(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
}

TEST_CASE("nor where she withdrew at the house, and her stay there has ended since") {
    Since s(2140);
    const Asked other = s.p.ask_once_more(s.asked.case_id);
    const auto backup = back_up(s.p.harbor);
    s.p.juniper.watch([](const auto&, const auto&) { return false; });
    s.p.juniper.must("release.withdraw", Json::object({{"leg", s.leg()}, {"scope", "ALL"}}));
    for (const auto* said : {"leg.arrived", "leg.ended"})
        s.p.juniper.must(said, id_arg(s.leg()));
    s.p.world.pass(std::chrono::minutes(30), std::chrono::minutes(30));
    // The lost machine had receipted all of it, and died before it said anything.
    REQUIRE(s.p.juniper.home().store.write(
        [](node::Transaction& tx) { return tx.run("DELETE FROM outbox"); }));
    s.p.juniper.watch({});
    s.lose_all_since(backup);
    REQUIRE(s.p.state(s.leg()) == "ENDED");
    REQUIRE(s.p.state(other.legs[0]) == "DELIVERED");
    CHECK(s.state() == "WITHDRAWN");
    CHECK_FALSE(is_told(s.p.harbor, "GRANT_NEVER_CAME"));
}

}  // namespace leeward::test
