// Found by reading: of what a restored referrer had shared, a partner could hold as closed what the referrer had
// never asked back, or did not know to have left. Nothing asked for its erasure then; one that she had withdrawn
// at the house, whose word was lost with the machine, even passed for open.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// The bed is firm, the papers are signed, and both stand in a backup of the referrer or do not.
struct Shared {
    Pair p;
    Asked asked;
    std::string release;

    explicit Shared(std::uint64_t seed) : p(seed) {}
    void ask_and_disclose() {
        asked = ask(p.world, p.harbor, {&p.juniper});
        release = p.disclosed(asked);
    }
    void withdraw_at_house() {
        p.juniper.must("release.withdraw",
                       Json::object({{"leg", asked.legs[0]}, {"scope", "ALL"}}));
    }
    void lose_all_since(const node::BackupName& backup) {
        restore(p.harbor, backup, p.holders, p.world.random());
    }
    void meet_again() {
        p.meet_again();
        p.world.pass(hours(2), minutes(10));
    }
    std::string state_at(TestNode& node) {
        const Json all = node.must("grant.list", Json::object({{"all", true}}));
        REQUIRE(all.array_at("grants").size() == 1);
        return all.array_at("grants").front().text_at("state");
    }
    void both_show(std::string_view state) {
        CHECK(state_at(p.harbor) == state);
        CHECK(state_at(p.juniper) == state);
    }
};

}  // namespace

TEST_CASE(
    "what she withdrew at a house is erased there, though its referrer has lost that it shared "
    "it") {
    Shared s(973);
    const auto backup = back_up(s.p.harbor);
    s.ask_and_disclose();
    s.withdraw_at_house();
    s.lose_all_since(backup);
    s.meet_again();
    s.both_show("ERASURE_ATTESTED");
}

TEST_CASE("what she withdrew at a house ends at its referrer, though that word was lost with it") {
    Shared s(974);
    s.ask_and_disclose();
    const auto backup = back_up(s.p.harbor);
    s.withdraw_at_house();
    // The lost machine had receipted it, and died before it said anything.
    REQUIRE(s.p.juniper.home().store.write([](node::Transaction& tx) {
        return tx.run("DELETE FROM outbox WHERE kind=?", schema::MessageKind::WITHDRAW);
    }));
    s.lose_all_since(backup);
    s.meet_again();
    CHECK(s.p.harbor.must("release.show", id_arg(s.release)).text_at("state") == "WITHDRAWN");
    s.both_show("ERASURE_ATTESTED");
}

TEST_CASE(
    "what left after the backup, and was withdrawn before its partner was heard, is erased there") {
    Shared s(975);
    s.asked = ask(s.p.world, s.p.harbor, {&s.p.juniper});
    make_firm(s.p.world, s.p.harbor, s.p.juniper, s.asked, 0);
    s.p.juniper.close();
    s.release = sign_release(s.p.harbor, s.asked.case_id, s.p.juniper);
    const auto backup = back_up(s.p.harbor);
    s.p.juniper.open();
    s.p.world.pass(minutes(30), minutes(10));
    REQUIRE(s.state_at(s.p.juniper) == "OPENABLE");
    s.lose_all_since(backup);
    s.p.harbor.must("release.withdraw", id_arg(s.release));
    s.meet_again();
    s.both_show("ERASURE_ATTESTED");
}

}  // namespace leeward::test
