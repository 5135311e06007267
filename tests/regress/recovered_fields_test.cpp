// Found by reading: a release that came back after a restore of the referrer knew the fields of its first grant alone.
// What she no longer wanted shared of the others could not be narrowed; and the handoff set among them, which came
// back as any other grant, stayed in force at the referrer after its day.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// She is in the house, which holds three grants of one release; the referrer's backup knows nothing of it.
struct CameBack {
    Pair p;
    Asked asked;
    std::string release;

    explicit CameBack(std::uint64_t seed) : p(seed) {
        const auto backup = back_up(p.harbor);
        ask_with_meeting_place();
        make_firm(p.world, p.harbor, p.juniper, asked, 0);
        release = p.sign_both_tiers(asked.case_id);
        p.plan(leg());
        p.juniper.must("leg.arrived", id_arg(leg()));
        p.world.pass(hours(1));
        REQUIRE(p.readable() == 3);
        restore(p.harbor, backup, p.holders, p.world.random());
        p.meet_again();
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs[0]; }
    void narrow(Json::Array fields) {
        p.harbor.must("release.narrow",
                      Json::object({{"id", release}, {"fields", Json(std::move(fields))}}));
        p.world.pass(hours(2));
    }
    // Another restore, of all that there is.
    void lose_nothing() {
        restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
        p.meet_again();
        p.world.pass(hours(2));
    }
    bool is_readable(std::string_view field) {
        const Json list = p.juniper.must("grant.list");
        for (const auto& grant : list.array_at("grants")) {
            const auto& fields = grant.array_at("fields");
            const bool holds = std::find(fields.begin(), fields.end(), Json(field)) != fields.end();
            const std::string state = grant.text_at("state");
            if (holds && (state == "OPENABLE" || state == "OPENED")) return true;
        }
        return false;
    }

private:
    void ask_with_meeting_place() {
        Json record = sample_record();
        record.set("handoff_meeting_place", "By the old clock.");
        const Json made = p.harbor.must(
            "case.new", Json::object({{"record", record.dump()}, {"duplicate-check", "none"}}));
        asked = p.ask_once_more(made.text_at("id"));
    }
};

}  // namespace

TEST_CASE("a release that came back is narrowed by a field of any of its grants") {
    CameBack c(2120);
    c.narrow({"allergies", "what_helped", "handoff_meeting_place"});
    for (const char* gone : {"allergies", "what_helped", "handoff_meeting_place"})
        CHECK_FALSE(c.is_readable(gone));
    for (const char* kept : {"preferred_name", "safety_plan_summary"})
        CHECK(c.is_readable(kept));
}

TEST_CASE("what was narrowed of a release that came back does not come back with another restore") {
    CameBack c(2121);
    c.narrow({"allergies"});
    c.lose_nothing();
    const auto fields = c.p.harbor.must("release.show", id_arg(c.release)).array_at("fields");
    CHECK(std::find(fields.begin(), fields.end(), Json("allergies")) == fields.end());
    CHECK_FALSE(c.is_readable("allergies"));
    CHECK(c.is_readable("preferred_name"));
}

TEST_CASE("a handoff set that came back ends a day after the arrival, and the rest goes on") {
    CameBack c(2122);
    c.p.world.pass(hours(26));
    CHECK(c.p.harbor.count("SELECT count(*) FROM grant_of WHERE discloser<=1") == 2);
    CHECK_FALSE(c.is_readable("handoff_meeting_place"));
    CHECK(c.is_readable("preferred_name"));
    c.lose_nothing();  // that it is over narrows nothing
    CHECK(c.p.harbor.must("release.show", id_arg(c.release)).text_at("state") == "ACTIVE");
}

}  // namespace leeward::test
