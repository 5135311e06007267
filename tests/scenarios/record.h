// The record of an invented survivor in which every field that people write in holds a word that
// stands nowhere else. It is made from the catalogue: a field that is added is planted too.
#pragma once

#include "schema/json/json.h"
#include "tests/support/canaries.h"

namespace leeward::test {

// Alder Court is on her list of organisations that are not to be asked.
[[nodiscard]] schema::Json planted_record(Canaries& canaries);

}  // namespace leeward::test
