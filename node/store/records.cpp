#include "node/store/records.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/hash.h"

namespace leeward::node {
namespace {

constexpr std::size_t nonce_bytes = 24;

Error erased() {
    return Error{Errc::not_found, "this record was erased"};
}

}  // namespace

Outcome Records::ensure(std::span<const std::string> names) {
    LEEWARD_TRY(keyring_.settle());
    std::vector<NamedKey> fresh;
    for (const auto& name : names) {
        const bool listed = std::any_of(
            fresh.begin(), fresh.end(), [&](const NamedKey& key) { return key.name == name; });
        if (listed || exists(name)) continue;
        SecretBytes key(32);
        random_.fill(key.reveal());
        fresh.push_back({name, std::move(key)});
    }
    return fresh.empty() ? Outcome(Done{}) : keyring_.put(std::move(fresh));
}

bool Records::exists(const std::string& name) const {
    return keyring_.contains(name);
}

Result<Bytes> Records::seal(const std::string& name, std::string_view where, BytesView plaintext) {
    const auto key = keyring_.get(name);
    if (!key) return erased();
    const auto nonce = random_.array<nonce_bytes>();
    Bytes out = to_bytes(nonce);
    append(out,
           crypto::xchacha20poly1305_seal(
               key->reveal().first<32>(), nonce, crypto::Aad{as_bytes(where)}, plaintext));
    return out;
}

Result<SecretBytes> Records::open(const std::string& name,
                                  std::string_view where,
                                  BytesView sealed) const {
    const auto key = keyring_.get(name);
    if (!key) return erased();
    if (sealed.size() < nonce_bytes) return Error{Errc::corrupt, "a sealed record is cut short"};
    auto opened = crypto::xchacha20poly1305_open(key->reveal().first<32>(),
                                                 sealed.first<nonce_bytes>(),
                                                 crypto::Aad{as_bytes(where)},
                                                 sealed.subspan(nonce_bytes));
    if (!opened) return Error{Errc::corrupt, "a sealed record does not open"};
    return opened;
}

Result<ByteArray<32>> Records::link_salt(const std::string& name,
                                         const schema::MessageId& mid) const {
    const auto key = keyring_.get(name);
    if (!key) return erased();
    return crypto::hmac_sha256(key->reveal(), {as_bytes("leeward/1 link"), mid.get()});
}

Outcome Records::destroy(std::span<const std::string> names) {
    return keyring_.erase(names);
}

}  // namespace leeward::node
