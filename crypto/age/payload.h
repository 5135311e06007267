// What an age file's key protects (c2sp.org/age): the payload in chunks of 64 KiB, each sealed by
// itself and numbered, the last one marked. In pieces of any size, so that a file may be larger than
// memory.
#pragma once

#include <cstdint>
#include <functional>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::crypto::age {

inline constexpr std::size_t chunk_size = 64 * 1024;
inline constexpr std::size_t payload_nonce_size = 16;

// Takes what comes out, in order; its error ends the work and is handed on.
using Sink = std::function<Outcome(BytesView)>;

[[nodiscard]] SecretBytes payload_key(const SecretBytes& file_key, BytesView nonce);

class PayloadSealer {
public:
    explicit PayloadSealer(SecretBytes key) : key_(std::move(key)), waiting_(chunk_size) {}

    Outcome add(BytesView plaintext, const Sink& sealed);
    Outcome finish(const Sink& sealed);  // the last chunk; nothing may be added afterwards

private:
    Outcome seal_waiting(bool last, const Sink& sealed);

    SecretBytes key_;
    SecretBytes waiting_;
    std::size_t used_ = 0;
    std::uint64_t number_ = 0;
};

// Nothing is handed out that was not authenticated; that the file is whole is known after finish().
class PayloadOpener {
public:
    explicit PayloadOpener(SecretBytes key) : key_(std::move(key)) {}

    // Errc::untrusted for whatever does not open, or is cut short.
    Outcome add(BytesView sealed, const Sink& opened);
    Outcome finish(const Sink& opened);

private:
    Outcome open_waiting(bool last, const Sink& opened);

    SecretBytes key_;
    Bytes waiting_{};
    std::uint64_t number_ = 0;
};

}  // namespace leeward::crypto::age
