// How an organisation joins later (protocol.md section 3): two members of the network vouch for it, each
// with two of its people; every member that wants to work with it takes it in by those vouches, meets it
// like any other, and for 30 days tells it no name.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

// Our word for the organisation whose card is given. Two of our people beforehand. `root`: the
// organisation's root key, unsealed for this one act.
Result<Json> peer_vouch(Desk& desk,
                        Transaction& tx,
                        const Json& args,
                        schema::Time now,
                        const crypto::SigningKey& root);
// With "card": takes that organisation in. With "roster": we are the one that joins, and take in the
// founders. Errc::untrusted unless two members of good standing vouch.
Result<Json> peer_admit(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// A member whose word about another organisation counts here; we are one.
[[nodiscard]] bool may_speak(const Desk& desk, const schema::NodeId& member, schema::Time now);

// Errc::not_released while a name may not go to this peer yet.
Outcome not_on_probation(const Desk& desk, const schema::NodeId& peer, schema::Time now);

}  // namespace leeward::node
