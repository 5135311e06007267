#include "node/outbox/courier.h"

#include <algorithm>
#include <utility>

#include "node/outbox/hosted.h"
#include "node/store/faults.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

constexpr std::size_t window = 32;            // unanswered envelopes a peer
constexpr std::size_t envelopes_at_once = 8;  // a peer and transaction
constexpr std::size_t items_at_once = 192;    // as many as these envelopes may hold
constexpr std::int64_t flight_ms = 5'000;
constexpr std::int64_t say_again_ms = 600'000;
constexpr std::int64_t alarmed_again_ms = 60'000;
constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t recall_again_ms = 30'000;
constexpr std::int64_t cover_every_ms = 300'000;
// At a host, what has no deadline of its own: the control class, receipts, and our cards, without which
// what lies beside them cannot be checked.
constexpr schema::Duration keep_control = std::chrono::hours(72);
constexpr schema::Duration keep_k_frame = std::chrono::hours(1);

schema::Time time_of(std::int64_t now_ms) {
    return schema::from_unix(now_ms / 1000);
}

bool ends_by_expiry(const OutboxItem& item, schema::Time now) {
    return item.message_class != MessageClass::CONTROL && item.expires <= now;
}

bool must_wait_for_room(const OutboxItem& item) {
    return item.message_class != MessageClass::CONTROL;
}

// However soon it would go out again by itself, and whoever keeps it for them.
Outcome make_all_due(Transaction& tx, const schema::NodeId& peer, std::int64_t now_ms) {
    return tx.run("UPDATE outbox SET due=? WHERE peer=? AND due>?", now_ms, peer, now_ms);
}

// Less than `pause` ago, by a clock that was not set back since.
bool was_just(std::int64_t at_ms, std::int64_t pause, std::int64_t now_ms) {
    return at_ms != 0 && now_ms - at_ms < pause && now_ms >= at_ms;
}

}  // namespace

Courier::Courier(Parts parts, Authority authority, RanOut ran_out)
    : parts_(parts),
      authority_(std::move(authority)),
      ran_out_(std::move(ran_out)),
      heads_(parts.log, parts.peers) {}

// What is sent to a peer that was away is due at once, whatever pause its attempts had come to. Not more
// often than an envelope is waited for: a line that comes and goes would else double all that it carries.
Outcome Courier::wake_returned(Transaction& tx, std::int64_t now_ms) {
    for (const auto& peer : returned_)
        if (may_wake(peer, now_ms)) LEEWARD_TRY(parts_.outbox.wake(tx, peer, now_ms));
    return Done{};
}

bool Courier::may_wake(const schema::NodeId& peer, std::int64_t now_ms) const {
    const auto woken = woken_ms_.find(peer);
    return woken == woken_ms_.end() || now_ms >= woken->second + flight_ms ||
           now_ms < woken->second;  // clock set back
}

void Courier::note_woken(std::int64_t now_ms) {
    std::erase_if(returned_, [&](const schema::NodeId& peer) {
        if (!may_wake(peer, now_ms)) return false;
        woken_ms_[peer] = now_ms;
        return true;
    });
}

void Courier::receipted(const schema::NodeId& peer, const crypto::Hash& ench) {
    auto& flights = flights_[peer];
    const auto at = std::find_if(
        flights.begin(), flights.end(), [&](const Flight& f) { return f.ench == ench; });
    if (at != flights.end()) flights.erase(at);
}

bool Courier::window_open(const schema::NodeId& peer, std::int64_t now_ms) {
    auto& flights = flights_[peer];
    std::erase_if(flights, [&](const Flight& flight) {
        return flight.until_ms <= now_ms || flight.until_ms > now_ms + flight_ms;  // clock set back
    });
    return flights.size() < window;
}

