#include "node/mailbox/post.h"

#include <algorithm>

#include "crypto/hkdf.h"

namespace leeward::node {
namespace {

constexpr std::size_t weeks = 2 * Peers::window + 1;
constexpr std::size_t pairs_at_once = schema::polled_names / weeks;
constexpr std::size_t most_deposits = 256;          // that wait for an answer
constexpr std::ptrdiff_t most_of_one_peer = 32;     // of these: dead hosts hold theirs for long
constexpr std::size_t requests_at_once = 256;       // of others, in one transaction
constexpr std::size_t frames_at_once = 1024;        // out of the transport, in one step
constexpr std::size_t most_come = 64;               // of partners, that wait for poll()
constexpr std::int64_t guests_again_ms = 30'000;    // until they are admitted
constexpr std::int64_t guests_anew_ms = 3'600'000;  // afterwards: a host may have lost them
constexpr std::int64_t expire_every_ms = 1'000;
constexpr std::int64_t silent_after_ms = 60'000;

schema::Time time_of(std::int64_t now_ms) {
    return schema::from_unix(now_ms / 1000);
}

Bytes labelled(std::string_view label, BytesView more) {
    Bytes info = to_bytes(as_bytes(label));
    append(info, more);
    return info;
}

// The name of no pair's mailbox: as steady as a pair's, and as strange to the host.
crypto::MailboxId surplus_name(const PlaceKey& place, std::size_t number, crypto::Epoch epoch) {
    Bytes which;
    append_be<4>(which, number);
    append_be<4>(which, epoch);
    const SecretBytes name =
        crypto::hkdf_expand(place.reveal(), labelled("leeward/1 surplus", which), 16);
    return to_array<16>(name.reveal());
}

std::vector<const Peer*> pairs_of(Peers& peers) {
    std::vector<const Peer*> out;
    for (const Peer* peer : peers.all())
        if (peer->paired()) out.push_back(peer);
    return out;
}

}  // namespace

void admit(Transport& transport, const MailHost& host, const TransportPublicKey& key) {
    const auto account = host.guest_of(key);
    account ? transport.allow_among(key, *account) : transport.allow(key);
}

TransportSecretKey guest_key(const PlaceKey& place, const ByteArray<16>& drawn) {
    return crypto::hkdf_expand32<TransportSecretKey>(place.reveal(),
                                                     labelled("leeward/1 guest", drawn));
}

schema::MailRoute route_for(const std::vector<MailPlace>& places,
                            const ByteArray<16>& drawn,
                            std::uint32_t version) {
    schema::MailRoute route{version, {}};
    for (const auto& place : places)
        route.places.push_back({place.endpoint,
                                place.server.get(),
                                to_array<32>(guest_key(place.key, drawn).reveal())});
    return route;
}

std::size_t poll_groups(Peers& peers) {
    const std::size_t pairs = pairs_of(peers).size();
    return pairs == 0 ? 1 : (pairs + pairs_at_once - 1) / pairs_at_once;
}

std::vector<crypto::MailboxId> names_to_poll(Peers& peers,
                                             const PlaceKey& place,
                                             crypto::Epoch now,
                                             std::size_t group) {
    const auto pairs = pairs_of(peers);
    const crypto::Epoch first = now < Peers::window ? 0 : now - Peers::window;
    std::vector<crypto::MailboxId> names;
    for (std::size_t i = group * pairs_at_once; i < (group + 1) * pairs_at_once; ++i)
        for (std::size_t week = 0; week < weeks; ++week) {
            const auto epoch = static_cast<crypto::Epoch>(first + week);
            const ChannelKeys* keys = i < pairs.size() ? peers.from(*pairs[i], epoch) : nullptr;
            names.push_back(keys != nullptr ? keys->mailbox : surplus_name(place, i, epoch));
        }
    std::sort(names.begin(), names.end());
    return names;
}

Post::Post(Transport& transport, Peers& peers, crypto::Random& random, PostOptions options)
    : transport_(transport), peers_(peers), random_(random), options_(options) {}

// ------------------------------------------------------------------ who is spoken to

void Post::follow_peers() {
    std::set<TransportPublicKey> admitted;
    cut_off_.clear();
    for (const Peer* peer : peers_.all()) {
        if (!peer->paired()) {
            close_ways(peer->node());
            continue;
        }
        admitted.insert(peer->link());
        transport_.allow(peer->link());
        connect(*peer);
        open_ways(*peer);
    }
    // Whose keys were revoked, and the old link key of a card that has a successor.
    for (const auto& key : admitted_)
        if (!admitted.contains(key)) {
            transport_.deny(key);
            transport_.disconnect(key);
        }
    admitted_ = std::move(admitted);
}

void Post::connect(const Peer& peer) {
    if (peer.is_hidden()) return;
    if (!transport_.connect(peer.link(), peer.card.endpoint)) cut_off_.insert(peer.node());
}

void Post::close_ways(const schema::NodeId& peer) {
    for (const Way& way : ways_[peer]) {
        transport_.disconnect(way.line);
        way_names_.erase(way.line);
    }
    ways_.erase(peer);
}

// One that cannot be opened is a host that does not answer: the next one has its turn.
void Post::open_ways(const Peer& peer) {
    Ways wanted;
    std::vector<TransportSecretKey> keys;
    for (const auto& place : peer.is_hidden() ? peer.mail.places : std::vector<schema::Place>{}) {
        keys.emplace_back(place.key);
        wanted.push_back({public_key_of(keys.back()), TransportPublicKey(place.server)});
    }
    const Ways& present = ways_[peer.node()];
    const bool same = std::equal(wanted.begin(),
                                 wanted.end(),
                                 present.begin(),
                                 present.end(),
                                 [](const Way& a, const Way& b) { return a.line == b.line; });
    if (!same) close_ways(peer.node());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        (void)transport_.open_line(keys[i], wanted[i].server, peer.mail.places[i].endpoint);
        way_names_[wanted[i].line] = {peer.node(), i};
    }
    if (!same) ways_[peer.node()] = std::move(wanted);
}

