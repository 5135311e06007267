// Found by reading: what a house may tell of her came to a restored referrer before the house had named the question
// that it is about. It was refused and never came again; and one that had come since the backup was lost with it,
// so that a withdrawal told the house nothing, or stood in the copy long after she had ended it.
#include "schema/release.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct Told {
    Pair p;
    Asked asked;

    explicit Told(std::uint64_t seed) : p(seed) {}
    [[nodiscard]] const std::string& leg() const { return asked.legs[0]; }
    void firm() {
        asked = ask(p.world, p.harbor, {&p.juniper});
        make_firm(p.world, p.harbor, p.juniper, asked, 0);
    }
    void arrive() {
        p.plan(leg());
        p.juniper.must("leg.arrived", id_arg(leg()));
        p.world.pump();
    }
    std::string sign() { return sign_return_path(p.juniper, leg(), "COARSE"); }
    void lose_all_since(const node::BackupName& backup) {
        restore(p.harbor, backup, p.holders, p.world.random());
    }
    void compare_all_words() {
        compare_words(p.harbor, p.juniper);
        compare_words(p.juniper, p.harbor);
    }
    void meet_again() {
        p.meet_again();
        p.world.pass(hours(1), minutes(10));
    }
    // How all stands was not said yet.
    void unsay_resync() { p.unsay_resync(); }
    void say_resync() {
        p.say_resync();
        p.world.pass(hours(1), minutes(10));
    }
    bool is_refused() { return is_told(p.juniper, "REFUSED_RECIPIENT_MISMATCH"); }
    schema::ReturnLevel level() {
        return static_cast<schema::ReturnLevel>(
            p.harbor.count("SELECT coalesce(max(return_level),0) FROM leg"));
    }
};

}  // namespace

TEST_CASE("a return path waits until a restored referrer knows its question again") {
    Told t(2101);
    const auto backup = back_up(t.p.harbor);
    t.firm();
    t.sign();
    t.lose_all_since(backup);
    pair_up(t.p.harbor, t.p.juniper);
    t.p.world.pass(minutes(30), minutes(10));  // the question is named once words are compared
    CHECK_FALSE(t.is_refused());
    t.compare_all_words();
    t.p.world.pass(hours(1), minutes(10));
    CHECK_FALSE(t.is_refused());
    CHECK(t.level() == schema::ReturnLevel::COARSE);
    CHECK(t.p.juniper.waiting() == 0);
}

TEST_CASE("what a house tells of her waits until a restored referrer knows its question again") {
    Told t(2102);
    const auto backup = back_up(t.p.harbor);
    t.firm();
    t.arrive();
    t.sign();
    t.p.world.pump();
    t.p.juniper.must("leg.follow-up", Json::object({{"id", t.leg()}, {"contact", "yes"}}));
    t.lose_all_since(backup);
    pair_up(t.p.harbor, t.p.juniper);
    t.compare_all_words();
    t.unsay_resync();
    t.p.world.pass(minutes(30), minutes(10));
    CHECK_FALSE(t.is_refused());
    REQUIRE(t.p.harbor.count("SELECT count(*) FROM leg") == 0);
    t.say_resync();
    CHECK(is_told(t.p.harbor, "FOLLOW_UP"));
    CHECK(t.p.juniper.waiting() == 0);
}

TEST_CASE("a return path that came after the backup is said again, and she can end it") {
    Told t(2103);
    t.firm();
    const auto backup = back_up(t.p.harbor);
    const std::string path = t.sign();
    t.p.world.pump();
    REQUIRE(t.level() == schema::ReturnLevel::COARSE);
    t.lose_all_since(backup);
    REQUIRE(t.level() == schema::ReturnLevel::NONE);
    t.meet_again();
    CHECK(t.level() == schema::ReturnLevel::COARSE);
    t.p.harbor.must("release.withdraw",
                    Json::object({{"case", t.asked.case_id}, {"scope", "ALL"}}));
    t.p.world.pass(hours(1), minutes(10));
    CHECK(t.p.juniper.must("release.show", id_arg(path)).text_at("state") == "WITHDRAWN");
}

TEST_CASE("a return path that she ended after the backup does not come back with it") {
    Told t(2104);
    t.firm();
    const std::string path = t.sign();
    t.p.world.pump();
    const auto backup = back_up(t.p.harbor);
    t.p.juniper.must("release.withdraw", id_arg(path));
    t.p.world.pump();
    REQUIRE(t.level() == schema::ReturnLevel::NONE);
    t.lose_all_since(backup);
    REQUIRE(t.level() == schema::ReturnLevel::COARSE);
    t.meet_again();
    CHECK(t.level() == schema::ReturnLevel::NONE);
}

TEST_CASE(
    "a withdrawal before the house was heard goes for a return path that came after the backup") {
    Told t(2105);
    t.firm();
    const auto backup = back_up(t.p.harbor);
    const std::string path = t.sign();
    t.p.world.pump();
    t.lose_all_since(backup);
    t.p.harbor.must("release.withdraw",
                    Json::object({{"case", t.asked.case_id}, {"scope", "ALL"}}));
    t.meet_again();
    CHECK(t.p.juniper.must("release.show", id_arg(path)).text_at("state") == "WITHDRAWN");
    CHECK(t.level() == schema::ReturnLevel::NONE);
}

}  // namespace leeward::test