Result<CourierReport> Courier::pump(std::int64_t now_ms) {
    heads_.begin(now_ms);
    LEEWARD_TRY(call_back(now_ms));
    for (const auto& handle : parts_.post.take_kept())
        kept_.push_back(handle);
    for (const auto& handle : parts_.post.take_gone())
        gone_.push_back(handle);
    for (const auto& peer : parts_.post.take_returned())
        returned_.insert(peer);
    std::vector<Batch> batches;
    LEEWARD_TRY(parts_.store.write_as_room_allows([&](Transaction& tx, Room room) -> Outcome {
        report_ = {};
        receipts_.begin();
        batches.clear();
        room_ = room;
        return fill_all(tx, now_ms, batches);
    }));
    kept_.clear();
    gone_.clear();
    note_woken(now_ms);
    receipts_.committed();
    hand_over(std::move(batches));
    return report_;
}

// Before anything is sent: what a host keeps is not due.
Outcome Courier::take_hosts_word(Transaction& tx, std::int64_t now_ms) {
    for (const auto& handle : kept_)
        LEEWARD_TRY(deposit_kept(tx, handle, now_ms));
    for (const auto& handle : gone_)
        LEEWARD_TRY(deposit_gone(tx, handle));
    if (swept_hour_ == now_ms / hour_ms) return Done{};
    swept_hour_ = now_ms / hour_ms;
    return sweep_hosted(tx, time_of(now_ms));
}

Outcome Courier::fill_all(Transaction& tx, std::int64_t now_ms, std::vector<Batch>& out) {
    LEEWARD_TRY(take_hosts_word(tx, now_ms));
    LEEWARD_TRY(wake_returned(tx, now_ms));
    if (cover_) LEEWARD_TRY(fill_covers(tx, now_ms, out));
    LEEWARD_ASSIGN(auto due, parts_.outbox.peers_due(tx, now_ms));
    for (const auto& peer : receipts_.waited_for())
        due.push_back(peer);
    for (const Peer* peer : parts_.peers.all())
        if (heads_.call_for_an_envelope(peer->node())) due.push_back(peer->node());
    std::sort(due.begin(), due.end());
    due.erase(std::unique(due.begin(), due.end()), due.end());
    if (due.empty()) return Done{};
    mind_a_log_that_signs_nothing(tx);
    for (const auto& node : due)
        if (Peer* peer = parts_.peers.find(node); peer != nullptr && peer->paired())
            LEEWARD_TRY(apart(*peer, [&] { return fill(tx, *peer, now_ms, out); }));
    return Done{};
}

// What one peer meets stops no other. Its receipts stay, also those that have just left: they may go twice.
Outcome Courier::apart(const Peer& peer, const std::function<Outcome()>& does) {
    const std::size_t taken = receipts_.taken(peer.node());
    const Outcome done = does();
    if (done || is_of_the_store(done.error().code)) return done;
    receipts_.take_back_to(peer.node(), taken);
    report_.fault = done.error().code;
    return Done{};
}

// A log that signs no head: the control class goes without one, and alone. A receipt proves itself from a
// head; its message comes again.
void Courier::mind_a_log_that_signs_nothing(Transaction& tx) {
    if (heads_.look_at_log(tx)) return;
    room_ = Room::RESERVE;
    receipts_.let_all_go();
}

bool Courier::calls_for_an_envelope(const schema::NodeId& peer) const {
    return receipts_.wait_for(peer) || heads_.call_for_an_envelope(peer);
}

Outcome Courier::fill_covers(Transaction& tx, std::int64_t now_ms, std::vector<Batch>& out) {
    if (now_ms - covered_ms_ < cover_every_ms && now_ms >= covered_ms_) return Done{};
    covered_ms_ = now_ms;
    mind_a_log_that_signs_nothing(tx);  // before any receipt is taken along
    std::deque<OutboxItem> nothing;
    for (Peer* peer : parts_.peers.all()) {
        if (!peer->paired() || !peer->is_hidden()) continue;
        LEEWARD_TRY(apart(*peer, [&]() -> Outcome {
            const auto made = one_envelope(tx, *peer, now_ms, nothing, out, Empty::SENT);
            return made ? Outcome(Done{}) : Outcome(made.error());
        }));
    }
    return Done{};
}

