// Carries opaque frames between nodes that know each other's transport keys. It knows no schema,
// promises no delivery and keeps nothing on disk: the outbox and the receipts do that.
//
// A node sends on the connection that it opened (connect) and receives from peers that it admits
// (allow). Both are by key: an address only says where to look, never who is there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/base/strong.h"
#include "crypto/random.h"

namespace leeward::node {

// X25519, as CurveZMQ uses it (rfc.zeromq.org/spec/26).
using TransportPublicKey = Strong<struct TransportPublicKeyTag, ByteArray<32>>;
using TransportSecretKey = SecretKey<struct TransportSecretKeyTag, 32>;

[[nodiscard]] TransportSecretKey generate_transport_key(crypto::Random& random);
[[nodiscard]] TransportPublicKey public_key_of(const TransportSecretKey& secret);

struct Frame {
    std::vector<Bytes> parts;                // 1 to max_frame_parts
    [[nodiscard]] std::size_t size() const;  // bytes of all parts together
    friend bool operator==(const Frame&, const Frame&) = default;
};
inline constexpr std::size_t max_frame_parts = 16;
inline constexpr std::size_t max_frame_bytes =
    68 * 1024;  // all parts together (protocol section 5)

struct Inbound {
    TransportPublicKey from;  // proved by the handshake, never a claim of the frame
    Frame frame;
    Bytes way_back{};  // for answer(); the transport's own
};

struct TransportCounters {
    std::uint64_t handed_over = 0;  // frames given to the network
    std::uint64_t received = 0;     // frames put into the inbox
    std::uint64_t dropped = 0;      // good frames that found the inbox full
    // Frames of a denied peer or over a limit, and connections that were cut for one without an end.
    std::uint64_t rejected = 0;
    // Handshakes refused: the key is not allowed, or asks too often.
    std::uint64_t strangers = 0;
};

// All members may be called from one thread at a time; none blocks on the network.
class Transport {
public:
    virtual ~Transport() = default;
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    // Keeps trying to reach `peer` at `endpoint`, "tcp://host:port", until disconnect. Again with
    // the same endpoint: nothing happens; with another one: reconnects, the queue stays.
    // Errc::invalid_argument for another form, Errc::busy beyond peer_capacity().
    virtual Outcome connect(const TransportPublicKey& peer, const std::string& endpoint) = 0;
    virtual void disconnect(const TransportPublicKey& peer) = 0;  // drops what is queued

    // Queues `frame` for a connected peer. Errc::not_found without connect, Errc::busy when the
    // peer's small queue is full, Errc::too_large beyond max_frame_bytes, Errc::invalid_argument
    // for no parts or too many.
    virtual Outcome send(const TransportPublicKey& peer, Frame frame) = 0;

    // A received frame, if any: of each peer the oldest first.
    virtual std::optional<Inbound> poll() = 0;
    // Readable (POLLIN) while poll() has something; poll() clears it. -1 where there is none.
    virtual int readable_fd() = 0;

    // A line: a connection to whoever holds `server`, under a key that was made for it alone, so that
    // nobody there learns whose it is. Its name is the public part of that key: send() and
    // disconnect() take it, and what is answered comes out of poll() as if from it. Errors as
    // connect; Errc::unsupported by a transport that has none.
    virtual Outcome open_line(const TransportSecretKey& ours,
                              const TransportPublicKey& server,
                              const std::string& endpoint);
    // Says something back on the connection by which `asked` came; nothing happens when that is gone.
    virtual Outcome answer(const Inbound& asked, Frame frame);

    // Admits `peer` from its next handshake on. Nobody is admitted at the start.
    virtual void allow(const TransportPublicKey& peer) = 0;
    // The same for one of many keys that somebody else names, and may name anew: in the long run all that are
    // admitted under one number shake hands no more often together than one peer.
    virtual void allow_among(const TransportPublicKey& peer, std::int64_t group);
    // Once this returns, poll() yields nothing more of `peer`, on old connections or new ones.
    virtual void deny(const TransportPublicKey& peer) = 0;

    // Peers that have connected to us, and peers and lines that took nothing for a while and do again,
    // since this was last asked. What was under way to them before may be lost.
    [[nodiscard]] virtual std::vector<TransportPublicKey> take_returned();

    [[nodiscard]] virtual std::size_t peer_capacity() const = 0;
    [[nodiscard]] virtual TransportCounters counters() const = 0;
};

// Errc::invalid_argument or Errc::too_large when send() must refuse the frame as such.
Outcome check_frame(const Frame& frame);
// Errc::invalid_argument unless `endpoint` is "tcp://host:port" with a port of 1 to 65535.
Outcome check_endpoint(const std::string& endpoint);

}  // namespace leeward::node
