// How a grant ends, at the discloser: revoked or expired, erasure asked for, attested, overdue, the
// peer gone (domain.md section 3.4, G4t to G10t). What a recipient does is referral_copy.h.
#pragma once

#include "node/exchange/grants.h"
#include "node/exchange/receiver.h"
#include "node/exchange/releases.h"

namespace leeward::node {

// REVOKED or EXPIRED, and at once, if it was ever sent, please erase. `move` is G4t or G5t.
Outcome close_grant(
    Desk& desk, Transaction& tx, Grant grant, schema::GrantMove move, schema::Time now);
// What a partner holds of ours is closed, and was never asked back: that is done now.
Outcome ask_back_if_closed(Desk& desk, Transaction& tx, Grant grant, schema::Time now);
Outcome grants_of_release_close(Desk& desk,
                                Transaction& tx,
                                const Release& release,
                                schema::Time now);
// The fields that are `gone` close; the rest lives on under a key of its own, without a gap where the
// recipient already holds it.
Outcome grants_of_release_narrow(Desk& desk,
                                 Transaction& tx,
                                 const Release& release,
                                 const schema::FieldSet& gone,
                                 schema::Time now);

// G10t: the peer is retired; the grant stays counted.
Result<Json> grant_unreachable(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// The recipient's register: opened, erased, kept lawfully.
Result<Applied> take_grant_answer(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);
// Once the recipient has said its last word, however that came: nothing is overdue any more, and what an
// incident was about is contained.
Outcome follow_last_word(Desk& desk, Transaction& tx, const Grant& grant, schema::Time now);
// Erasures that were not attested in time are counted, and both supervisors are called each week.
Outcome fire_grant_timers(Desk& desk, Transaction& tx, schema::Time now);
// After the clock was set back: as for legs (leg_timers.h).
Outcome grants_follow_clock(Transaction& tx, schema::Time reached);

}  // namespace leeward::node
