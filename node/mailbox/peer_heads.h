// The heads that peers' logs have signed and that have reached us: do they lie on one line?
// (protocol.md section 7)
//
// One head of each log is held, and everything else that we have seen of it is proven to be of the
// same tree. A head without such a proof is loose. What is held and what is loose is told to that log
// in every envelope, and an honest log answers with proofs in its next one; so a head is loose for
// minutes after a lost or overtaken envelope, or a restart, and nothing follows from it. A log is in
// conflict with itself only when
//   · it has signed two heads of one size with different roots, or
//   · a proof that it gives does not hold, or
//   · it says itself that it does not have a head that it has signed: it was set back.
#pragma once

#include <optional>
#include <span>

#include "node/mailbox/peers.h"
#include "schema/envelope.h"
#include "schema/time.h"

namespace leeward::node {

enum class ConflictKind : Byte { FORKED = 1, FALSE_PROOF, DISOWNED, UNPROVEN };
[[nodiscard]] std::string_view name(ConflictKind kind);

// Both as the log has signed them.
struct Conflict {
    ConflictKind kind{};
    std::string held;
    std::string shown;
};

// A head that came from its own log, with proofs of how it grew; or, without any, one that another
// organisation holds.
Result<std::optional<Conflict>> take_head(Transaction& tx,
                                          Peer& peer,
                                          const ShownHead& shown,
                                          std::span<const schema::Growth> growth,
                                          schema::Time now);

// What is told to a log: the head that is held of it, then the loose ones, oldest first, at most
// limits::seen_heads / 2 notes.
[[nodiscard]] std::vector<std::string> held_of(const Peer& peer);

// Begins anew: its log was replaced, or its dispute was settled by people.
Outcome forget_heads(Transaction& tx, Peer& peer);

}  // namespace leeward::node
