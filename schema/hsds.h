// Reads services written as HSDS 3.1 (Open Referral; service_with_definitions.json), one JSON object
// a line, into entries of our directory.
//
// HSDS allows members that it does not know, so unknown ones are passed over here (only here); the
// members that it names must have its types, and those that it requires must be there. Terms of Open
// Eligibility 2.0 decide the service class. What an entry does not keep (street, coordinates,
// telephone, descriptions, contacts) is dropped on reading.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "crypto/base/result.h"
#include "schema/directory_entry.h"

namespace leeward::schema {

inline constexpr std::size_t hsds_line_bytes = 512 * 1024;

// Errc::too_large beyond hsds_line_bytes; Errc::malformed names the member, never its value.
Result<DirectoryEntry> read_hsds_service(std::string_view line, std::string_view dataset);

// The class to which a term of Open Eligibility 2.0 belongs; nullopt for a term about people.
// 1136 "Help Find Housing" is OTHER: nobody can sleep there.
[[nodiscard]] std::optional<ServiceClass> service_class_of_term(int code);

}  // namespace leeward::schema
