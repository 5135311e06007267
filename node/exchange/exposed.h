// What a partner holds of ours when it may be in other hands: what is closed there, what people are told.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

enum class Close { ALL, NOT_ARRIVED };
// G4t for what we have disclosed to it and made before `until`. What is read there already is her care,
// and NOT_ARRIVED leaves it.
Outcome close_grants_to(Desk& desk,
                        Transaction& tx,
                        const Peer& peer,
                        Close which,
                        schema::Time until,
                        schema::Time now);

// I1, once for these keys, whoever says so first.
Outcome open_key_incident(
    Desk& desk, Transaction& tx, const Peer& peer, std::uint32_t cards, schema::Time now);

// Two people of ours decide, without a word of its root, that nothing but what closes, warns or erases
// passes between us and a partner; and that this is over.
Result<schema::Json> peer_suspend(Desk& desk,
                                  Transaction& tx,
                                  const schema::Json& args,
                                  schema::Time now);
Result<schema::Json> peer_resume(Desk& desk,
                                 Transaction& tx,
                                 const schema::Json& args,
                                 schema::Time now);

// Errc::not_released while its keys are revoked or two people here have suspended it.
Outcome not_in_other_hands(const Desk& desk, const schema::NodeId& peer);

// Up to which card its keys are revoked, or that all are, for its root key is lost.
void tell_cards(schema::Json& out, std::uint32_t cards);
// For `peer show`: since when and why; what is there, and whether it went there after that time; how much
// it has said since, and how much was refused. Null where nothing is known against it.
Result<schema::Json> exposure_json(Transaction& tx, const Peer& peer);

}  // namespace leeward::node
