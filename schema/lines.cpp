#include "schema/lines.h"

#include <algorithm>

namespace leeward::schema {
namespace {

constexpr std::size_t most_fields = 64;

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Error malformed_csv(std::string_view fault) {
    return {Errc::malformed, std::string(fault)};
}

// Reads the quoted field that begins at `at`; leaves `at` behind its closing quote.
Result<std::string> quoted_field(std::string_view line, std::size_t& at) {
    std::string field;
    for (++at; at < line.size(); ++at) {
        if (line[at] == '"') {
            const bool doubled = at + 1 < line.size() && line[at + 1] == '"';
            if (!doubled) {
                ++at;
                return field;
            }
            ++at;
        }
        field.push_back(line[at]);
    }
    return malformed_csv("a quoted field does not end");
}

Result<std::string> plain_field(std::string_view line, std::size_t& at) {
    const std::size_t end = std::min(line.find(',', at), line.size());
    const std::string_view field = line.substr(at, end - at);
    at = end;
    if (field.find('"') != field.npos) return malformed_csv("a quote stands inside a field");
    return std::string(field);
}

}  // namespace

Error at_line(std::size_t number, Error error) {
    error.detail = "line " + std::to_string(number) + ": " + error.detail;
    return error;
}

Outcome LineSplitter::take(std::string_view piece) {
    if (piece.size() > max_line_ - pending_.size())
        return at_line(number_,
                       {Errc::too_large, "longer than " + std::to_string(max_line_) + " bytes"});
    pending_.append(piece);
    return Done{};
}

Outcome LineSplitter::end_line() {
    std::string_view line = pending_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty())
        if (auto read = on_line_(number_, line); !read) return at_line(number_, read.error());
    pending_.clear();
    ++number_;
    return Done{};
}

Outcome LineSplitter::feed(std::string_view chunk) {
    while (!chunk.empty()) {
        const std::size_t end = chunk.find('\n');
        LEEWARD_TRY(take(chunk.substr(0, end)));
        if (end == chunk.npos) break;
        LEEWARD_TRY(end_line());
        chunk.remove_prefix(end + 1);
    }
    return Done{};
}

Outcome LineSplitter::finish() {
    return pending_.empty() ? Outcome(Done{}) : end_line();
}

Result<std::vector<std::string>> csv_fields(std::string_view line) {
    if (std::any_of(line.begin(), line.end(), is_control))
        return malformed_csv("holds a control character");
    std::vector<std::string> fields;
    for (std::size_t at = 0; at <= line.size(); ++at) {
        const bool quoted = at < line.size() && line[at] == '"';
        LEEWARD_ASSIGN(std::string field, quoted ? quoted_field(line, at) : plain_field(line, at));
        if (at < line.size() && line[at] != ',')
            return malformed_csv("text follows a quoted field");
        if (fields.size() == most_fields) return malformed_csv("has too many fields");
        fields.push_back(std::move(field));
    }
    return fields;
}

}  // namespace leeward::schema
