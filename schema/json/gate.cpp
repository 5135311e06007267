// The gate, on nlohmann's SAX reader: it checks the grammar and UTF-8, the handler here checks what
// JSON leaves open. The library would also take a byte order mark and treat a zero byte as the end
// of the text; both are refused before it sees them.
#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "schema/json/json.h"

namespace leeward::schema {

namespace {

// Walks the text and tells the handler how far the reader has come.
class Cursor {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
    reference operator*() const { return *at_; }
    Cursor& operator++() {
        *furthest_ = ++at_;
        return *this;
    }
    Cursor operator++(int) {
        const Cursor before = *this;
        ++*this;
        return before;
    }
    // Of the two one is asked for, depending on the standard library.
    [[maybe_unused]] friend bool operator==(const Cursor& a, const Cursor& b) {
        return a.at_ == b.at_;
    }
    friend bool operator!=(const Cursor& a, const Cursor& b) { return a.at_ != b.at_; }

private:
    const char* at_;
    const char** furthest_;
};

bool has_repeated_key(const Json::Object& object) {
    constexpr std::size_t few = 16;  // up to here comparing each with each is faster than sorting
    if (object.size() <= few) {
        for (std::size_t i = 1; i < object.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (object[i].first == object[j].first) return true;
        return false;
    }
    std::vector<std::string_view> keys;
    keys.reserve(object.size());
    for (const auto& [key, value] : object)
        keys.emplace_back(key);
    std::sort(keys.begin(), keys.end());
    return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

// Builds a Json from nlohmann's events. Returning false stops the reader; fault() then says why.
class Builder {
public:
    explicit Builder(int max_depth) : max_depth_(max_depth) {}

    // NOLINTBEGIN(readability-identifier-naming): nlohmann's names
    bool null() { return add(Json()); }
    bool boolean(bool value) { return add(Json(value)); }
    bool number_integer(std::int64_t value) { return add(Json(value)); }
    bool number_unsigned(std::uint64_t value) {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return refuse("integer out of range");
        return add(Json(static_cast<std::int64_t>(value)));
    }
    bool number_float(double value, const std::string& text) {
        if (text.find_first_of(".eE") == std::string::npos) return refuse("integer out of range");
        return add(Json(value));
    }
    bool string(std::string& value) { return add(Json(std::move(value))); }
    bool binary(std::vector<std::uint8_t>& /*value*/) { return refuse("not JSON"); }
    bool start_object(std::size_t /*members*/) { return open(Json(Json::Object{})); }
    bool start_array(std::size_t /*elements*/) { return open(Json(Json::Array{})); }
    bool key(std::string& name) {
        open_.back()->as_object()->emplace_back(std::move(name), Json());
        return true;
    }
    bool end_object() {
        if (has_repeated_key(*open_.back()->as_object())) return refuse("a key is repeated");
        open_.pop_back();
        return true;
    }
    bool end_array() {
        open_.pop_back();
        return true;
    }
    bool parse_error(std::size_t /*at*/,
                     const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) {
        return refuse("not JSON");
    }
    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] std::string_view fault() const { return fault_; }
    [[nodiscard]] Json take() && { return std::move(root_); }

private:
    // Where the next value goes: the root, the last member's value, or a new element.
    Json& place() {
        if (open_.empty()) return root_;
        if (Json::Object* object = open_.back()->as_object()) return object->back().second;
        return open_.back()->as_array()->emplace_back();
    }
    bool add(Json value) {
        place() = std::move(value);
        return true;
    }
    bool open(Json container) {
        if (static_cast<int>(open_.size()) >= max_depth_) return refuse("nested too deeply");
        Json& at = place();
        at = std::move(container);
        open_.push_back(&at);  // stays put: an outer container grows only after this one closes
        return true;
    }
    bool refuse(std::string_view fault) {
        fault_ = fault;
        return false;
    }

    int max_depth_;
    Json root_;
    std::vector<Json*> open_;
    std::string_view fault_;
};

Error fault_at(std::string_view fault, std::size_t offset) {
    return {Errc::malformed, std::string(fault) + " at byte " + std::to_string(offset)};
}

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes)
        return Error{Errc::too_large,
                     "JSON of more than " + std::to_string(limits.bytes) + " bytes"};
    if (text.substr(0, 3) == "\xEF\xBB\xBF") return fault_at("byte order mark", 0);
    if (const auto zero = text.find('\0'); zero != std::string_view::npos)
        return fault_at("zero byte", zero);

    const char* furthest = text.data();
    Builder builder(limits.depth);
    const bool read = nlohmann::json::sax_parse(
        Cursor(text.data(), &furthest), Cursor(text.data() + text.size(), &furthest), &builder);
    if (!read) return fault_at(builder.fault(), static_cast<std::size_t>(furthest - text.data()));
    return std::move(builder).take();
}

}  // namespace leeward::schema
