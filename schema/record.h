// A record: an object of catalogue field → value. What a case holds, what a card says, what a grant
// carries.
#pragma once

#include "schema/catalogue.h"
#include "schema/json/json.h"

namespace leeward::schema {

inline constexpr std::size_t record_text_bytes = 2048;  // one TEXT
inline constexpr std::size_t record_item_bytes = 256;   // one string of a LIST
inline constexpr std::size_t record_list_items = 32;

// Holds `record` against the catalogue. `max` is the highest tier it may reach: T1 takes T0 and T1.
// Tier::L0 says that the record stays on this node and may hold everything; any other tier refuses
// L0. Errc::malformed names the field at fault, never its value.
Outcome check_record(const Json& record, Tier max);

// The catalogue fields that are present. Members that are none do not count.
[[nodiscard]] FieldSet fields_of(const Json& record);
// Only these fields, in the order of the catalogue, so that the order of entry says nothing.
[[nodiscard]] Json redact(const Json& record, const FieldSet& keep);
// The highest tier of a set, Tier::L0 if it holds any L0 field (the strictest), T0 when empty.
[[nodiscard]] Tier strictest_tier(const FieldSet& fields);
// What a recipient is sent of a need: its T1 fields and nothing else.
[[nodiscard]] Json t1_card(const Json& need_fields);

}  // namespace leeward::schema
