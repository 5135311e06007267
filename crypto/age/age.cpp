#include "crypto/age/age.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <sodium.h>

#include "crypto/aead.h"
#include "crypto/age/bech32.h"
#include "crypto/age/header.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/hpke.h"

namespace leeward::crypto::age {
namespace {

constexpr std::string_view x25519_type = "X25519";
constexpr std::string_view hybrid_type = "mlkem768x25519";
constexpr std::string_view scrypt_type = "scrypt";
constexpr std::string_view x25519_label = "age-encryption.org/v1/X25519";
constexpr std::string_view hybrid_label = "age-encryption.org/mlkem768x25519";
constexpr std::string_view scrypt_label = "age-encryption.org/v1/scrypt";
constexpr std::size_t file_key_size = 16;
constexpr std::size_t wrapped_size = file_key_size + aead_tag_size;
constexpr std::size_t nonce_size = 16;
constexpr std::size_t chunk_size = 64 * 1024;
constexpr unsigned most_work = 20;

Error malformed() {
    return {Errc::malformed, "not an age file"};
}
Error untrusted() {
    return {Errc::untrusted, "this file does not open"};
}

// Key for one use only: the nonce is zero.
constexpr ByteArray<12> zero_nonce{};

AeadKeyView key_view(const SecretBytes& key) {
    return key.reveal().first<32>();
}

// ------------------------------------------------------------------ the file key for one recipient

SecretBytes x25519_wrap_key(const SecretBytes& shared,
                            const X25519PublicKey& share,
                            const X25519PublicKey& to) {
    Bytes salt(share.get().begin(), share.get().end());
    salt.insert(salt.end(), to.get().begin(), to.get().end());
    return hkdf_expand(hkdf_extract(salt, shared.reveal()).reveal(), as_bytes(x25519_label), 32);
}

Result<Stanza> wrap(const SecretBytes& file_key, const X25519PublicKey& to, Random& random) {
    const X25519PrivateKey ephemeral(random.array<32>());
    const X25519PublicKey share = x25519_public_key_of(ephemeral);
    LEEWARD_ASSIGN(const SecretBytes shared, x25519(ephemeral, to));
    const SecretBytes key = x25519_wrap_key(shared, share, to);
    return Stanza{std::string(x25519_type),
                  {encode_unpadded(share.get())},
                  chacha20poly1305_seal(key_view(key), zero_nonce, {}, file_key.reveal())};
}

Result<Stanza> wrap(const SecretBytes& file_key, const XWingPublicKey& to, Random& random) {
    LEEWARD_ASSIGN(auto sending,
                   hpke::setup_sender(to, hpke::Info{as_bytes(hybrid_label)}, {}, random));
    LEEWARD_ASSIGN(Bytes body, sending.sender.seal({}, file_key.reveal()));
    return Stanza{std::string(hybrid_type), {encode_unpadded(sending.enc.get())}, std::move(body)};
}

// The one argument, of exactly N bytes, of a stanza with a body of the right size.
template <std::size_t N>
Result<ByteArray<N>> argument_of(const Stanza& stanza) {
    if (stanza.arguments.size() != 1 || stanza.body.size() != wrapped_size) return malformed();
    LEEWARD_ASSIGN(const Bytes bytes, decode_unpadded(stanza.arguments.front()));
    if (bytes.size() != N) return malformed();
    return to_array<N>(bytes);
}

// Nothing for a stanza that is of another kind or for somebody else; malformed ends the search.
using Unwrapped = Result<std::optional<SecretBytes>>;

Unwrapped found(Result<SecretBytes> key) {
    if (!key) return std::optional<SecretBytes>();
    return std::optional<SecretBytes>(std::move(key).value());
}

Unwrapped unwrap(const Stanza& stanza, const X25519PrivateKey& identity) {
    if (stanza.type != x25519_type) return std::optional<SecretBytes>();
    LEEWARD_ASSIGN(const auto bytes, argument_of<32>(stanza));
    const X25519PublicKey share(bytes);
    const auto shared = x25519(identity, share);
    if (!shared) return malformed();  // a share of low order
    const SecretBytes key = x25519_wrap_key(*shared, share, x25519_public_key_of(identity));
    return found(chacha20poly1305_open(key_view(key), zero_nonce, {}, stanza.body));
}

Unwrapped unwrap(const Stanza& stanza, const XWingPrivateKey& identity) {
    if (stanza.type != hybrid_type) return std::optional<SecretBytes>();
    LEEWARD_ASSIGN(const auto enc, argument_of<1120>(stanza));
    auto recipient = hpke::setup_recipient(
        XWingCiphertext(enc), identity, hpke::Info{as_bytes(hybrid_label)}, {});
    if (!recipient) return malformed();  // as above, within X-Wing
    return found(recipient->open({}, stanza.body));
}

// The binary logarithm of the work: decimal, no sign, no leading zero.
Result<unsigned> work_of(const std::string& text) {
    unsigned work = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, work);
    if (fault != std::errc{} || stop != end || work == 0 || text.front() == '0') return malformed();
    if (work > most_work) return Error{Errc::too_large, "this file asks for too much work"};
    return work;
}

Result<SecretBytes> unwrap_with_passphrase(const Header& header, BytesView passphrase) {
    const Stanza& stanza = header.stanzas.front();
    if (stanza.type != scrypt_type) return untrusted();
    if (header.stanzas.size() != 1 || stanza.arguments.size() != 2 ||
        stanza.body.size() != wrapped_size)
        return malformed();
    LEEWARD_ASSIGN(const Bytes salt, decode_unpadded(stanza.arguments[0]));
    LEEWARD_ASSIGN(const unsigned work, work_of(stanza.arguments[1]));
    if (salt.size() != 16) return malformed();
    Bytes labelled = to_bytes(as_bytes(scrypt_label));
    labelled.insert(labelled.end(), salt.begin(), salt.end());
    SecretBytes key(32);
    if (::crypto_pwhash_scryptsalsa208sha256_ll(passphrase.data(),
                                                passphrase.size(),
                                                labelled.data(),
                                                labelled.size(),
                                                std::uint64_t{1} << work,
                                                8,
                                                1,
                                                key.reveal().data(),
                                                key.size()) != 0)
        return untrusted();
    return chacha20poly1305_open(key_view(key), zero_nonce, {}, stanza.body);
}

// A passphrase may have been guessed by whoever wrote the file: it stands alone or not at all.
bool mixes_passphrase(const Header& header) {
    return header.stanzas.size() > 1 &&
           std::any_of(header.stanzas.begin(), header.stanzas.end(), [](const Stanza& stanza) {
               return stanza.type == scrypt_type;
           });
}

Result<SecretBytes> file_key_of(const Header& header, std::span<const Identity> identities) {
    if (mixes_passphrase(header)) return malformed();
    for (const auto& stanza : header.stanzas)
        for (const auto& identity : identities) {
            LEEWARD_ASSIGN(
                auto key,
                std::visit([&](const auto& one) { return unwrap(stanza, one); }, identity));
            if (key) return std::move(*key);
        }
    return untrusted();
}

// ------------------------------------------------------------------ what the file key protects

Hash header_mac(const SecretBytes& file_key, BytesView authenticated) {
    const SecretBytes key =
        hkdf_expand(hkdf_extract({}, file_key.reveal()).reveal(), as_bytes("header"), 32);
    return hmac_sha256(key.reveal(), {authenticated});
}

SecretBytes payload_key(const SecretBytes& file_key, BytesView nonce) {
    return hkdf_expand(hkdf_extract(nonce, file_key.reveal()).reveal(), as_bytes("payload"), 32);
}

// STREAM: the number of the chunk in 11 bytes, big-endian, and 1 for the last.
ByteArray<12> chunk_nonce(std::uint64_t number, bool last) {
    ByteArray<12> nonce{};
    for (std::size_t i = 0; i < 8; ++i)
        nonce[10 - i] = static_cast<Byte>(number >> 8 * i);
    nonce[11] = last ? 1 : 0;
    return nonce;
}

void seal_payload(Bytes& out, const SecretBytes& key, BytesView plaintext) {
    for (std::uint64_t number = 0;; ++number) {
        const bool last = plaintext.size() <= chunk_size;
        const BytesView chunk = plaintext.first(std::min(chunk_size, plaintext.size()));
        const Bytes sealed =
            chacha20poly1305_seal(key_view(key), chunk_nonce(number, last), {}, chunk);
        out.insert(out.end(), sealed.begin(), sealed.end());
        if (last) return;
        plaintext = plaintext.subspan(chunk.size());
    }
}

Result<SecretBytes> open_payload(const SecretBytes& key, BytesView sealed) {
    constexpr std::size_t whole = chunk_size + aead_tag_size;
    const std::size_t chunks = std::max<std::size_t>(1, (sealed.size() + whole - 1) / whole);
    if (sealed.size() < (chunks - 1) * whole + aead_tag_size) return untrusted();
    SecretBytes out(sealed.size() - chunks * aead_tag_size);
    auto at = out.reveal().begin();
    for (std::uint64_t number = 0; number < chunks; ++number) {
        const bool last = number + 1 == chunks;
        const BytesView chunk = sealed.first(std::min(whole, sealed.size()));
        if (last && number > 0 && chunk.size() == aead_tag_size) return untrusted();
        const auto opened =
            chacha20poly1305_open(key_view(key), chunk_nonce(number, last), {}, chunk);
        if (!opened) return untrusted();
        at = std::copy(opened->reveal().begin(), opened->reveal().end(), at);
        sealed = sealed.subspan(chunk.size());
    }
    return out;
}

Result<SecretBytes> open_under(BytesView file, const Header& header, const SecretBytes& file_key) {
    if (file_key.size() != file_key_size) return malformed();
    if (!secret_memory::equal(header_mac(file_key, file.first(header.authenticated)), header.mac))
        return untrusted();
    const BytesView payload = file.subspan(header.size);
    if (payload.size() < nonce_size) return malformed();
    return open_payload(payload_key(file_key, payload.first(nonce_size)),
                        payload.subspan(nonce_size));
}

// ------------------------------------------------------------------ keys as text

constexpr std::string_view x25519_recipient = "age";
constexpr std::string_view hybrid_recipient = "age1pq";
constexpr std::string_view x25519_identity = "age-secret-key-";
constexpr std::string_view hybrid_identity = "age-secret-key-pq-";

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

}  // namespace

