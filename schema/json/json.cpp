#include "schema/json/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace leeward::schema {

namespace {

const Json::Array no_elements;

// 0: stands for itself; 'u': needs \u00XX; else the letter of its short escape.
constexpr auto escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c)
        table[c] = 'u';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    table['"'] = '"';
    table['\\'] = '\\';
    return table;
}();

void append_escape(std::string& out, unsigned char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '\\';
    out += escapes[c];
    if (escapes[c] != 'u') return;
    out += "00";
    out += digits[c >> 4U];
    out += digits[c & 15U];
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t run = 0;  // where the characters not yet written begin
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (escapes[c] == 0) continue;
        out.append(text, run, i - run);
        append_escape(out, c);
        run = i + 1;
    }
    out.append(text, run, text.size() - run);
    out += '"';
}

template <class Number>
void append_digits(std::string& out, Number number) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
}

// Always with a fraction or an exponent, so that it is read back as a double. JSON has no NaN.
void append_double(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    const std::size_t start = out.size();
    append_digits(out, number);
    if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

class Writer {
public:
    explicit Writer(bool indented) : indented_(indented) { out_.reserve(512); }

    void write(const Json& json) {
        if (const auto* text = json.as_string()) return append_string(out_, *text);
        if (const auto* number = json.as_int()) return append_digits(out_, *number);
        if (const auto* object = json.as_object()) return write_object(*object);
        if (const auto* array = json.as_array()) return write_array(*array);
        if (const auto* flag = json.as_bool()) {
            out_ += *flag ? "true" : "false";
            return;
        }
        if (const auto* number = json.as_double()) return append_double(out_, *number);
        out_ += "null";
    }

    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    void write_object(const Json::Object& object) {
        open('{');
        for (std::size_t i = 0; i < object.size(); ++i) {
            separate(i);
            append_string(out_, object[i].first);
            out_ += indented_ ? ": " : ":";
            write(object[i].second);
        }
        close('}', object.empty());
    }
    void write_array(const Json::Array& array) {
        open('[');
        for (std::size_t i = 0; i < array.size(); ++i) {
            separate(i);
            write(array[i]);
        }
        close(']', array.empty());
    }
    void open(char bracket) {
        out_ += bracket;
        ++depth_;
    }
    void separate(std::size_t index) {
        if (index > 0) out_ += ',';
        line();
    }
    void close(char bracket, bool empty) {
        --depth_;
        if (!empty) line();
        out_ += bracket;
    }
    void line() {
        if (!indented_) return;
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }

    bool indented_;
    std::size_t depth_ = 0;
    std::string out_;
};

std::string written(const Json& json, bool indented) {
    Writer writer(indented);
    writer.write(json);
    return std::move(writer).take();
}

}  // namespace

// By assignment: where std::variant's own copy constructor throws, libstdc++ 12 destroys what it never
// made (tests/regress/scarce_copy_test.cpp).
Json::Json(const Json& other) {
    *this = other;
}

const Json* Json::find(std::string_view key) const {
    const Object* members = as_object();
    if (members == nullptr) return nullptr;
    const auto it = std::find_if(
        members->begin(), members->end(), [key](const Member& m) { return m.first == key; });
    return it == members->end() ? nullptr : &it->second;
}

Json& Json::set(std::string_view key, Json value) {
    if (is_null()) value_ = Object{};
    auto& members = std::get<Object>(value_);
    const auto it = std::find_if(
        members.begin(), members.end(), [key](const Member& m) { return m.first == key; });
    if (it == members.end())
        members.emplace_back(std::string(key), std::move(value));
    else
        it->second = std::move(value);
    return *this;
}

Json& Json::push(Json value) {
    if (is_null()) value_ = Array{};
    std::get<Array>(value_).push_back(std::move(value));
    return *this;
}

std::string Json::text_at(std::string_view key) const {
    const Json* member = find(key);
    return member != nullptr && member->as_string() != nullptr ? *member->as_string()
                                                               : std::string();
}

std::int64_t Json::int_at(std::string_view key) const {
    const Json* member = find(key);
    return member != nullptr && member->as_int() != nullptr ? *member->as_int() : 0;
}

bool Json::bool_at(std::string_view key) const {
    const Json* member = find(key);
    return member != nullptr && member->as_bool() != nullptr && *member->as_bool();
}

const Json::Array& Json::array_at(std::string_view key) const {
    const Json* member = find(key);
    return member != nullptr && member->as_array() != nullptr ? *member->as_array() : no_elements;
}

std::string Json::dump() const {
    return written(*this, false);
}

std::string Json::pretty() const {
    return written(*this, true);
}

}  // namespace leeward::schema
