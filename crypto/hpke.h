// Hybrid public-key encryption (RFC 9180) with HKDF-SHA256 and ChaCha20-Poly1305 (or export only),
// modes base and psk. The KEM is a parameter: the product speaks X-Wing only, X25519 is here for
// the RFC's own vectors.
//
// What it does not give (RFC 9180 section 9): sender authentication, replay protection, forward
// secrecy against a stolen recipient key. The envelope adds these; one Seal per context there.
//
//     LEEWARD_ASSIGN(auto to, hpke::setup_sender(prekey, Info{info}, Psk{psk, id}, random));
//     LEEWARD_ASSIGN(auto ct, to.sender.seal(Aad{frames}, plaintext));
//     … send to.enc and ct …
//     LEEWARD_ASSIGN(auto from, hpke::setup_recipient(enc, private_key, Info{info}, Psk{psk, id}));
//     LEEWARD_ASSIGN(auto plaintext, from.open(Aad{frames}, ct));
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "crypto/aead.h"
#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/random.h"
#include "crypto/x25519.h"
#include "crypto/xwing.h"

namespace leeward::crypto::hpke {

struct Info {
    BytesView bytes{};
};

// Both empty: mode base. Else mode psk: at least 32 bytes of secret, random ones (never a
// passphrase: ChaCha20-Poly1305 does not commit to its key), and a psk_id that is not empty.
struct Psk {
    BytesView psk{};
    BytesView psk_id{};
};

enum class Aead : std::uint16_t { chacha20_poly1305 = 0x0003, export_only = 0xFFFF };

inline constexpr std::size_t max_export_length = 8'160;

// One end of a context after the key schedule (section 5.2): a key, a nonce sequence, an exporter.
class Context {
public:
    // `length` secret bytes bound to `exporter_context` (section 5.3); Errc::invalid_argument
    // beyond max_export_length. The same at both ends, and the same each time.
    [[nodiscard]] Result<SecretBytes> export_secret(BytesView exporter_context,
                                                    std::size_t length) const;
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

protected:
    struct Shared {
        std::uint16_t kem_id;
        Aead aead;
        const SecretBytes& secret;
        Info info;
        Psk psk;
    };
    static Outcome check(const Shared& shared);
    explicit Context(const Shared& shared);

    [[nodiscard]] Outcome ready() const;  // has an AEAD, and a sequence number left
    [[nodiscard]] AeadKeyView key() const { return key_.reveal().first<32>(); }
    [[nodiscard]] ByteArray<12> nonce() const;
    void advance() { ++sequence_; }

private:
    Bytes suite_id_;
    Aead aead_;
    SecretBytes key_;  // empty when export only, as is the nonce
    SecretBytes base_nonce_;
    SecretBytes exporter_;
    std::uint64_t sequence_ = 0;
};

class Sender : public Context {
public:
    static Result<Sender> from(
        std::uint16_t kem_id, const SecretBytes& shared_secret, Info info, Psk psk, Aead aead);

    // Ciphertext and tag. Errc::wrong_state when export only or out of sequence numbers.
    Result<Bytes> seal(Aad aad, BytesView plaintext);

private:
    explicit Sender(const Shared& shared) : Context(shared) {}
};

class Recipient : public Context {
public:
    static Result<Recipient> from(
        std::uint16_t kem_id, const SecretBytes& shared_secret, Info info, Psk psk, Aead aead);

    // Errc::untrusted leaves the sequence number where it was.
    Result<SecretBytes> open(Aad aad, BytesView ciphertext);

private:
    explicit Recipient(const Shared& shared) : Context(shared) {}
};

// A KEM is a type with an `id`, key types, and these two functions.
template <class Enc>
struct Encapsulated {
    Enc enc;
    SecretBytes shared_secret;
};

struct XWingKem {
    static constexpr std::uint16_t id = 0x647A;
    using PrivateKey = XWingPrivateKey;
    using PublicKey = XWingPublicKey;
    using Enc = XWingCiphertext;

    // Draws 64 bytes.
    static Result<Encapsulated<Enc>> encapsulate(const PublicKey& to, Random& random);
    static Result<SecretBytes> decapsulate(const Enc& enc, const PrivateKey& key);
};

// DHKEM(X25519, HKDF-SHA256), section 4.1.
struct X25519Kem {
    static constexpr std::uint16_t id = 0x0020;
    using PrivateKey = X25519PrivateKey;
    using PublicKey = X25519PublicKey;
    using Enc = X25519PublicKey;

    static PrivateKey derive_key(BytesView ikm);
    // Draws 32 bytes, the ephemeral private key.
    static Result<Encapsulated<Enc>> encapsulate(const PublicKey& to, Random& random);
    static Result<SecretBytes> decapsulate(const Enc& enc, const PrivateKey& key);
};

template <class Kem>
struct Sending {
    typename Kem::Enc enc;  // travels beside the ciphertext
    Sender sender;
};

// SetupBaseS and SetupPSKS. Errc::invalid_argument for a bad Psk, untrusted for a bad public key.
// All randomness comes from `random`: the same bytes give the same context.
template <class Kem = XWingKem>
Result<Sending<Kem>> setup_sender(const typename Kem::PublicKey& to,
                                  Info info,
                                  Psk psk,
                                  Random& random,
                                  Aead aead = Aead::chacha20_poly1305) {
    LEEWARD_ASSIGN(auto sealed, Kem::encapsulate(to, random));
    LEEWARD_ASSIGN(auto sender, Sender::from(Kem::id, sealed.shared_secret, info, psk, aead));
    return Sending<Kem>{sealed.enc, std::move(sender)};
}

// SetupBaseR and SetupPSKR.
template <class Kem = XWingKem>
Result<Recipient> setup_recipient(const typename Kem::Enc& enc,
                                  const typename Kem::PrivateKey& key,
                                  Info info,
                                  Psk psk,
                                  Aead aead = Aead::chacha20_poly1305) {
    LEEWARD_ASSIGN(const auto shared_secret, Kem::decapsulate(enc, key));
    return Recipient::from(Kem::id, shared_secret, info, psk, aead);
}

}  // namespace leeward::crypto::hpke