Result<Recipient> parse_recipient(std::string_view text) {
    LEEWARD_ASSIGN(const Bech32 read, bech32_decode(text));
    const BytesView data = read.data.reveal();
    if (read.prefix == x25519_recipient && data.size() == 32)
        return Recipient(X25519PublicKey(to_array<32>(data)));
    if (read.prefix == hybrid_recipient && data.size() == 1216)
        return Recipient(XWingPublicKey(to_array<1216>(data)));
    return Error{Errc::malformed, "not a recipient of an age file"};
}

Result<Identity> parse_identity(std::string_view text) {
    LEEWARD_ASSIGN(const Bech32 read, bech32_decode(text));
    const BytesView data = read.data.reveal();
    if (data.size() != 32 || text.find_first_of("abcdefghijklmnopqrstuvwxyz") != text.npos)
        return Error{Errc::malformed, "not a key of age"};
    if (read.prefix == x25519_identity) return Identity(X25519PrivateKey(data.first<32>()));
    if (read.prefix == hybrid_identity) return Identity(XWingPrivateKey(data.first<32>()));
    return Error{Errc::malformed, "not a key of age"};
}

std::string format_recipient(const Recipient& recipient) {
    if (const auto* key = std::get_if<X25519PublicKey>(&recipient))
        return bech32_encode(x25519_recipient, key->get());
    return bech32_encode(hybrid_recipient, std::get<XWingPublicKey>(recipient).get());
}

