#include "node/exchange/receiver.h"

#include <algorithm>

#include "node/exchange/frozen.h"
#include "node/exchange/message_class.h"
#include "node/exchange/succeed.h"
#include "node/exchange/withdraw.h"
#include "node/exchange/witnessing.h"
#include "node/outbox/exchanges.h"
#include "node/store/faults.h"
#include "schema/limits.h"
#include "schema/receipt.h"

namespace leeward::node {
namespace {

using schema::EventKind;
using schema::Message;

constexpr std::int64_t again_ms = 1'000;
constexpr std::chrono::seconds put_off_for{60};

Bytes leaf_numbers(const std::vector<std::uint64_t>& leaves) {
    Bytes out;
    for (const auto leaf : leaves)
        append_be<8>(out, leaf);
    return out;
}

std::vector<std::uint64_t> read_leaf_numbers(BytesView bytes) {
    std::vector<std::uint64_t> out;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8))
        out.push_back(read_be(bytes.first(8)));
    return out;
}

bool leaf_is_in(const crypto::Checkpoint& head,
                const schema::LeafData& leaf,
                std::uint64_t index,
                const crypto::Path& path) {
    return crypto::verify_inclusion(
        crypto::LeafIndex{index}, head.size, crypto::leaf_hash(leaf), path, head.root);
}

// The leaf is in the sender's tree, opens to its record, and the record is of this very body.
bool proves(const schema::LeafProof& proof,
            const Message& message,
            const crypto::Hash& body,
            const crypto::Checkpoint& head) {
    const auto record = schema::decode_audit_record(proof.rec);
    if (!record || record->kind != EventKind::SEND ||
        record->own != schema::organisation_tag(message.header.from) ||
        record->other != schema::organisation_tag(message.header.to) ||
        record->link != schema::link_commitment(proof.salt, message.header.mid, body))
        return false;
    const auto xref = schema::exchange_xref(message.header.xk, message.header.mid, body);
    const auto leaf = schema::leaf_data(schema::leaf_commitment(proof.n, proof.rec), xref);
    return leaf_is_in(head, leaf, proof.index, proof.path) && opens_to_body(*record, message);
}

std::string_view out_of_time(const schema::MessageHeader& h, schema::Time now) {
    if (h.ts < now - schema::limits::clock_past || h.ts > now + schema::limits::clock_future)
        return "TOO_OLD";
    return h.exp + schema::limits::expiry_tolerance < now ? "EXPIRED" : "";
}

// Nothing for what may be taken. Control words always may; a bare word is never too late, and may from
// whom the word with its content would have been taken.
Result<std::string> objection(Transaction& tx,
                              const Peer& peer,
                              const schema::MessageItem& item,
                              const Message& message,
                              const crypto::Checkpoint& head,
                              schema::Time now) {
    using Code = std::string;
    if (peer.revoked()) return Code("KEY_REVOKED");
    const MessageClass message_class = class_of(message);
    const bool is_control = message_class == MessageClass::CONTROL;
    if (is_control && !is_bare_word(message)) return Code();
    if (!is_control)
        if (const auto code = out_of_time(message.header, now); !code.empty()) return Code(code);
    if (peer.frozen) return Code("LOG_FROZEN");
    if (!peer.active()) return Code("KEY_UNKNOWN");
    if (names_somebody(message)) {
        LEEWARD_ASSIGN(const bool lacks_witness, is_unwitnessed(tx, peer, now));
        if (lacks_witness) return Code("UNWITNESSED");
    }
    const bool is_proven =
        message_class != MessageClass::DISCLOSING ||
        (item.proof && proves(*item.proof, message, crypto::sha256(as_bytes(message.body)), head));
    return is_proven ? Code() : Code("NO_PROOF");
}

