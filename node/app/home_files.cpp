#include "node/app/home_files.h"

#include "crypto/aead.h"
#include "crypto/base/hex.h"
#include "node/app/private_files.h"

namespace leeward::node {
namespace fs = std::filesystem;

fs::path keyring_path(const fs::path& home) {
    return home / "keyring";
}
fs::path store_path(const fs::path& home) {
    return home / "store.db";
}
fs::path root_key_path(const fs::path& home) {
    return home / "root.key";
}

Result<ViewJournal> open_views(const fs::path& home,
                               const crypto::RootKey& root,
                               crypto::Random& random) {
    return ViewJournal::open(
        home / "views.journal", crypto::derive<ViewJournal::Key>(root, "views"), random);
}

namespace {

using RootSealKey = SecretKey<struct RootSealKeyTag, 32>;

}  // namespace

Outcome write_root_key(const fs::path& home,
                       const crypto::SigningKey& root_key,
                       const crypto::RootKey& root,
                       crypto::Random& random) {
    const auto seal_key = crypto::derive<RootSealKey>(root, "root key file");
    const auto nonce = random.array<24>();
    Bytes sealed = to_bytes(nonce);
    append(sealed,
           crypto::xchacha20poly1305_seal(seal_key.reveal(),
                                          nonce,
                                          crypto::Aad{as_bytes("leeward/1 root.key")},
                                          root_key.reveal()));
    return write_private_file(root_key_path(home), sealed);
}

crypto::SigningKey fresh_signing_key(crypto::Random& random) {
    crypto::SigningSeed seed;
    random.fill(seed.reveal());
    return crypto::signing_key_from_seed(seed.reveal());
}

std::string fresh_log_origin(crypto::Random& random) {
    return "leeward/log/" + hex::encode(random.array<12>());
}

std::vector<NamedKey> own_keys(const Identity& identity) {
    std::vector<NamedKey> keys;
    keys.push_back(
        {signing_key_name(identity.card.version), SecretBytes(identity.signing.reveal())});
    keys.push_back({std::string(log_name), SecretBytes(identity.log.reveal())});
    keys.push_back({std::string(witness_name), SecretBytes(identity.witness.reveal())});
    keys.push_back({std::string(link_name), SecretBytes(identity.link.reveal())});
    return keys;
}

Result<crypto::SigningKey> open_root_key(const fs::path& home, const crypto::RootKey& root) {
    LEEWARD_ASSIGN(const Bytes sealed, read_private_file(root_key_path(home), 1024));
    if (sealed.size() < 24) return Error{Errc::corrupt, "root.key is cut short"};
    const auto seal_key = crypto::derive<RootSealKey>(root, "root key file");
    LEEWARD_ASSIGN(const SecretBytes key,
                   crypto::xchacha20poly1305_open(seal_key.reveal(),
                                                  BytesView(sealed).first<24>(),
                                                  crypto::Aad{as_bytes("leeward/1 root.key")},
                                                  BytesView(sealed).subspan(24)));
    if (key.size() != crypto::SigningKey::size)
        return Error{Errc::corrupt, "root.key has the wrong length"};
    return crypto::SigningKey(key.reveal().first<crypto::SigningKey::size>());
}

}  // namespace leeward::node
