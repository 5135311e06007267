// The T0 CAPACITY statement: what an organisation can take now. It concerns no person at all.
//
// domain.md section 4.2. It is pushed to all peers at fixed ticks and never asked for. A figure
// older than 24 hours is stale: it is shown as stale and never as "has". It never declines anybody.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "schema/json/json.h"
#include "schema/lifecycle.h"
#include "schema/need.h"
#include "schema/time.h"

namespace leeward::schema {

enum class AgeBand : Byte { UNDER_12, FROM_12_TO_14, FROM_15_TO_17 };
using AgeBands = EnumSet<AgeBand>;
[[nodiscard]] std::span<const AgeBand> all_age_bands();
[[nodiscard]] std::string_view name(AgeBand band);  // "under_12", "12_14", "15_17"
[[nodiscard]] std::optional<AgeBand> age_band_from(std::string_view text);

struct Ages {
    int from;
    int to;  // inclusive
};
[[nodiscard]] Ages ages_of(AgeBand band);

// The last two are T1 access needs, so that they can be answered before anybody is asked.
enum class Feature : Byte {
    STEP_FREE,
    PRIVATE_ROOM,
    STAFF_AWAKE_AT_NIGHT,
    INTERPRETER_ON_CALL,
    SENSORY,
    MEDICAL_ON_SITE,
};
using Features = EnumSet<Feature>;
[[nodiscard]] std::span<const Feature> all_features();
[[nodiscard]] std::string_view name(Feature feature);  // "step_free"
[[nodiscard]] std::optional<Feature> feature_from(std::string_view text);

// FHIR SDOHCC STU3: capacity, no-capacity, waitlist, additional-assessment-required.
enum class CapacityLevel : Byte { HAS, NONE, NONE_WITH_WAITLIST, NEEDS_ASSESSMENT };
[[nodiscard]] std::string_view name(CapacityLevel level);  // "has", "none_with_waitlist"

enum class BedKind : Byte { FACILITY, HOST_FAMILY, VOUCHER };
[[nodiscard]] std::string_view name(BedKind kind);

struct CapacityStatement {
    ServiceClass service{};
    AgeBands ages{};  // at least one
    CapacityLevel level = CapacityLevel::NONE;
    std::optional<int> beds{};  // 1 to 999, only with HAS; nullopt: not told
    std::optional<BedKind> bed_kind{};
    Features features{};
    std::string intake_hours{};  // an RFC 5545 RRULE value, at most 200 bytes; empty: not told
    Time as_of;                  // the start of its 15 minutes

    friend bool operator==(const CapacityStatement&, const CapacityStatement&) = default;
};

// The members in this order: service_class, ages, capacity, beds?, bed_kind?, features,
// intake_hours?, as_of (unix seconds).
[[nodiscard]] Json to_json(const CapacityStatement& statement);
// Strict. Errc::malformed names the member. A worker's own file may leave out as_of: `now`'s 15
// minutes then; a peer's may not (pass nullopt).
Result<CapacityStatement> capacity_from_json(const Json& json, std::optional<Time> now = {});

inline constexpr Duration capacity_fresh = std::chrono::hours(24);
// Also for a time more than 24 hours ahead: its clock is not to be believed.
[[nodiscard]] bool is_stale(Time as_of, Time now);
// "stale" when it is, else the level's name: the only way in which a figure is put on a screen.
[[nodiscard]] std::string_view shown_capacity(CapacityLevel level, Time as_of, Time now);

}  // namespace leeward::schema