// Said to every peer: where it is one leaf at its sender, no receipt pairs with it.
bool concerns_nobody(schema::MessageKind kind) {
    return kind == schema::MessageKind::CAPACITY || kind == schema::MessageKind::PREKEYS ||
           kind == schema::MessageKind::LOG_FROZEN || kind == schema::MessageKind::CONTACT ||
           kind == schema::MessageKind::REVOKE;
}

void add(Receiver::Report& sum, const Receiver::Report& one) {
    sum.opened += one.opened;
    sum.messages += one.messages;
    sum.repeats += one.repeats;
    sum.refused += one.refused;
    sum.receipts += one.receipts;
    sum.put_off += one.put_off;
    sum.waiting += one.waiting;
    if (!sum.fault) sum.fault = one.fault;
}

}  // namespace

schema::Time by_our_clock(schema::Time said, const schema::Message& message, schema::Time now) {
    const auto ahead = message.header.ts - now;
    constexpr schema::Duration tolerated = std::chrono::hours(1);
    return said == schema::Time{} || ahead <= tolerated ? said : said - ahead;
}

Receiver::Receiver(Desk& desk, Courier& courier, Stories stories)
    : desk_(desk), courier_(courier), stories_(std::move(stories)) {}

void Receiver::refuse(std::string_view) {
    ++report_.refused;
}

// A message that cannot be taken in stops no other: they are then taken one by one, and it alone is refused.
Result<Receiver::Report> Receiver::receive(std::span<const Inbound> frames, std::int64_t now_ms) {
    now_ms_ = now_ms;
    now_ = schema::from_unix(now_ms / 1000);
    const auto take = [&](std::span<const Inbound> some) -> Outcome {
        LEEWARD_TRY(desk_.store.write_as_room_allows([&](Transaction& tx, Room room) -> Outcome {
            begin(tx, room);
            return take_all(tx, some);
        }));
        return answer_all();
    };
    const Outcome together = take(frames);
    if (together) return report_;
    if (is_of_the_store(together.error().code)) return together.error();
    Report sum;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const Outcome alone = take(frames.subspan(i, 1));
        if (!alone && is_of_the_store(alone.error().code)) return alone.error();
        add(sum, alone ? report_ : Report{0, 0, 0, 1, 0, 0, 0, alone.error().code});
    }
    return sum;
}

void Receiver::begin(Transaction& tx, Room room) {
    report_ = {};
    waiting_.clear();
    opened_.clear();
    records_.clear();
    unchecked_.clear();
    room_ = room;
    // What memory took up in advance is taken back.
    tx.on_rollback([this] { (void)desk_.peers.load(desk_.store); });
}

// While our log signs no head no receipt can be proven: what closes and warns is taken all the same, and
// comes again until it can be; what else came waits, as on a full disk.
Outcome Receiver::take_all(Transaction& tx, std::span<const Inbound> frames) {
    const auto before = desk_.log.sign_head(tx);
    const bool signs_nothing = !before && before.error().code == Errc::corrupt;
    if (signs_nothing) room_ = Room::RESERVE;
    for (const auto& inbound : frames)
        LEEWARD_TRY(take_frame(tx, inbound.frame));
    if (!records_.empty()) LEEWARD_TRY(desk_.records.ensure(records_));
    for (auto& opened : opened_)
        LEEWARD_TRY(finish(tx, opened));
    if (waiting_.empty() || signs_nothing) return Done{};
    const auto head = desk_.log.sign_head(tx);
    return head ? Outcome(Done{}) : Outcome(head.error());
}

Outcome Receiver::answer_all() {
    for (auto& waiting : waiting_) {
        if (waiting.is_done) courier_.receipted(waiting.peer, waiting.done);
        if (!waiting.receipt.jws.empty())
            courier_.receipts().wait(waiting.peer, std::move(waiting.receipt));
    }
    for (const auto& opened : opened_)
        if (opened.put_off && room_ == Room::RESERVE)
            LEEWARD_TRY(courier_.say(*opened.peer, ControlText{false, {}, put_off_for}, now_ms_));
    return Done{};
}

