#include "node/audit/closed_log.h"

namespace leeward::node {
namespace {

Outcome move_entries(Transaction& tx, AuditLog& log, std::int64_t into) {
    for (std::uint64_t i = 0; i < log.size(); ++i) {
        LEEWARD_ASSIGN(const LeafEntry entry, log.entry(tx, i));
        LEEWARD_TRY(tx.run("INSERT INTO closed_leaf(log,idx,rec,n,xref) VALUES(?,?,?,?,?)",
                           into,
                           static_cast<std::int64_t>(i),
                           BytesView(entry.rec),
                           BytesView(entry.n),
                           BytesView(entry.xref)));
    }
    return tx.run(
        "UPDATE closed_leaf SET (verify,signature)="
        "(SELECT verify,signature FROM signed_act WHERE leaf=idx) WHERE log=?",
        into);
}

Outcome move_heads(Transaction& tx, const std::string& origin, std::int64_t into) {
    return tx.run(
        "INSERT INTO closed_head(log,hour,size,note) SELECT ?,hour,size,note||coalesce((SELECT "
        "group_concat(line,'') FROM head_cosignature c WHERE c.origin=? AND c.size=p.size),'') "
        "FROM published_head p",
        into,
        origin);
}

// They are compared with the partner's as before.
Outcome move_exchanges(Transaction& tx, std::int64_t into) {
    LEEWARD_TRY(tx.run("UPDATE reconcile_finding SET leaf=NULL"));
    return tx.run(
        "INSERT INTO closed_exchange(log,leaf,peer,epoch,sent,state,settled) "
        "SELECT ?,leaf,peer,epoch,sent,state,settled FROM exchange",
        into);
}

Outcome empty_tables(Transaction& tx) {
    for (const std::string_view statement : {"DELETE FROM exchange",
                                             "DELETE FROM leaf",
                                             "DELETE FROM leaf_bundle",
                                             "DELETE FROM tile",
                                             "DELETE FROM signed_act",
                                             "DELETE FROM published_head",
                                             "DELETE FROM head_cosignature",
                                             "DELETE FROM meta WHERE key LIKE 'audit.%'"})
        LEEWARD_TRY(tx.run(statement));
    return Done{};
}

}  // namespace

Outcome close_log(Transaction& tx,
                  AuditLog& log,
                  const schema::LogBefore& known,
                  schema::Time now) {
    LEEWARD_TRY(
        tx.run("INSERT INTO closed_log(origin,key,size,root,witnessed_size,witnessed_root,closed) "
               "VALUES(?,?,?,?,?,?,?)",
               log.origin(),
               log.vkey().key,
               static_cast<std::int64_t>(log.size()),
               log.root(),
               static_cast<std::int64_t>(known.size),
               known.root,
               schema::unix_seconds(now)));
    const std::int64_t closed = tx.last_rowid();
    LEEWARD_TRY(move_entries(tx, log, closed));
    LEEWARD_TRY(move_heads(tx, log.origin(), closed));
    LEEWARD_TRY(move_exchanges(tx, closed));
    return empty_tables(tx);
}

}  // namespace leeward::node
