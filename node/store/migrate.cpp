#include "node/store/migrate.h"

#include <string>

namespace leeward::node {
namespace {

constexpr std::int64_t application_id = 0x4c575244;  // "LWRD"

Result<std::int64_t> number(sql::Connection& connection, std::string_view pragma) {
    Rows rows = connection.query(pragma, {});
    const std::int64_t value = rows.next() ? rows.integer(0) : 0;
    LEEWARD_TRY(rows.status());
    return value;
}

Outcome in_one_transaction(sql::Connection& connection,
                           std::span<const Migration> all,
                           std::size_t present,
                           const std::function<void()>& step) {
    LEEWARD_TRY(connection.script("BEGIN IMMEDIATE"));
    for (std::size_t next = present; next < all.size(); ++next) {
        LEEWARD_TRY(connection.script(std::string(all[next].sql)));
        step();
    }
    LEEWARD_TRY(connection.script("PRAGMA application_id=" + std::to_string(application_id) +
                                  ";\nPRAGMA user_version=" + std::to_string(all.size()) +
                                  ";\nCOMMIT;"));
    step();
    return Done{};
}

}  // namespace

Result<std::size_t> migrated(sql::Connection& connection, std::span<const Migration> all) {
    LEEWARD_ASSIGN(const std::int64_t present, number(connection, "PRAGMA user_version"));
    LEEWARD_ASSIGN(const std::int64_t owner, number(connection, "PRAGMA application_id"));
    if (present < 0 || present > static_cast<std::int64_t>(all.size()))
        return Error{Errc::unsupported,
                     "the store was written by a newer version; nothing was changed, update first"};
    if (present > 0 && owner != application_id)
        return Error{Errc::unsupported, "this database is not a store of ours"};
    return static_cast<std::size_t>(present);
}

Outcome migrate(sql::Connection& connection, std::span<const Migration> all, const Upgrading& how) {
    LEEWARD_ASSIGN(const std::size_t present, migrated(connection, all));
    if (present == all.size()) return Done{};
    const std::function<void()> step = how.step ? how.step : [] {};
    step();
    if (present > 0 && how.before) LEEWARD_TRY(how.before());
    step();
    auto done = in_one_transaction(connection, all, present, step);
    if (!done && connection.in_transaction()) LEEWARD_TRY(connection.script("ROLLBACK"));
    return done;
}

}  // namespace leeward::node
