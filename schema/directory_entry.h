// One service as a node's directory keeps it: what matching needs and nothing more.
//
// Made from HSDS 3.1 (schema/hsds.h) or a city's feed (schema/toronto.h). No street address, no
// coordinates, no telephone number and no free text is kept, so a directory file that names a
// confidential shelter's street does not put the street into the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "schema/capacity.h"
#include "schema/lifecycle.h"
#include "schema/need.h"
#include "schema/time.h"

namespace leeward::schema {

enum class ServiceStatus : Byte { ACTIVE, INACTIVE, DEFUNCT, TEMPORARILY_CLOSED };
[[nodiscard]] std::string_view name(ServiceStatus status);  // HSDS: "active", "temporarily closed"

// Whom a service says it is for: terms of Open Eligibility 2.0 (human situations), coarsened.
// clang-format off
enum class Audience : Byte {
    CHILDREN,         // 20005
    TEENS,            // 20004
    ADULTS,           // 20003
    SENIORS,          // 20006
    WOMEN,            // 20036
    MEN,              // 20037
    LGBTQ,            // 20038, 20078
    FAMILIES,         // 20054
    RUNAWAYS,         // 20060
    SURVIVORS,        // 20081 abuse, 20083 domestic violence, 20084 trafficking, 20086 assault
    LIMITED_ENGLISH,  // 20067
};
// clang-format on
using Audiences = EnumSet<Audience>;
using ServiceClasses = EnumSet<ServiceClass>;

enum class CapacityKind : Byte {
    COUNTED,     // somebody counted what is free
    CONTRACTED,  // what was paid for; says nothing of what is free
};

// HSDS service_capacity. Numbers are of `unit`s; a feed that counts below zero is 0.
struct ListedCapacity {
    std::string unit;  // "bed", "room", "seat": lower case, as the source has it
    std::int64_t available = 0;
    std::optional<std::int64_t> maximum{};
    Time updated;
    CapacityKind kind = CapacityKind::COUNTED;

    friend bool operator==(const ListedCapacity&, const ListedCapacity&) = default;
};

struct DirectoryEntry {
    std::string service_id;  // the source's, at most 64 bytes
    std::string organisation{};
    std::string name{};
    std::string programme{};
    ServiceClasses classes{};
    std::optional<int> min_age{};  // whole years, inclusive
    std::optional<int> max_age{};
    Audiences audience{};
    std::vector<std::string> languages{};  // codes as the source has them ("es", "yue")
    Features features{};
    std::vector<std::string> regions{};  // GEOID, ISO 3166-2 code or a name, as the source has it
    std::optional<ListedCapacity> capacity{};
    bool location_withheld = false;  // no physical place is listed
    std::string dataset{};           // the short name given at import
    ServiceStatus status = ServiceStatus::ACTIVE;
    std::string assured{};  // YYYY-MM-DD when the source last vouched for it; empty: never said

    friend bool operator==(const DirectoryEntry&, const DirectoryEntry&) = default;
};

}  // namespace leeward::schema
