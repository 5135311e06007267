// Who this node is, while it runs unlocked: its names and its own private keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/ed25519.h"
#include "node/store/keyring.h"
#include "node/transport/transport.h"
#include "schema/node_card.h"

namespace leeward::node {

struct Identity {
    schema::NodeCard card;
    std::string card_jws;
    crypto::SigningKey signing;
    crypto::SigningKey log;
    crypto::SigningKey witness;
    TransportSecretKey link;

    [[nodiscard]] const schema::NodeId& node() const { return card.node; }
};

// Our newest card, in the table `meta`.
inline constexpr std::string_view own_card_key = "own.card";

// A signing key has a name of its own for each card that brings one; the card tells which is in force.
[[nodiscard]] std::string signing_key_name(std::uint32_t card_version);
// Errc::corrupt if the keyring does not hold it.
Result<crypto::SigningKey> signing_key_of(const Keyring& keyring, const crypto::VerifyKey& key);
// Names of those that are not in force: to be destroyed.
[[nodiscard]] std::vector<std::string> other_signing_keys(const Keyring& keyring,
                                                          const crypto::VerifyKey& key);

}  // namespace leeward::node
