#include "crypto/age/payload.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/hkdf.h"

namespace leeward::crypto::age {
namespace {

constexpr std::size_t sealed_chunk = chunk_size + aead_tag_size;

Error untrusted() {
    return {Errc::untrusted, "this file does not open"};
}

// STREAM: the number of the chunk in 11 bytes, big-endian, and 1 for the last.
ByteArray<12> chunk_nonce(std::uint64_t number, bool last) {
    ByteArray<12> nonce{};
    for (std::size_t i = 0; i < 8; ++i)
        nonce[10 - i] = static_cast<Byte>(number >> 8 * i);
    nonce[11] = last ? 1 : 0;
    return nonce;
}

AeadKeyView key_view(const SecretBytes& key) {
    return key.reveal().first<32>();
}

}  // namespace

SecretBytes payload_key(const SecretBytes& file_key, BytesView nonce) {
    return hkdf_expand(hkdf_extract(nonce, file_key.reveal()).reveal(), as_bytes("payload"), 32);
}

Outcome PayloadSealer::seal_waiting(bool last, const Sink& sealed) {
    const BytesView chunk = std::as_const(waiting_).reveal().first(used_);
    const Bytes out = chacha20poly1305_seal(key_view(key_), chunk_nonce(number_, last), {}, chunk);
    ++number_;
    used_ = 0;
    return sealed(out);
}

// A full chunk waits until it is known whether it is the last one.
Outcome PayloadSealer::add(BytesView plaintext, const Sink& sealed) {
    while (!plaintext.empty()) {
        if (used_ == chunk_size) LEEWARD_TRY(seal_waiting(false, sealed));
        const auto some = plaintext.first(std::min(plaintext.size(), chunk_size - used_));
        std::copy(some.begin(),
                  some.end(),
                  waiting_.reveal().begin() + static_cast<std::ptrdiff_t>(used_));
        used_ += some.size();
        plaintext = plaintext.subspan(some.size());
    }
    return Done{};
}

Outcome PayloadSealer::finish(const Sink& sealed) {
    return seal_waiting(true, sealed);
}

Outcome PayloadOpener::open_waiting(bool last, const Sink& opened) {
    // Only an empty payload has an empty last chunk.
    if (waiting_.size() < aead_tag_size ||
        (last && number_ > 0 && waiting_.size() == aead_tag_size))
        return untrusted();
    const auto chunk =
        chacha20poly1305_open(key_view(key_), chunk_nonce(number_, last), {}, waiting_);
    if (!chunk) return untrusted();
    ++number_;
    waiting_.clear();
    return opened(chunk->reveal());
}

Outcome PayloadOpener::add(BytesView sealed, const Sink& opened) {
    while (!sealed.empty()) {
        if (waiting_.size() == sealed_chunk) LEEWARD_TRY(open_waiting(false, opened));
        const auto some = sealed.first(std::min(sealed.size(), sealed_chunk - waiting_.size()));
        append(waiting_, some);
        sealed = sealed.subspan(some.size());
    }
    return Done{};
}

Outcome PayloadOpener::finish(const Sink& opened) {
    return open_waiting(true, opened);
}

}  // namespace leeward::crypto::age
