#include "schema/leg.h"

namespace leeward::schema {
namespace {

constexpr Names<Ask, ask_count> ask_names{{"OPEN",
                                           "SELECTED",
                                           "PHONE_ACCEPTED",
                                           "PLAN",
                                           "DEPARTED",
                                           "MISSING",
                                           "PHONE_ARRIVED",
                                           "NOT_SELECTED",
                                           "LAPSED",
                                           "CANCEL_REQUESTED",
                                           "CANCEL_CLOSED",
                                           "CANCEL_UNCONFIRMED",
                                           "DISCARD"}};
constexpr Names<Answer, answer_count> answer_names{{"NONE",
                                                    "STORED",
                                                    "SEEN",
                                                    "INFO_REQUESTED",
                                                    "OFFERED",
                                                    "WAITLISTED",
                                                    "DECLINE_UNDER_REVIEW",
                                                    "DECLINED",
                                                    "LAPSED",
                                                    "ACCEPTED",
                                                    "PLAN_ACK",
                                                    "BED_LOST",
                                                    "NOT_ARRIVED",
                                                    "ARRIVED",
                                                    "ENDED",
                                                    "CANCEL_CONFIRMED",
                                                    "DISCARDED"}};
constexpr Names<LegState, leg_state_count> leg_state_names{{"QUEUED",
                                                            "DELIVERED",
                                                            "SEEN",
                                                            "INFO_REQUESTED",
                                                            "OFFERED",
                                                            "WAITLISTED",
                                                            "DECLINE_UNDER_REVIEW",
                                                            "LATE_OFFER",
                                                            "SELECTED",
                                                            "PHONE_ACCEPTED",
                                                            "ACCEPTED",
                                                            "HANDOFF_SCHEDULED",
                                                            "IN_TRANSIT",
                                                            "NOT_ARRIVED",
                                                            "ARRIVED",
                                                            "CANCEL_REQUESTED",
                                                            "MISDIRECTED",
                                                            "DECLINED",
                                                            "LAPSED",
                                                            "NOT_SELECTED",
                                                            "CANCEL_CONFIRMED",
                                                            "CANCEL_UNCONFIRMED",
                                                            "BED_LOST",
                                                            "DISCARDED",
                                                            "ENDED"}};
constexpr Names<Last, 3> last_names{{"ASK", "ANSWER", "CROSSED"}};

static_assert(static_cast<std::size_t>(Ask::DISCARD) + 1 == ask_count);
static_assert(static_cast<std::size_t>(Answer::DISCARDED) + 1 == answer_count);
static_assert(static_cast<std::size_t>(LegState::ENDED) + 1 == leg_state_count);

}  // namespace

std::string_view name(Ask ask) {
    return ask_names.of(ask);
}
std::string_view name(Answer answer) {
    return answer_names.of(answer);
}
std::string_view name(LegState state) {
    return leg_state_names.of(state);
}
std::string_view name(Last last) {
    return last_names.of(last);
}
std::optional<Ask> ask_from(std::string_view word) {
    return ask_names.find(word);
}
std::optional<Answer> answer_from(std::string_view word) {
    return answer_names.find(word);
}
std::optional<LegState> leg_state_from(std::string_view word) {
    return leg_state_names.find(word);
}

}  // namespace leeward::schema
