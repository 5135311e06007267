// Found by reading: with --lift a legal hold took whatever stood after --code, and the log's entry had it as its reason: a
// court's code, as if the hold had been set, or four bytes of the hash of a name.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {

TEST_CASE("a hold is lifted without a code, and the log says that it was lifted") {
    World world(1093, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const Asked asked = ask(world, harbor, {&world.node(1)});
    Json hold = Json::object({{"case", asked.case_id}, {"code", "HOLD_COURT"}});
    harbor.must("retention.hold", hold);
    const auto entries = harbor.count("SELECT count(*) FROM leaf");
    hold.set("lift", true);
    for (const char* code : {"HOLD_COURT", "Renata"}) {
        hold.set("code", code);
        CHECK(harbor.refused("retention.hold", hold).code == Errc::invalid_argument);
    }
    CHECK(harbor.count("SELECT count(*) FROM leaf") == entries);
    const Json lift = Json::object({{"case", asked.case_id}, {"lift", true}});
    CHECK(harbor.must("retention.hold", lift).text_at("hold").empty());
    CHECK(harbor.newest_entry().reason == schema::code_tag("HOLD_LIFTED"));
}

}  // namespace leeward::test