Outcome Post::use_places(std::vector<MailPlace> places, std::vector<ByteArray<16>> drawn) {
    for (const Fetching& old : fetching_)
        if (std::none_of(places.begin(), places.end(), [&](const MailPlace& place) {
                return public_key_of(place.key) == old.line;
            }))
            transport_.disconnect(old.line);
    std::vector<Fetching> fetching;
    for (const MailPlace& place : places) {
        LEEWARD_TRY(transport_.open_line(place.key, place.server, place.endpoint));
        const Fetching* old = place_of(public_key_of(place.key));
        fetching.push_back(old != nullptr ? *old : Fetching{public_key_of(place.key)});
        fetching.back().guests_ms = 0;
    }
    places_ = std::move(places);
    fetching_ = std::move(fetching);
    drawn_ = std::move(drawn);
    return Done{};
}

void Post::keep_for_others(MailHost* host) {
    if (host_ != nullptr && host == nullptr)
        for (const auto& key : host_->keys())
            dismiss(key);
    host_ = host;
    if (host_ == nullptr) return;
    for (const auto& key : host_->keys())
        if (!admitted_.contains(key)) admit(transport_, *host_, key);
}

void Post::dismiss(const TransportPublicKey& key) {
    if (!admitted_.contains(key)) transport_.deny(key);
}

Post::Fetching* Post::place_of(const TransportPublicKey& line) {
    const auto at = std::find_if(fetching_.begin(), fetching_.end(), [&](const Fetching& place) {
        return place.line == line;
    });
    return at == fetching_.end() ? nullptr : &*at;
}

std::vector<TransportPublicKey> Post::lines_to(const TransportPublicKey& server) const {
    std::vector<TransportPublicKey> out;
    for (std::size_t i = 0; i < places_.size(); ++i)
        if (places_[i].server == server) out.push_back(fetching_[i].line);
    for (const auto& [node, ways] : ways_)
        for (const Way& way : ways)
            if (way.server == server) out.push_back(way.line);
    return out;
}

bool Post::is_silent(const Fetching& place) const {
    return now_ms_ - place.heard_ms > silent_after_ms;
}

std::size_t Post::silent_places() const {
    std::size_t silent = 0;
    for (std::size_t i = 0; i < places_.size(); ++i)
        if (!places_[i].left && is_silent(fetching_[i])) ++silent;
    return silent;
}

bool Post::answers(const TransportPublicKey& server) const {
    for (std::size_t i = 0; i < places_.size(); ++i)
        if (places_[i].server == server) return !is_silent(fetching_[i]);
    return false;
}

