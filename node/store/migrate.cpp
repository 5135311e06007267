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

Outcome apply(sql::Connection& connection, const Migration& migration, std::size_t version) {
    const std::string script = "BEGIN IMMEDIATE;\n" + std::string(migration.sql) +
                               "\nPRAGMA application_id=" + std::to_string(application_id) +
                               ";\nPRAGMA user_version=" + std::to_string(version) + ";\nCOMMIT;";
    auto done = connection.script(script);
    if (!done && connection.in_transaction()) LEEWARD_TRY(connection.script("ROLLBACK"));
    return done;
}

}  // namespace

Outcome migrate(sql::Connection& connection, std::span<const Migration> all) {
    LEEWARD_ASSIGN(const std::int64_t present, number(connection, "PRAGMA user_version"));
    LEEWARD_ASSIGN(const std::int64_t owner, number(connection, "PRAGMA application_id"));
    if (present < 0 || present > static_cast<std::int64_t>(all.size()))
        return Error{Errc::unsupported,
                     "the store was written by a newer version; nothing was changed, update first"};
    if (present > 0 && owner != application_id)
        return Error{Errc::unsupported, "this database is not a store of ours"};
    for (auto next = static_cast<std::size_t>(present); next < all.size(); ++next)
        LEEWARD_TRY(apply(connection, all[next], next + 1));
    return Done{};
}

}  // namespace leeward::node
