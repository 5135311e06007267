#include "node/exchange/reconcile_findings.h"

#include "crypto/pairing.h"

namespace leeward::node {

using schema::Json;
using schema::Time;

Time start_of_week(std::int64_t epoch) {
    return schema::from_unix(epoch * crypto::epoch_seconds);
}

Outcome keep_findings(Transaction& tx,
                      const Peer& peer,
                      std::int64_t epoch,
                      const TheirList& list,
                      const std::vector<Difference>& found,
                      Time now) {
    LEEWARD_TRY(tx.run(
        "DELETE FROM reconcile_finding WHERE peer=?1 AND epoch=?2 AND xref>=?3 AND (?4 IS NULL OR "
        "xref<?4)",
        peer.node(),
        epoch,
        list.from,
        list.to));
    for (const auto& one : found)
        LEEWARD_TRY(
            tx.run("INSERT INTO reconcile_finding(peer,epoch,xref,kind,ours,leaf,found) "
                   "VALUES(?,?,?,?,?,?,?)",
                   peer.node(),
                   epoch,
                   one.xref,
                   one.kind,
                   one.ours,
                   one.leaf ? std::optional(static_cast<std::int64_t>(*one.leaf)) : std::nullopt,
                   schema::unix_seconds(now)));
    return Done{};
}

Outcome drop_findings(Transaction& tx, const Peer& peer, std::int64_t epoch) {
    return tx.run("DELETE FROM reconcile_finding WHERE peer=? AND epoch=?", peer.node(), epoch);
}

Result<bool> has_findings(Transaction& tx, const Peer& peer, std::optional<std::int64_t> epoch) {
    auto rows = tx.query(
        "SELECT 1 FROM reconcile_finding WHERE peer=?1 AND (?2 IS NULL OR epoch=?2) LIMIT 1",
        peer.node(),
        epoch);
    const bool any = rows.next();
    LEEWARD_TRY(rows.status());
    return any;
}

Result<Json> findings_json(Transaction& tx, const Peer& peer, schema::Language language) {
    Json list = Json::array();
    auto rows = tx.query(
        "SELECT epoch,kind,ours,leaf,found FROM reconcile_finding WHERE peer=? ORDER BY epoch,leaf "
        "LIMIT 1000",
        peer.node());
    while (rows.next()) {
        const auto kind = static_cast<schema::FindingKind>(rows.integer(1));
        const std::string us = language == schema::Language::ES ? "nosotras" : "us";
        Json line =
            Json::object({{"finding", schema::name(kind)},
                          {"missing_at", rows.integer(2) != 0 ? us : peer.card.organisation},
                          {"week_since", schema::unix_seconds(start_of_week(rows.integer(0)))},
                          {"found_at", rows.integer(4)},
                          {"meaning", schema::explain(kind, language)}});
        if (!rows.is_null(3)) line.set("our_leaf", rows.integer(3));
        list.push(std::move(line));
    }
    LEEWARD_TRY(rows.status());
    return list;
}

}  // namespace leeward::node