// Only what protects people may take from the reserve.
bool Receiver::must_wait(const Checked& checked) const {
    return room_ == Room::RESERVE && !checked.answered &&
           class_of(checked.message) != MessageClass::CONTROL;
}

Outcome Receiver::take_frame(Transaction& tx, const Frame& frame) {
    switch (schema::kind_of(frame.parts)) {
        case schema::FrameKind::CONTROL:
            return take_control(tx, frame);
        case schema::FrameKind::ENVELOPE:
            break;
        case schema::FrameKind::UNKNOWN:
            refuse("unknown");
            return Done{};
    }
    const auto envelope = schema::read_envelope_frame(frame.parts);
    if (envelope) return take_envelope(tx, *envelope);
    refuse("malformed");
    return Done{};
}

Outcome Receiver::take_control(Transaction& tx, const Frame& frame) {
    const auto control = schema::read_control_frame(frame.parts);
    if (!control) return refuse("malformed"), Done{};
    const auto epoch = crypto::epoch_of(now_ms_ / 1000);
    const auto mailbox = desk_.peers.find_mailbox(control->mailbox, epoch);
    if (!mailbox) return refuse("mailbox"), Done{};
    Peer& peer = *mailbox->peer;
    if (peer.revoked()) return refuse("revoked"), Done{};
    const auto text = open_control(desk_.peers, peer, mailbox->epoch, *control);
    if (!text) return refuse("control"), Done{};
    LEEWARD_TRY(Peers::heard(tx, peer, mailbox->epoch));
    LEEWARD_TRY(take_cards(desk_, tx, peer, *text, now_));
    for (const auto& jws : text->prekeys)
        LEEWARD_TRY(take_prekey(desk_, tx, peer, jws, now_));
    if (!text->cards.empty()) LEEWARD_TRY(say_what_we_hold(peer));
    if (text->holds != 0) LEEWARD_TRY(courier_.said_what_it_holds(tx, peer, now_ms_));
    if (text->wait.count() > 0)
        LEEWARD_TRY(courier_.asked_to_wait(tx, peer, now_ms_ + text->wait.count() * 1000));
    if (!text->want) return Done{};
    LEEWARD_ASSIGN(auto ours, desk_.prekeys.published(tx, now_));
    return courier_.say(peer, ControlText{false, std::move(ours), {}}, now_ms_);
}

Outcome Receiver::say_what_we_hold(const Peer& peer) {
    return courier_.say(peer, ControlText{false, {}, {}, {}, peer.card.version}, now_ms_);
}

// What the peer has sealed and we cannot check may be signed with a key of a newer card than we hold. Said
// once for all that came together.
Outcome Receiver::cannot_check(const Peer& peer) {
    const bool is_first = unchecked_.insert(peer.node()).second;
    return is_first ? say_what_we_hold(peer) : Outcome(Done{});
}

Outcome Receiver::take_envelope(Transaction& tx, const schema::EnvelopeFrame& frame) {
    const auto mailbox = desk_.peers.find_mailbox(frame.mailbox, crypto::epoch_of(now_ms_ / 1000));
    if (!mailbox) return refuse("mailbox"), Done{};
    Peer& peer = *mailbox->peer;
    const auto ench = crypto::sha256(frame.enc.get());
    {
        auto rows = tx.query("SELECT receipt,leaves,peer FROM envelope WHERE ench=?", ench);
        const bool seen = rows.next();
        if (seen && rows.id<schema::NodeId>(2) != peer.node()) return refuse("copied"), Done{};
        if (seen) return answer_again(tx, peer, rows);
    }
    const auto prekey = desk_.prekeys.own(tx, frame.kid);
    if (!prekey || prekey->epoch != mailbox->epoch) {
        refuse("prekey");
        if (peer.revoked()) return Done{};
        LEEWARD_ASSIGN(auto ours, desk_.prekeys.published(tx, now_));
        return courier_.say(peer, ControlText{false, std::move(ours), {}}, now_ms_);
    }
    const auto inner =
        open_envelope(desk_.self, desk_.peers, peer, mailbox->epoch, prekey->key, frame);
    if (!inner) return refuse("open"), Done{};
    ++report_.opened;
    if (!peer.revoked()) LEEWARD_TRY(Peers::heard(tx, peer, mailbox->epoch));
    return take_inner(tx, peer, frame, mailbox->epoch, *inner);
}

