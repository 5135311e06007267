// Who gives the present command, and whether she may: one worker with her roles, or the node itself
// when a timer or a message acts.
#pragma once

#include <memory>

#include "crypto/base/result.h"
#include "crypto/ed25519.h"
#include "schema/ids.h"
#include "schema/people.h"

namespace leeward::node {

struct Actor {
    schema::OperatorId id{};  // zero: the node itself
    schema::RoleSet roles{};
    schema::Role acting{};  // the role in which she gives this command: the log keeps it
    // Signs what she does. Shared, because the act that ends her shift is signed with it too.
    std::shared_ptr<const crypto::SigningKey> key{};

    [[nodiscard]] bool is_node() const { return id == schema::OperatorId{}; }
    [[nodiscard]] bool has_any(schema::RoleSet of) const { return !(roles & of).empty(); }
};

// Errc::not_permitted names who may do it: "this needs a shelter supervisor; nothing was changed".
// The node itself may do what it does: its timers are checked by the tables of transitions.
Outcome require(const Actor& actor, schema::RoleSet any_of);

}  // namespace leeward::node
