// Private to node/transport: how every ZeroMQ socket is set up. There is no other way to make one.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "node/transport/transport.h"

namespace zmq {
class context_t;
class socket_t;
}  // namespace zmq

namespace leeward::node {

struct SocketTimes {
    std::chrono::milliseconds handshake;
    std::chrono::milliseconds heartbeat;
    std::chrono::milliseconds reconnect;
};

// A SOCKS5 proxy that makes the connections, "host:port", and what to call ourselves to it: Tor gives
// each name a path of its own. Host names go to it unresolved. Empty: no proxy.
struct Proxy {
    std::string endpoint{};
    std::string name{};
};

enum class AddressFamily : std::uint8_t { ipv4, any };
[[nodiscard]] AddressFamily family_of(const std::string& endpoint);

// A ROUTER that admits only whom the ZAP handler admits; nobody when there is no handler.
zmq::socket_t make_server(zmq::context_t& context,
                          const TransportSecretKey& ours,
                          const SocketTimes& times,
                          AddressFamily family);
// A DEALER that speaks to the owner of `theirs` alone. It takes nothing to send before the
// handshake is through.
zmq::socket_t make_client(zmq::context_t& context,
                          const TransportSecretKey& ours,
                          const TransportPublicKey& theirs,
                          const SocketTimes& times,
                          AddressFamily family,
                          const Proxy& proxy = {});

// Takes one whole message from a server, without waiting. `from` is nothing when the sender's key
// was not proved; `frame` has no parts when it was over a limit.
struct Received {
    std::optional<TransportPublicKey> from;
    Frame frame;
    Bytes way_back{};
    int connection = -1;  // its descriptor
};
std::optional<Received> receive(zmq::socket_t& server);
// The same from a client: what the owner of `theirs` has answered.
struct Answered {
    Frame frame;
    int connection = -1;
};
std::optional<Answered> receive_answer(zmq::socket_t& client);

enum class Sending : std::uint8_t { taken, full };
// All of `frame` or none of it, without waiting.
Sending send_whole(zmq::socket_t& client, const Frame& frame);
// To whom a server has received from; dropped when that connection is gone or takes no more.
void send_back(zmq::socket_t& server, const Bytes& way_back, const Frame& frame);

}  // namespace leeward::node
