#include "tests/scenarios/told.h"

#include <algorithm>
#include <array>
#include <utility>

#include "schema/commands.h"

namespace leeward::test {
namespace {

using schema::ArgSpec;
using schema::ArgType;
using schema::Json;

std::string quoted(const std::string& text) {
    const bool plain = !text.empty() && text.find_first_of(" ;'\"…") == std::string::npos;
    return plain ? text : "'" + text + "'";
}

std::string joined(const Json& list) {
    std::string out;
    for (const auto& item : *list.as_array())
        out += (out.empty() ? "" : ",") + *item.as_string();
    return quoted(out);
}

std::string value_of(const ArgSpec& arg, const Json& value) {
    constexpr std::size_t short_id = 6;
    switch (arg.type) {
        case ArgType::FILE:
        case ArgType::PATH:
        case ArgType::SECRET:
            return std::string(arg.name) + ".json";
        case ArgType::ID:
            return value.as_string()->substr(0, short_id);
        case ArgType::NUMBER:
        case ArgType::TIME:
            return std::to_string(*value.as_int());
        case ArgType::LIST:
            return joined(value);
        case ArgType::FLAG:
            return "";
        case ArgType::TEXT:
        case ArgType::CODE:
            break;
    }
    return quoted(*value.as_string());
}

struct Word {
    std::string_view word;
    std::string_view says;
};

constexpr std::array needs{
    Word{"DRAFT", "what she needs is being written down"},
    Word{"READY", "shelters can be asked"},
    Word{"INQUIRING", "shelters are asked"},
    Word{"OPTIONS", "there is something to choose from"},
    Word{"SELECTED", "she has chosen; the shelter must make it firm"},
    Word{"CONFIRMED", "the bed is firm"},
    Word{"HANDOFF", "how she gets there is agreed"},
    Word{"PLACED", "she is in the house"},
    Word{"FOLLOW_UP", "how she is may be asked, as far as she allowed it"},
    Word{"PAUSED", "she wants time"},
    Word{"UNPLACED", "nobody could take her"},
    Word{"CLOSED", "closed"},
    Word{"WITHDRAWN", "she no longer wants it"},
    Word{"CANCELLED", "cancelled"},
    Word{"DUPLICATE_LINKED", "another worker goes on"},
    Word{"ENTERED_IN_ERROR", "written in error"},
};

constexpr std::array legs{
    Word{"QUEUED", "waiting for link"},
    Word{"DELIVERED", "reached their node"},
    Word{"SEEN", "a person opened it"},
    Word{"INFO_REQUESTED", "they ask something"},
    Word{"OFFERED", "a bed is held"},
    Word{"WAITLISTED", "a place on the waiting list"},
    Word{"DECLINE_UNDER_REVIEW", "under review"},
    Word{"LATE_OFFER", "answered after the time"},
    Word{"SELECTED", "asked to make it firm"},
    Word{"PHONE_ACCEPTED", "yes by telephone, not yet confirmed"},
    Word{"ACCEPTED", "firm"},
    Word{"HANDOFF_SCHEDULED", "the plan is acknowledged"},
    Word{"IN_TRANSIT", "she is under way"},
    Word{"NOT_ARRIVED", "ALARM: she is not where she should be"},
    Word{"ARRIVED", "handed over"},
    Word{"CANCEL_REQUESTED", "asked to end it, not yet confirmed"},
    Word{"MISDIRECTED", "not for them"},
    Word{"DECLINED", "no"},
    Word{"LAPSED", "the time ran out"},
    Word{"NOT_SELECTED", "placed elsewhere or no longer needed"},
    Word{"CANCEL_CONFIRMED", "ended, and confirmed"},
    Word{"CANCEL_UNCONFIRMED", "ended, never confirmed"},
    Word{"BED_LOST", "the bed is lost"},
    Word{"DISCARDED", "erased there"},
    Word{"ENDED", "she has moved on"},
};

template <std::size_t n>
std::string in_words(const std::array<Word, n>& words, std::string_view word) {
    const auto found =
        std::find_if(words.begin(), words.end(), [&](const Word& one) { return one.word == word; });
    if (found == words.end()) return std::string(word);
    return std::string(found->says) + " (" + std::string(word) + ")";
}

}  // namespace

std::string typed(std::string_view command, const Json& args) {
    const auto* spec = schema::find_command(command);
    std::string line = "leeward " + std::string(command);
    std::replace(line.begin(), line.end(), '.', ' ');
    if (spec == nullptr) return line;
    for (const bool in_place : {true, false})
        for (const auto& arg : spec->args) {
            const Json* value = args.find(arg.name);
            if (value == nullptr || arg.positional != in_place) continue;
            if (!in_place) line += " --" + std::string(arg.name);
            const std::string text = value_of(arg, *value);
            if (!text.empty()) line += " " + text;
        }
    return line;
}

std::string in_words_of_need(std::string_view case_and_need) {
    const auto slash = case_and_need.find('/');
    return in_words(needs, case_and_need.substr(slash + 1));
}

std::string in_words_of_leg(std::string_view state) {
    return in_words(legs, state);
}

}  // namespace leeward::test
