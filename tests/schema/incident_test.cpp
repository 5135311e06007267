#include "schema/incident.h"

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)

TEST_CASE("an incident takes exactly the transitions of its table") {
    const auto made = leeward::test::walk<IncidentState, IncidentMove>(
        incident_state_count, 3, [](auto move, auto from, auto) { return next(move, from); });
    REQUIRE(made == leeward::test::expected("I2 OPEN CONTAINED\nI3 CONTAINED CLOSED"));
    leeward::test::require_words<IncidentState>(incident_state_count, incident_state_from);
}
