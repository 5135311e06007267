// Who this node is, while it runs unlocked: its names and its own private keys.
#pragma once

#include <string>

#include "crypto/ed25519.h"
#include "node/transport/transport.h"
#include "schema/node_card.h"

namespace leeward::node {

struct Identity {
    schema::NodeCard card;
    std::string card_jws;
    crypto::SigningKey signing;
    crypto::SigningKey log;
    TransportSecretKey link;

    [[nodiscard]] const schema::NodeId& node() const { return card.node; }
};

}  // namespace leeward::node
