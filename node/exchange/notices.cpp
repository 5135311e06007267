#include "node/exchange/notices.h"

namespace leeward::node {

Outcome raise(Transaction& tx,
              std::string_view code,
              BytesView subject,
              const std::optional<schema::NodeId>& peer,
              schema::Time now) {
    return tx.run(
        "INSERT INTO notice(code,subject,peer,at,due) VALUES(?,?,?,?,?) "
        "ON CONFLICT(code,subject) DO UPDATE SET due=excluded.due,repeats=repeats+1",
        code,
        subject,
        peer,
        schema::unix_seconds(now),
        schema::unix_seconds(now));
}

Outcome settle_notice(Transaction& tx, std::string_view code, BytesView subject) {
    return tx.run("DELETE FROM notice WHERE code=? AND subject=?", code, subject);
}

Outcome settle_notices(Transaction& tx, BytesView subject) {
    return tx.run("DELETE FROM notice WHERE subject=?", subject);
}

Outcome settle_notices_but(Transaction& tx, BytesView subject, std::string_view kept) {
    return tx.run("DELETE FROM notice WHERE subject=? AND code NOT LIKE ?", subject, kept);
}

Outcome notices_follow_clock(Transaction& tx, schema::Time reached) {
    return tx.run("UPDATE notice SET at=min(at,?1),due=min(due,?1) WHERE max(at,due)>?1",
                  schema::unix_seconds(reached));
}

}  // namespace leeward::node
