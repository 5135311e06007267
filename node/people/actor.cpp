#include "node/people/actor.h"

namespace leeward::node {

Outcome require(const Actor& actor, schema::RoleSet any_of) {
    if (actor.is_node() || actor.has_any(any_of)) return Done{};
    return Error{Errc::not_permitted,
                 "this needs " + schema::in_words(any_of) + "; nothing was changed"};
}

}  // namespace leeward::node
