#include "node/exchange/stories.h"

#include "node/exchange/access.h"
#include "node/exchange/capacity.h"
#include "node/exchange/disclose.h"
#include "node/exchange/duplicates.h"
#include "node/exchange/frozen.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/legs.h"
#include "node/exchange/mail_places.h"
#include "node/exchange/notices.h"
#include "node/exchange/outside.h"
#include "node/exchange/reconcile.h"
#include "node/exchange/referral_copy.h"
#include "node/exchange/resync.h"
#include "node/exchange/retire.h"
#include "node/exchange/return_path.h"
#include "node/exchange/revoke.h"
#include "node/exchange/two_people.h"
#include "node/exchange/withdraw.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::Message;
using schema::MessageKind;
using schema::Time;

Applied refused(std::string_view code) {
    return {std::string(code), {}, {}};
}

// It concerns no person, and its sender says it to all in one entry of the log.
Applied about_the_node() {
    Applied applied;
    applied.event.machine = schema::Machine::NODE;
    return applied;
}

Result<Applied> take_prekeys(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    const auto json = schema::parse_json(message.body, {schema::limits::body_bytes, 4});
    if (!json) return refused("SCHEMA");
    for (const auto& item : json->array_at("prekeys")) {
        if (item.as_string() == nullptr) return refused("SCHEMA");
        LEEWARD_TRY(take_prekey(desk, tx, peer, *item.as_string(), now));
    }
    return about_the_node();
}

Result<Applied> take_contact(
    Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused("SCHEMA");
    const auto contact = schema::contact_from(*json);
    if (!contact) return refused("SCHEMA");
    LEEWARD_TRY(tx.run(
        "UPDATE peer SET contact=? WHERE node=?", schema::to_json(*contact).dump(), peer.node()));
    LEEWARD_TRY(desk.peers.reload(tx, peer.node()));
    return about_the_node();
}

// The proofs travel in the envelope that acknowledges it: the courier was told what is held.
Result<Applied> take_prove() {
    return about_the_node();
}

// A number of a leg that was used by nothing: later ones are no longer a gap.
Result<Applied> take_tombstone(Desk&, Transaction& tx, Peer& peer, const Message& message, Time) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    if (!json) return refused("SCHEMA");
    schema::ObjectReader in(*json, "tombstone");
    const auto leg = in.id<schema::LegId>("leg");
    const std::int64_t seq = in.number("seq", 1, std::numeric_limits<std::int64_t>::max());
    if (!in.finish()) return refused("SCHEMA");
    LEEWARD_TRY(tx.run("UPDATE leg SET in_seq=? WHERE id=? AND peer=? AND in_seq=?",
                       seq,
                       leg,
                       peer.node(),
                       seq - 1));
    Applied applied;
    applied.event.machine = schema::Machine::DELIVERY;
    return applied;
}

Result<Applied> apply(Desk& desk, Transaction& tx, Peer& peer, const Message& message, Time now) {
    switch (message.header.kind) {
        case MessageKind::ASK:
            return take_ask(desk, tx, peer, message, now);
        case MessageKind::ANSWER:
            return take_answer(desk, tx, peer, message, now);
        case MessageKind::GRANT:
            return take_grant(desk, tx, peer, message, now);
        case MessageKind::GRANT_STATE:
            return take_grant_state(desk, tx, peer, message, now);
        case MessageKind::GRANT_ANSWER:
            return take_grant_answer(desk, tx, peer, message, now);
        case MessageKind::WITHDRAW:
            return take_withdraw(desk, tx, peer, message, now);
        case MessageKind::CAPACITY:
            return take_capacity(desk, tx, peer, message, now);
        case MessageKind::CONTACT:
            return take_contact(desk, tx, peer, message, now);
        case MessageKind::MAIL:
            return take_mail_route(desk, tx, peer, message);
        case MessageKind::TOMBSTONE:
            return take_tombstone(desk, tx, peer, message, now);
        case MessageKind::DUPLICATE:
            return take_duplicate(desk, tx, peer, message, now);
        case MessageKind::PREKEYS:
            return take_prekeys(desk, tx, peer, message, now);
        case MessageKind::PROVE:
            return take_prove();
        case MessageKind::LOG_FROZEN:
            return take_log_frozen(desk, tx, peer, message, now);
        case MessageKind::RECONCILE:
            return take_reconcile(desk, tx, peer, message, now);
        case MessageKind::RETURN_PATH:
            return take_return_path(desk, tx, peer, message, now);
        case MessageKind::FOLLOW_UP:
            return take_follow_up(desk, tx, peer, message, now);
        case MessageKind::ACCESS_ASK:
            return take_access_ask(desk, tx, peer, message, now);
        case MessageKind::ACCESS_STATE:
            return take_access_state(desk, tx, peer, message, now);
        case MessageKind::APPROVE_ASK:
            return take_approve_ask(desk, tx, peer, message, now);
        case MessageKind::APPROVE:
            return take_approve(desk, tx, peer, message, now);
        case MessageKind::RESYNC:
            return take_resync(desk, tx, peer, message, now);
        case MessageKind::RETIRED:
            return take_retired(desk, tx, peer, message, now);
        case MessageKind::REVOKE:
            return take_revoke(desk, tx, peer, message, now);
    }
    return refused("SCHEMA");
}

