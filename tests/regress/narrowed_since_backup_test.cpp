// Found by reading: under a release of which a house held one tier, a restored referrer sent the other with the next
// step of the leg, though that had been called back, and she may have narrowed it since the backup. Where she had
// narrowed what the house held, the release was ended, and what she had left of it could not be withdrawn.
#include "schema/catalogue.h"
#include "schema/grant.h"
#include "schema/release.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// A firm bed, and papers for both tiers: the first is there, the second goes when she arrives.
struct TwoTiers {
    Pair p;
    Asked asked;
    std::string release;

    explicit TwoTiers(std::uint64_t seed) : p(seed), asked(ask(p.world, p.harbor, {&p.juniper})) {
        make_firm(p.world, p.harbor, p.juniper, asked, 0);
        release = p.sign_both_tiers(asked.case_id);
        REQUIRE(readable() == 1);
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs[0]; }
    // In the same case, at the same house.
    void firm_for_another_need() { p.firm_for_another_need(asked.case_id); }
    void plan() { p.plan(leg()); }
    void arrive() {
        p.juniper.must("leg.arrived", id_arg(leg()));
        p.world.pass(hours(1));
        REQUIRE(p.harbor.state_of(leg()) == "ARRIVED");
    }
    void narrow(Json::Array fields) {
        p.harbor.must("release.narrow",
                      Json::object({{"id", release}, {"fields", Json(std::move(fields))}}));
    }
    void narrow_second_tier() { narrow({"what_helped", "safety_plan_summary"}); }
    void lose_all_since(const node::BackupName& backup) {
        restore(p.harbor, backup, p.holders, p.world.random());
        p.meet_again();
        p.world.pass(hours(2));
    }
    Json shown() { return p.harbor.must("release.show", id_arg(release)); }
    std::int64_t readable() { return p.readable(); }
    std::int64_t ever_shared() { return p.juniper.count("SELECT count(*) FROM grant_of"); }
};

}  // namespace

TEST_CASE("the second tier goes when she arrives, where nothing was restored") {
    TwoTiers t(2110);
    t.plan();
    t.arrive();
    CHECK(t.readable() == 2);
}

