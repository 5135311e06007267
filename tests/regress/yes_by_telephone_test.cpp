// Found by seed 1087 of the universes: a referrer wrote down a yes by telephone, the house's node had not heard of
// the question yet, and the referrer was restored from a copy that had both. The bed stood, the house's node
// never learnt of it, and nobody was told.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

Json by_phone(const std::string& leg) {
    return id_arg(leg).set("person", "night worker").set("number", "555-0100");
}

// Harbor has a yes of a house whose node is off, and is restored from a copy that knows of it and of what
// followed.
Asked yes_in_the_copy(
    Pair& p, const std::function<void(const std::string& leg)>& then = [](const auto&) {}) {
    p.juniper.close();
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    p.harbor.must("leg.phone-accepted", by_phone(asked.legs[0]));
    then(asked.legs[0]);
    restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
    p.juniper.open();
    p.meet_again();
    return asked;
}

}  // namespace

TEST_CASE("a yes by telephone that never came is said again after a restore, and people are told") {
    Pair p(1087);
    const Asked asked = yes_in_the_copy(p);
    CHECK(p.state(asked.legs[0]) == "PHONE_ACCEPTED");
    CHECK(is_told(p.harbor, "YES_NOT_THERE"));
    p.juniper.must("leg.confirm", id_arg(asked.legs[0]));
    p.world.pump();
    CHECK(p.state(asked.legs[0]) == "ACCEPTED");
}

// Found by seed 495, once people in the universes went on to the journey.
TEST_CASE("a journey after a yes by telephone that never came is said again after a restore") {
    Pair p(495);
    const auto now = schema::unix_seconds(p.world.clock().now());
    const auto plan = [&](const std::string& leg) {
        p.harbor.must("leg.plan",
                      id_arg(leg)
                          .set("window-start", now + 600)
                          .set("window-end", now + 7200)
                          .set("code-word", "lantern"));
    };
    const auto word = [&](const std::string& leg) {
        return p.juniper.must("leg.show", id_arg(leg).set("purpose", "PURPOSE_HANDOFF"))
            .text_at("code_word");
    };
    SECTION("planned") {
        const Asked asked = yes_in_the_copy(p, plan);
        CHECK(p.state(asked.legs[0]) == "PHONE_ACCEPTED");  // until they acknowledge it
        CHECK(word(asked.legs[0]) == "lantern");
        CHECK(p.juniper.leg(asked.legs[0]).int_at("window_end") == now + 7200);
    }
    SECTION("under way") {
        const Asked asked = yes_in_the_copy(p, [&](const std::string& leg) {
            plan(leg);
            p.harbor.must("leg.departed", id_arg(leg));
        });
        CHECK(p.state(asked.legs[0]) == "IN_TRANSIT");
        CHECK(word(asked.legs[0]) == "lantern");
        p.juniper.must("leg.arrived", id_arg(asked.legs[0]));
        p.world.pump();
        CHECK(p.state(asked.legs[0]) == "ARRIVED");
    }
    SECTION("arrived, as they say by telephone") {
        const Asked asked = yes_in_the_copy(p, [&](const std::string& leg) {
            plan(leg);
            p.harbor.must("leg.departed", id_arg(leg));
            p.harbor.must("leg.phone-arrived", by_phone(leg));
        });
        CHECK(p.state(asked.legs[0]) == "ARRIVED");
        CHECK(is_told(p.harbor, "YES_NOT_THERE"));
    }
}

// Found by the test above: without a restore too, where the plan is the first word that arrives.
TEST_CASE("a plan that arrives before the yes by telephone is kept with its code word") {
    Pair p(496);
    const auto now = schema::unix_seconds(p.world.clock().now());
    bool is_lost = true;
    p.harbor.watch([&](const node::TransportPublicKey&, const node::Frame&) { return !is_lost; });
    const Asked asked = ask(p.world, p.harbor, {&p.juniper});
    p.harbor.must("leg.phone-accepted", by_phone(asked.legs[0]));
    p.world.pump();
    is_lost = false;
    p.harbor.must("leg.plan",
                  id_arg(asked.legs[0])
                      .set("window-start", now + 600)
                      .set("window-end", now + 7200)
                      .set("code-word", "lantern"));
    p.world.pump();
    REQUIRE(p.juniper.count("SELECT ask FROM leg") == static_cast<int>(schema::Ask::PLAN));
    p.world.pass(std::chrono::minutes(30), std::chrono::minutes(1));
    CHECK(p.juniper.must("leg.show", id_arg(asked.legs[0]).set("purpose", "PURPOSE_HANDOFF"))
              .text_at("code_word") == "lantern");
}

// Found by seed 2295: the house was restored, to before the yes had reached it. The yes was receipted, so it did not
// come again; the referrer's word on the leg said that nothing had been, so it was not taken.
TEST_CASE("a yes by telephone that had come is known to the house again after its restore") {
    Pair p(2295);
    const auto backup = back_up(p.juniper);
    const Asked asked = yes_in_the_copy(p);  // said again: the inquiry itself never comes
    REQUIRE(p.state(asked.legs[0]) == "PHONE_ACCEPTED");
    REQUIRE(p.harbor.waiting() == 0);
    restore(p.juniper, backup, p.holders, p.world.random());
    p.meet_again();
    CHECK(p.state(asked.legs[0]) == "PHONE_ACCEPTED");
}

}  // namespace leeward::test