// A lost receipt must end in "delivered": what was answered once is answered again.
Outcome Receiver::answer_again(Transaction&, Peer& peer, Rows& rows) {
    ++report_.repeats;
    auto& last = answered_again_[peer.node()];
    if (last != 0 && now_ms_ - last < again_ms && now_ms_ >= last) return Done{};
    last = now_ms_;
    PendingReceipt receipt{rows.text(0), read_leaf_numbers(rows.blob(1))};
    if (!receipt.jws.empty() && peer.paired())
        waiting_.push_back({peer.node(), std::move(receipt), {}, false});
    return Done{};
}

Outcome Receiver::take_inner(Transaction& tx,
                             Peer& peer,
                             const schema::EnvelopeFrame& frame,
                             crypto::Epoch epoch,
                             const schema::Inner& inner) {
    crypto::Checkpoint head;  // stays empty where the sender's log signs none
    if (!inner.head.empty() && !peer.revoked()) {
        auto opened_head = crypto::open_checkpoint(inner.head, peer.log());
        if (!opened_head || inner.head.size() > schema::limits::head_bytes ||
            opened_head->checkpoint.size.get() > schema::limits::log_leaves)
            return refuse("head"), Done{};
        head = std::move(opened_head->checkpoint);
        LEEWARD_TRY(take_logs(tx, peer, head, inner));
        for (const auto& item : inner.receipts)
            LEEWARD_TRY(take_receipt(tx, peer, item, head));
    }
    const auto ench = crypto::sha256(frame.enc.get());
    const bool twice = std::any_of(
        opened_.begin(), opened_.end(), [&](const Opened& other) { return other.ench == ench; });
    if (twice) return Done{};
    Opened opened{&peer, ench, epoch, {}, false};
    for (const auto& item : inner.messages) {
        LEEWARD_ASSIGN(auto checked, check(tx, opened, frame, item, head));
        if (!checked) continue;
        if (inner.head.empty() && class_of(checked->message) != MessageClass::CONTROL) continue;
        const bool is_new = checked->refused.empty() && !checked->answered;
        const bool lacks_room = must_wait(*checked);
        if (lacks_room || (is_new && is_before_its_leg(tx, peer, checked->message))) {
            opened.put_off = true;
            ++(lacks_room ? report_.put_off : report_.waiting);
            continue;
        }
        if (is_new) stories_.prepare(checked->message, records_);
        opened.messages.push_back(std::move(*checked));
    }
    opened_.push_back(std::move(opened));
    return Done{};
}

// What was opened takes effect, and is receipted.
Outcome Receiver::finish(Transaction& tx, Opened& opened) {
    Peer& peer = *opened.peer;
    const auto& ench = opened.ench;
    schema::Receipt receipt{desk_.self.node(), peer.node(), ench, {}};
    std::vector<std::uint64_t> leaves;
    for (auto& checked : opened.messages) {
        LEEWARD_ASSIGN(const auto leaf, apply_one(tx, peer, checked));
        const auto& h = checked.message.header;
        const auto body = crypto::sha256(as_bytes(checked.message.body));
        receipt.lines.push_back({h.mid, schema::exchange_xref(h.xk, h.mid, body), checked.refused});
        leaves.push_back(leaf);
    }
    const std::string jws =
        receipt.lines.empty() ? std::string() : schema::sign_receipt(receipt, desk_.self.signing);
    if (!jws.empty() && peer.paired()) waiting_.push_back({peer.node(), {jws, leaves}, {}, false});
    if (opened.put_off) return Done{};  // not remembered: the whole of it may come again
    return tx.run("INSERT INTO envelope(ench,peer,receipt,leaves,epoch) VALUES(?,?,?,?,?)",
                  ench,
                  peer.node(),
                  jws,
                  BytesView(leaf_numbers(leaves)),
                  opened.epoch);
}

