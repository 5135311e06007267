// Who gives the present command, and whether she may: one operator with her roles, or the node
// itself when a timer or a message acts.
#pragma once

#include "crypto/base/result.h"
#include "schema/ids.h"
#include "schema/people.h"

namespace leeward::node {

struct Actor {
    schema::OperatorId id{};  // zero: the node itself
    schema::RoleSet roles{};
    schema::Role acting{};  // the role in which she gives this command: the log keeps it

    [[nodiscard]] bool is_node() const { return roles.empty(); }
    [[nodiscard]] bool has_any(schema::RoleSet of) const { return !(roles & of).empty(); }
};

// Errc::not_permitted names who may do it: "this needs a shelter supervisor; nothing was changed".
// The node itself may do what it does: its timers are checked by the tables of transitions.
Outcome require(const Actor& actor, schema::RoleSet any_of);

}  // namespace leeward::node
