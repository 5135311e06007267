#include "node/transport/sockets.h"

#include <string>

#include <zmq.hpp>

#include "crypto/base/hex.h"
#include "node/transport/zap.h"

namespace leeward::node {
namespace {

// In zmq.h only with draft interfaces, in the library always. Without it, libzmq admits every key
// while no ZAP handler is bound.
constexpr int option_zap_enforce_domain = 93;
// As is the name by which a proxy knows us, and its password.
constexpr int option_socks_username = 99;
constexpr int option_socks_password = 100;
// CURVE's MESSAGE command around a part: name, nonce, flags, box.
constexpr std::int64_t curve_overhead = 64;
constexpr int high_water_mark = 64;
constexpr int most_reconnect_ms = 5000;
constexpr int listen_backlog = 1024;

int milliseconds(std::chrono::milliseconds time) {
    return static_cast<int>(time.count());
}

zmq::const_buffer buffer(std::span<const Byte> bytes) {
    return {bytes.data(), bytes.size()};
}

void set_limits(zmq::socket_t& socket, const SocketTimes& times, AddressFamily family) {
    using namespace zmq::sockopt;
    socket.set(linger, 0);
    socket.set(sndhwm, high_water_mark);
    socket.set(rcvhwm, high_water_mark);
    socket.set(maxmsgsize, std::int64_t{max_frame_bytes} + curve_overhead);
    socket.set(handshake_ivl, milliseconds(times.handshake));
    socket.set(heartbeat_ivl, milliseconds(times.heartbeat));
    socket.set(heartbeat_timeout, milliseconds(times.heartbeat));
    socket.set(heartbeat_ttl, 3 * milliseconds(times.heartbeat));
    socket.set(tcp_keepalive, 1);
    socket.set(ipv6, family == AddressFamily::any);
}

void enforce_zap(zmq::socket_t& socket) {
    const int one = 1;
    socket.set(zmq::sockopt::zap_domain, zap_domain_name);
    if (zmq_setsockopt(socket.handle(), option_zap_enforce_domain, &one, sizeof one) != 0)
        throw zmq::error_t();
}

// Two names are two paths to Tor; the password is the name again.
void go_through(zmq::socket_t& socket, const Proxy& proxy) {
    if (proxy.endpoint.empty()) return;
    socket.set(zmq::sockopt::socks_proxy, proxy.endpoint);
    for (const int option : {option_socks_username, option_socks_password})
        if (zmq_setsockopt(socket.handle(), option, proxy.name.data(), proxy.name.size()) != 0)
            throw zmq::error_t();
}

std::optional<TransportPublicKey> proved_sender(const zmq::message_t& part) {
    const char* const text = zmq_msg_gets(part.handle(), "User-Id");
    if (text == nullptr) return std::nullopt;
    const auto key = hex::decode_array<32>(text);
    if (!key) return std::nullopt;
    return TransportPublicKey(*key);
}

}  // namespace

AddressFamily family_of(const std::string& endpoint) {
    return endpoint.find('[') == endpoint.npos ? AddressFamily::ipv4 : AddressFamily::any;
}

zmq::socket_t make_server(zmq::context_t& context,
                          const TransportSecretKey& ours,
                          const SocketTimes& times,
                          AddressFamily family) {
    zmq::socket_t socket(context, zmq::socket_type::router);
    set_limits(socket, times, family);
    socket.set(zmq::sockopt::backlog, listen_backlog);
    socket.set(zmq::sockopt::router_handover, 0);
    socket.set(zmq::sockopt::curve_server, 1);
    socket.set(zmq::sockopt::curve_secretkey, buffer(ours.reveal()));
    enforce_zap(socket);
    return socket;
}

zmq::socket_t make_client(zmq::context_t& context,
                          const TransportSecretKey& ours,
                          const TransportPublicKey& theirs,
                          const SocketTimes& times,
                          AddressFamily family,
                          const Proxy& proxy) {
    zmq::socket_t socket(context, zmq::socket_type::dealer);
    set_limits(socket, times, family);
    go_through(socket, proxy);
    socket.set(zmq::sockopt::immediate, 1);
    socket.set(zmq::sockopt::reconnect_ivl, milliseconds(times.reconnect));
    socket.set(zmq::sockopt::reconnect_ivl_max, most_reconnect_ms);
    socket.set(zmq::sockopt::curve_publickey, buffer(public_key_of(ours).get()));
    socket.set(zmq::sockopt::curve_secretkey, buffer(ours.reveal()));
    socket.set(zmq::sockopt::curve_serverkey, buffer(theirs.get()));
    return socket;
}

namespace {

// Gathers the parts of one message, and none of one that is over a limit.
class Gathered {
public:
    void take(const zmq::message_t& part) {
        bytes_ += part.size();
        if (++parts_ > max_frame_parts || bytes_ > max_frame_bytes) return;
        const auto* const data = part.data<Byte>();
        frame_.parts.emplace_back(data, data + part.size());
    }
    Frame frame() && {
        return parts_ > max_frame_parts || bytes_ > max_frame_bytes ? Frame{} : std::move(frame_);
    }

private:
    Frame frame_;
    std::size_t bytes_ = 0;
    std::size_t parts_ = 0;
};

int connection_of(const zmq::message_t& part) {
    return zmq_msg_get(part.handle(), ZMQ_SRCFD);
}

Bytes bytes_of(const zmq::message_t& part) {
    const auto* const data = part.data<Byte>();
    return {data, data + part.size()};
}

}  // namespace

// The first part is the routing id, which says where an answer goes and nothing about who it is.
std::optional<Received> receive(zmq::socket_t& server) {
    zmq::message_t part;
    if (!server.recv(part, zmq::recv_flags::dontwait)) return std::nullopt;
    Received received;
    received.way_back = bytes_of(part);
    Gathered gathered;
    for (bool first = true; part.more() && server.recv(part); first = false) {
        if (first) received.from = proved_sender(part);
        if (first) received.connection = connection_of(part);
        gathered.take(part);
    }
    received.frame = std::move(gathered).frame();
    return received;
}

std::optional<Answered> receive_answer(zmq::socket_t& client) {
    zmq::message_t part;
    if (!client.recv(part, zmq::recv_flags::dontwait)) return std::nullopt;
    const int connection = connection_of(part);
    Gathered gathered;
    gathered.take(part);
    while (part.more() && client.recv(part))
        gathered.take(part);
    return Answered{std::move(gathered).frame(), connection};
}

void send_back(zmq::socket_t& server, const Bytes& way_back, const Frame& frame) {
    if (!server.send(buffer(way_back), zmq::send_flags::dontwait | zmq::send_flags::sndmore))
        return;
    (void)send_whole(server, frame);
}

// A multipart message is atomic in libzmq: if its first part was taken, the others are.
Sending send_whole(zmq::socket_t& client, const Frame& frame) {
    for (std::size_t i = 0; i < frame.parts.size(); ++i) {
        auto flags = i == 0 ? zmq::send_flags::dontwait : zmq::send_flags::none;
        if (i + 1 < frame.parts.size()) flags = flags | zmq::send_flags::sndmore;
        if (!client.send(buffer(frame.parts[i]), flags)) return Sending::full;
    }
    return Sending::taken;
}

}  // namespace leeward::node
