// age files, version 1 (c2sp.org/age): what is handed over as a file to somebody who holds a key.
//
// Recipients are X25519 or, against quantum computers too, MLKEM768-X25519 (X-Wing); the two are never
// mixed in one file. A file for several recipients is opened by any one of them; for several
// together, seal one file inside another. A file sealed to a passphrase (scrypt) is opened
// by nothing else. Armor is not read. seal() and open() hold everything in memory; Sealer and Opener a chunk.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/age/payload.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/random.h"
#include "crypto/x25519.h"
#include "crypto/xwing.h"

namespace leeward::crypto::age {

using Recipient = std::variant<X25519PublicKey, XWingPublicKey>;   // age1… and age1pq1…
using Identity = std::variant<X25519PrivateKey, XWingPrivateKey>;  // AGE-SECRET-KEY-…

// Errc::malformed for what is no key of these kinds.
Result<Recipient> parse_recipient(std::string_view text);
Result<Identity> parse_identity(std::string_view text);
[[nodiscard]] std::string format_recipient(const Recipient& recipient);
// In upper case; a secret.
[[nodiscard]] SecretBytes format_identity(const Identity& identity);
[[nodiscard]] Identity generate_identity(Random& random);  // MLKEM768-X25519
[[nodiscard]] Recipient recipient_of(const Identity& identity);

// Errc::invalid_argument for no recipient or a mixture of the two kinds.
Result<Bytes> seal(std::span<const Recipient> to, BytesView plaintext, Random& random);

// For a passphrase, by 2^work steps of scrypt: 18 takes 256 MiB and the better part of a second.
inline constexpr unsigned usual_work = 18;
Result<Bytes> seal_with_passphrase(BytesView passphrase,
                                   unsigned work,
                                   BytesView plaintext,
                                   Random& random);

// A file in pieces: what start() gives, then what the payload yields, finish() included.
class Sealer {
public:
    static Result<Sealer> begin(std::span<const Recipient> to, Random& random);  // as seal()
    static Sealer begin(BytesView passphrase, unsigned work, Random& random);
    [[nodiscard]] const Bytes& start() const { return start_; }
    [[nodiscard]] PayloadSealer& payload() { return payload_; }

private:
    Sealer(Bytes start, PayloadSealer payload)
        : start_(std::move(start)), payload_(std::move(payload)) {}
    Bytes start_;
    PayloadSealer payload_;
};

// Begins with the first bytes of a file, max_header_size of them or all; the payload begins at
// payload_at().
class Opener {
public:
    static Result<Opener> begin(BytesView start, std::span<const Identity> identities);
    [[nodiscard]] std::size_t payload_at() const { return payload_at_; }
    [[nodiscard]] PayloadOpener& payload() { return payload_; }

private:
    Opener(std::size_t payload_at, PayloadOpener payload)
        : payload_at_(payload_at), payload_(std::move(payload)) {}
    std::size_t payload_at_;
    PayloadOpener payload_;
};

// Errc::malformed for what is no age file; untrusted for whatever fails with these keys.
Result<SecretBytes> open(BytesView file, std::span<const Identity> identities);
// The same; too_large for a work factor above 2^20, which takes 1 GiB.
Result<SecretBytes> open_with_passphrase(BytesView file, BytesView passphrase);

}  // namespace leeward::crypto::age
