// Messages that were promised and not yet receipted. One put() writes the message and its leaf in
// the caller's transaction: what is not in the log is never sent (protocol.md P3).
//
// `mid`, body, `xk` and the leaf never change between attempts; only the envelope does. A message
// leaves the table when its signed receipt says stored or refused, or when it is abandoned.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "node/audit/audit_log.h"
#include "node/store/records.h"
#include "node/store/store.h"
#include "schema/leg_rules.h"
#include "schema/message.h"

namespace leeward::node {

using schema::MessageClass;

struct Outgoing {
    schema::NodeId to;
    schema::MessageKind kind{};
    MessageClass message_class{};
    std::optional<schema::LegId> leg;
    std::uint32_t counter = 0;
    std::uint32_t saw = 0;
    std::string body;    // JSON
    std::string record;  // the key that seals the body while it waits, and salts its link
    std::optional<schema::GrantId> grant;
    schema::Time expires;
    schema::AuditRecord event;  // its leaf; link, own, other, quarter are filled in here
};

struct OutboxItem {
    schema::MessageId mid;
    schema::NodeId peer;
    std::optional<schema::LegId> leg;
    std::uint64_t leg_seq = 0;
    std::uint32_t counter = 0;
    std::uint32_t saw = 0;
    schema::MessageKind kind{};
    MessageClass message_class{};
    std::string record;
    Bytes sealed;
    ByteArray<32> xk{};
    std::uint64_t leaf = 0;
    std::optional<schema::GrantId> grant;
    schema::Time created;
    schema::Time expires;
    std::int64_t state = 0;
    std::int64_t attempts = 0;
};

class Outbox {
public:
    Outbox(const schema::NodeId& self, AuditLog& log, Records& records, crypto::Random& random)
        : self_(self), log_(log), records_(records), random_(random) {}

    // Opens the counters; called once after the store is open.
    Outcome load(Store& store);

    // The record's key must exist (Records::ensure).
    Result<schema::MessageId> put(Transaction& tx, const Outgoing& message, schema::Time now);
    // The same message to many, for what concerns nobody (capacity): one leaf for the whole round.
    Outcome put_to_all(Transaction& tx,
                       std::span<const schema::NodeId> peers,
                       const Outgoing& message,
                       schema::Time now);

    // Due at `now_ms`: control class first, what was not tried yet in the order of queueing, then
    // what is tried again.
    Result<std::deque<OutboxItem>> due(Transaction& tx,
                                       const schema::NodeId& peer,
                                       std::int64_t now_ms,
                                       std::size_t limit);
    Result<std::vector<schema::NodeId>> peers_due(Transaction& tx, std::int64_t now_ms);
    Result<std::optional<OutboxItem>> find(Transaction& tx, const schema::MessageId& mid);
    // The body as it will be sent. Errc::not_found once its record was erased.
    Result<std::string> body(const OutboxItem& item) const;
    Result<ByteArray<32>> link_salt(const OutboxItem& item) const;

    Outcome sent(Transaction& tx, const OutboxItem& item, std::int64_t next_attempt_ms);
    // Not sent now; asked for again at `due_ms`.
    Outcome postpone(Transaction& tx, const OutboxItem& item, std::int64_t due_ms);
    // `peer` cannot store anything now: everything for it but the control class waits until then.
    Outcome put_off(Transaction& tx, const schema::NodeId& peer, std::int64_t until_ms);
    Outcome remove(Transaction& tx, const schema::MessageId& mid);
    // Takes back everything of a leg that waits. Each is closed in the log by ABANDONED, and its
    // number in the leg is used by a content-free tombstone that goes out instead. What was taken back.
    Result<std::vector<OutboxItem>> abandon_leg(Transaction& tx,
                                                const schema::LegId& leg,
                                                schema::Time now);
    Outcome abandon_grant(Transaction& tx, const schema::GrantId& grant, schema::Time now);
    Outcome abandon(Transaction& tx, const OutboxItem& item, schema::Time now);
    // Makes everything for `peer` due at once that was tried more than once: it is there again.
    Outcome wake(Transaction& tx, const schema::NodeId& peer, std::int64_t now_ms);

    // Peers of whom something was taken back that may still wait in the transport.
    [[nodiscard]] std::set<schema::NodeId> take_recalled() { return std::exchange(recalled_, {}); }

    [[nodiscard]] std::int64_t waiting(Transaction& tx);
    // What a person is told of the newest message of a leg that has no receipt yet; nothing when all
    // have theirs.
    Result<std::optional<std::string>> waits(Transaction& tx, const schema::LegId& leg);

private:
    Result<crypto::Hash> link_of(const Outgoing& message,
                                 const schema::MessageId& mid,
                                 const crypto::Hash& body) const;
    Outcome insert(Transaction& tx, const Outgoing& message, const OutboxItem& item);
    Outcome put_tombstone(Transaction& tx, const OutboxItem& item, schema::Time now);
    Outcome abandon_where(Transaction& tx, std::vector<OutboxItem> items, schema::Time now);

    schema::NodeId self_;
    AuditLog& log_;
    Records& records_;
    crypto::Random& random_;
    std::int64_t next_ = 1;
    std::set<schema::NodeId> recalled_;
};

// Where a waiting body is bound to.
[[nodiscard]] std::string outbox_place(const schema::MessageId& mid);
// When to try again: exponential from 2 s to 5 min, spread by `jitter` (any 64 random bits).
[[nodiscard]] std::int64_t next_attempt_ms(std::int64_t attempts,
                                           std::int64_t now_ms,
                                           std::uint64_t jitter);

}  // namespace leeward::node
