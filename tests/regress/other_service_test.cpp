// Found by reading: an organisation was asked for a bed and for counselling. What she had released for the
// bed went to it once its counselling was firm, although the bed never was.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

// A bed that is only offered, and what was released for it; counselling there that is firm.
struct TwoServices {
    World world{930, {"investigation", "shelter"}};
    TestNode& harbor = world.node(0);
    TestNode& birch = world.node(1);
    Asked bed = ask(world, harbor, {&birch});
    std::string release;
    Asked talks;

    TwoServices() {
        offer(world, birch, bed.legs.front());
        release = sign_release(harbor, bed.case_id, birch);
        world.pump();
        talks = ask_for_counselling();
        make_firm(world, harbor, birch, talks, 0);
    }
    Asked ask_for_counselling() {
        const Json need = sample_need("COUNSELLING", "ROUTINE");
        Asked asked{bed.case_id, {}, {}};
        asked.need =
            harbor.must("need.new", Json::object({{"case", bed.case_id}, {"need", need.dump()}}))
                .text_at("id");
        const Json sent = harbor.must(
            "need.ask",
            Json::object({{"id", asked.need}, {"to", Json(Json::Array{birch.name()})}}));
        asked.legs.push_back(sent.array_at("legs").front().text_at("id"));
        world.pump();
        return asked;
    }
    // The legs of what the partner received.
    std::vector<std::string> received() {
        std::vector<std::string> legs;
        const Json list = birch.must("grant.list", Json::object({{"all", true}}));
        for (const auto& grant : list.array_at("grants"))
            legs.push_back(grant.text_at("leg"));
        return legs;
    }
};

}  // namespace

TEST_CASE("what she released for a bed waits for the bed, whatever else is firm there") {
    TwoServices s;
    CHECK(s.received().empty());
    CHECK(s.harbor.refused("grant.send", Json::object({{"release", s.release}})).code ==
          Errc::not_released);
    CHECK(s.received().empty());
    choose(s.world, s.harbor, s.bed.need, s.bed.legs.front());
    s.birch.must("leg.confirm", with_id(s.bed.legs.front()));
    s.world.pump();
    CHECK(s.received() == s.bed.legs);
}

TEST_CASE(
    "what she releases for counselling goes to the counselling that is firm, and only there") {
    TwoServices s;
    sign_release(s.harbor, s.bed.case_id, s.birch, "T3", "PURPOSE_COUNSELLING");
    s.world.pump();
    CHECK(s.received() == s.talks.legs);
}

}  // namespace leeward::test
