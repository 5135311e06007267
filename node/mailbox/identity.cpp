#include "node/mailbox/identity.h"

namespace leeward::node {
namespace {

constexpr std::string_view prefix = "node/signing";

std::optional<crypto::SigningKey> key_named(const Keyring& keyring, const std::string& name) {
    const auto secret = keyring.get(name);
    if (!secret || secret->size() != crypto::SigningKey::size) return std::nullopt;
    return crypto::SigningKey(secret->reveal().first<crypto::SigningKey::size>());
}

bool is_key(const Keyring& keyring, const std::string& name, const crypto::VerifyKey& of) {
    const auto key = key_named(keyring, name);
    return key && crypto::verify_key_of(*key) == of;
}

}  // namespace

std::string signing_key_name(std::uint32_t card_version) {
    return std::string(prefix) + "/" + std::to_string(card_version);
}

Result<crypto::SigningKey> signing_key_of(const Keyring& keyring, const crypto::VerifyKey& key) {
    for (const auto& name : keyring.names(prefix))
        if (is_key(keyring, name, key)) return std::move(*key_named(keyring, name));
    return Error{Errc::corrupt, "a key of this node is missing from the keyring"};
}

std::vector<std::string> other_signing_keys(const Keyring& keyring, const crypto::VerifyKey& key) {
    auto names = keyring.names(prefix);
    std::erase_if(names, [&](const std::string& name) { return is_key(keyring, name, key); });
    return names;
}

}  // namespace leeward::node