std::vector<schema::NodeId> Post::take_returned() {
    std::vector<schema::NodeId> out;
    for (const auto& key : transport_.take_returned()) {
        if (const auto way = way_names_.find(key); way != way_names_.end())
            out.push_back(way->second.first);
        for (const Peer* peer : peers_.all())
            if (!peer->is_hidden() && peer->link() == key) out.push_back(peer->node());
    }
    return out;
}

// ------------------------------------------------------------------ out

// A pause that ends later than one that began now was begun by a clock that was set back since.
bool Post::is_passed_over(const Way& way) const {
    return way.silent_until_ms > now_ms_ &&
           way.silent_until_ms <= now_ms_ + options_.passed_over.count();
}

// The first that is not passed over, beginning where it is this attempt's turn.
std::size_t Post::way_for(const Ways& ways, std::size_t attempt) const {
    for (std::size_t i = 0; i < ways.size(); ++i) {
        const std::size_t way = (attempt + i) % ways.size();
        if (!is_passed_over(ways[way])) return way;
    }
    return attempt % ways.size();
}

Outcome Post::send(const Peer& peer, Frame frame, schema::Duration keep, std::size_t attempt) {
    if (!peer.is_hidden()) return transport_.send(peer.link(), std::move(frame));
    const auto ways = ways_.find(peer.node());
    if (ways == ways_.end() || ways->second.empty())
        return Error{Errc::unreachable, "this peer has not said yet where its mail goes"};
    const auto of_peer = std::count_if(deposits_.begin(), deposits_.end(), [&](const auto& one) {
        return one.second.peer == peer.node();
    });
    if (deposits_.size() >= most_deposits || of_peer >= most_of_one_peer)
        return Error{Errc::busy, "too many deposits wait for an answer"};
    LEEWARD_TRY(check_frame(frame));
    const auto handle = schema::mail_handle(frame.parts);
    keep = std::clamp(keep, schema::Duration(1), schema::longest_at_host);
    const std::size_t way = way_for(ways->second, attempt);
    auto [at, fresh] =
        deposits_.try_emplace(handle, Deposited{peer.node(), std::move(frame), keep, 0, way, 0});
    if (fresh) try_deposit(at->second);
    return Done{};
}

// The transport may take it or not: without an answer in time the next host has its turn.
void Post::try_deposit(Deposited& deposited) {
    deposited.sent_ms = now_ms_;
    ++deposited.tries;
    ask(ways_.at(deposited.peer)[deposited.way].line,
        schema::Deposit{deposited.keep, deposited.frame.parts});
}

// Each host of the peer is asked once; then the outbox, which still has it, begins again.
void Post::deposit_failed(const schema::MailHandle& handle) {
    const auto at = deposits_.find(handle);
    if (at == deposits_.end()) return;
    const auto ways = ways_.find(at->second.peer);
    if (ways == ways_.end() || at->second.tries >= ways->second.size()) {
        deposits_.erase(at);
        return;
    }
    at->second.way = (at->second.way + 1) % ways->second.size();
    try_deposit(at->second);
}

void Post::mind_deposits() {
    std::vector<schema::MailHandle> late;
    for (const auto& [handle, deposited] : deposits_)
        if (now_ms_ - deposited.sent_ms >= options_.patience.count() || deposited.sent_ms > now_ms_)
            late.push_back(handle);
    for (const auto& handle : late) {
        const Deposited& deposited = deposits_.at(handle);
        const auto ways = ways_.find(deposited.peer);
        if (ways != ways_.end() && deposited.way < ways->second.size())
            ways->second[deposited.way].silent_until_ms = now_ms_ + options_.passed_over.count();
        deposit_failed(handle);
    }
}

void Post::drop_queue(const Peer& peer) {
    if (peer.is_hidden()) return;
    transport_.disconnect(peer.link());
    connect(peer);
}

// Also what is only on its way there: on each line a recall follows the deposit.
void Post::recall(const Peer& peer, std::vector<schema::MailHandle> handles) {
    for (const auto& handle : handles)
        deposits_.erase(handle);
    const auto ways = ways_.find(peer.node());
    const std::size_t hosts = ways == ways_.end() ? 0 : ways->second.size();
    while (!handles.empty()) {
        const std::size_t some = std::min(handles.size(), schema::most_handles);
        const std::vector<schema::MailHandle> part(
            handles.begin(), handles.begin() + static_cast<std::ptrdiff_t>(some));
        handles.erase(handles.begin(), handles.begin() + static_cast<std::ptrdiff_t>(some));
        for (const auto& handle : part)
            recalled_[handle].hosts = hosts;
        for (std::size_t i = 0; i < hosts; ++i)
            ask(ways->second[i].line, schema::Recall{part});
    }
}

