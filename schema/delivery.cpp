#include "schema/delivery.h"

namespace leeward::schema {
namespace {

using enum DeliveryState;
using D = DeliveryMove;
constexpr Parties sys{Party::SYS};

// A receipt is taken whenever it comes: also from a hosted mailbox, or after its own time-out.
// clang-format off
constexpr Table<D, DeliveryState, 7> table{{
    {D::D1, {},                       {QUEUED},    sys, ""},
    {D::D2, {QUEUED, RETRY},          {SENT},      sys, ""},
    {D::D3, {SENT},                   {AT_HOST},   sys, ""},
    {D::D4, {SENT, AT_HOST, RETRY},   {DELIVERED}, sys, ""},
    {D::D5, {SENT, AT_HOST},          {RETRY},     sys, ""},
    {D::D6, {SENT, AT_HOST, RETRY},   {REFUSED},   sys, ""},
    {D::D7, {QUEUED, RETRY, AT_HOST}, {ABANDONED}, sys, ""},
}};
constexpr Names<DeliveryState, delivery_state_count> state_names{{
    "QUEUED", "SENT", "AT_HOST", "RETRY", "DELIVERED", "REFUSED", "ABANDONED",
}};
constexpr Names<DeliveryMove, 8> move_names{{"", "D1", "D2", "D3", "D4", "D5", "D6", "D7"}};
// clang-format on

static_assert(well_formed(table));
static_assert([] {
    for (unsigned i = 0; i < delivery_state_count; ++i)
        if (const auto s = static_cast<DeliveryState>(i); is_terminal(s) == has_way_out(table, s))
            return false;
    return true;
}());

}  // namespace

std::string_view name(DeliveryState state) {
    return state_names.of(state);
}
std::string_view name(DeliveryMove move) {
    return move_names.of(move);
}
std::optional<DeliveryState> delivery_state_from(std::string_view word) {
    return state_names.find(word);
}

std::string_view told(DeliveryState state) {
    switch (state) {
        case QUEUED:
        case SENT:
        case AT_HOST:
        case RETRY:
            return "Saved here";
        case DELIVERED:
            return "Delivered";
        case REFUSED:
            return "Refused";
        case ABANDONED:
            return "Called back";
    }
    return "unknown";
}

std::span<const DeliveryTransition> delivery_transitions() {
    return table;
}

Result<DeliveryState> next(DeliveryMove move, DeliveryState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("delivery", name(from));
}

}  // namespace leeward::schema
