#include "node/transport/zmq_transport.h"

#include <atomic>
#include <csignal>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include <sys/resource.h>
#include <zmq.hpp>

#include "crypto/base/hex.h"
#include "crypto/hash.h"
#include "node/transport/inbox.h"
#include "node/transport/pace.h"
#include "node/transport/proxy.h"
#include "node/transport/self_test.h"
#include "node/transport/unfinished.h"

namespace leeward::node {
namespace {

// A peer costs its connection, the one that it opens to us and three sockets' own descriptors: one to
// speak through and two that say who is connected.
constexpr std::size_t descriptors_per_peer = 5;
constexpr int sockets_per_peer = 3;
constexpr std::size_t descriptors_for_the_rest = 64;
constexpr int sockets_for_the_rest = 16;
constexpr int frames_per_turn = 256;        // then commands get their turn
constexpr std::size_t most_answers = 1024;  // that wait for the transport's thread
constexpr std::chrono::milliseconds proxied_handshake{30'000};

using SteadyTime = std::chrono::steady_clock::time_point;

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

std::size_t capacity_for(std::size_t max_peers) {
    const std::size_t descriptors = raise_descriptor_limit();
    if (descriptors <= descriptors_for_the_rest) return 0;
    return std::min(max_peers, (descriptors - descriptors_for_the_rest) / descriptors_per_peer);
}

// A connection under a key of its own.
struct Line {
    TransportSecretKey ours;
    TransportPublicKey server;
};

// What one thread wants and the other makes true. The node thread edits; the transport thread
// looks at the peers that were touched and brings its sockets into line.
struct Wanted {
    // The number tells a connection that was given up and wanted again from one that stayed.
    struct Address {
        std::string endpoint;
        std::uint64_t number = 0;
        friend bool operator==(const Address&, const Address&) = default;
    };
    struct Waiting {
        Frame frame;
        SteadyTime since;
    };
    struct Peer {
        Address address;
        std::shared_ptr<const Line> line{};  // none for a peer that knows us by our own key
        std::deque<Waiting> waiting{};
    };
    struct Answer {
        Bytes way_back;
        Frame frame;
    };
    std::mutex mutex;  // guards all of this
    std::map<TransportPublicKey, Peer> peers;
    std::set<TransportPublicKey> touched;
    std::map<TransportPublicKey, std::optional<std::int64_t>> allowed;  // among which group, if any
    std::deque<Answer> answers;
    std::set<TransportPublicKey> returned;
    std::uint64_t addresses = 0;  // given out so far
};

struct Counters {
    std::atomic<std::uint64_t> handed_over{0};
    std::atomic<std::uint64_t> received{0};
    std::atomic<std::uint64_t> dropped{0};
    std::atomic<std::uint64_t> rejected{0};
    std::atomic<std::uint64_t> strangers{0};
};

// Everything that the two threads share.
struct Shared {
    explicit Shared(const ZmqOptions& options)
        : inbox({options.inbox_frames,
                 options.inbox_frames_per_peer,
                 options.inbox_bytes,
                 options.inbox_bytes_per_peer}) {}

    Wanted wanted;
    Inbox inbox;
    Counters counters;
    Doorbell bell;  // wakes the transport thread
    std::atomic<bool> stopping{false};
};

// The transport thread: it makes, uses and closes every socket.
class Engine {
public:
    Engine(const ZmqOptions& options, Shared& shared, std::size_t capacity)
        : options_(options),
          shared_(shared),
          times_{options.proxy.empty() ? options.handshake_interval : proxied_handshake,
                 options.heartbeat_interval,
                 options.reconnect_interval},
          pace_(options.group_at_once) {
        context_.set(zmq::ctxopt::max_sockets,
                     sockets_per_peer * static_cast<int>(capacity) + sockets_for_the_rest);
        context_.set(zmq::ctxopt::blocky, 0);
        zap_.emplace(context_, [](const TransportPublicKey&) { return false; });
    }

    Outcome open() {
        if (!options_.bind_endpoint.empty()) LEEWARD_TRY(open_server());
        zap_->replace([this](const TransportPublicKey& key) { return is_allowed(key); },
                      Refusal::silent);
        return Done{};
    }

    [[nodiscard]] const std::string& bound_endpoint() const { return bound_; }

    void run() {
        while (!shared_.stopping)
            turn();
    }

private:
    struct Connection {
        Wanted::Address address;
        std::shared_ptr<const Line> line;
        zmq::socket_t socket;
        SteadyTime progress;  // when it was made, or last took a frame
        std::unique_ptr<Unfinished> unfinished;
    };

    Outcome open_server() {
        server_ =
            make_server(context_, options_.secret_key, times_, family_of(options_.bind_endpoint));
        unfinished_.emplace(context_, server_, "server");
        try {
            server_.bind(options_.bind_endpoint);
        } catch (const zmq::error_t&) {
            return Error{Errc::io, "cannot listen there: is the port taken by another program?"};
        }
        bound_ = server_.get(zmq::sockopt::last_endpoint);
        return self_test(context_,
                         server_,
                         &*zap_,
                         bound_,
                         options_.secret_key,
                         times_,
                         options_.self_test_deadline);
    }

    void turn() {
        std::vector<zmq::pollitem_t> items{{nullptr, shared_.bell.fd(), ZMQ_POLLIN, 0},
                                           {zap_->socket().handle(), 0, ZMQ_POLLIN, 0}};
        if (server_) items.push_back({server_.handle(), 0, ZMQ_POLLIN, 0});
        if (server_) items.push_back({unfinished_->events().handle(), 0, ZMQ_POLLIN, 0});
        const std::size_t first_line = items.size();
        const std::vector<TransportPublicKey> lines(lines_.begin(), lines_.end());
        for (const auto& line : lines)
            items.push_back({connections_.at(line).socket.handle(), 0, ZMQ_POLLIN, 0});
        const std::size_t first_watched = items.size();
        const std::vector<TransportPublicKey> watched(watched_.begin(), watched_.end());
        for (const auto& peer : watched)
            items.push_back({connections_.at(peer).socket.handle(), 0, ZMQ_POLLOUT, 0});
        const auto look = options_.look_interval;
        zmq::poll(items, watched.empty() ? look : std::min(look, options_.reopen_interval));

        answer_handshakes();
        if (server_) take_frames();
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (items[first_line + i].revents != 0) take_answers(lines[i]);
        for (std::size_t i = 0; i < watched.size(); ++i)
            items[first_watched + i].revents != 0 ? go_on(watched[i]) : reopen_if_stale(watched[i]);
        follow_wanted();
        say_back();
        look_at_unfinished();
    }

    void take_answers(const TransportPublicKey& line) {
        for (int i = 0; i < frames_per_turn; ++i) {
            auto frame = next_answer(connections_.at(line));
            if (!frame) return;
            const std::lock_guard lock(shared_.wanted.mutex);
            const bool known = shared_.wanted.peers.contains(line);
            if (known && !frame->parts.empty()) put_in_inbox({line, std::move(*frame)});
        }
    }

    static std::optional<Frame> next_answer(Connection& connection) {
        auto answered = receive_answer(connection.socket);
        if (!answered) return std::nullopt;
        const SteadyTime now = std::chrono::steady_clock::now();
        connection.unfinished->follow(now);
        connection.unfinished->gave_one(answered->connection, now);
        return std::move(answered->frame);
    }

    // Also takes from those on which nothing is answered what came all the same.
    void look_at_unfinished() {
        const SteadyTime now = std::chrono::steady_clock::now();
        if (now - looked_ < options_.look_interval) return;
        looked_ = now;
        std::size_t cuts = 0;
        for (auto& [peer, connection] : connections_) {
            for (int i = 0; !connection.line && i < frames_per_turn && next_answer(connection); ++i)
                continue;
            connection.unfinished->follow(now);
            cuts += connection.unfinished->cut(now);
        }
        if (unfinished_) cuts += unfinished_->cut(now);
        shared_.counters.rejected += cuts;
        if (cuts > 0 && options_.log != nullptr)
            options_.log->hourly(Severity::warn, "transport.unfinished", {{"times", cuts}});
    }

    void say_back() {
        std::deque<Wanted::Answer> answers;
        {
            const std::lock_guard lock(shared_.wanted.mutex);
            answers.swap(shared_.wanted.answers);
        }
        if (!server_) return;
        for (const auto& answer : answers)
            send_back(server_, answer.way_back, answer.frame);
    }

    bool is_allowed(const TransportPublicKey& key) {
        const std::lock_guard lock(shared_.wanted.mutex);
        const auto found = shared_.wanted.allowed.find(key);
        const bool allowed = found != shared_.wanted.allowed.end() &&
                             pace_.takes(key, found->second, std::chrono::steady_clock::now());
        if (allowed) shared_.wanted.returned.insert(key);
        return allowed;
    }

    void answer_handshakes() {
        const auto refused = zap_->answer_all();
        if (refused == 0) return;
        shared_.counters.strangers += refused;
        if (options_.log != nullptr)
            options_.log->hourly(Severity::warn, "transport.stranger", {{"times", refused}});
    }

    void take_frames() {
        const SteadyTime now = std::chrono::steady_clock::now();
        unfinished_->follow(now);
        for (int i = 0; i < frames_per_turn; ++i) {
            auto received = receive(server_);
            if (!received) return;
            unfinished_->gave_one(received->connection, now);
            accept(std::move(*received));
        }
    }

    // The lock is held until the frame is in the inbox: deny() must not slip in between.
    void accept(Received received) {
        const std::lock_guard lock(shared_.wanted.mutex);
        const bool welcome = received.from && shared_.wanted.allowed.contains(*received.from);
        if (!welcome || received.frame.parts.empty())
            ++shared_.counters.rejected;
        else
            put_in_inbox({*received.from, std::move(received.frame), std::move(received.way_back)});
    }

    void put_in_inbox(Inbound inbound) {
        const TransportPublicKey from = inbound.from;
        if (shared_.inbox.put(std::move(inbound)) == Inbox::Put::taken) {
            ++shared_.counters.received;
            return;
        }
        ++shared_.counters.dropped;
        if (options_.log != nullptr)
            options_.log->hourly(Severity::warn, "transport.inbox-full", {{"peer", from}});
    }

    void follow_wanted() {
        shared_.bell.hear();
        std::set<TransportPublicKey> touched;
        {
            const std::lock_guard lock(shared_.wanted.mutex);
            touched.swap(shared_.wanted.touched);
        }
        for (const auto& peer : touched)
            follow(peer);
    }

    void follow(const TransportPublicKey& peer) {
        const auto wanted = wanted_way(peer);
        const auto found = connections_.find(peer);
        if (found != connections_.end() && (!wanted || wanted->address != found->second.address))
            close_connection(peer);
        if (!wanted) silent_.erase(peer);
        if (wanted && !connections_.contains(peer)) open_connection(peer, *wanted);
        if (connections_.contains(peer)) flush(peer);
    }

    void close_connection(const TransportPublicKey& peer) {
        watched_.erase(peer);
        lines_.erase(peer);
        connections_.erase(peer);
    }

    struct Way {
        Wanted::Address address;
        std::shared_ptr<const Line> line;
    };
    std::optional<Way> wanted_way(const TransportPublicKey& peer) {
        const std::lock_guard lock(shared_.wanted.mutex);
        const auto found = shared_.wanted.peers.find(peer);
        if (found == shared_.wanted.peers.end()) return std::nullopt;
        return Way{found->second.address, found->second.line};
    }

    // A peer's name is its key, a line's is our own: neither tells the proxy who is behind it.
    [[nodiscard]] Proxy proxy_for(const TransportPublicKey& peer) const {
        if (options_.proxy.empty()) return {};
        Bytes named = to_bytes(proxy_salt_);
        append(named, peer.get());
        return {options_.proxy, hex::encode(BytesView(crypto::sha256(named)).first(16))};
    }

    zmq::socket_t socket_for(const TransportPublicKey& peer, const Way& way) {
        const auto family = family_of(way.address.endpoint);
        const Proxy proxy = proxy_for(peer);
        if (way.line)
            return make_client(context_, way.line->ours, way.line->server, times_, family, proxy);
        return make_client(context_, options_.secret_key, peer, times_, family, proxy);
    }

    void open_connection(const TransportPublicKey& peer, const Way& way) {
        const std::string& endpoint = way.address.endpoint;
        try {
            Connection connection{
                way.address, way.line, socket_for(peer, way), std::chrono::steady_clock::now(), {}};
            connection.unfinished = std::make_unique<Unfinished>(
                context_, connection.socket, hex::encode(peer.get()) + std::to_string(++opened_));
            connection.socket.connect(endpoint);
            connections_.emplace(peer, std::move(connection));
            if (way.line) lines_.insert(peer);
        } catch (const zmq::error_t& error) {
            if (options_.log != nullptr)
                options_.log->hourly(Severity::alarm,
                                     "transport.cannot-connect",
                                     {{"peer", peer}, {"error", error.num()}});
        }
    }

    // Hands over what waits for `peer`; false where its connection takes no more. Who missed a frame is watched though
    // nothing waits for it.
    bool flush(const TransportPublicKey& peer) {
        Connection& connection = connections_.at(peer);
        while (auto next = next_frame(peer)) {
            if (send_whole(connection.socket, next->frame) == Sending::full) {
                put_back(peer, std::move(*next));
                watched_.insert(peer);
                return false;
            }
            connection.progress = std::chrono::steady_clock::now();
            ++shared_.counters.handed_over;
            takes_again(peer);
        }
        if (silent_.contains(peer))
            watched_.insert(peer);
        else
            watched_.erase(peer);
        return true;
    }

    void go_on(const TransportPublicKey& peer) {
        if (flush(peer)) takes_again(peer);
    }

    void takes_again(const TransportPublicKey& peer) {
        watched_.erase(peer);
        if (silent_.erase(peer) == 0) return;
        const std::lock_guard lock(shared_.wanted.mutex);
        shared_.wanted.returned.insert(peer);
    }

    void reopen_if_stale(const TransportPublicKey& peer) {
        const auto found = connections_.find(peer);
        const auto idle = std::chrono::steady_clock::now() - found->second.progress;
        if (idle < options_.reopen_interval) return;
        silent_.insert(peer);
        const Way way{found->second.address, found->second.line};
        close_connection(peer);
        open_connection(peer, way);
        if (connections_.contains(peer)) flush(peer);
    }

    // A frame that nobody could take for a while is dropped: what its sender has recalled since must
    // not leave when the peer comes back. The outbox sends again whatever still stands, as soon as it does.
    std::optional<Wanted::Waiting> next_frame(const TransportPublicKey& peer) {
        const std::lock_guard lock(shared_.wanted.mutex);
        const auto found = shared_.wanted.peers.find(peer);
        if (found == shared_.wanted.peers.end()) return std::nullopt;
        auto& waiting = found->second.waiting;
        const auto oldest = std::chrono::steady_clock::now() - options_.frame_patience;
        for (; !waiting.empty() && waiting.front().since < oldest; waiting.pop_front())
            silent_.insert(peer);
        if (waiting.empty()) return std::nullopt;
        Wanted::Waiting next = std::move(waiting.front());
        waiting.pop_front();
        return next;
    }

    void put_back(const TransportPublicKey& peer, Wanted::Waiting frame) {
        const std::lock_guard lock(shared_.wanted.mutex);
        const auto found = shared_.wanted.peers.find(peer);
        if (found != shared_.wanted.peers.end()) found->second.waiting.push_front(std::move(frame));
    }

    const ZmqOptions& options_;
    Shared& shared_;
    const SocketTimes times_;
    zmq::context_t context_;
    std::optional<ZapHandler> zap_;
    zmq::socket_t server_;
    std::optional<Unfinished> unfinished_;  // of the server
    Pace pace_;
    std::string bound_;
    std::map<TransportPublicKey, Connection> connections_;
    std::set<TransportPublicKey> watched_;  // until their socket takes something
    std::set<TransportPublicKey> silent_;   // missed a frame, or took nothing for reopen_interval
    std::set<TransportPublicKey> lines_;    // connections on which something is answered
    std::uint64_t opened_ = 0;              // connections so far
    SteadyTime looked_{};
    const ByteArray<16> proxy_salt_ = crypto::system_random().array<16>();
};

// Signals are for the main thread: here they would only interrupt the poll.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

class ZmqTransportImpl final : public ZmqTransport {
public:
    explicit ZmqTransportImpl(ZmqOptions options)
        : options_(std::move(options)),
          capacity_(capacity_for(options_.max_peers)),
          shared_(options_) {}

    ~ZmqTransportImpl() override {
        shared_.stopping = true;
        shared_.bell.ring();
        if (thread_.joinable()) thread_.join();
    }

    Outcome start() {
        std::promise<Result<std::string>> opened;
        auto endpoint = opened.get_future();
        {
            const SignalsBlocked blocked;
            thread_ = std::thread([this, &opened] { run(opened); });
        }
        LEEWARD_ASSIGN(bound_, endpoint.get());
        return Done{};
    }

    Outcome connect(const TransportPublicKey& peer, const std::string& endpoint) override {
        return want(peer, endpoint, nullptr);
    }

    Outcome open_line(const TransportSecretKey& ours,
                      const TransportPublicKey& server,
                      const std::string& endpoint) override {
        return want(public_key_of(ours),
                    endpoint,
                    std::make_shared<const Line>(Line{ours.clone(), server}));
    }

    Outcome answer(const Inbound& asked, Frame frame) override {
        LEEWARD_TRY(check_frame(frame));
        const std::lock_guard lock(shared_.wanted.mutex);
        if (shared_.wanted.answers.size() >= most_answers)
            return Error{Errc::busy, "too many answers wait"};
        shared_.wanted.answers.push_back({asked.way_back, std::move(frame)});
        if (shared_.wanted.answers.size() == 1) shared_.bell.ring();
        return Done{};
    }

    void disconnect(const TransportPublicKey& peer) override {
        const std::lock_guard lock(shared_.wanted.mutex);
        if (shared_.wanted.peers.erase(peer) > 0) touch(peer);
    }

    Outcome send(const TransportPublicKey& peer, Frame frame) override {
        LEEWARD_TRY(check_frame(frame));
        const std::lock_guard lock(shared_.wanted.mutex);
        const auto found = shared_.wanted.peers.find(peer);
        if (found == shared_.wanted.peers.end())
            return Error{Errc::not_found, "not connected to this peer"};
        if (found->second.waiting.size() >= options_.peer_queue_frames)
            return Error{Errc::busy, "this peer's queue is full"};
        found->second.waiting.push_back({std::move(frame), std::chrono::steady_clock::now()});
        touch(peer);
        return Done{};
    }

    std::optional<Inbound> poll() override { return shared_.inbox.take(); }
    int readable_fd() override { return shared_.inbox.readable_fd(); }

    void allow(const TransportPublicKey& peer) override { admit(peer, std::nullopt); }
    void allow_among(const TransportPublicKey& peer, std::int64_t group) override {
        admit(peer, group);
    }

    void deny(const TransportPublicKey& peer) override {
        const std::lock_guard lock(shared_.wanted.mutex);
        shared_.wanted.allowed.erase(peer);
        shared_.wanted.returned.erase(peer);
        shared_.inbox.forget(peer);
    }

    [[nodiscard]] std::vector<TransportPublicKey> take_returned() override {
        std::set<TransportPublicKey> returned;
        {
            const std::lock_guard lock(shared_.wanted.mutex);
            returned.swap(shared_.wanted.returned);
        }
        return {returned.begin(), returned.end()};
    }

    [[nodiscard]] std::size_t peer_capacity() const override { return capacity_; }
    [[nodiscard]] std::string bound_endpoint() const override { return bound_; }
    [[nodiscard]] TransportCounters counters() const override {
        const Counters& c = shared_.counters;
        return {c.handed_over, c.received, c.dropped, c.rejected, c.strangers};
    }

private:
    Outcome want(const TransportPublicKey& peer,
                 const std::string& endpoint,
                 std::shared_ptr<const Line> line) {
        LEEWARD_TRY(check_endpoint(endpoint));
        const std::lock_guard lock(shared_.wanted.mutex);
        auto& peers = shared_.wanted.peers;
        if (!peers.contains(peer) && peers.size() >= capacity_)
            return Error{Errc::busy, "no descriptors for another peer: raise the limit"};
        Wanted::Peer& wanted = peers[peer];
        const bool same_server = !line || !wanted.line || line->server == wanted.line->server;
        if (wanted.address.endpoint == endpoint && same_server) return Done{};
        wanted.address = {endpoint, ++shared_.wanted.addresses};
        wanted.line = std::move(line);
        touch(peer);
        return Done{};
    }

    void admit(const TransportPublicKey& peer, std::optional<std::int64_t> group) {
        const std::lock_guard lock(shared_.wanted.mutex);
        shared_.wanted.allowed[peer] = group;
    }

    void touch(const TransportPublicKey& peer) {
        if (shared_.wanted.touched.insert(peer).second && shared_.wanted.touched.size() == 1)
            shared_.bell.ring();
    }

    // What escapes here is a broken program or no memory: the process ends and is started clean.
    void run(std::promise<Result<std::string>>& opened) noexcept {
        Engine engine(options_, shared_, capacity_);
        if (auto outcome = engine.open(); !outcome) {
            opened.set_value(std::move(outcome).error());
            return;
        }
        opened.set_value(engine.bound_endpoint());
        engine.run();
    }

    const ZmqOptions options_;
    const std::size_t capacity_;
    Shared shared_;
    std::string bound_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<ZmqTransport>> open_zmq_transport(ZmqOptions options) {
    if (!options.proxy.empty()) LEEWARD_TRY(check_proxy(options.proxy));
    auto transport = std::make_unique<ZmqTransportImpl>(std::move(options));
    LEEWARD_TRY(transport->start());
    return std::unique_ptr<ZmqTransport>(std::move(transport));
}

}  // namespace leeward::node
