#include "tests/support/words.h"

#include <algorithm>

namespace leeward::test {
namespace {

using schema::Json;

std::string plain(const Json& value) {
    if (value.as_string() != nullptr) return *value.as_string();
    if (value.as_array() != nullptr) return listed(texts(value));
    if (value.as_bool() != nullptr) return *value.as_bool() ? "yes" : "no";
    return value.dump();
}

std::string fields(const Json& object, std::string_view between) {
    std::string out;
    if (object.as_object() == nullptr) return out;
    for (const auto& [key, value] : *object.as_object()) {
        if (!out.empty()) out += between;
        out += field_name(key) + ": " + plain(value);
    }
    return out;
}

}  // namespace

std::string field_name(std::string_view id) {
    std::string text(id);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string listed(const std::vector<std::string>& items) {
    std::string out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
        out += items[i];
    }
    return out;
}

std::vector<std::string> texts(const Json& array) {
    std::vector<std::string> out;
    if (array.as_array() == nullptr) return out;
    for (const auto& item : *array.as_array())
        out.push_back(plain(item));
    return out;
}

Json item_with(const Json& list, std::string_view key, std::string_view value) {
    if (list.as_array() == nullptr) return {};
    for (const auto& item : *list.as_array())
        if (item.text_at(key) == value) return item;
    return {};
}

std::string fields_text(const Json& object) {
    return fields(object, " · ");
}
std::string fields_lines(const Json& object) {
    return fields(object, "\n");
}

Json member(const Json& object, std::string_view key) {
    const Json* found = object.find(key);
    return found == nullptr ? Json() : *found;
}

}  // namespace leeward::test