std::vector<schema::MailHandle> Post::take_gone() {
    std::vector<schema::MailHandle> gone;
    for (const auto& [handle, recalled] : recalled_)
        if (recalled.confirmed.size() >= recalled.hosts) gone.push_back(handle);
    for (const auto& handle : gone)
        recalled_.erase(handle);
    return gone;
}

void Post::ask(const TransportPublicKey& line, decltype(schema::HostRequest::what) what) {
    (void)ask_with_nonce(line, std::move(what));
}

schema::HostNonce Post::ask_with_nonce(const TransportPublicKey& line,
                                       decltype(schema::HostRequest::what) what) {
    const schema::HostNonce nonce = random_.array<8>();
    (void)transport_.send(line, Frame{schema::write_host_request({nonce, std::move(what)})});
    return nonce;
}

// ------------------------------------------------------------------ in

void Post::step(std::int64_t now_ms) {
    now_ms_ = now_ms;
    more_ = false;
    const auto has_room = [this] {
        return requests_.size() < requests_at_once && come_.size() < most_come;
    };
    for (std::size_t i = 0; i < frames_at_once && has_room(); ++i) {
        auto inbound = transport_.poll();
        if (!inbound) break;
        sort_in(std::move(*inbound));
    }
    serve_others();
    for (std::size_t i = 0; i < fetching_.size(); ++i)
        mind_place(i);
    mind_deposits();
}

// A node may deposit at the host that it is itself: its line is then a guest that it knows, and only
// what is said tells an answer from a request. A partner's link is no guest's, whatever an account says:
// it stands in a card, and what comes by it would be lost among requests.
void Post::sort_in(Inbound inbound) {
    Fetching* const place = place_of(inbound.from);
    const auto way = way_names_.find(inbound.from);
    const bool is_line = place != nullptr || way != way_names_.end();
    const bool is_partner = admitted_.contains(inbound.from);
    auto answer = is_line ? schema::read_host_answer(inbound.frame.parts)
                          : Result<schema::HostAnswer>(Error{Errc::malformed});
    if (answer && place != nullptr)
        take_answer(*place, inbound, std::move(*answer));
    else if (answer)
        take_answer(way->second.first, way->second.second, *answer);
    else if (!is_partner && host_ != nullptr && host_->knows(inbound.from))
        requests_.push_back(std::move(inbound));
    else if (!is_line)
        come_.push_back(std::move(inbound));
}

// What a host sends unasked is not taken: it could only fill the memory.
void Post::take_answer(Fetching& place, Inbound& inbound, schema::HostAnswer answer) {
    place.heard_ms = now_ms_;
    if (std::holds_alternative<schema::Admitted>(answer.what))
        place.guests_ms = now_ms_ + guests_anew_ms;
    if (place.polling != answer.nonce) return;
    if (auto* mail = std::get_if<schema::Mail>(&answer.what)) {
        if (place.fetched.size() >= schema::most_mail_at_once) return;
        place.fetched.push_back(schema::mail_handle(mail->frame));
        come_.push_back({inbound.from, Frame{std::move(mail->frame)}});
    }
    const auto* end = std::get_if<schema::PollEnd>(&answer.what);
    if (end == nullptr) return;
    place.polling.reset();
    place.group = (place.group + 1) % poll_groups(peers_);
    const bool at_once = !options_.steady && (end->more || place.group != 0);
    if (at_once) place.next_ms = now_ms_;
}

void Post::take_answer(const schema::NodeId& peer,
                       std::size_t way,
                       const schema::HostAnswer& answer) {
    ways_.at(peer)[way].silent_until_ms = 0;
    if (const auto* kept = std::get_if<schema::Kept>(&answer.what)) {
        const auto at = deposits_.find(kept->handle);
        if (at == deposits_.end() || at->second.peer != peer) return;
        deposits_.erase(at);
        kept_.push_back(kept->handle);
    }
    if (const auto* none = std::get_if<schema::NoRoom>(&answer.what)) {
        const auto at = deposits_.find(none->handle);
        if (at != deposits_.end() && at->second.peer == peer && at->second.way == way)
            deposit_failed(none->handle);
    }
    if (const auto* gone = std::get_if<schema::Gone>(&answer.what))
        for (const auto& handle : gone->handles)
            if (const auto at = recalled_.find(handle); at != recalled_.end())
                at->second.confirmed.insert(way);
}

