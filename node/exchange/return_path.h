// The return path: what a partner may tell the referrer after the day of the arrival (domain.md section
// 3.3). A release of its own, from the partner to the referrer, with a level: NONE (only that the leg
// is finished), COARSE (still in contact or not), DETAIL (the outcome too). NONE without one.
#pragma once

#include "node/exchange/legs.h"
#include "node/exchange/receiver.h"
#include "node/exchange/releases.h"

namespace leeward::node {

// At the referrer: what this leg's partner may tell now.
Result<schema::ReturnLevel> return_level(Transaction& tx,
                                         const schema::LegId& leg,
                                         schema::Time now);

// At the partner: a draft of it, like any other; it is read aloud and signed on its own.
Result<Json> return_path_new(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// The referrer is told the level that now holds; what no longer holds is taken back at once.
Outcome return_path_changed(Desk& desk, Transaction& tx, const Release& release, schema::Time now);
// After a restore of either, once the other has spoken: the level that now holds of each leg where one was ever
// told.
Outcome say_return_paths(Desk& desk, Transaction& tx, const schema::NodeId& peer, schema::Time now);
// After a restore of our own, once the referrer has spoken or two persons have decided without it: she may have
// ended since the copy what she signed before `restored`, so that it ends, and is told to have; she is asked
// again. What rests on a law or a court stays.
Outcome end_return_paths_of_a_copy(Desk& desk,
                                   Transaction& tx,
                                   const schema::NodeId& peer,
                                   schema::Time restored,
                                   schema::Time now);
// Ends every return path of a leg of ours as a partner: heard by the referrer.
Outcome end_return_paths(Desk& desk,
                         Transaction& tx,
                         const schema::LegId& leg,
                         std::string_view reason,
                         schema::Time now);

// At the partner: says whether she is still in contact and, at DETAIL, the outcome.
Result<Json> leg_follow_up(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// The same, where a leg ends with an outcome. Errc::not_released below DETAIL.
Outcome tell_outcome(
    Desk& desk, Transaction& tx, const Leg& leg, const std::string& outcome, schema::Time now);
// Asked before every attempt of it.
Outcome follow_up_may_leave(Desk& desk,
                            Transaction& tx,
                            const schema::LegId& leg,
                            schema::Time now);

Result<Applied> take_return_path(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);
Result<Applied> take_follow_up(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

}  // namespace leeward::node
