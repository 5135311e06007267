// What 'leeward help' tells beyond single commands: the way of a placement in order, every field of
// a record, every code, what the words mean. The first three are made from the tables of commands,
// fields and codes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "schema/language.h"

namespace leeward::cli {

// "placement", "fields", "codes" or "words"; empty for anything else.
[[nodiscard]] std::string help_of_topic(std::string_view topic,
                                        schema::Language language = schema::Language::EN);

// One step of a placement: who gives the command, and how it is typed there. Where `typed` is empty it
// is the command's own example.
enum class Desk { REFERRER, SHELTER };
struct PlacementStep {
    Desk desk;
    std::string_view command;
    std::string_view typed{};
};
[[nodiscard]] std::span<const PlacementStep> placement_steps();

// The fields of T1, a line each: what a need may say of her.
[[nodiscard]] std::string fields_of_a_need(schema::Language language);

}  // namespace leeward::cli
