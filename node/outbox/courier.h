// Takes what is due out of the outbox, seals it peer by peer and hands it to the transport.
//
// Per attempt: the authority still lives → the newest prekey → a working head over all leaves →
// encapsulate → sign each message → seal → send (protocol.md section 5). Everything due for one peer
// shares an envelope, and one transaction covers many envelopes; when idle a message leaves at once.
// Receipts and the control class go first, and on a full disk they alone go. Nothing here is lost by
// a crash: what was marked sent and not receipted is sent again, in a new envelope.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "node/mailbox/peers.h"
#include "node/mailbox/post.h"
#include "node/mailbox/prekeys.h"
#include "node/mailbox/sealing.h"
#include "node/outbox/outbox.h"
#include "node/outbox/receipts.h"
#include "node/outbox/shown_heads.h"

namespace leeward::node {

struct CourierReport {
    std::size_t envelopes = 0;
    std::size_t messages = 0;
    std::size_t abandoned = 0;
    bool more = false;  // something due was left for the next call
    // What cannot be sent, or why nothing goes to one peer, though the store is well. All else was sent.
    std::optional<Errc> fault{};
};

class Courier {
public:
    struct Parts {
        Store& store;
        AuditLog& log;
        Outbox& outbox;
        Peers& peers;
        Prekeys& prekeys;
        const Identity& self;
        Post& post;
        crypto::Random& random;
    };
    // Says whether a message may still leave: its release lives, its leg is open. An error's code
    // ends the message (it is abandoned); the data stays safe.
    using Authority = std::function<Outcome(Transaction&, const OutboxItem&, schema::Time)>;
    // Told of a message that was abandoned because its time had run out, in the same transaction.
    using RanOut = std::function<Outcome(Transaction&, const OutboxItem&, schema::Time)>;

    Courier(Parts parts, Authority authority, RanOut ran_out);

    // Sends what is due at `now_ms` (unix milliseconds).
    Result<CourierReport> pump(std::int64_t now_ms);

    // For a sealed file instead of the network (node/mailbox/sealed_file.h): everything that waits for
    // `peer`, receipts too, as the frames that pump() would send, up to `most_bytes`. With ALL what was
    // sent and not receipted goes again; MORE goes on after that.
    enum class Fill { ALL, MORE };
    struct ForFile {
        std::vector<Frame> frames;
        std::size_t messages = 0;
        bool more = false;  // some of it did not fit
    };
    Result<ForFile> fill_file(Peer& peer, std::int64_t now_ms, std::size_t most_bytes, Fill fill);
    // What is said in K frames while the guard lives is kept for the next file instead of being sent.
    class InsteadOfNetwork {
    public:
        explicit InsteadOfNetwork(Courier& courier) : courier_(courier) {
            courier_.offline_.emplace();
        }
        ~InsteadOfNetwork() { courier_.offline_.reset(); }
        InsteadOfNetwork(const InsteadOfNetwork&) = delete;
        InsteadOfNetwork& operator=(const InsteadOfNetwork&) = delete;

    private:
        Courier& courier_;
    };

    // What waits for the next envelopes.
    [[nodiscard]] Receipts& receipts() { return receipts_; }
    [[nodiscard]] ShownHeads& heads() { return heads_; }
    // A receipt of `peer` came in: its window opens again.
    void receipted(const schema::NodeId& peer, const crypto::Hash& ench);
    // Every five minutes an empty envelope to each hidden peer: who watches its host cannot tell it
    // from one that says something.
    void cover(bool on) { cover_ = on; }
    // `peer` cannot store anything now: its content waits until then. Once that has been heard, it counts
    // again only when some content was sent since: whoever repeats an old frame delays, and stops nothing.
    Outcome asked_to_wait(Transaction& tx, const Peer& peer, std::int64_t until_ms);
    // `peer` has just said which of our cards it holds. An older one than ours: it cannot check what we sign,
    // and is shown the newer ones, at most once in ten minutes for saying so. Ours, after that: all that
    // waits for it goes out at once, wherever it lies.
    Outcome said_what_it_holds(Transaction& tx, const Peer& peer, std::int64_t now_ms);
    // Says `text` to `peer` in a K frame, at most once in ten minutes for each kind, and our cards to a
    // hidden one once an hour, as its host keeps them; that it should wait, twice in the time that it is
    // asked to. Which card we hold is said at once when it is another.
    Outcome say(const Peer& peer, const ControlText& text, std::int64_t now_ms);

private:
    enum class Empty { NOT_SENT, SENT };
    struct Flight {
        crypto::Hash ench{};
        std::int64_t until_ms = 0;
    };
    struct Batch {
        Peer* peer = nullptr;
        Frame frame;
        schema::Duration keep{};  // at a host, if it goes there
        std::size_t attempt = 0;  // of its most often tried message
    };

