// Which entries of the log are one half of an exchange with a partner, and how it went: what is
// reconciled with that partner (node/exchange/reconcile.h). Statements to everybody and what is said
// about logs, keys and contacts are no exchanges.
#pragma once

#include "node/store/store.h"
#include "schema/ids.h"
#include "schema/message.h"
#include "schema/time.h"

namespace leeward::node {

enum class ExchangeState : Byte { UNDER_WAY = 0, RECEIPTED = 1, ABANDONED = 2 };
enum class Direction : Byte { RECEIVED = 0, SENT = 1 };

[[nodiscard]] bool is_reconciled(schema::MessageKind kind);

// `written` is the time in the message's header: both ends count it to the same week.
Outcome note_exchange(Transaction& tx,
                      Direction direction,
                      const schema::NodeId& peer,
                      schema::MessageKind kind,
                      schema::Time written,
                      std::uint64_t leaf);
Outcome note_state(Transaction& tx, std::uint64_t leaf, ExchangeState state, schema::Time now);

}  // namespace leeward::node
