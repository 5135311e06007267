// Where the bytes of one message are, written by the sender's node (domain.md section 3.5). DELIVERED
// means stored there and nothing else: seen, accepted and erased are said by legs and grants.
#pragma once

#include <span>

#include "schema/lifecycle.h"

namespace leeward::schema {

// clang-format off
enum class DeliveryState : Byte { QUEUED, SENT, AT_HOST, RETRY, DELIVERED, REFUSED, ABANDONED };
enum class DeliveryMove : Byte { D1 = 1, D2, D3, D4, D5, D6, D7 };
// clang-format on
inline constexpr std::size_t delivery_state_count = 7;

[[nodiscard]] std::string_view name(DeliveryState state);
[[nodiscard]] std::string_view name(DeliveryMove move);
[[nodiscard]] std::optional<DeliveryState> delivery_state_from(std::string_view word);
// What a person sees: "Saved here", "Delivered", "Refused" or "Called back".
[[nodiscard]] std::string_view told(DeliveryState state);

[[nodiscard]] constexpr bool is_terminal(DeliveryState state) {
    return state >= DeliveryState::DELIVERED;
}
using DeliveryTransition = Transition<DeliveryMove, DeliveryState>;
[[nodiscard]] std::span<const DeliveryTransition> delivery_transitions();
// D1 begins a delivery and is refused here. Errc::wrong_state.
[[nodiscard]] Result<DeliveryState> next(DeliveryMove move, DeliveryState from);

}  // namespace leeward::schema