Outcome Courier::fill(Transaction& tx, Peer& peer, std::int64_t now_ms, std::vector<Batch>& out) {
    std::deque<OutboxItem> due;
    bool cut_short = false;
    if (window_open(peer.node(), now_ms)) {
        LEEWARD_ASSIGN(due, parts_.outbox.due(tx, peer.node(), now_ms, items_at_once));
        cut_short = due.size() == items_at_once;
        if (room_ == Room::RESERVE) std::erase_if(due, must_wait_for_room);
        cut_short = cut_short && !due.empty();
    }
    for (std::size_t i = 0; i < envelopes_at_once; ++i) {
        if (!window_open(peer.node(), now_ms)) due.clear();
        if (due.empty() && !calls_for_an_envelope(peer.node())) return Done{};
        LEEWARD_ASSIGN(const bool made, one_envelope(tx, peer, now_ms, due, out));
        if (!made) return Done{};  // no reason to be called at once: only the peer can change that
        report_.more = report_.more || cut_short;
    }
    report_.more = true;
    return Done{};
}

// Takes what fits from the front of `due`. False when there is no key to seal to yet, or none of the
// pair for a prekey that old.
Result<bool> Courier::one_envelope(Transaction& tx,
                                   Peer& peer,
                                   std::int64_t now_ms,
                                   std::deque<OutboxItem>& due,
                                   std::vector<Batch>& out,
                                   Empty empty) {
    LEEWARD_TRY(show_cards(tx, peer, now_ms));
    LEEWARD_ASSIGN(const auto prekey, parts_.prekeys.newest(tx, peer, time_of(now_ms)));
    if (!prekey) {
        LEEWARD_TRY(ask_for_prekeys(peer, now_ms));
        return false;
    }
    auto begun = Sealing::begin(parts_.self, parts_.peers, peer, *prekey, parts_.random);
    if (!begun && begun.error().code == Errc::not_found) {
        LEEWARD_TRY(ask_for_prekeys(peer, now_ms));
        return false;
    }
    if (!begun) return begun.error();
    Sealing sealing = std::move(begun).value();
    LEEWARD_ASSIGN(schema::Inner inner, heads_.next(tx, peer));
    LEEWARD_ASSIGN(const std::size_t used, add_receipts(tx, peer, inner));
    LEEWARD_TRY(add_messages(tx, peer, sealing, now_ms, used, due, inner));
    const bool says_something =
        !inner.messages.empty() || !inner.receipts.empty() || !inner.witnessing.empty();
    if (!says_something && empty == Empty::NOT_SENT) return true;  // all were abandoned
    if (!inner.messages.empty())
        flights_[peer.node()].push_back({sealing.ench(), now_ms + flight_ms});
    report_.messages += inner.messages.size();
    LEEWARD_ASSIGN(auto frame, std::move(sealing).finish(inner));
    out.push_back({&peer, Frame{schema::write_frame(frame)}, keep_, attempt_});
    LEEWARD_TRY(note_hosted(tx, out.back(), now_ms));
    heads_.shown(peer.node(), inner);
    return true;
}

Outcome Courier::note_hosted(Transaction& tx, const Batch& batch, std::int64_t now_ms) {
    if (!batch.peer->is_hidden() || in_envelope_.empty()) return Done{};
    recall_ms_ = 0;  // there may be older ones
    return note_deposit(tx,
                        schema::mail_handle(batch.frame.parts),
                        batch.peer->node(),
                        in_envelope_,
                        time_of(now_ms) + batch.keep);
}

Result<std::size_t> Courier::add_receipts(Transaction& tx, const Peer& peer, schema::Inner& inner) {
    const std::size_t used = schema::encoded_heads_size(inner);
    LEEWARD_ASSIGN(const auto took,
                   receipts_.take(tx, parts_.log, peer.node(), parts_.self.signing, used, inner));
    if (took.too_large > 0) report_.fault = Errc::too_large;
    return took.used;
}

