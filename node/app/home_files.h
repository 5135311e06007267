// What lies where in a node's folder (node/app/home.h), for those who make one: a first start, a restore.
#pragma once

#include "node/app/home.h"

namespace leeward::node {

inline constexpr std::string_view log_name = "node/log";
inline constexpr std::string_view witness_name = "node/witness";
inline constexpr std::string_view link_name = "node/link";

[[nodiscard]] std::filesystem::path keyring_path(const std::filesystem::path& home);
[[nodiscard]] std::filesystem::path store_path(const std::filesystem::path& home);
[[nodiscard]] std::filesystem::path root_key_path(const std::filesystem::path& home);

Result<ViewJournal> open_views(const std::filesystem::path& home,
                               const crypto::RootKey& root,
                               crypto::Random& random);

// root.key is nonce(24) ‖ XChaCha20-Poly1305 of the 64-byte signing key, under DEK_root.
Outcome write_root_key(const std::filesystem::path& home,
                       const crypto::SigningKey& root_key,
                       const crypto::RootKey& root,
                       crypto::Random& random);

[[nodiscard]] crypto::SigningKey fresh_signing_key(crypto::Random& random);
[[nodiscard]] std::string fresh_log_origin(crypto::Random& random);
// The node's own, by the names under which it looks for them.
[[nodiscard]] std::vector<NamedKey> own_keys(const Identity& identity);

}  // namespace leeward::node
