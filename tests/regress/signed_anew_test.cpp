// Found by reading: only what had waited to be sent was called back after a restore; its release stayed in force.
// What the survivor had withdrawn since the backup, while nobody held anything of it, went out with the next
// change of the leg, or with the first yes of the house.
#include "schema/grant.h"
#include "schema/release.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// The last that the copy knows: the papers are signed, and nothing of them has left.
struct Unheard {
    Pair p;
    Asked asked;
    std::string release;

    explicit Unheard(std::uint64_t seed) : p(seed), asked(ask(p.world, p.harbor, {&p.juniper})) {}
    [[nodiscard]] const std::string& leg() const { return asked.legs[0]; }
    void sign() { release = sign_release(p.harbor, asked.case_id, p.juniper); }
    void firm() { make_firm(p.world, p.harbor, p.juniper, asked, 0); }
    void offered() { offer(p.world, p.juniper, leg()); }
    void confirm() {
        p.juniper.must("leg.confirm", id_arg(leg()));
        p.world.pump();
    }
    // Nobody but this machine knows of it, and then it is lost.
    void withdraw() { p.harbor.must("release.withdraw", id_arg(release)); }
    void lose_all_since(const node::BackupName& backup) {
        restore(p.harbor, backup, p.holders, p.world.random());
    }
    void open_silent_house() {
        const Json asked_for =
            p.harbor.must("peer.reopen", Json::object({{"peer", p.juniper.name()}}));
        REQUIRE(p.harbor.call_as(schema::RoleSet{schema::Role::INVESTIGATION_SUPERVISOR},
                                 "approval.give",
                                 id_arg(asked_for.text_at("id"))));
    }
    void plan() {
        const auto now = p.world.clock().seconds();
        p.harbor.must(
            "leg.plan",
            Json::object(
                {{"id", leg()}, {"window-start", now + 3600}, {"window-end", now + 7200}}));
        p.world.pass(hours(1));
    }
    std::string state() { return p.harbor.must("release.show", id_arg(release)).text_at("state"); }
    std::int64_t shared() { return p.juniper.count("SELECT count(*) FROM grant_of"); }
    // Entries of the log that say that a grant left.
    std::int64_t said_to_have_left() {
        return p.harbor.logged(schema::Machine::GRANT,
                               static_cast<unsigned>(schema::GrantMove::G2t));
    }
};

}  // namespace

TEST_CASE("what was called back after a restore is not sent again by the next step of the leg") {
    Unheard u(981);
    u.firm();
    u.p.juniper.close();
    u.sign();
    REQUIRE(u.p.harbor.waiting() > 0);
    const auto backup = back_up(u.p.harbor);
    u.withdraw();
    u.lose_all_since(backup);
    u.p.juniper.open();
    u.p.meet_again();
    CHECK(is_told(u.p.harbor, "GRANT_NEVER_CAME"));
    CHECK(u.state() == "WITHDRAWN");
    u.plan();
    CHECK(u.shared() == 0);
}

TEST_CASE(
    "a release of which a house holds nothing after a restore waits for no yes of that house") {
    Unheard u(982);
    u.offered();
    u.sign();
    const auto backup = back_up(u.p.harbor);
    u.withdraw();
    u.lose_all_since(backup);
    u.p.meet_again();
    CHECK(is_told(u.p.harbor, "GRANT_NEVER_CAME"));
    choose(u.p.world, u.p.harbor, u.asked.need, u.leg());
    u.confirm();
    REQUIRE(u.p.state(u.leg()) == "ACCEPTED");
    CHECK(u.shared() == 0);
    u.sign();  // she is asked again, and signs
    u.p.world.pump();
    CHECK(u.shared() > 0);
}

TEST_CASE("no log says that something left which a restore has called back") {
    Unheard u(983);
    u.offered();
    u.sign();
    choose(u.p.world, u.p.harbor, u.asked.need, u.leg());
    const auto backup = back_up(u.p.harbor);
    u.withdraw();
    u.confirm();
    u.lose_all_since(backup);
    u.p.meet_again();
    REQUIRE(u.p.state(u.leg()) == "ACCEPTED");
    u.p.world.pass(hours(1));
    CHECK(u.said_to_have_left() == 0);
    CHECK(u.shared() == 0);
}