Outcome Courier::add_messages(Transaction& tx,
                              Peer& peer,
                              const Sealing& sealing,
                              std::int64_t now_ms,
                              std::size_t used,
                              std::deque<OutboxItem>& due,
                              schema::Inner& inner) {
    const std::size_t room = schema::limits::messages_per_envelope - inner.receipts.size();
    in_envelope_.clear();
    keep_ = keep_control;
    attempt_ = 0;
    for (; !due.empty() && inner.messages.size() < room; due.pop_front()) {
        const OutboxItem& item = due.front();
        const bool waits = item.kind == schema::MessageKind::GRANT
                               ? peer.alarmed
                               : peer.suspended && item.message_class != MessageClass::CONTROL;
        if (waits) {
            LEEWARD_TRY(parts_.outbox.postpone(tx, item, now_ms + alarmed_again_ms));
            continue;
        }
        LEEWARD_ASSIGN(auto made, make_item(tx, peer, sealing, item, time_of(now_ms)));
        if (!made) continue;
        const std::size_t size = schema::encoded_size(*made);
        const bool fits = used + size <= schema::limits::inner_bytes;
        const bool is_alone = inner.messages.empty() && inner.receipts.empty();
        if (made->jws.size() > schema::limits::message_bytes || (!fits && is_alone)) {
            LEEWARD_TRY(let_go(tx, item, time_of(now_ms)));  // nobody can be sent it
            report_.fault = Errc::too_large;
            continue;
        }
        if (!fits) break;
        used += size;
        inner.messages.push_back(std::move(*made));
        in_envelope_.push_back(item.mid);
        attempt_ = std::max(attempt_, static_cast<std::size_t>(item.attempts));
        if (item.message_class != MessageClass::CONTROL) {
            keep_ = std::min(keep_, item.expires - time_of(now_ms));
            waited_for_.erase(peer.node());
        }
        const std::int64_t next = next_attempt_ms(item.attempts, now_ms, parts_.random.number());
        LEEWARD_TRY(parts_.outbox.sent(
            tx, item, peer.is_hidden() ? std::max(next, now_ms + hosted_attempt_ms) : next));
    }
    return Done{};
}

// Nothing when the message may no longer leave: it is then abandoned and closed in the log.
Result<std::optional<schema::MessageItem>> Courier::make_item(
    Transaction& tx, Peer& peer, const Sealing& sealing, const OutboxItem& item, schema::Time now) {
    using Nothing = std::optional<schema::MessageItem>;
    auto body = parts_.outbox.body(item);
    const Outcome may = authority_(tx, item, now);
    if (!body || !may || ends_by_expiry(item, now)) {
        if (!body && body.error().code != Errc::not_found) return body.error();
        LEEWARD_TRY(let_go(tx, item, now));
        if (body && may) LEEWARD_TRY(ran_out_(tx, item, now));
        return Nothing();
    }
    schema::Message message;
    auto& h = message.header;
    h.mid = item.mid;
    h.from = parts_.self.node();
    h.to = peer.node();
    h.kid = sealing.kid();
    h.ench = sealing.ench();
    if (item.leg) h.leg = *item.leg;
    h.seq = item.leg_seq;
    h.counter = item.counter;
    h.saw = item.saw;
    h.ts = item.created;
    h.exp = item.expires;
    h.xk = item.xk;
    h.from_card = parts_.self.card.version;
    h.to_card = peer.card.version;
    h.kind = item.kind;
    message.body = std::move(body).value();
    schema::MessageItem out{schema::sign_message(message, parts_.self.signing), std::nullopt};
    if (item.message_class == MessageClass::DISCLOSING) {
        LEEWARD_ASSIGN(const auto salt, parts_.outbox.link_salt(item));
        LEEWARD_ASSIGN(out.proof, parts_.log.prove(tx, item.leaf, salt));
    }
    return Nothing(std::move(out));
}

Outcome Courier::let_go(Transaction& tx, const OutboxItem& item, schema::Time now) {
    LEEWARD_TRY(parts_.outbox.abandon(tx, item, now));
    ++report_.abandoned;
    return Done{};
}

Outcome Courier::ask_for_prekeys(const Peer& peer, std::int64_t now_ms) {
    return say(peer, ControlText{true, {}, {}}, now_ms);
}

