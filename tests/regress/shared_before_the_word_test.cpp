// Found by reading: after a restore of the referrer a release of the copy, which she may have withdrawn since, was used
// for a question that was asked after the restore and before its house had said how all stands.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

struct NewQuestion {
    Pair p;
    Asked asked;
    std::string release;

    explicit NewQuestion(std::uint64_t seed)
        : p(seed), asked(ask(p.world, p.harbor, {&p.juniper})) {}
    void firm() { make_firm(p.world, p.harbor, p.juniper, asked, 0); }
    void sign() {
        release = sign_release(p.harbor, asked.case_id, p.juniper);
        p.world.pump();
    }
    // Words are compared, and what the house then says is late.
    void lose_all_since(const node::BackupName& backup) {
        restore(p.harbor, backup, p.holders, p.world.random());
        p.world.pass(hours(1));
        pair_up(p.harbor, p.juniper);
        compare_words(p.harbor, p.juniper);
        compare_words(p.juniper, p.harbor);
        p.unsay_resync();
        p.world.pump();
    }
    void say_resync() {
        p.say_resync();
        p.world.pass(hours(1));
    }
    // In the same case, at the same house.
    void firm_for_another_need() {
        p.firm_for_another_need(asked.case_id);
        p.world.pass(hours(1));
    }
    std::int64_t shared() { return p.juniper.count("SELECT count(*) FROM grant_of"); }
};

}  // namespace

TEST_CASE("what she withdrew after the backup is not shared with a question of after the restore") {
    NewQuestion n(2150);
    n.sign();
    const auto backup = back_up(n.p.harbor);
    n.p.harbor.must("release.withdraw", id_arg(n.release));  // nobody else knows of it
    n.lose_all_since(backup);
    n.firm_for_another_need();
    CHECK(n.shared() == 0);
    CHECK(n.p.harbor.refused("grant.send", Json::object({{"release", n.release}})).code ==
          Errc::not_released);
    n.say_resync();
    CHECK(n.shared() == 0);
    CHECK(n.p.harbor.must("release.show", id_arg(n.release)).text_at("state") == "WITHDRAWN");
}

// Found by a review: by its draft it was still taken for one of the backup.
TEST_CASE("what she signs after a restore goes with a new question though its draft is older") {
    NewQuestion n(2152);
    const std::string draft = n.p.harbor
                                  .must("release.new",
                                        Json::object({{"case", n.asked.case_id},
                                                      {"to", n.p.juniper.name()},
                                                      {"fields", Json(Json::Array{"T2"})},
                                                      {"purpose", "PURPOSE_PLACEMENT"}}))
                                  .text_at("id");
    n.lose_all_since(back_up(n.p.harbor));
    n.firm_for_another_need();
    for (const Json& signature : founding::both_signatures(draft))
        n.p.harbor.must("release.sign", signature);
    n.p.world.pass(hours(1));
    CHECK(n.shared() == 1);
}

TEST_CASE("what a house holds under a release goes with a new question once the house has spoken") {
    NewQuestion n(2151);
    n.firm();
    n.sign();
    REQUIRE(n.shared() == 1);
    const auto backup = back_up(n.p.harbor);
    n.lose_all_since(backup);
    n.firm_for_another_need();
    CHECK(n.shared() == 1);
    n.say_resync();
    CHECK(n.shared() == 2);
}

}  // namespace leeward::test
