// The Transport over ZeroMQ: CURVE on every connection, one thread that owns every socket.
// What libzmq would do otherwise, and what is set here against it, is in architecture section 7.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "crypto/base/result.h"
#include "node/obs/log.h"
#include "node/transport/transport.h"

namespace leeward::node {

struct ZmqOptions {
    TransportSecretKey secret_key;
    std::string bind_endpoint{};  // "tcp://address:port", port * for any free one; empty: no server
    // A SOCKS5 proxy for every outward connection, "host:port"; each gets a name of its own there, and
    // host names are left to it. Empty: none. Shaking hands may then take 30 s.
    std::string proxy{};
    std::chrono::milliseconds handshake_interval{2000};
    std::chrono::milliseconds heartbeat_interval{15000};
    std::chrono::milliseconds reconnect_interval{100};  // doubles up to 5 s
    // A connection that takes nothing for this long is made anew: libzmq gives up for good on one
    // that ever spoke nonsense.
    std::chrono::milliseconds reopen_interval{10000};
    // How long a frame waits for a peer that takes none; then it is dropped.
    std::chrono::milliseconds frame_patience{3000};
    // How often it is looked at what is held of messages that have no end yet (unfinished.h).
    std::chrono::milliseconds look_interval{250};
    std::chrono::milliseconds self_test_deadline{5000};
    std::size_t peer_queue_frames = 64;       // waiting to be sent to one peer
    std::size_t inbox_frames = 1024;          // received and not yet polled, of all peers
    std::size_t inbox_frames_per_peer = 256;  // so that one peer cannot fill it alone
    std::size_t inbox_bytes = 12 * 1024 * 1024;
    std::size_t inbox_bytes_per_peer = 4 * 1024 * 1024;
    // Handshakes at once of those that were admitted as one group (Transport::allow_among): twice as many
    // as an account at a mail host has guests.
    std::size_t group_at_once = 2048;
    std::size_t max_peers = 2000;  // lowered to what the descriptor limit allows
    Log* log = nullptr;            // outlives the transport; null: silent
};

class ZmqTransport : public Transport {
public:
    // Where the server listens, with the port that was really taken; empty without a server.
    [[nodiscard]] virtual std::string bound_endpoint() const = 0;
};

// Raises the descriptor limit of the process to its hard limit, starts the thread, binds, and
// tries the server before anyone else can: a random stranger's key must be refused and our own,
// allowed for that moment, accepted. Errc::untrusted when that fails, Errc::io when an endpoint
// cannot be bound, Errc::unreachable when a proxy is named and does not answer as one.
Result<std::unique_ptr<ZmqTransport>> open_zmq_transport(ZmqOptions options);

}  // namespace leeward::node
