// Nodes on loopback for the transport's tests, and waiting for what they should come to.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <poll.h>

#include "crypto/random.h"
#include "node/transport/zmq_transport.h"

namespace leeward::node {

inline constexpr std::chrono::seconds patience{20};  // far more than needed: the machine is shared

template <class Condition>
bool eventually(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

inline std::optional<Inbound> next_inbound(Transport& transport) {
    pollfd item{transport.readable_fd(), POLLIN, 0};
    ::poll(&item, 1, static_cast<int>(std::chrono::milliseconds(patience).count()));
    return transport.poll();
}

inline Frame frame_of(std::string_view text) {
    return Frame{{to_bytes(as_bytes(text))}};
}

inline ZmqOptions options_for(const TransportSecretKey& secret, const std::string& endpoint) {
    ZmqOptions options{secret.clone(), endpoint};
    options.reconnect_interval = std::chrono::milliseconds(20);
    return options;
}

struct TestNode {
    explicit TestNode(const std::string& endpoint = "tcp://127.0.0.1:*")
        : secret(generate_transport_key(crypto::system_random())), key(public_key_of(secret)) {
        start(endpoint);
    }

    void start(const std::string& endpoint) { start(options_for(secret, endpoint)); }
    void start(ZmqOptions options) {
        auto opened = open_zmq_transport(std::move(options));
        INFO((opened ? std::string() : opened.error().detail));
        REQUIRE(opened);
        transport = std::move(opened).value();
    }
    [[nodiscard]] std::string endpoint() const { return transport->bound_endpoint(); }
    [[nodiscard]] std::uint16_t port() const {
        return static_cast<std::uint16_t>(std::stoi(endpoint().substr(endpoint().rfind(':') + 1)));
    }
    ZmqTransport* operator->() const { return transport.get(); }
    ZmqTransport& operator*() const { return *transport; }

    TransportSecretKey secret;
    TransportPublicKey key;
    std::unique_ptr<ZmqTransport> transport;
};

// Lets `from` speak to `to`.
inline void introduce(const TestNode& from, const TestNode& to) {
    to->allow(from.key);
    REQUIRE(from->connect(to.key, to.endpoint()));
}

}  // namespace leeward::node
