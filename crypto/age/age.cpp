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
constexpr std::size_t scrypt_salt_size = 16;
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

// Nothing where there is no memory for so much work.
std::optional<SecretBytes> scrypt_key(BytesView passphrase, BytesView salt, unsigned work) {
    Bytes labelled = to_bytes(as_bytes(scrypt_label));
    append(labelled, salt);
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
        return std::nullopt;
    return key;
}

Result<SecretBytes> unwrap_with_passphrase(const Header& header, BytesView passphrase) {
    const Stanza& stanza = header.stanzas.front();
    if (stanza.type != scrypt_type) return untrusted();
    if (header.stanzas.size() != 1 || stanza.arguments.size() != 2 ||
        stanza.body.size() != wrapped_size)
        return malformed();
    LEEWARD_ASSIGN(const Bytes salt, decode_unpadded(stanza.arguments[0]));
    LEEWARD_ASSIGN(const unsigned work, work_of(stanza.arguments[1]));
    if (salt.size() != scrypt_salt_size) return malformed();
    const auto key = scrypt_key(passphrase, salt, work);
    if (!key) return untrusted();
    return chacha20poly1305_open(key_view(*key), zero_nonce, {}, stanza.body);
}

Stanza wrap_for_passphrase(BytesView passphrase,
                           unsigned work,
                           const SecretBytes& file_key,
                           Random& random) {
    const auto salt = random.array<scrypt_salt_size>();
    const auto key = scrypt_key(passphrase, salt, work);
    if (!key) throw std::bad_alloc();
    return {std::string(scrypt_type),
            {encode_unpadded(salt), std::to_string(work)},
            chacha20poly1305_seal(key_view(*key), zero_nonce, {}, file_key.reveal())};
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

Result<SecretBytes> open_payload(SecretBytes key, BytesView sealed) {
    SecretBytes out(sealed.size());
    std::size_t used = 0;
    const Sink keep = [&](BytesView chunk) -> Outcome {
        std::copy(
            chunk.begin(), chunk.end(), out.reveal().begin() + static_cast<std::ptrdiff_t>(used));
        used += chunk.size();
        return Done{};
    };
    PayloadOpener opener(std::move(key));
    LEEWARD_TRY(opener.add(sealed, keep));
    LEEWARD_TRY(opener.finish(keep));
    return SecretBytes(std::as_const(out).reveal().first(used));
}

Outcome check_mac(BytesView file, const Header& header, const SecretBytes& file_key) {
    if (file_key.size() != file_key_size) return malformed();
    if (!secret_memory::equal(header_mac(file_key, file.first(header.authenticated)), header.mac))
        return untrusted();
    if (file.size() - header.size < payload_nonce_size) return malformed();
    return Done{};
}

Result<SecretBytes> open_under(BytesView file, const Header& header, const SecretBytes& file_key) {
    LEEWARD_TRY(check_mac(file, header, file_key));
    const BytesView payload = file.subspan(header.size);
    return open_payload(payload_key(file_key, payload.first(payload_nonce_size)),
                        payload.subspan(payload_nonce_size));
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

namespace {

SecretBytes new_file_key(Random& random) {
    SecretBytes key(file_key_size);
    random.fill(key.reveal());
    return key;
}

// The header, and the nonce after it.
Bytes start_of(const std::vector<Stanza>& stanzas, const SecretBytes& file_key, BytesView nonce) {
    std::string header = write_stanzas(stanzas);
    header += ' ' + encode_unpadded(header_mac(file_key, as_bytes(header))) + '\n';
    Bytes start = to_bytes(as_bytes(header));
    append(start, nonce);
    return start;
}

Result<Bytes> sealed_whole(Sealer sealer, BytesView plaintext) {
    Bytes out = sealer.start();
    const Sink keep = [&out](BytesView sealed) -> Outcome {
        append(out, sealed);
        return Done{};
    };
    LEEWARD_TRY(sealer.payload().add(plaintext, keep));
    LEEWARD_TRY(sealer.payload().finish(keep));
    return out;
}

}  // namespace

Result<Sealer> Sealer::begin(std::span<const Recipient> to, Random& random) {
    if (to.empty() || std::any_of(to.begin(), to.end(), [&](const Recipient& one) {
            return one.index() != to.front().index();
        }))
        return Error{Errc::invalid_argument, "say for whom, all with keys of one kind"};
    const SecretBytes file_key = new_file_key(random);
    std::vector<Stanza> stanzas;
    for (const auto& one : to) {
        LEEWARD_ASSIGN(
            auto stanza,
            std::visit([&](const auto& key) { return wrap(file_key, key, random); }, one));
        stanzas.push_back(std::move(stanza));
    }
    const auto nonce = random.array<payload_nonce_size>();
    return Sealer(start_of(stanzas, file_key, nonce), PayloadSealer(payload_key(file_key, nonce)));
}

Sealer Sealer::begin(BytesView passphrase, unsigned work, Random& random) {
    const SecretBytes file_key = new_file_key(random);
    const std::vector<Stanza> stanzas{wrap_for_passphrase(passphrase, work, file_key, random)};
    const auto nonce = random.array<payload_nonce_size>();
    return {start_of(stanzas, file_key, nonce), PayloadSealer(payload_key(file_key, nonce))};
}

Result<Bytes> seal(std::span<const Recipient> to, BytesView plaintext, Random& random) {
    LEEWARD_ASSIGN(Sealer sealer, Sealer::begin(to, random));
    return sealed_whole(std::move(sealer), plaintext);
}

Result<Bytes> seal_with_passphrase(BytesView passphrase,
                                   unsigned work,
                                   BytesView plaintext,
                                   Random& random) {
    return sealed_whole(Sealer::begin(passphrase, work, random), plaintext);
}

Result<Opener> Opener::begin(BytesView start, std::span<const Identity> identities) {
    LEEWARD_ASSIGN(const Header header, read_header(start));
    LEEWARD_ASSIGN(const SecretBytes file_key, file_key_of(header, identities));
    LEEWARD_TRY(check_mac(start, header, file_key));
    const BytesView nonce = start.subspan(header.size, payload_nonce_size);
    return Opener(header.size + payload_nonce_size, PayloadOpener(payload_key(file_key, nonce)));
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