SecretBytes format_identity(const Identity& identity) {
    const bool hybrid = std::holds_alternative<XWingPrivateKey>(identity);
    const std::string text = std::visit(
        [&](const auto& key) {
            return upper(bech32_encode(hybrid ? hybrid_identity : x25519_identity, key.reveal()));
        },
        identity);
    return SecretBytes(as_bytes(text));
}

Identity generate_identity(Random& random) {
    return xwing_generate(random);
}

Recipient recipient_of(const Identity& identity) {
    if (const auto* key = std::get_if<X25519PrivateKey>(&identity))
        return x25519_public_key_of(*key);
    return xwing_public_key_of(std::get<XWingPrivateKey>(identity));
}

Result<Bytes> seal(std::span<const Recipient> to, BytesView plaintext, Random& random) {
    if (to.empty() || std::any_of(to.begin(), to.end(), [&](const Recipient& one) {
            return one.index() != to.front().index();
        }))
        return Error{Errc::invalid_argument, "say for whom, all with keys of one kind"};
    SecretBytes file_key(file_key_size);
    random.fill(file_key.reveal());
    std::vector<Stanza> stanzas;
    for (const auto& one : to) {
        LEEWARD_ASSIGN(
            auto stanza,
            std::visit([&](const auto& key) { return wrap(file_key, key, random); }, one));
        stanzas.push_back(std::move(stanza));
    }
    std::string header = write_stanzas(stanzas);
    header += ' ' + encode_unpadded(header_mac(file_key, as_bytes(header))) + '\n';
    Bytes out = to_bytes(as_bytes(header));
    const auto nonce = random.array<nonce_size>();
    out.insert(out.end(), nonce.begin(), nonce.end());
    seal_payload(out, payload_key(file_key, nonce), plaintext);
    return out;
}

Result<SecretBytes> open(BytesView file, std::span<const Identity> identities) {
    LEEWARD_ASSIGN(const Header header, read_header(file));
    LEEWARD_ASSIGN(const SecretBytes file_key, file_key_of(header, identities));
    return open_under(file, header, file_key);
}

Result<SecretBytes> open_with_passphrase(BytesView file, BytesView passphrase) {
    LEEWARD_ASSIGN(const Header header, read_header(file));
    if (mixes_passphrase(header)) return malformed();
    LEEWARD_ASSIGN(const SecretBytes file_key, unwrap_with_passphrase(header, passphrase));
    return open_under(file, header, file_key);
}

}  // namespace leeward::crypto::age
