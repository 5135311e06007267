// Brings a database to the schema of this build: schema/sql/NNNN_name.sql in order, all that are missing
// in one transaction. An upgrade that is interrupted anywhere has not happened.
#pragma once

#include <functional>
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

struct Upgrading {
    std::function<Outcome()>
        before{};  // once, ahead of the first change to a store that holds something
    std::function<void()> step{};  // wherever an upgrade may be interrupted (tests end the process)
};
// Errc::unsupported for a schema newer than `all` or a database that is not a store of ours.
Outcome migrate(sql::Connection& connection,
                std::span<const Migration> all,
                const Upgrading& how = {});
// How many of `all` a database has. Errors as migrate().
Result<std::size_t> migrated(sql::Connection& connection, std::span<const Migration> all);

}  // namespace leeward::node