// Its time, and which of our cards it holds.
Outcome note_header(Transaction& tx, Peer& peer, const Message& message) {
    LEEWARD_TRY(Peers::knows_card(tx, peer, message.header.to_card));
    return Peers::signed_at(tx, peer, message.header.ts);
}

bool counts_on_a_bed(const Message& message) {
    const auto json = schema::parse_json(message.body, {schema::limits::body_bytes, 8});
    const auto value = json ? schema::ask_from(json->text_at("value")) : std::nullopt;
    return value && stands_after_a_yes(*value);
}

// Keys for what will be stored: one fsync for a whole batch. A closing word makes no record; a yes by
// telephone makes one, and so does the journey after it: what was said before may come later, or never.
// What is refused after all leaves a key behind, which goes within the hour (left_keys.h).
void prepare(const Message& message, std::vector<std::string>& names) {
    if (message.header.kind == MessageKind::GRANT) return prepare_grant(message, names);
    if (message.header.kind != MessageKind::ASK) return;
    if (message.header.counter == 1 || counts_on_a_bed(message))
        names.push_back(leg_record(message.header.leg));
}

Outcome receipted(Desk& desk,
                  Transaction& tx,
                  Peer& peer,
                  const OutboxItem& item,
                  const std::string& code,
                  Time now) {
    if (code == "UNWITNESSED" && item.kind == MessageKind::GRANT && item.grant)
        LEEWARD_TRY(grant_was_refused(tx, *item.grant));
    if (!code.empty()) return raise(tx, "REFUSED_" + code, item.mid.get(), peer.node(), now);
    if (item.kind == MessageKind::PROVE) return proof_was_asked(tx, peer);
    if (item.kind == MessageKind::GRANT && item.grant)
        return tx.run("UPDATE grant_of SET away=2 WHERE id=?", *item.grant);
    if (item.kind != MessageKind::ASK || !item.leg) return Done{};
    return item.counter == 1 ? take_stored(desk, tx, *item.leg, now)
                             : take_yes_stored(desk, tx, *item.leg, now);
}

}  // namespace

Receiver::Stories stories_of(Desk& desk) {
    return {prepare,
            [&desk](Transaction& tx, Peer& peer, const Message& message, Time now) {
                const Outcome noted = note_header(tx, peer, message);
                return noted ? apply(desk, tx, peer, message, now) : Result<Applied>(noted.error());
            },
            [&desk](Transaction& tx,
                    Peer& peer,
                    const OutboxItem& item,
                    const std::string& code,
                    Time now) { return receipted(desk, tx, peer, item, code, now); }};
}

// The first attempt of an inquiry is noted before it leaves: from then on it can be called back only
// with the words "may have been stored".
Courier::Authority authority_of(Desk& desk) {
    return [&desk](Transaction& tx, const OutboxItem& item, Time now) -> Outcome {
        if (item.grant && item.kind == MessageKind::GRANT)
            return grant_may_leave(desk, tx, *item.grant, now);
        if (item.kind == MessageKind::FOLLOW_UP && item.leg)
            return follow_up_may_leave(desk, tx, *item.leg, now);
        if (item.kind == MessageKind::ASK && item.leg && item.counter == 1 && item.attempts == 0)
            return tx.run("UPDATE leg SET sent=1 WHERE id=?", *item.leg);
        return Done{};
    };
}

Courier::RanOut ran_out_at(Desk& desk) {
    return [&desk](Transaction& tx, const OutboxItem& item, Time now) -> Outcome {
        return item.leg ? say_bare_word(desk, tx, item, now) : Outcome(Done{});
    };
}

Outcome send_prekeys(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const auto ours, desk.prekeys.published(tx, now));
    schema::Json list = schema::Json::array();
    for (const auto& jws : ours)
        list.push(jws);
    Outgoing message;
    message.kind = MessageKind::PREKEYS;
    message.message_class = MessageClass::ORDINARY;
    message.body = schema::Json::object({{"prekeys", std::move(list)}}).dump();
    message.record = general_record;
    message.expires = now + std::chrono::hours(24 * 14);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::NODE;
    std::vector<schema::NodeId> peers;
    for (const Peer* peer : desk.peers.all())
        if (peer->paired()) peers.push_back(peer->node());
    return peers.empty() ? Outcome(Done{}) : desk.outbox.put_to_all(tx, peers, message, now);
}

}  // namespace leeward::node
