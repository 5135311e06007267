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
                          AddressFamily family) {
    zmq::socket_t socket(context, zmq::socket_type::dealer);
    set_limits(socket, times, family);
    socket.set(zmq::sockopt::immediate, 1);
    socket.set(zmq::sockopt::reconnect_ivl, milliseconds(times.reconnect));
    socket.set(zmq::sockopt::reconnect_ivl_max, most_reconnect_ms);
    socket.set(zmq::sockopt::curve_publickey, buffer(public_key_of(ours).get()));
    socket.set(zmq::sockopt::curve_secretkey, buffer(ours.reveal()));
    socket.set(zmq::sockopt::curve_serverkey, buffer(theirs.get()));
    return socket;
}

std::optional<Received> receive(zmq::socket_t& server) {
    zmq::message_t part;
    if (!server.recv(part, zmq::recv_flags::dontwait)) return std::nullopt;  // routing id: ignored
    Received received;
    std::size_t bytes = 0;
    std::size_t parts = 0;
    while (part.more() && server.recv(part)) {
        if (++parts == 1) received.from = proved_sender(part);
        bytes += part.size();
        if (parts > max_frame_parts || bytes > max_frame_bytes) continue;
        const auto* const data = part.data<Byte>();
        received.frame.parts.emplace_back(data, data + part.size());
    }
    if (parts > max_frame_parts || bytes > max_frame_bytes) received.frame = {};
    return received;
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
