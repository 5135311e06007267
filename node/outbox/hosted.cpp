#include "node/outbox/hosted.h"

#include "schema/delivery.h"

namespace leeward::node {
namespace {

using schema::DeliveryState;

// Doubled with each attempt, nine times, to four hours: the first are for a receipt that was lost, the later
// ones for a house that is away.
constexpr std::int64_t again_at_first_ms = 30'000;
constexpr std::int64_t most_doublings = 9;

// For each peer by itself: what one's hosts never confirm keeps nothing of another from being recalled. What
// was taken back for good comes before what was only sent anew.
constexpr std::string_view next_to_recall =
    "SELECT peer,handle FROM (SELECT peer,handle,row_number() OVER (PARTITION BY peer "
    "ORDER BY max(mid NOT IN (SELECT mid FROM outbox)) DESC, max(until) DESC) AS place "
    "FROM hosted WHERE recalled=1 GROUP BY peer,handle) WHERE place<=512";

}  // namespace

Outcome recall_message(Transaction& tx, const schema::MessageId& mid) {
    LEEWARD_TRY(tx.run(
        "UPDATE hosted SET recalled=1 WHERE handle IN (SELECT handle FROM hosted WHERE mid=?)",
        mid));
    return tx.run(
        "UPDATE outbox SET state=?1,due=0 WHERE state=?2 AND mid IN (SELECT mid FROM hosted "
        "WHERE handle IN (SELECT handle FROM hosted WHERE mid=?3))",
        DeliveryState::RETRY,
        DeliveryState::AT_HOST,
        mid);
}

Outcome note_deposit(Transaction& tx,
                     const schema::MailHandle& handle,
                     const schema::NodeId& peer,
                     std::span<const schema::MessageId> messages,
                     schema::Time until) {
    for (const auto& mid : messages)
        LEEWARD_TRY(recall_message(tx, mid));
    for (const auto& mid : messages)
        LEEWARD_TRY(tx.run("INSERT INTO hosted(handle,mid,peer,until) VALUES(?,?,?,?)",
                           handle,
                           mid,
                           peer,
                           schema::unix_seconds(until)));
    return Done{};
}

Outcome deposit_kept(Transaction& tx, const schema::MailHandle& handle, std::int64_t now_ms) {
    return tx.run(
        "UPDATE outbox SET state=?1,due=?2+?3*(1<<min(max(attempts-1,0),?4)) WHERE state=?5 AND "
        "mid IN (SELECT mid FROM hosted WHERE handle=?6 AND recalled=0)",
        DeliveryState::AT_HOST,
        now_ms,
        again_at_first_ms,
        most_doublings,
        DeliveryState::SENT,
        handle);
}

Outcome hosted_follows_clock(Transaction& tx, std::int64_t now_ms) {
    return tx.run("UPDATE outbox SET due=min(due,?) WHERE state=?",
                  now_ms + (again_at_first_ms << most_doublings),
                  DeliveryState::AT_HOST);
}

Outcome deposit_gone(Transaction& tx, const schema::MailHandle& handle) {
    return tx.run("DELETE FROM hosted WHERE handle=? AND recalled=1", handle);
}

Result<std::vector<ToRecall>> to_recall(Store& store) {
    std::vector<ToRecall> out;
    auto rows = store.query(next_to_recall);
    while (rows.next())
        out.push_back({rows.id<schema::NodeId>(0), rows.array<16>(1)});
    LEEWARD_TRY(rows.status());
    return out;
}

Outcome sweep_hosted(Transaction& tx, schema::Time now) {
    return tx.run("DELETE FROM hosted WHERE until<=?", schema::unix_seconds(now));
}

}  // namespace leeward::node