// A partner that has not said that it holds our newest card is shown those that it misses, before
// anything that the newest one's key has signed.
Outcome Courier::show_cards(Transaction& tx, const Peer& peer, std::int64_t now_ms) {
    if (peer.knows_card >= parts_.self.card.version) return Done{};
    ControlText text;
    auto rows = tx.query("SELECT jws FROM own_card WHERE version>? ORDER BY version LIMIT ?",
                         peer.knows_card,
                         static_cast<std::int64_t>(schema::limits::cards_at_once));
    while (rows.next())
        text.cards.push_back(rows.text(0));
    LEEWARD_TRY(rows.status());
    LEEWARD_ASSIGN(text.prekeys, parts_.prekeys.published(tx, time_of(now_ms)));
    return say(peer, text, now_ms);
}

Outcome Courier::said_what_it_holds(Transaction& tx, const Peer& peer, std::int64_t now_ms) {
    auto& lacking = lacking_[peer.node()];
    if (peer.knows_card >= parts_.self.card.version) {
        if (!std::exchange(lacking.waits, false)) return Done{};
        tx.on_rollback([this, node = peer.node()] { lacking_[node].waits = true; });
        return make_all_due(tx, peer.node(), now_ms);
    }
    if (was_just(lacking.shown_ms, say_again_ms, now_ms)) return Done{};
    lacking = {now_ms, true};
    said_.erase({peer.node(), Said::CARDS});
    return show_cards(tx, peer, now_ms);
}

Outcome Courier::asked_to_wait(Transaction& tx, const Peer& peer, std::int64_t until_ms) {
    const bool is_new = waited_for_.insert(peer.node()).second;
    return is_new ? parts_.outbox.put_off(tx, peer.node(), until_ms) : Outcome(Done{});
}

Courier::Said Courier::said_by(const ControlText& text) {
    if (text.wait.count() > 0) return Said::WAIT;
    if (text.want) return Said::WANT;
    if (!text.cards.empty()) return Said::CARDS;
    return text.holds != 0 ? Said::HOLDS : Said::PREKEYS;
}

std::int64_t Courier::pause_after(Said said, const Peer& peer, const ControlText& text) {
    if (said == Said::WAIT) return text.wait.count() * 1000 / 2;
    return said == Said::CARDS && peer.is_hidden() ? hour_ms : say_again_ms;
}

Outcome Courier::say(const Peer& peer, const ControlText& text, std::int64_t now_ms) {
    if (!peer.paired()) return Done{};
    if (offline_) return say_offline(peer, text, now_ms);
    const Said said = said_by(text);
    auto& last = said_[{peer.node(), said}];
    const bool is_same = last.holds == text.holds;
    if (is_same && was_just(last.at_ms, pause_after(said, peer, text), now_ms)) return Done{};
    const auto frame =
        seal_control(parts_.peers, peer, crypto::epoch_of(now_ms / 1000), text, parts_.random);
    if (!frame) return Done{};  // by a clock that stands before the pair's first week
    const auto keep = said == Said::CARDS ? keep_control : keep_k_frame;
    const Outcome sent = parts_.post.send(peer, Frame{schema::write_frame(*frame)}, keep);
    if (sent) last = {now_ms, text.holds};
    return Done{};
}

Outcome Courier::say_offline(const Peer& peer, const ControlText& text, std::int64_t now_ms) {
    const auto frame =
        seal_control(parts_.peers, peer, crypto::epoch_of(now_ms / 1000), text, parts_.random);
    if (frame) offline_->push_back(Frame{schema::write_frame(*frame)});
    return Done{};
}

// Fresh prekeys each way, and our newer cards: the next file may be weeks away.
Outcome Courier::say_for_file(Transaction& tx, const Peer& peer, std::int64_t now_ms) {
    LEEWARD_TRY(show_cards(tx, peer, now_ms));
    LEEWARD_ASSIGN(const auto theirs, parts_.prekeys.newest(tx, peer, time_of(now_ms)));
    ControlText text{!theirs, {}, {}};
    LEEWARD_ASSIGN(text.prekeys, parts_.prekeys.published(tx, time_of(now_ms)));
    return say(peer, text, now_ms);
}

