// An organisation leaves the network, in one command (domain scenario 3.21): what lives between it and
// others ends in words, what it holds of others is erased and attested, everybody is told; when all of it
// is delivered, or after seven days, its keys are destroyed and nothing here opens any more.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/json/json.h"

namespace leeward::node {

// Refused while somebody is under way. Two people. The answer says what ended, what was erased, whom to
// phone for what could not be ended from here, and, with "to" (an age recipient), has our own records
// sealed to it as "file"; a preview, for which nobody else was asked, has none.
Result<schema::Json> node_retire(Desk& desk,
                                 Transaction& tx,
                                 const schema::Json& args,
                                 schema::Time now);

// A partner leaves: nothing more goes there, and what it has not attested as erased stays unreachable.
Result<Applied> take_retired(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

// It never says anything again.
[[nodiscard]] bool has_left(Transaction& tx, const Peer& peer);

// Whether a node that has left has nothing more to say: everything is delivered, or it waited for long.
[[nodiscard]] bool may_destroy_keys(Store& store, schema::Time now);

}  // namespace leeward::node
