// The survivor takes her word back: orally, without a reason, through any worker, at once. It ends
// disclosure; it takes no bed away (domain.md sections 3.1 and 3.3).
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/legs.h"
#include "node/exchange/receiver.h"
#include "node/exchange/releases.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> release_withdraw(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// Heard by a partner: applied here by itself, at once, to everything in scope.
Result<Applied> take_withdraw(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);
// What a partner names to a restored node ends at once where she has withdrawn while it was waited for.
Outcome withdraw_what_was_named(Desk& desk,
                                Transaction& tx,
                                const schema::NodeId& peer,
                                schema::Time restored,
                                schema::Time now);
// A withdrawal, a return path or a follow-up of a leg that a restore has lost and its partner, who is
// waited for, has not named yet: it comes again.
[[nodiscard]] bool is_before_its_leg(Transaction& tx,
                                     const Peer& peer,
                                     const schema::Message& message);

// True while the referrer of this leg has yet to hear from us that she withdrew what it shares through it.
Result<bool> withdrawal_is_on_its_way(Desk& desk, Transaction& tx, const Leg& leg);

// Not on a law or a court.
[[nodiscard]] bool rests_on_her_word(schema::Basis basis);
// Her word ends it: in force or not yet signed, and resting on her word, not on a law or a court.
[[nodiscard]] bool ends_on_withdrawal(const Release& release);
// What this leg's partner may tell us of her ends here at once, and the partner is told so.
Outcome close_return_path(
    Desk& desk, Transaction& tx, const Leg& leg, std::string_view scope, schema::Time now);

}  // namespace leeward::node
