#include "node/outbox/exchanges.h"

#include "crypto/pairing.h"

namespace leeward::node {

bool is_reconciled(schema::MessageKind kind) {
    switch (kind) {
        case schema::MessageKind::ASK:
        case schema::MessageKind::ANSWER:
        case schema::MessageKind::GRANT:
        case schema::MessageKind::GRANT_STATE:
        case schema::MessageKind::GRANT_ANSWER:
        case schema::MessageKind::WITHDRAW:
        case schema::MessageKind::TOMBSTONE:
        case schema::MessageKind::DUPLICATE:
        case schema::MessageKind::RETURN_PATH:
        case schema::MessageKind::FOLLOW_UP:
        case schema::MessageKind::ACCESS_ASK:
        case schema::MessageKind::ACCESS_STATE:
        case schema::MessageKind::APPROVE_ASK:
        case schema::MessageKind::APPROVE:
            return true;
        case schema::MessageKind::CAPACITY:
        case schema::MessageKind::CONTACT:
        case schema::MessageKind::MAIL:
        case schema::MessageKind::PREKEYS:
        case schema::MessageKind::PROVE:
        case schema::MessageKind::LOG_FROZEN:
        case schema::MessageKind::RECONCILE:
        case schema::MessageKind::RESYNC:
        case schema::MessageKind::RETIRED:
        case schema::MessageKind::REVOKE:
            return false;
    }
    return false;
}

Outcome note_exchange(Transaction& tx,
                      Direction direction,
                      const schema::NodeId& peer,
                      schema::MessageKind kind,
                      schema::Time written,
                      std::uint64_t leaf) {
    if (!is_reconciled(kind)) return Done{};
    // Where an old copy of the log's rows was put back, the newer entry is what the log has there now.
    return tx.run("INSERT OR REPLACE INTO exchange(leaf,peer,epoch,sent) VALUES(?,?,?,?)",
                  static_cast<std::int64_t>(leaf),
                  peer,
                  crypto::epoch_of(schema::unix_seconds(written)),
                  direction);
}

Outcome note_state(Transaction& tx, std::uint64_t leaf, ExchangeState state, schema::Time now) {
    return tx.run("UPDATE exchange SET state=?,settled=? WHERE leaf=?",
                  state,
                  schema::unix_seconds(now),
                  static_cast<std::int64_t>(leaf));
}

}  // namespace leeward::node