    Outcome fill_all(Transaction& tx, std::int64_t now_ms, std::vector<Batch>& out);
    void mind_a_log_that_signs_nothing(Transaction& tx);
    [[nodiscard]] bool calls_for_an_envelope(const schema::NodeId& peer) const;
    Outcome fill_covers(Transaction& tx, std::int64_t now_ms, std::vector<Batch>& out);
    Outcome apart(const Peer& peer, const std::function<Outcome()>& does);
    Outcome fill(Transaction& tx, Peer& peer, std::int64_t now_ms, std::vector<Batch>& out);
    Result<bool> one_envelope(Transaction& tx,
                              Peer& peer,
                              std::int64_t now_ms,
                              std::deque<OutboxItem>& due,
                              std::vector<Batch>& out,
                              Empty empty = Empty::NOT_SENT);
    Result<std::size_t> add_receipts(Transaction& tx, const Peer& peer, schema::Inner& inner);
    Outcome add_messages(Transaction& tx,
                         Peer& peer,
                         const Sealing& sealing,
                         std::int64_t now_ms,
                         std::size_t used,
                         std::deque<OutboxItem>& due,
                         schema::Inner& inner);
    Result<std::optional<schema::MessageItem>> make_item(Transaction& tx,
                                                         Peer& peer,
                                                         const Sealing& sealing,
                                                         const OutboxItem& item,
                                                         schema::Time now);
    Outcome let_go(Transaction& tx, const OutboxItem& item, schema::Time now);
    [[nodiscard]] bool window_open(const schema::NodeId& peer, std::int64_t now_ms);
    Outcome fill_for_file(Transaction& tx,
                          Peer& peer,
                          std::int64_t now_ms,
                          std::size_t most_bytes,
                          Fill fill,
                          ForFile& out);
    Outcome say_for_file(Transaction& tx, const Peer& peer, std::int64_t now_ms);
    Outcome ask_for_prekeys(const Peer& peer, std::int64_t now_ms);
    Outcome show_cards(Transaction& tx, const Peer& peer, std::int64_t now_ms);
    Outcome note_hosted(Transaction& tx, const Batch& batch, std::int64_t now_ms);
    Outcome take_hosts_word(Transaction& tx, std::int64_t now_ms);
    Outcome wake_returned(Transaction& tx, std::int64_t now_ms);
    void note_woken(std::int64_t now_ms);
    [[nodiscard]] bool may_wake(const schema::NodeId& peer, std::int64_t now_ms) const;
    Outcome recall_hosted();
    Outcome say_offline(const Peer& peer, const ControlText& text, std::int64_t now_ms);
    Outcome call_back(std::int64_t now_ms);
    void hand_over(std::vector<Batch> batches);

    Parts parts_;
    Authority authority_;
    RanOut ran_out_;
    Receipts receipts_;
    ShownHeads heads_;
    std::map<schema::NodeId, std::deque<Flight>> flights_;
    enum class Said { PREKEYS, WANT, WAIT, CARDS, HOLDS };
    static Said said_by(const ControlText& text);
    static std::int64_t pause_after(Said said, const Peer& peer, const ControlText& text);
    struct LastSaid {
        std::int64_t at_ms = 0;
        std::uint32_t holds = 0;
    };
    std::map<std::pair<schema::NodeId, Said>, LastSaid> said_;
    struct Lacking {
        std::int64_t shown_ms = 0;  // our cards, as it said that it lacks one
        bool waits = false;         // for it to hold ours
    };
    std::map<schema::NodeId, Lacking> lacking_;
    std::set<schema::NodeId> waited_for_;  // asked us to wait, and was sent no content since
    std::optional<std::vector<Frame>> offline_{};  // K frames for a sealed file
    // Of one call:
    Room room_ = Room::ORDINARY;
    CourierReport report_;
    std::vector<schema::MessageId> in_envelope_;  // of the one being filled
    schema::Duration keep_{};                     // how long a host may keep that
    std::size_t attempt_ = 0;
    // What hosts have said and what is asked of them:
    std::vector<schema::MailHandle> kept_;
    std::set<schema::NodeId> returned_;                // and not woken for yet
    std::map<schema::NodeId, std::int64_t> woken_ms_;  // when last
    std::vector<schema::MailHandle> gone_;
    std::int64_t recall_ms_ = 0;  // when it is asked again
    std::int64_t swept_hour_ = -1;
    bool cover_ = false;
    std::int64_t covered_ms_ = 0;
};

}  // namespace leeward::node
