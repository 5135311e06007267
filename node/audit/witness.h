// This node as a witness of other logs (c2sp.org/tlog-witness): it cosigns a head only if that log's
// tree has grown from the one that it cosigned last.
//
// The check, the record of what is cosigned and the cosignature are made in the caller's transaction;
// the answer must not leave before that is committed. Then no crash, and no two requests at once, can
// make this node vouch for two trees that do not continue each other.
#pragma once

#include "crypto/ed25519.h"
#include "node/store/store.h"
#include "schema/time.h"
#include "schema/witnessing.h"

namespace leeward::node {

// `log` is the key under which that log is known here: another log that claims its origin is another
// log. Sizes of 2^63 and more are BAD_REQUEST.
Result<schema::WitnessAnswer> add_checkpoint(Transaction& tx,
                                             const crypto::SigningKey& witness,
                                             const crypto::Vkey& log,
                                             const schema::AddCheckpoint& request,
                                             schema::Time now);

// The head that is held of this log, as it has signed it; nothing: none.
Result<std::optional<std::string>> witnessed_head(Transaction& tx, const crypto::Vkey& log);

}  // namespace leeward::node
