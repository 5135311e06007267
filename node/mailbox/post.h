// A node's mail on one path: straight to peers that can be connected to and, for those that cannot,
// by way of a host (protocol.md P6). What comes out of poll() looks the same either way.
//
// A hidden peer has told us, and us alone, at which hosts it fetches its mail, and gave us the key of
// a guest for each: a host cannot tell whose guest that is, nor that two guests are one node. We
// deposit at the first that answers; one that is silent is passed over for a minute.
//
// Our own places at hosts are polled at one pace, whether anything lies there or not, and each poll
// names the same number of mailboxes: those of our pairs, and names of no pair that change as
// weekly as they do. What was fetched is deleted there once it is stored here.
//
// If this node keeps mail for others, their requests are answered here too. One thread; no clock of
// its own: step() says what time it is.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "node/mailbox/mail_host.h"
#include "node/mailbox/peers.h"
#include "node/transport/transport.h"
#include "schema/mailhost.h"

namespace leeward::node {

using PlaceKey = TransportSecretKey;

// A place of ours at a host.
struct MailPlace {
    std::string endpoint;
    TransportPublicKey server;
    PlaceKey key;
    bool left = false;  // our mail does not go there any more: what still comes there is fetched
};
// The key of the guest that a peer is there, from what was drawn for that peer.
[[nodiscard]] TransportSecretKey guest_key(const PlaceKey& place, const ByteArray<16>& drawn);
// What that peer is told.
[[nodiscard]] schema::MailRoute route_for(const std::vector<MailPlace>& places,
                                          const ByteArray<16>& drawn,
                                          std::uint32_t version);
// The names of one poll, sorted: what pairs `group` listens to around `now`, and the surplus.
[[nodiscard]] std::vector<crypto::MailboxId> names_to_poll(Peers& peers,
                                                           const PlaceKey& place,
                                                           crypto::Epoch now,
                                                           std::size_t group);
// How many such groups it takes for all pairs.
[[nodiscard]] std::size_t poll_groups(Peers& peers);

struct PostOptions {
    std::chrono::milliseconds poll_every{5'000};
    std::chrono::milliseconds patience{
        10'000};  // for an answer; a host that owes one is passed over
    std::chrono::milliseconds passed_over{60'000};
    bool steady =
        false;  // one envelope a poll and never a poll sooner: what is fetched does not show
};

class Post {
public:
    // Borrows all three.
    Post(Transport& transport, Peers& peers, crypto::Random& random, PostOptions options = {});

    // Connects to those who can be connected to, and to the hosts of the others. After any change.
    // What keeps us from one of them keeps us from no other.
    void follow_peers();
    // We cannot connect to it: its card names no address, or there are no descriptors left.
    [[nodiscard]] bool is_cut_off(const schema::NodeId& peer) const {
        return cut_off_.contains(peer);
    }
    // Where we fetch our own mail from now on, and whose guest keys are to be admitted there.
    Outcome use_places(std::vector<MailPlace> places, std::vector<ByteArray<16>> drawn);
    [[nodiscard]] const std::vector<MailPlace>& places() const { return places_; }
    // Keeps mail for others from now on; null: no longer.
    void keep_for_others(MailHost* host);
    // Does not admit it any more, unless it is a partner's link: accounts name what keys they like.
    void dismiss(const TransportPublicKey& key);
    [[nodiscard]] const PostOptions& options() const { return options_; }
    void set_options(const PostOptions& options) { options_ = options; }

    // As Transport::send. For a hidden peer: a deposit for `keep`; Errc::unreachable while it has not
    // said where. Each attempt begins at another host: one may take what it is given and lose it.
    Outcome send(const Peer& peer, Frame frame, schema::Duration keep, std::size_t attempt = 0);
    // Takes back what may still wait on the way: from the transport, and from the peer's hosts.
    void drop_queue(const Peer& peer);
    void recall(const Peer& peer, std::vector<schema::MailHandle> handles);

    // Gathers what has come, asks where it is time to, and answers those whose mail is kept here. While
    // some of it waits for poll() the rest stays with the transport, whose bounds hold for each peer.
    void step(std::int64_t now_ms);
    [[nodiscard]] std::optional<Inbound> poll();
    // These are stored here now, or worth nothing: their hosts may delete them.
    void done_with(std::span<const Inbound> frames);

    // Peers whose way is open again, after a while or after a new start of theirs, since this was last
    // asked: what was under way to them may be lost.
    [[nodiscard]] std::vector<schema::NodeId> take_returned();
    // Deposits of ours that a host has acknowledged, since this was last asked.
    [[nodiscard]] std::vector<schema::MailHandle> take_kept() { return std::exchange(kept_, {}); }
    // Recalled, and confirmed by every host of that peer.
    [[nodiscard]] std::vector<schema::MailHandle> take_gone();
    // The names of our lines to this host: as a recipient, then as each partner's guest.
    [[nodiscard]] std::vector<TransportPublicKey> lines_to(const TransportPublicKey& server) const;
    // For people: hosts of ours that have not answered for a while, without those that were left.
    [[nodiscard]] std::size_t silent_places() const;
    // A host of ours, left or not, has answered lately.
    [[nodiscard]] bool answers(const TransportPublicKey& server) const;
    // Why no mail of others is served, if this node keeps any and its store is in doubt.
    [[nodiscard]] std::optional<Errc> host_fault() const;
    [[nodiscard]] bool more() const { return more_ || !come_.empty(); }

private:
    struct Fetching {  // at one of our own places
        TransportPublicKey line;
        std::optional<schema::HostNonce> polling{};
        std::int64_t asked_ms = 0;
        std::int64_t next_ms = 0;
        std::int64_t heard_ms = 0;
        std::int64_t guests_ms = 0;  // when they are told again
        std::size_t group = 0;
        std::deque<schema::MailHandle> fetched{};  // not yet done with
    };
    struct Way {  // to one host of one hidden peer
        TransportPublicKey line;
        TransportPublicKey server;
        std::int64_t silent_until_ms = 0;
    };
    struct Deposited {
        schema::NodeId peer;
        Frame frame;
        schema::Duration keep{};
        std::size_t tries = 0;
        std::size_t way = 0;
        std::int64_t sent_ms = 0;
    };
    using Ways = std::vector<Way>;

    void connect(const Peer& peer);
    void open_ways(const Peer& peer);
    void close_ways(const schema::NodeId& peer);
    [[nodiscard]] bool is_passed_over(const Way& way) const;
    [[nodiscard]] std::size_t way_for(const Ways& ways, std::size_t attempt) const;
    void try_deposit(Deposited& deposited);
    void deposit_failed(const schema::MailHandle& handle);
    void mind_deposits();
    void mind_place(std::size_t i);
    void ask(const TransportPublicKey& line, decltype(schema::HostRequest::what) what);
    schema::HostNonce ask_with_nonce(const TransportPublicKey& line,
                                     decltype(schema::HostRequest::what) what);
    void sort_in(Inbound inbound);
    void take_answer(Fetching& place, Inbound& inbound, schema::HostAnswer answer);
    void take_answer(const schema::NodeId& peer, std::size_t way, const schema::HostAnswer& answer);
    void serve_others();
    [[nodiscard]] bool is_silent(const Fetching& place) const;
    [[nodiscard]] Fetching* place_of(const TransportPublicKey& line);
    [[nodiscard]] std::vector<schema::LineKey> guests_at(std::size_t i) const;

    Transport& transport_;
    Peers& peers_;
    crypto::Random& random_;
    PostOptions options_;
    std::int64_t now_ms_ = 0;
    bool more_ = false;

    std::vector<MailPlace> places_;
    std::vector<Fetching> fetching_;  // one for each place
    std::vector<ByteArray<16>> drawn_;

    std::set<TransportPublicKey> admitted_;  // as partners
    std::set<schema::NodeId> cut_off_;
    std::map<schema::NodeId, Ways> ways_;
    std::map<TransportPublicKey, std::pair<schema::NodeId, std::size_t>> way_names_;
    std::map<schema::MailHandle, Deposited> deposits_;
    std::vector<schema::MailHandle> kept_;
    struct Recalled {
        std::size_t hosts = 0;
        std::set<std::size_t> confirmed{};
    };
    std::map<schema::MailHandle, Recalled> recalled_;

    std::deque<Inbound> come_;
    MailHost* host_ = nullptr;
    std::vector<Inbound> requests_;
    std::int64_t expired_ms_ = 0;
};

// Lets in one that the host knows: the guests of an account as one group, however many it names.
void admit(Transport& transport, const MailHost& host, const TransportPublicKey& key);
// Serves `requests` and sends the answers: a node that keeps mail for others, and a dedicated host.
// The links of `partners` stay admitted. How many requests were not answered.
Result<std::size_t> serve_mail(Transport& transport,
                               MailHost& host,
                               std::span<const Inbound> requests,
                               schema::Time now,
                               const std::set<TransportPublicKey>& partners = {});

}  // namespace leeward::node
