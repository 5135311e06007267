#include "node/transport/self_test.h"

#include <cstring>
#include <vector>

#include <zmq.hpp>

namespace leeward::node {
namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr int handshake_events =
    ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
    ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

// A client and how its handshake went.
class Knock {
public:
    Knock(zmq::context_t& context, zmq::socket_t socket, const std::string& name)
        : socket_(std::move(socket)), events_(context, zmq::socket_type::pair) {
        const std::string address = "inproc://leeward.knock." + name;
        if (zmq_socket_monitor(socket_.handle(), address.c_str(), handshake_events) != 0)
            throw zmq::error_t();
        events_.set(zmq::sockopt::linger, 0);
        events_.connect(address);
    }
    ~Knock() { zmq_socket_monitor(socket_.handle(), nullptr, 0); }
    Knock(const Knock&) = delete;
    Knock& operator=(const Knock&) = delete;

    void at(const std::string& endpoint) { socket_.connect(endpoint); }
    [[nodiscard]] zmq::socket_t& socket() { return socket_; }
    [[nodiscard]] zmq::socket_t& events() { return events_; }

    void listen() {
        zmq::message_t part;
        while (events_.recv(part, zmq::recv_flags::dontwait)) {
            std::uint16_t event = 0;
            std::memcpy(&event, part.data(), std::min(sizeof event, part.size()));
            (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED ? accepted : refused) = true;
            while (part.more() && events_.recv(part))
                continue;
        }
    }
    bool accepted = false;
    bool refused = false;

private:
    zmq::socket_t socket_;
    zmq::socket_t events_;
};

enum class Verdict : std::uint8_t { undecided, good, bad };

class SelfTest {
public:
    SelfTest(zmq::socket_t& server, ZapHandler* handler, Knock& friendly, Knock& stranger)
        : server_(server), handler_(handler), friendly_(friendly), stranger_(stranger) {}

    Verdict run(const TransportPublicKey& ours, Moment until) {
        Verdict verdict = Verdict::undecided;
        while (verdict == Verdict::undecided && std::chrono::steady_clock::now() < until) {
            wait(until);
            if (handler_ != nullptr) handler_->answer_all();
            friendly_.listen();
            stranger_.listen();
            if (friendly_.accepted && !sent_)
                sent_ = send_whole(friendly_.socket(), Frame{{Bytes{1}}}) == Sending::taken;
            verdict = judge(ours);
        }
        return verdict;
    }

private:
    void wait(Moment until) {
        std::vector<zmq::pollitem_t> items{{server_.handle(), 0, ZMQ_POLLIN, 0},
                                           {friendly_.events().handle(), 0, ZMQ_POLLIN, 0},
                                           {stranger_.events().handle(), 0, ZMQ_POLLIN, 0}};
        if (handler_ != nullptr) items.push_back({handler_->socket().handle(), 0, ZMQ_POLLIN, 0});
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        zmq::poll(items, std::max(left, std::chrono::milliseconds(0)));
    }

    // Whatever arrives must be proved to be ours.
    Verdict judge(const TransportPublicKey& ours) {
        while (const auto received = receive(server_)) {
            if (received->from != ours) return Verdict::bad;
            arrived_ = true;
        }
        if (stranger_.accepted || (friendly_.refused && !friendly_.accepted)) return Verdict::bad;
        return arrived_ && stranger_.refused ? Verdict::good : Verdict::undecided;
    }

    zmq::socket_t& server_;
    ZapHandler* handler_;
    Knock& friendly_;
    Knock& stranger_;
    bool sent_ = false;
    bool arrived_ = false;
};

}  // namespace

Outcome self_test(zmq::context_t& context,
                  zmq::socket_t& server,
                  ZapHandler* handler,
                  const std::string& endpoint,
                  const TransportSecretKey& ours,
                  const SocketTimes& times,
                  std::chrono::milliseconds deadline) {
    const auto our_key = public_key_of(ours);
    const auto other = generate_transport_key(crypto::system_random());
    const auto family = family_of(endpoint);
    Knock friendly(context, make_client(context, ours, our_key, times, family), "friend");
    Knock stranger(context, make_client(context, other, our_key, times, family), "stranger");
    if (handler != nullptr)
        handler->replace([&](const auto& key) { return key == our_key; }, Refusal::spoken);
    friendly.at(endpoint);
    stranger.at(endpoint);
    const auto verdict = SelfTest(server, handler, friendly, stranger)
                             .run(our_key, std::chrono::steady_clock::now() + deadline);
    if (handler != nullptr) handler->replace([](const auto&) { return false; }, Refusal::silent);
    if (verdict == Verdict::good) return Done{};
    return Error{Errc::untrusted,
                 "the transport did not tell a stranger from a friend; nothing was accepted"};
}

}  // namespace leeward::node