TEST_CASE("a release that a clock ahead had dated is of the backup all the same") {
    Unheard u(987);
    u.offered();
    u.sign();
    REQUIRE(u.p.harbor.home().store.write([](node::Transaction& tx) {
        return tx.run("UPDATE release SET starts=starts+?", 5 * 86'400);
    }));
    const auto backup = back_up(u.p.harbor);
    u.withdraw();
    u.lose_all_since(backup);
    u.p.meet_again();
    CHECK(u.state() == "WITHDRAWN");
    CHECK(is_told(u.p.harbor, "GRANT_NEVER_CAME"));
}

TEST_CASE("two people who open a silent house open no release of which it was sent nothing") {
    Unheard u(984);
    u.offered();
    u.sign();
    const auto backup = back_up(u.p.harbor);
    u.withdraw();
    u.lose_all_since(backup);
    u.p.juniper.close();
    u.p.world.pass(hours(24 * 7 + 1), hours(6));
    u.open_silent_house();
    CHECK(u.state() == "WITHDRAWN");
    CHECK(is_told(u.p.harbor, "GRANT_NEVER_CAME"));
}

TEST_CASE("what a court has ordered stands after a restore, though nothing of it had left") {
    Unheard u(986);
    u.offered();
    u.sign();
    REQUIRE(u.p.harbor.home().store.write([](node::Transaction& tx) {
        return tx.run("UPDATE release SET basis=?", schema::Basis::COURT_ORDER);
    }));
    u.lose_all_since(back_up(u.p.harbor));
    u.p.meet_again();
    CHECK(u.state() == "ACTIVE");
}

TEST_CASE("what a house holds of a release after a restore goes on") {
    Unheard u(985);
    u.firm();
    u.sign();
    u.p.world.pump();
    REQUIRE(u.shared() > 0);
    u.lose_all_since(back_up(u.p.harbor));
    u.p.meet_again();
    CHECK(u.state() == "ACTIVE");
    CHECK_FALSE(is_told(u.p.harbor, "GRANT_NEVER_CAME"));
}

TEST_CASE("a release for a house that is not asked yet ends with a restore, and people are told") {
    Pair p(989);
    const Json one = p.harbor.must(
        "case.new",
        Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}));
    const std::string release = sign_release(p.harbor, one.text_at("id"), p.juniper);
    restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
    p.meet_again();
    CHECK(p.harbor.must("release.show", id_arg(release)).text_at("state") == "WITHDRAWN");
    CHECK(is_told(p.harbor, "GRANT_NEVER_CAME"));
}

// Found by a review: it was taken for one that has served, and ended without a word.
TEST_CASE("so does one of which nothing has left, where the house did not answer in time") {
    Unheard u(990);
    u.sign();
    u.p.world.pass(hours(25));
    REQUIRE(u.p.state(u.leg()) == "LAPSED");
    u.lose_all_since(back_up(u.p.harbor));
    u.p.meet_again();
    CHECK(u.state() == "WITHDRAWN");
    CHECK(is_told(u.p.harbor, "GRANT_NEVER_CAME"));
}

// Found by reading: people were told that it is called back, and to ask her first, as it was on its way again.
TEST_CASE("what waited for another leg of a release that stands goes anew, and nobody is asked") {
    Unheard u(988);
    u.firm();
    u.sign();
    u.p.world.pump();
    const Asked other = u.p.ask_once_more(u.asked.case_id);
    offer(u.p.world, u.p.juniper, other.legs[0]);
    choose(u.p.world, u.p.harbor, other.need, other.legs[0]);
    u.p.harbor.watch([](const auto&, const auto&) { return false; });
    u.p.juniper.must("leg.confirm", id_arg(other.legs[0]));
    u.p.world.pump();
    REQUIRE(u.p.harbor.waiting() > 0);
    REQUIRE(u.shared() == 1);
    const auto backup = back_up(u.p.harbor);
    u.p.harbor.watch({});
    u.lose_all_since(backup);
    u.p.meet_again();
    u.p.world.pass(hours(1));
    CHECK(u.shared() == 2);
    CHECK(u.state() == "ACTIVE");
    CHECK_FALSE(is_told(u.p.harbor, "GRANT_NEVER_CAME"));
}

}  // namespace leeward::test