// What the envelope says of logs: its sender's own, ours and others'.
Outcome Receiver::take_logs(Transaction& tx,
                            Peer& peer,
                            const crypto::Checkpoint& head,
                            const schema::Inner& inner) {
    LEEWARD_TRY(take_heads(desk_, tx, peer, {head, inner.head}, inner.growth, now_));
    LEEWARD_ASSIGN(auto ours, take_seen(desk_, tx, peer, inner.seen, now_));
    courier_.heads().told(peer.node(), std::move(ours));
    return stories_.witnessed(tx, peer, head, inner, now_);
}

// A message that was seen before is answered as it was then.
void Receiver::note_answer(Transaction& tx, const Peer& peer, Checked& checked) {
    auto rows = tx.query("SELECT refused,leaf FROM received WHERE peer=? AND mid=?",
                         peer.node(),
                         checked.message.header.mid);
    if (!rows.next()) return;
    checked.refused = rows.text(0);
    checked.answered = static_cast<std::uint64_t>(std::max<std::int64_t>(rows.integer(1), 0));
    checked.in_closed_log = rows.integer(1) < 0;
}

// Of what is signed with a key that was revoked nothing is believed, and only that it came is kept.
//
// Nothing for a message that must not be answered at all: it is not from this peer, or not for us,
// or not of this envelope. Otherwise it stands alone: stored, repeated, or refused with a code.
Result<std::optional<Receiver::Checked>> Receiver::check(Transaction& tx,
                                                         Opened& opened,
                                                         const schema::EnvelopeFrame& frame,
                                                         const schema::MessageItem& item,
                                                         const crypto::Checkpoint& head) {
    using None = std::optional<Checked>;
    Peer& peer = *opened.peer;
    auto message = schema::open_message(item.jws, peer.card.signing);
    if (!message) {
        opened.put_off = true;
        refuse("message");
        LEEWARD_TRY(cannot_check(peer));
        return None();
    }
    Checked out{std::move(message).value(), {}, {}, false};
    const auto& h = out.message.header;
    if (h.from != peer.node() || h.to != desk_.self.node() || h.kid != frame.kid ||
        h.ench != opened.ench)
        return refuse("context"), None();
    note_answer(tx, peer, out);
    if (out.answered) return None(std::move(out));
    LEEWARD_ASSIGN(out.refused, objection(tx, peer, item, out.message, head, now_));
    return None(std::move(out));
}

// The index of its RECEIPT leaf: a repeated message is answered with the one that it had.
Result<std::uint64_t> Receiver::apply_one(Transaction& tx, Peer& peer, Checked& checked) {
    // An envelope just before this one may have brought it.
    if (!checked.answered || checked.in_closed_log) note_answer(tx, peer, checked);
    if (checked.answered) {
        ++report_.repeats;
        return checked.in_closed_log ? enter_again(tx, peer, checked) : *checked.answered;
    }
    const auto& h = checked.message.header;
    Applied applied;
    if (checked.refused.empty()) {
        LEEWARD_ASSIGN(applied, stories_.apply(tx, peer, checked.message, now_));
        checked.refused = applied.refused;
        if (checked.refused.empty()) ++report_.messages;
    }
    LEEWARD_ASSIGN(const std::uint64_t leaf, log_receipt(tx, peer, checked, applied));
    LEEWARD_TRY(tx.run("INSERT INTO received(peer,mid,at,refused,leaf) VALUES(?,?,?,?,?)",
                       peer.node(),
                       h.mid,
                       schema::unix_seconds(now_),
                       checked.refused,
                       static_cast<std::int64_t>(leaf)));
    return leaf;
}