Outcome Courier::fill_for_file(Transaction& tx,
                               Peer& peer,
                               std::int64_t now_ms,
                               std::size_t most_bytes,
                               Fill fill,
                               ForFile& out) {
    LEEWARD_TRY(say_for_file(tx, peer, now_ms));
    mind_a_log_that_signs_nothing(tx);
    if (fill == Fill::ALL) {
        heads_.show_published_again(peer.node());  // the head that is cosigned goes with each
        LEEWARD_TRY(make_all_due(tx, peer.node(), now_ms));
    }
    LEEWARD_ASSIGN(auto due, parts_.outbox.due(tx, peer.node(), now_ms, items_at_once));
    out.more = due.size() == items_at_once;
    if (room_ == Room::RESERVE) std::erase_if(due, must_wait_for_room);
    std::size_t used = 0;
    std::vector<Batch> made;
    while (!due.empty() || calls_for_an_envelope(peer.node())) {
        if (used + max_frame_bytes > most_bytes) {
            out.more = true;
            break;
        }
        LEEWARD_ASSIGN(const bool sealed, one_envelope(tx, peer, now_ms, due, made));
        if (!sealed) break;  // no key to seal to: the file asks for one
        for (auto& batch : std::exchange(made, {})) {
            used += batch.frame.size();
            out.frames.push_back(std::move(batch.frame));
        }
    }
    return Done{};
}

Result<Courier::ForFile> Courier::fill_file(Peer& peer,
                                            std::int64_t now_ms,
                                            std::size_t most_bytes,
                                            Fill fill) {
    heads_.begin(now_ms);
    ForFile out;
    std::vector<Frame> said = offline_ ? std::exchange(*offline_, {}) : std::vector<Frame>{};
    const InsteadOfNetwork offline(*this);
    LEEWARD_TRY(parts_.store.write_as_room_allows([&](Transaction& tx, Room room) -> Outcome {
        report_ = {};
        receipts_.begin();
        offline_->clear();
        out = {};
        room_ = room;
        return fill_for_file(tx, peer, now_ms, most_bytes, fill, out);
    }));
    receipts_.committed();
    out.messages = report_.messages;
    said.insert(said.end(), offline_->begin(), offline_->end());
    out.frames.insert(out.frames.begin(), said.begin(), said.end());
    return out;
}

// What was taken back must not leave when its peer comes back: a frame that still waits in the
// transport is dropped with the connection, and whatever still stands is sent again.
Outcome Courier::call_back(std::int64_t now_ms) {
    for (const auto& node : parts_.outbox.take_recalled()) {
        recall_ms_ = 0;
        if (const Peer* peer = parts_.peers.find(node); peer != nullptr)
            parts_.post.drop_queue(*peer);
    }
    const bool clock_set_back = recall_ms_ > now_ms + recall_again_ms;
    if (now_ms < recall_ms_ && !clock_set_back) return Done{};
    recall_ms_ = now_ms + recall_again_ms;
    return recall_hosted();
}

// Until every host of the peer has said that it is not there.
Outcome Courier::recall_hosted() {
    LEEWARD_ASSIGN(const auto all, to_recall(parts_.store));
    std::map<schema::NodeId, std::vector<schema::MailHandle>> handles;
    for (const auto& one : all)
        handles[one.peer].push_back(one.handle);
    for (auto& [node, of_peer] : handles)
        if (const Peer* peer = parts_.peers.find(node); peer != nullptr)
            parts_.post.recall(*peer, std::move(of_peer));
    return Done{};
}

// A frame that the transport cannot take now is not lost: its messages are due again soon.
void Courier::hand_over(std::vector<Batch> batches) {
    for (auto& batch : batches) {
        const Outcome sent =
            parts_.post.send(*batch.peer, std::move(batch.frame), batch.keep, batch.attempt);
        if (sent) ++report_.envelopes;
    }
}

}  // namespace leeward::node
