// Mail hosts that our mail has left. Whoever has not heard of it yet sends there still: a partner that has not
// acknowledged where our mail goes now, and whoever holds an offer of ours that can still be accepted. Two hidden
// nodes that leave their only hosts would otherwise tell each other where neither looks any more. So a host that
// was left is asked for mail, and lets partners in, until nobody is left who needs it and for thirty days at
// most; two at once at most. Then its key is destroyed.
//
// A host that is gone for good helps nobody: people are told with whom to exchange offers again.
#pragma once

#include <string>
#include <vector>

#include "node/exchange/desk.h"
#include "node/mailbox/post.h"

namespace leeward::node {

// As long as partners are told where our mail goes.
inline constexpr schema::Duration left_host_stays = std::chrono::hours(24 * 30);
inline constexpr std::int64_t most_left_hosts = 2;

// What was left first makes room.
Outcome leave_host(Transaction& tx, const TransportPublicKey& server, schema::Time now);

// Ends those that nobody needs any more, and those whose time is over by `safe_now`, the earliest of the
// clocks that are believed. In a transaction that has changed no place: their keys go with the next call.
Outcome end_left_hosts(Desk& desk, Transaction& tx, schema::Time safe_now);
// After the clock was set back: none was left, and no offer written, later than `reached` (leg_timers.h).
Outcome left_hosts_follow_clock(Transaction& tx, schema::Time reached);

// Organisations that know none of our hosts that serves, as far as can be known here: hidden partners that have
// not heard for a day where our mail goes now, and those for whom an offer is out. Sorted.
Result<std::vector<std::string>> who_knows_no_host(Desk& desk,
                                                   Transaction& tx,
                                                   const Post& post,
                                                   schema::Time now);

}  // namespace leeward::node