// Received before a restore: known, and without effect now, but the entry of its receipt lies in the
// log that was closed.
Result<std::uint64_t> Receiver::enter_again(Transaction& tx,
                                            const Peer& peer,
                                            const Checked& checked) {
    LEEWARD_ASSIGN(const std::uint64_t leaf, log_receipt(tx, peer, checked, {}));
    LEEWARD_TRY(tx.run("UPDATE received SET leaf=? WHERE peer=? AND mid=?",
                       static_cast<std::int64_t>(leaf),
                       peer.node(),
                       checked.message.header.mid));
    return leaf;
}

Result<std::uint64_t> Receiver::log_receipt(Transaction& tx,
                                            const Peer& peer,
                                            const Checked& checked,
                                            const Applied& applied) {
    const auto& h = checked.message.header;
    const auto body = crypto::sha256(as_bytes(checked.message.body));
    schema::AuditRecord event = applied.event;
    event.kind = checked.refused.empty() ? EventKind::RECEIPT : EventKind::REFUSED;
    event.own = schema::organisation_tag(desk_.self.node());
    event.other = schema::organisation_tag(peer.node());
    event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now_) / 900);
    if (event.machine == schema::Machine::NONE && concerns_nobody(h.kind))
        event.machine = schema::Machine::NODE;
    if (!checked.refused.empty()) event.reason = schema::code_tag(checked.refused);
    // Else nothing ties it: the node's own key outlives every record, and what is erased has none.
    if (!applied.record.empty() && desk_.records.exists(applied.record)) {
        LEEWARD_ASSIGN(const auto salt, desk_.records.link_salt(applied.record, h.mid));
        event.link = schema::link_commitment(salt, h.mid, body);
    }
    LEEWARD_ASSIGN(const std::uint64_t leaf,
                   desk_.log.append(tx, event, schema::exchange_xref(h.xk, h.mid, body)));
    if (checked.refused != "KEY_REVOKED")  // its own log knows nothing of it
        LEEWARD_TRY(note_exchange(tx, Direction::RECEIVED, peer.node(), h.kind, h.ts, leaf));
    return leaf;
}

// A receipt counts only if its xref is our own for that message and its leaf is in the peer's log.
Outcome Receiver::take_receipt(Transaction& tx,
                               Peer& peer,
                               const schema::ReceiptItem& item,
                               const crypto::Checkpoint& head) {
    const auto receipt = schema::open_receipt(item.jws, peer.card.signing);
    if (!receipt) return refuse("receipt"), cannot_check(peer);
    if (receipt->from != peer.node() || receipt->to != desk_.self.node() ||
        receipt->lines.size() != item.leaves.size())
        return refuse("receipt"), Done{};
    for (std::size_t i = 0; i < receipt->lines.size(); ++i) {
        const auto& line = receipt->lines[i];
        const auto& leaf = item.leaves[i];
        LEEWARD_ASSIGN(const auto sent, desk_.outbox.find(tx, line.mid));
        if (!sent || sent->peer != peer.node()) continue;
        auto body = desk_.outbox.body(*sent);
        if (!body) continue;
        const auto xref =
            schema::exchange_xref(sent->xk, sent->mid, crypto::sha256(as_bytes(*body)));
        if (xref != line.xref ||
            !leaf_is_in(head, schema::leaf_data(leaf.commit, xref), leaf.index, leaf.path))
            continue;
        LEEWARD_TRY(stories_.receipted(tx, peer, *sent, line.refused, now_));
        LEEWARD_TRY(note_state(tx, sent->leaf, ExchangeState::RECEIPTED, now_));
        LEEWARD_TRY(desk_.outbox.remove(tx, line.mid));
        ++report_.receipts;
    }
    waiting_.push_back({peer.node(), {}, receipt->ench, true});
    return Done{};
}

}  // namespace leeward::node
