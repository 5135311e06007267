// Entries and statements as rows of the store.
#pragma once

#include <optional>

#include "node/store/store.h"
#include "schema/directory_entry.h"

namespace leeward::node {

Outcome put_service(Transaction& tx, const schema::DirectoryEntry& entry);

// The columns of directory_service in the order of put_service, then those of capacity_update
// (NULL: no figure). The newer figure is the entry's.
inline constexpr int service_column_count = 20;
[[nodiscard]] schema::DirectoryEntry service_of(const Rows& rows);

}  // namespace leeward::node
