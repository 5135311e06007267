// Finds a record by what a person typed: its whole id, or an unambiguous beginning.
#pragma once

#include <string_view>

#include "node/store/store.h"

namespace leeward::node {

// The id of a row of `table` (a literal of ours, with a column `id` of 16 bytes). Errc::not_found;
// Errc::invalid_argument for fewer than 6 digits or more than one match.
Result<Bytes> find_id(Transaction& tx, std::string_view table, std::string_view typed);

}  // namespace leeward::node
