// An organisation's card is followed by its successor: a year is over, an address or the signing key
// has changed (protocol.md section 2).
//
// A successor is signed by the same root, is one version on and holds the hash of the card before it. It
// is taken and shown, not refused, unless nobody could be reached by it or another could no more. Two
// successors of one card, or a log that was replaced, want a call-back first: until then no identity goes
// there. Successors travel in K frames, which need no signature of the key that may just have changed;
// they are repeated until the partner says that it holds the newest.
#pragma once

#include "node/exchange/desk.h"
#include "node/mailbox/sealing.h"
#include "schema/json/json.h"

namespace leeward::node {

enum class CardTaken {
    HELD,       // this one or an older one: nothing changed
    FIRST,      // of an organisation that was not known
    SUCCESSOR,  // taken
    GAP,        // one before it is missing
    CONFLICT,   // does not follow from the one that is held
    REFUSED,    // names an address that is none, or a link that is ours or another peer's
};
// Cards that were made and lost before a restore leave a gap: people who have spoken may step over it.
enum class HandedBy { NETWORK, PEOPLE };
Result<CardTaken> take_card(Desk& desk,
                            Transaction& tx,
                            const schema::NodeCard& card,
                            const std::string& jws,
                            schema::Time now,
                            HandedBy from = HandedBy::NETWORK);

// An identity goes to it again only when words have been compared: what `code` (a NOTICE) says.
Outcome call_back_first(Transaction& tx, Peer& peer, std::string_view code, schema::Time now);

// The entry of an act of this node that concerns another as a member: cards, restores, leaving. The numbers
// of such acts stand in SPEC.md.
[[nodiscard]] schema::AuditRecord node_act(Byte transition, const schema::NodeId& other);

// What a K frame says of cards: the partner's own successors, in order, and which of ours it holds.
Outcome take_cards(
    Desk& desk, Transaction& tx, Peer& peer, const ControlText& text, schema::Time now);

// The next card of this organisation: another year, and what `args` changes. With a new signing key
// the old one is destroyed once the card is committed.
Result<schema::Json> identity_renew(Desk& desk,
                                    Transaction& tx,
                                    const schema::Json& args,
                                    schema::Time now,
                                    const crypto::SigningKey& root);

}  // namespace leeward::node