std::optional<Inbound> Post::poll() {
    if (come_.empty()) return std::nullopt;
    Inbound inbound = std::move(come_.front());
    come_.pop_front();
    return inbound;
}

void Post::done_with(std::span<const Inbound> frames) {
    for (Fetching& place : fetching_) {
        schema::Taken taken;
        for (const Inbound& inbound : frames)
            if (inbound.from == place.line)
                taken.handles.push_back(schema::mail_handle(inbound.frame.parts));
        if (taken.handles.empty()) continue;
        for (const auto& handle : taken.handles)
            if (const auto at = std::find(place.fetched.begin(), place.fetched.end(), handle);
                at != place.fetched.end())
                place.fetched.erase(at);
        ask(place.line, std::move(taken));
    }
}

std::vector<schema::LineKey> Post::guests_at(std::size_t i) const {
    std::vector<schema::LineKey> keys;
    for (const auto& drawn : drawn_)
        keys.push_back(public_key_of(guest_key(places_[i].key, drawn)).get());
    if (keys.size() > schema::most_guests) keys.resize(schema::most_guests);
    return keys;
}

// Polled at its pace. One that owes an answer is asked again when it has had its time, and what was
// fetched and never taken in is fetched again.
void Post::mind_place(std::size_t i) {
    Fetching& place = fetching_[i];
    // It has its time from now on: at first, and after the clock was set back.
    if (place.heard_ms == 0 || place.heard_ms > now_ms_) place.heard_ms = now_ms_;
    const bool long_ahead = place.guests_ms > now_ms_ + guests_anew_ms;  // clock set back
    if (now_ms_ >= place.guests_ms || long_ahead) {
        ask(place.line, schema::Guests{guests_at(i)});
        place.guests_ms = now_ms_ + guests_again_ms;
    }
    const bool owed = (place.polling || !place.fetched.empty()) && now_ms_ >= place.asked_ms &&
                      now_ms_ - place.asked_ms < options_.patience.count();
    const bool set_back = place.next_ms > now_ms_ + options_.poll_every.count();
    if (owed || (now_ms_ < place.next_ms && !set_back)) return;
    const auto epoch = crypto::epoch_of(now_ms_ / 1000);
    if (place.group >= poll_groups(peers_)) place.group = 0;
    place.fetched.clear();
    place.polling =
        ask_with_nonce(place.line,
                       schema::Poll{options_.steady ? std::size_t{1} : schema::most_mail_at_once,
                                    names_to_poll(peers_, places_[i].key, epoch, place.group)});
    place.asked_ms = now_ms_;
    place.next_ms = now_ms_ + options_.poll_every.count();
}

// ------------------------------------------------------------------ for others

Result<std::size_t> serve_mail(Transport& transport,
                               MailHost& host,
                               std::span<const Inbound> requests,
                               schema::Time now,
                               const std::set<TransportPublicKey>& partners) {
    LEEWARD_ASSIGN(auto served, host.serve(requests, now));
    for (const auto& key : served.admitted)
        if (host.knows(key) && !partners.contains(key)) admit(transport, host, key);
    for (const auto& key : served.dismissed)
        if (!host.knows(key) && !partners.contains(key)) transport.deny(key);
    for (auto& answer : served.answers)
        (void)transport.answer(requests[answer.to], std::move(answer.frame));
    return served.refused;
}

// What fails there is told by host_fault(), and is nothing to this node's own mail.
void Post::serve_others() {
    if (host_ == nullptr) return;
    const auto requests = std::exchange(requests_, {});
    more_ = requests.size() >= requests_at_once;
    if (!requests.empty())
        (void)serve_mail(transport_, *host_, requests, time_of(now_ms_), admitted_);
    if (now_ms_ - expired_ms_ < expire_every_ms && now_ms_ >= expired_ms_) return;
    const auto more = host_->expire(time_of(now_ms_));
    expired_ms_ = more && *more ? 0 : now_ms_;
}

std::optional<Errc> Post::host_fault() const {
    return host_ == nullptr ? std::nullopt : host_->fault();
}

}  // namespace leeward::node
