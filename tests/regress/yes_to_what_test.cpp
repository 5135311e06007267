// Found by a review: the second person was shown which kind of act waited for her and not what it was: a no to
// be upheld and one to be returned looked alike, and so did two keys.
#include <catch2/catch_test_macros.hpp>

#include "crypto/age/age.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

Json only_approval(Seat& seat) {
    const Json list = seat.must("approval.list");
    REQUIRE(list.array_at("approvals").size() == 1);
    return list.array_at("approvals").front();
}

}  // namespace

TEST_CASE("the second person sees what she is asked for, and others that somebody is") {
    World world(951, {"investigation", "shelter"});
    TestNode& juniper = world.node(1);
    const std::string leg = ask(world, world.node(0), {&juniper}).legs.front();
    Seat night(juniper, "night desk", "SHELTER_INTAKE");
    Seat desk3(juniper, "desk 3", "SHELTER_INTAKE");
    Seat grace(juniper, "supervisor", "SHELTER_SUPERVISOR");
    night.must("leg.show", Json::object({{"id", leg}}));
    night.must("leg.decline", Json::object({{"id", leg}, {"code", "DECLINE_OTHER_REVIEWED"}}));
    night.must("leg.review", Json::object({{"id", leg}, {"code", "REVIEW_RETURNED"}}));
    for (Seat* seat : {&grace, &night}) {
        const Json one = only_approval(*seat);
        REQUIRE(one.find("asks") != nullptr);
        CHECK(one.find("asks")->text_at("code") == "REVIEW_RETURNED");
    }
    CHECK(only_approval(desk3).find("asks") == nullptr);
}

TEST_CASE("a key that she is asked about is shown by its end") {
    World world(952, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    Seat grace(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    const auto key = crypto::age::generate_identity(world.random());
    const std::string to = crypto::age::format_recipient(crypto::age::recipient_of(key));
    harbor.must("node.retire", Json::object({{"to", to}}));
    const Json one = only_approval(grace);
    REQUIRE(one.find("asks") != nullptr);
    const std::string shown = one.find("asks")->text_at("to");
    CHECK(shown == "…" + to.substr(to.size() - 16));
}

}  // namespace leeward::test
