// What falls due on a leg, and when: its rows of the one table of deadlines (domain.md section 3.8,
// schema/deadline.h) as this node's own timers. Pure: a leg goes in, moments come out.
#pragma once

#include <variant>
#include <vector>

#include "node/exchange/legs.h"
#include "schema/deadline.h"

namespace leeward::node {

struct Call {   // somebody is called by a notice
    bool rung;  // once, at a moment of its own; else again and again until the state is left
};
struct FreeSlot {};  // the next candidate may be asked; the leg stays

struct LegTimer {
    schema::DeadlineRow row;
    schema::Time at;
    std::variant<Call, FreeSlot, schema::AskMove, schema::AnswerMove> deed;
    std::string_view code;  // of the notice, or the reason of the move
};

[[nodiscard]] std::vector<LegTimer> timers_of(const Leg& leg);
// The earliest of them; `never` if there is none.
[[nodiscard]] schema::Time next_timer(const Leg& leg);
// What is to be done first at `now`: a move before a free slot before a rung before a call, and of
// several the one that is due last. nullopt when nothing is due.
[[nodiscard]] std::optional<LegTimer> due_timer(const Leg& leg, schema::Time now);

// How long a recipient has to answer, from DELIVERED.
[[nodiscard]] schema::Duration answer_time(schema::Priority priority);
// How long after a no that was said at once somebody is called to review it.
inline constexpr schema::Duration review_after = std::chrono::hours(24);
// How long after its end a T1 copy may stay at a recipient.
[[nodiscard]] schema::Duration erase_after(schema::Priority priority);

}  // namespace leeward::node
