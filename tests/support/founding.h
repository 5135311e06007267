// Founds a network through the commands that people use, and invents what they write down. A Node has
// name() and must(command, arguments), which does not come back when the command is refused.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "schema/json/json.h"

namespace leeward::test::founding {

using schema::Json;

[[nodiscard]] inline std::string file_of(const Json& answer) {
    return answer.text_at("file");
}

template <class Node>
void compare_words(Node& reader, Node& listener) {
    const auto words =
        reader.must("peer.verify", Json::object({{"peer", listener.name()}})).text_at("read_aloud");
    listener.must("peer.verify", Json::object({{"peer", reader.name()}, {"words", words}}));
}

template <class Node>
void pair_up(Node& a, Node& b) {
    const auto from_a = file_of(a.must("peer.offer", Json::object({{"for", b.name()}})));
    const auto from_b = file_of(b.must("peer.offer", Json::object({{"for", a.name()}})));
    a.must("peer.accept", Json::object({{"offer", from_b}}));
    b.must("peer.accept", Json::object({{"offer", from_a}}));
}

template <class Node>
void found_network(const std::vector<Node*>& nodes) {
    std::string cards;
    for (Node* node : nodes)
        cards += file_of(node->must("identity.show"));
    std::string roster =
        file_of(nodes.front()->must("peer.found", Json::object({{"cards", cards}})));
    for (std::size_t i = 1; i < nodes.size(); ++i)
        roster = file_of(nodes[i]->must("peer.found", Json::object({{"roster", roster}})));
    for (Node* node : nodes)
        node->must("peer.found", Json::object({{"roster", roster}, {"accept", true}}));
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (std::size_t j = i + 1; j < nodes.size(); ++j) {
            pair_up(*nodes[i], *nodes[j]);
            compare_words(*nodes[i], *nodes[j]);
            compare_words(*nodes[j], *nodes[i]);
        }
}

// Invented from end to end.
[[nodiscard]] inline Json sample_record() {
    return Json::object({{"unsafe_persons", Json(Json::Array{"Unsafe Person"})},
                         {"alleged_abusers", Json(Json::Array{"The Driver"})},
                         {"preferred_name", "Wren"},
                         {"given_name", "Renata"},
                         {"safe_contact_method", "through_worker"},
                         {"allergies", "Nuts."},
                         {"what_helped", "Drawing."},
                         {"safety_plan_summary", "Two people to call."},
                         {"case_reference", "Operation Example"}});
}

// The CAPACITY_ codes of a minor who understood.
[[nodiscard]] inline Json whole_capacity() {
    return Json(Json::Array{"CAPACITY_KNOWS_WHAT",
                            "CAPACITY_KNOWS_WHY",
                            "CAPACITY_CAN_WEIGH",
                            "CAPACITY_SAID_IT_BACK"});
}

// What `release.sign` is given by the survivor and by a guardian.
[[nodiscard]] inline std::array<Json, 2> both_signatures(const std::string& release) {
    return {Json::object({{"id", release},
                          {"signer", "MINOR"},
                          {"name", "The survivor"},
                          {"capacity", whole_capacity()},
                          {"read-back", true}}),
            Json::object({{"id", release},
                          {"signer", "GUARDIAN"},
                          {"name", "An aunt"},
                          {"authority", "AUTHORITY_LEGAL_GUARDIAN"},
                          {"read-back", true}})};
}

[[nodiscard]] inline Json sample_need(std::string_view service = "PLACEMENT",
                                      std::string_view priority = "URGENT") {
    Json fields = Json::object({{"age_band", "15_to_17"}, {"start_window", "today"}});
    if (service == "COUNSELLING") fields = Json::object({{"age_band", "15_to_17"}});
    return Json::object({{"service", service},
                         {"priority", priority},
                         {"fields", std::move(fields)},
                         {"wishes_asked", true}});
}

}  // namespace leeward::test::founding
