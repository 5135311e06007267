#include "crypto/hpke.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/hkdf.h"

namespace leeward::crypto::hpke {
namespace {

constexpr std::uint16_t kdf_id = 0x0001;  // HKDF-SHA256
constexpr std::size_t min_psk_size = 32;
constexpr std::string_view version = "HPKE-v1";

enum class Mode : Byte { base = 0x00, psk = 0x01 };

// Section 4: the labelled forms of HKDF.
SecretBytes labeled_extract(BytesView suite_id,
                            BytesView salt,
                            std::string_view label,
                            BytesView ikm) {
    static constexpr Hash zeros{};
    Hash prk = hmac_sha256(salt.empty() ? BytesView(zeros) : salt,
                           {as_bytes(version), suite_id, as_bytes(label), ikm});
    SecretBytes out{BytesView(prk)};
    secret_memory::wipe(prk.data(), prk.size());
    return out;
}

SecretBytes labeled_expand(BytesView suite_id,
                           const SecretBytes& prk,
                           std::string_view label,
                           BytesView info,
                           std::size_t length) {
    Bytes labeled;
    append_be<2>(labeled, length);
    append(labeled, as_bytes(version));
    append(labeled, suite_id);
    append(labeled, as_bytes(label));
    append(labeled, info);
    return hkdf_expand(prk.reveal(), labeled, length);
}

Bytes suite_id_of(std::uint16_t kem_id, Aead aead) {
    Bytes id = to_bytes(as_bytes("HPKE"));
    append_be<2>(id, kem_id);
    append_be<2>(id, kdf_id);
    append_be<2>(id, static_cast<std::uint16_t>(aead));
    return id;
}

// Section 5.1: what the key schedule binds beside the secrets.
Bytes schedule_context(BytesView suite_id, Info info, Psk psk) {
    Bytes out{static_cast<Byte>(psk.psk.empty() ? Mode::base : Mode::psk)};
    append(out, labeled_extract(suite_id, {}, "psk_id_hash", psk.psk_id).reveal());
    append(out, labeled_extract(suite_id, {}, "info_hash", info.bytes).reveal());
    return out;
}

}  // namespace

Outcome Context::check(const Shared& shared) {
    const Psk& psk = shared.psk;
    if (psk.psk.empty() != psk.psk_id.empty())
        return Error{Errc::invalid_argument, "psk and psk_id come together"};
    if (!psk.psk.empty() && psk.psk.size() < min_psk_size)
        return Error{Errc::invalid_argument, "psk below 32 bytes"};
    return Done{};
}

Context::Context(const Shared& shared)
    : suite_id_(suite_id_of(shared.kem_id, shared.aead)), aead_(shared.aead) {
    const Bytes context = schedule_context(suite_id_, shared.info, shared.psk);
    const SecretBytes secret =
        labeled_extract(suite_id_, shared.secret.reveal(), "secret", shared.psk.psk);
    exporter_ = labeled_expand(suite_id_, secret, "exp", context, 32);
    if (aead_ == Aead::export_only) return;
    key_ = labeled_expand(suite_id_, secret, "key", context, 32);
    base_nonce_ = labeled_expand(suite_id_, secret, "base_nonce", context, 12);
}

Result<SecretBytes> Context::export_secret(BytesView exporter_context, std::size_t length) const {
    if (length > max_export_length) return Error{Errc::invalid_argument, "export too long"};
    return labeled_expand(suite_id_, exporter_, "sec", exporter_context, length);
}

Outcome Context::ready() const {
    if (aead_ == Aead::export_only) return Error{Errc::wrong_state, "this context only exports"};
    if (sequence_ == std::numeric_limits<std::uint64_t>::max())
        return Error{Errc::wrong_state, "no sequence number left"};
    return Done{};
}

// Section 5.2: base_nonce XOR I2OSP(sequence, 12).
ByteArray<12> Context::nonce() const {
    auto out = to_array<12>(base_nonce_.reveal());
    for (std::size_t i = 0; i < 8; ++i)
        out[11 - i] ^= static_cast<Byte>(sequence_ >> (8 * i));
    return out;
}

Result<Sender> Sender::from(
    std::uint16_t kem_id, const SecretBytes& shared_secret, Info info, Psk psk, Aead aead) {
    const Shared shared{kem_id, aead, shared_secret, info, psk};
    LEEWARD_TRY(check(shared));
    return Sender(shared);
}

Result<Bytes> Sender::seal(Aad aad, BytesView plaintext) {
    LEEWARD_TRY(ready());
    Bytes sealed = chacha20poly1305_seal(key(), nonce(), aad, plaintext);
    advance();
    return sealed;
}

Result<Recipient> Recipient::from(
    std::uint16_t kem_id, const SecretBytes& shared_secret, Info info, Psk psk, Aead aead) {
    const Shared shared{kem_id, aead, shared_secret, info, psk};
    LEEWARD_TRY(check(shared));
    return Recipient(shared);
}

Result<SecretBytes> Recipient::open(Aad aad, BytesView ciphertext) {
    LEEWARD_TRY(ready());
    auto opened = chacha20poly1305_open(key(), nonce(), aad, ciphertext);
    if (opened) advance();
    return opened;
}

Result<Encapsulated<XWingKem::Enc>> XWingKem::encapsulate(const PublicKey& to, Random& random) {
    LEEWARD_ASSIGN(auto sealed, xwing_encapsulate(to, random));
    return Encapsulated<Enc>{sealed.ciphertext, std::move(sealed.shared_secret)};
}

Result<SecretBytes> XWingKem::decapsulate(const Enc& enc, const PrivateKey& key) {
    return xwing_decapsulate(key, enc);
}

namespace {

Bytes x25519_suite_id() {
    Bytes id = to_bytes(as_bytes("KEM"));
    append_be<2>(id, X25519Kem::id);
    return id;
}

SecretBytes extract_and_expand(const SecretBytes& dh,
                               const X25519PublicKey& enc,
                               const X25519PublicKey& recipient) {
    const Bytes suite_id = x25519_suite_id();
    Bytes kem_context = to_bytes(enc.get());
    append(kem_context, recipient.get());
    const SecretBytes prk = labeled_extract(suite_id, {}, "eae_prk", dh.reveal());
    return labeled_expand(suite_id, prk, "shared_secret", kem_context, 32);
}

}  // namespace

X25519PrivateKey X25519Kem::derive_key(BytesView ikm) {
    const Bytes suite_id = x25519_suite_id();
    const SecretBytes prk = labeled_extract(suite_id, {}, "dkp_prk", ikm);
    const SecretBytes key = labeled_expand(suite_id, prk, "sk", {}, 32);
    return X25519PrivateKey(key.reveal().first<32>());
}

Result<Encapsulated<X25519Kem::Enc>> X25519Kem::encapsulate(const PublicKey& to, Random& random) {
    PrivateKey ephemeral;
    random.fill(ephemeral.reveal());
    const Enc enc = x25519_public_key_of(ephemeral);
    LEEWARD_ASSIGN(const SecretBytes dh, x25519(ephemeral, to));
    return Encapsulated<Enc>{enc, extract_and_expand(dh, enc, to)};
}

Result<SecretBytes> X25519Kem::decapsulate(const Enc& enc, const PrivateKey& key) {
    LEEWARD_ASSIGN(const SecretBytes dh, x25519(key, enc));
    return extract_and_expand(dh, enc, x25519_public_key_of(key));
}

}  // namespace leeward::crypto::hpke