TEST_CASE(
    "a tier that had not left at the backup is not sent after a restore before she is asked") {
    TwoTiers t(2111);
    const auto backup = back_up(t.p.harbor);
    t.narrow_second_tier();  // nobody but this machine knows of it
    t.lose_all_since(backup);
    CHECK(t.shown().text_at("state") == "NARROWED");
    CHECK(t.p.harbor.count("SELECT count(*) FROM grant_of WHERE discloser=0") == 0);  // sealed
    CHECK(is_told(t.p.harbor, "GRANT_NEVER_CAME"));
    t.plan();
    t.arrive();
    CHECK(t.ever_shared() == 1);
    CHECK(t.readable() == 1);
    t.p.sign_both_tiers(t.asked.case_id);  // she is asked again, and signs
    t.p.world.pass(hours(1));
    CHECK(t.readable() == 2);
    CHECK(t.p.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("a tier that was called back after a restore is not sent again by the leg") {
    TwoTiers t(2112);
    t.plan();
    t.p.harbor.watch([](const auto&, const auto&) { return false; });
    t.arrive();  // the second tier waits
    REQUIRE(t.p.harbor.waiting() > 0);
    const auto backup = back_up(t.p.harbor);
    t.narrow_second_tier();
    t.p.harbor.watch({});
    t.lose_all_since(backup);
    CHECK(is_told(t.p.harbor, "GRANT_NEVER_CAME"));
    CHECK(t.ever_shared() == 1);
    CHECK(t.readable() == 1);
}

TEST_CASE("what a court has ordered is sent on after a restore, though one tier had not left") {
    TwoTiers t(2113);
    REQUIRE(t.p.harbor.home().store.write([](node::Transaction& tx) {
        return tx.run("UPDATE release SET basis=?", schema::Basis::COURT_ORDER);
    }));
    t.lose_all_since(back_up(t.p.harbor));
    CHECK(t.shown().text_at("state") == "ACTIVE");
    t.plan();
    t.arrive();
    CHECK(t.readable() == 2);
}

TEST_CASE("what she narrowed after the backup stays narrowed, and the rest can be withdrawn") {
    TwoTiers t(2114);
    t.plan();
    t.arrive();
    const auto backup = back_up(t.p.harbor);
    t.narrow({"allergies"});
    t.p.world.pass(hours(2));
    REQUIRE(t.readable() == 2);
    t.lose_all_since(backup);
    const Json shown = t.shown();
    CHECK(shown.text_at("state") == "NARROWED");
    const auto& fields = shown.array_at("fields");
    CHECK(std::find(fields.begin(), fields.end(), Json("allergies")) == fields.end());
    CHECK_FALSE(is_told(t.p.harbor, "GRANT_NEVER_CAME"));
    CHECK(t.readable() == 2);
    t.p.harbor.must("release.withdraw", id_arg(t.release));
    t.p.world.pass(hours(2));
    CHECK(t.readable() == 0);
}

// She withdrew at the house what it had for one of two needs: that goes for the whole release.
TEST_CASE(
    "a release of which a leg has lost all after the backup ends, whatever another leg holds") {
    TwoTiers t(2115);
    t.firm_for_another_need();
    REQUIRE(t.readable() == 2);
    const auto backup = back_up(t.p.harbor);
    t.p.juniper.must("release.withdraw", Json::object({{"leg", t.leg()}, {"scope", "ALL"}}));
    // The lost machine had receipted it, and died before it said anything.
    REQUIRE(t.p.juniper.home().store.write([](node::Transaction& tx) {
        return tx.run("DELETE FROM outbox WHERE kind=?", schema::MessageKind::WITHDRAW);
    }));
    REQUIRE(t.readable() == 1);
    t.lose_all_since(backup);
    CHECK(t.shown().text_at("state") == "WITHDRAWN");
    CHECK(t.readable() == 0);
}

TEST_CASE(
    "so does one of which a leg has lost all, where the house does not say that she withdrew") {
    TwoTiers t(2116);
    t.firm_for_another_need();
    const auto backup = back_up(t.p.harbor);
    REQUIRE(t.p.juniper.home().store.write([&](node::Transaction& tx) {
        return tx.run(
            "UPDATE grant_of SET discloser=?,discloser_counter=discloser_counter+1 WHERE "
            "lower(hex(leg))=?",
            schema::GrantDiscloser::EXPIRED,
            t.leg());
    }));
    t.lose_all_since(backup);
    CHECK(t.shown().text_at("state") == "WITHDRAWN");
}

TEST_CASE("what a house claims to hold widens nothing that she has signed") {
    TwoTiers t(2117);
    const Json before = t.shown();
    const auto& hers = before.array_at("fields");
    const auto backup = back_up(t.p.harbor);
    restore(t.p.harbor, backup, t.p.holders, t.p.world.random());
    REQUIRE(t.p.harbor.home().store.write(  // as where it had not left yet
        [](node::Transaction& tx) { return tx.run("DELETE FROM grant_of"); }));
    REQUIRE(t.p.juniper.home().store.write([](node::Transaction& tx) {
        auto rows = tx.query("SELECT fields FROM grant_of");
        REQUIRE(rows.next());
        const auto held = schema::FieldSet::from_bytes(rows.array<24>(0));
        const auto claimed = held | schema::fields_of_group("handoff");
        return tx.run("UPDATE grant_of SET fields=?", claimed.bytes());
    }));
    t.p.meet_again();
    t.p.world.pass(hours(2));
    CHECK(t.p.harbor.count("SELECT count(*) FROM grant_of") > 0);
    const Json after = t.shown();
    REQUIRE_FALSE(after.array_at("fields").empty());
    for (const Json& field : after.array_at("fields"))
        CHECK(std::find(hers.begin(), hers.end(), field) != hers.end());
}

}  // namespace leeward::test
