// Takes frames from the network in the order that protocol.md section 5 fixes, and says nothing to
// anybody before a seal has opened but, rarely, a K frame.
//
//   mailbox known → length is a bucket → H(enc) stored before? answer its receipt again and stop →
//   open → strict parse → head → each message: signature, context, time, seen before?, proof →
//   one transaction {what it means, dedupe rows, H(enc) → receipt, RECEIPT leaves} → one receipt
//
// A failed open writes nothing, so junk sent first under a true `enc` burns nothing. Any number of
// frames share one transaction.
//
// On a full disk the control class and receipts are taken all the same; what else came is neither
// stored nor receipted, and its sender is asked, in a K frame, to keep it for a while.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>

#include "node/exchange/desk.h"
#include "node/outbox/courier.h"
#include "node/transport/transport.h"

namespace leeward::node {

// What a story made of a message. A refusal (a code of domain.md D6) writes nothing.
struct Applied {
    std::string refused;        // empty: stored
    std::string record;         // the record that it belongs to; empty: none
    schema::AuditRecord event;  // machine, transition, states, tier of its RECEIPT leaf
};

// A time that a peer has said, on this node's clock. What was written in our future comes from a clock
// that is ahead of ours: it means the same length of time from now. A clock that is behind looks like
// a message that was long on its way, and what that says is left as it is.
[[nodiscard]] schema::Time by_our_clock(schema::Time said,
                                        const schema::Message& message,
                                        schema::Time now);

class Receiver {
public:
    struct Stories {
        // Names of the record keys that a batch will need, so that one fsync makes them all.
        std::function<void(const schema::Message&, std::vector<std::string>&)> prepare;
        std::function<Result<Applied>(Transaction&, Peer&, const schema::Message&, schema::Time)>
            apply;
        // Our message was stored, or refused with a code, by its recipient.
        std::function<Outcome(
            Transaction&, Peer&, const OutboxItem&, const std::string& refused, schema::Time)>
            receipted;
        // What an envelope says as log and witness, under its head.
        std::function<Outcome(Transaction&,
                              Peer&,
                              const crypto::Checkpoint& head,
                              const schema::Inner&,
                              schema::Time)>
            witnessed{};
    };

    Receiver(Desk& desk, Courier& courier, Stories stories);

    struct Report {
        std::size_t opened = 0;    // envelopes
        std::size_t messages = 0;  // applied for the first time
        std::size_t repeats = 0;   // seen before and answered again
        std::size_t refused = 0;   // frames that were not for us, did not open, did not parse
        std::size_t receipts = 0;  // of ours, lines
        std::size_t put_off = 0;   // not taken now: nothing that grows can be stored
        std::size_t waiting = 0;   // nor these: their leg, lost by a restore, is not named yet
        // Why a message that is sound could not be taken in, though the store is well. It stopped no other.
        std::optional<Errc> fault{};
    };
    // Errc::io, disk_full: nothing of these frames was acknowledged; their senders send again.
    Result<Report> receive(std::span<const Inbound> frames, std::int64_t now_ms);

private:
    struct Waiting {
        schema::NodeId peer;
        PendingReceipt receipt;
        crypto::Hash done{};  // ench of ours that was receipted
        bool is_done = false;
    };
    struct Checked {
        schema::Message message;
        std::string refused;
        std::optional<std::uint64_t> answered;  // the leaf of the receipt it has already had
        bool in_closed_log = false;             // that leaf was of the log before a restore
    };

    struct Opened {
        Peer* peer = nullptr;
        crypto::Hash ench{};
        crypto::Epoch epoch = 0;
        std::vector<Checked> messages;
        bool put_off = false;  // something of it could not be taken now
    };

    void begin(Transaction& tx, Room room);
    Outcome take_all(Transaction& tx, std::span<const Inbound> frames);
    [[nodiscard]] bool must_wait(const Checked& checked) const;
    Outcome answer_all();
    Outcome take_frame(Transaction& tx, const Frame& frame);
    Outcome take_control(Transaction& tx, const Frame& frame);
    Outcome take_envelope(Transaction& tx, const schema::EnvelopeFrame& frame);
    Outcome take_inner(Transaction& tx,
                       Peer& peer,
                       const schema::EnvelopeFrame& frame,
                       crypto::Epoch epoch,
                       const schema::Inner& inner);
    Outcome take_logs(Transaction& tx,
                      Peer& peer,
                      const crypto::Checkpoint& head,
                      const schema::Inner& inner);
    Result<std::optional<Checked>> check(Transaction& tx,
                                         Opened& opened,
                                         const schema::EnvelopeFrame& frame,
                                         const schema::MessageItem& item,
                                         const crypto::Checkpoint& head);
    Outcome say_what_we_hold(const Peer& peer);
    Outcome cannot_check(const Peer& peer);
    Result<std::uint64_t> apply_one(Transaction& tx, Peer& peer, Checked& checked);
    Result<std::uint64_t> enter_again(Transaction& tx, const Peer& peer, const Checked& checked);
    Result<std::uint64_t> log_receipt(Transaction& tx,
                                      const Peer& peer,
                                      const Checked& checked,
                                      const Applied& applied);
    Outcome take_receipt(Transaction& tx,
                         Peer& peer,
                         const schema::ReceiptItem& item,
                         const crypto::Checkpoint& head);
    Outcome finish(Transaction& tx, Opened& opened);
    static void note_answer(Transaction& tx, const Peer& peer, Checked& checked);
    Outcome answer_again(Transaction& tx, Peer& peer, Rows& rows);
    void refuse(std::string_view why);

    Desk& desk_;
    Courier& courier_;
    Stories stories_;
    Room room_ = Room::ORDINARY;
    std::int64_t now_ms_ = 0;
    schema::Time now_;
    Report report_;
    std::vector<Opened> opened_;          // of this call, checked but not yet in effect
    std::vector<std::string> records_;    // whose keys one fsync makes
    std::set<schema::NodeId> unchecked_;  // of whom a signature did not hold, in this call
    std::vector<Waiting> waiting_;        // handed to the courier once the transaction is committed
    std::map<schema::NodeId, std::int64_t> answered_again_;
};

}  // namespace leeward::node
