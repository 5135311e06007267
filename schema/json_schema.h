// The catalogue as JSON Schema, draft-07, for those who check records with other tools.
#pragma once

#include "schema/json/json.h"
#include "schema/tier.h"

namespace leeward::schema {

// Accepts what check_record(record, max) accepts. One thing draft-07 cannot say: lengths here are
// in characters, check_record counts bytes.
[[nodiscard]] Json record_schema(Tier max);

}  // namespace leeward::schema
