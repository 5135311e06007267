// What an ask and an answer may carry, by name; each is checked by type and length, nothing else is
// taken.
#pragma once

#include "node/exchange/legs.h"

namespace leeward::node {

struct AskBody {
    schema::Ask value{};
    std::string alias;
    schema::ServiceClass service{};
    schema::Priority priority{};
    Json kept = Json::object();  // card, plan, reply: what belongs to the value
    std::string reason;
    schema::Time window_start;
    schema::Time window_end;
};

struct AnswerBody {
    schema::Answer value{};
    Json kept = Json::object();
    std::string reason;
    schema::Time hold_until;
};

Result<AskBody> ask_body_of(std::string_view text);
Result<AnswerBody> answer_body_of(std::string_view text);

}  // namespace leeward::node
