// Found by reading: a worker who reported an incident about a leg was given one that had been closed long ago, if it was
// of the same kind. None was opened, and sharing went on.
#include <catch2/catch_test_macros.hpp>

#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {

TEST_CASE("what a worker reports about a leg is an incident, also where one like it was closed") {
    Papers p(516);
    const Json about = Json::object({{"kind", "INCIDENT_MISDIRECTED"}, {"leg", p.leg()}});
    const std::string first = p.harbor.must("incident.open", about).text_at("id");
    CHECK(p.harbor.must("incident.open", about).text_at("id") == first);
    Json closing = with_id(first).set("code", "CONTAINED_NOTHING_LEFT");
    p.harbor.must("incident.contain", closing);
    p.harbor.must("incident.close", closing.set("code", "REVIEWED_NO_HARM"));

    const std::string second = p.harbor.must("incident.open", about).text_at("id");
    CHECK(second != first);
    CHECK(p.harbor.must("incident.open", about).text_at("id") == second);
    const std::string release = p.active();
    CHECK(p.grants(p.lantern).empty());
    CHECK(p.harbor.refused("grant.send", Json::object({{"release", release}})).code ==
          Errc::not_released);
}

}  // namespace leeward::test
