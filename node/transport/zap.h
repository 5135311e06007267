// Private to node/transport: who may pass the handshake (rfc.zeromq.org/spec/27). libzmq asks the
// handler once per handshake; whoever is admitted is known from then on by its key, in hex.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "node/transport/transport.h"

namespace zmq {
class context_t;
class socket_t;
}  // namespace zmq

namespace leeward::node {

inline constexpr const char* zap_domain_name = "leeward";

// silent (300): the connection idles until the handshake interval is over, and a client that is
// admitted later gets in by itself. spoken (400): refused at once, after which libzmq's client
// never tries again.
enum class Refusal : std::uint8_t { silent, spoken };

// Used by the thread that made it.
class ZapHandler {
public:
    using Admits = std::function<bool(const TransportPublicKey&)>;

    // Binds the one place where libzmq looks for a handler in `context`; before any server.
    ZapHandler(zmq::context_t& context, Admits admits);
    ~ZapHandler();
    ZapHandler(const ZapHandler&) = delete;
    ZapHandler& operator=(const ZapHandler&) = delete;

    void replace(Admits admits, Refusal refusal) {
        admits_ = std::move(admits);
        refusal_ = refusal;
    }
    [[nodiscard]] zmq::socket_t& socket() { return *socket_; }  // readable when one waits
    // Answers every handshake that waits now; returns how many it refused.
    std::uint64_t answer_all();

private:
    std::unique_ptr<zmq::socket_t> socket_;
    Admits admits_;
    Refusal refusal_ = Refusal::silent;
};

}  // namespace leeward::node
