// Brings a database to the schema of this build: schema/sql/NNNN_name.sql in order, each file in
// one transaction with its number, so that an interrupted upgrade goes on where it stopped.
#pragma once

#include <span>
#include <string_view>

#include "crypto/base/result.h"
#include "node/store/sql.h"

namespace leeward::node {

struct Migration {
    std::string_view name;
    std::string_view sql;
};

// The files of schema/sql, built into the program; PRAGMA user_version counts those applied.
[[nodiscard]] std::span<const Migration> migrations();

// Errc::unsupported for a schema newer than `all` or a database that is not a store of ours.
Outcome migrate(sql::Connection& connection, std::span<const Migration> all);

}  // namespace leeward::node
