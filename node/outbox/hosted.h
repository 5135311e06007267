// What of ours lies at hosts, or may lie there: which envelope holds which messages, so that a message
// that is called back is deleted where it lies, and one that is sent anew lies there once.
//
// A row is written in the transaction that promises the attempt, before anything is deposited; it
// goes when the message is receipted, when the deposit is confirmed to be gone, or when its time at
// the host is over.
#pragma once

#include <span>
#include <vector>

#include "node/store/store.h"
#include "schema/ids.h"
#include "schema/mailhost.h"
#include "schema/time.h"

namespace leeward::node {

// An envelope with these messages is about to be deposited for `peer`. Older ones with any of them
// are to be recalled.
Outcome note_deposit(Transaction& tx,
                     const schema::MailHandle& handle,
                     const schema::NodeId& peer,
                     std::span<const schema::MessageId> messages,
                     schema::Time until);
// A host has it: its messages are AT_HOST (D3), and tried again later and later.
Outcome deposit_kept(Transaction& tx, const schema::MailHandle& handle, std::int64_t now_ms);
// By a clock that was ahead its next attempt would be as far ahead: none is later than the longest pause.
Outcome hosted_follows_clock(Transaction& tx, std::int64_t now_ms);
// Every envelope with this message is to be recalled; what else was in there is sent again.
Outcome recall_message(Transaction& tx, const schema::MessageId& mid);
// Every host of the peer has confirmed that it is not there.
Outcome deposit_gone(Transaction& tx, const schema::MailHandle& handle);

struct ToRecall {
    schema::NodeId peer;
    schema::MailHandle handle{};
};
// Not yet confirmed: at most 512 of each peer, what was taken back for good before what was sent anew.
Result<std::vector<ToRecall>> to_recall(Store& store);
// Forgets what its host has deleted by now.
Outcome sweep_hosted(Transaction& tx, schema::Time now);

// How long an attempt by way of a host is given before it is made again: each host in its turn.
inline constexpr std::int64_t hosted_attempt_ms = 25'000;

}  // namespace leeward::node
