// How organisations come to know each other: a founding roster signed by all founders, offers that
// go from hand to hand, and twelve safety words that two operators compare (protocol.md section 3).
// There is no trust on first use and nobody enrols herself.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> identity_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// `root`: the organisation's root key, unsealed for this one act.
Result<Json> peer_found(Desk& desk,
                        Transaction& tx,
                        const Json& args,
                        schema::Time now,
                        const crypto::SigningKey& root);
Result<Json> peer_offer(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> peer_accept(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> peer_verify(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// One of them, its card, and every dispute about its log and both heads of each.
Result<Json> peer_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> peer_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> peer_contact(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// Takes our contact from the first start's settings, and peers' changes of theirs.
Outcome set_own_contact(Transaction& tx, const schema::Contact& contact);
Result<schema::Contact> own_contact(Transaction& tx);

}  // namespace leeward::node
