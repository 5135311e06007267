// Found by a review: a house that was restored took the no that is under review for the one of its copy. Whoever had
// said it since could review it herself, and it was upheld for the reason of the earlier one.
#include <unistd.h>

#include "tests/node/exchange/restored_pair.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

constexpr std::string_view says_no = "DECLINE_OTHER_REVIEWED";

// One supervisor has said no before the backup; another returned that, and said no herself since.
struct AnotherNo {
    Pair p;
    Asked asked;
    Seat grace{p.juniper, "supervisor", "SHELTER_SUPERVISOR"};
    Seat other{p.juniper, "day supervisor", "SHELTER_SUPERVISOR"};

    explicit AnotherNo(std::uint64_t seed) : p(seed), asked(ask(p.world, p.harbor, {&p.juniper})) {
        grace.must("leg.show", id_arg(leg()));
        grace.must("leg.decline", no(says_no));
        p.world.pump();
        const auto backup = back_up(p.juniper);
        other.must("leg.review", no("REVIEW_RETURNED"));
        other.must("leg.decline", no("DECLINE_GROUP_MIX_SAFETY"));
        p.world.pump();
        restore(p.juniper, backup, p.holders, p.world.random());
        REQUIRE(p.juniper.serve(
            ::geteuid(),
            {"shift.start", Json::object({{"name", "desk 1"}}), node::Act::PERFORM, {}, 0},
            {std::string(passphrase_of_all)}));
        p.meet_again();
        REQUIRE(p.state(leg()) == "DECLINE_UNDER_REVIEW");
        for (Seat* seat : {&grace, &other})
            REQUIRE(seat->start_shift());
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    [[nodiscard]] Json no(std::string_view code) const {
        return Json::object({{"id", leg()}, {"code", code}});
    }
};

}  // namespace

TEST_CASE("whoever has said a no since the backup of a restored house does not review it alone") {
    AnotherNo s(2730);
    const Json waits = s.other.must("leg.review", s.no("REVIEW_UPHELD"));
    REQUIRE(waits.bool_at("needs_second_person"));
    const Json given = s.grace.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
    CHECK(given.text_at("state") == "GIVEN");
}

TEST_CASE("nor is it upheld for the reason of an earlier one") {
    AnotherNo s(2731);
    const Json waits = s.other.must("leg.review", s.no("REVIEW_UPHELD"));
    s.grace.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
    s.p.world.pump();
    CHECK(s.p.state(s.leg()) == "DECLINED");
    CHECK(s.p.harbor.leg(s.leg()).text_at("reason").empty());
}

}  // namespace leeward::test
