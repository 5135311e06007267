#include "node/app/preview.h"

#include <utility>

namespace leeward::node {
namespace {

using schema::Json;

bool is_handed_out(std::string_view member) {
    return member == "file" || member == "paper";
}

// Those of an answer that carries another's, too (approval.give).
std::size_t withhold(Json& answer) {
    auto* members = answer.as_object();
    if (members == nullptr) return 0;
    std::size_t withheld =
        std::erase_if(*members, [](const auto& member) { return is_handed_out(member.first); });
    for (auto& [name, value] : *members)
        withheld += withhold(value);
    return withheld;
}

}  // namespace

Result<Json> preview_of(Desk& desk, const std::function<Result<Json>()>& story) {
    desk.set_aside.emplace();
    auto shown = story();
    const auto readings = *std::exchange(desk.set_aside, std::nullopt);
    if (!shown) return shown;
    if (!readings.empty())
        return Error{
            Errc::invalid_argument,
            "this reads a person's record, and every reading is logged: it has no preview; "
            "nothing was shown"};
    if (desk.wanted) shown->set("needs_second_person", true);
    if (withhold(*shown) > 0)
        shown->set("note", "This was a preview: no file was made, and nothing was changed.");
    return shown;
}

}  // namespace leeward::node
