#include "crypto/age/header.h"

#include <algorithm>

#include "crypto/base/base64.h"

namespace leeward::crypto::age {
namespace {

constexpr std::string_view family = "age-encryption.org/";
constexpr std::string_view version = "age-encryption.org/v1\n";
constexpr std::string_view end_mark = "---";
constexpr std::size_t columns = 64;

Error malformed() {
    return {Errc::malformed, "not the header of an age file"};
}

// Takes lines off the front; each ends with a line feed.
class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {}
    Result<std::string_view> next() {
        const auto end = text_.find('\n', at_);
        if (end == text_.npos) return malformed();
        const auto line = text_.substr(at_, end - at_);
        at_ = end + 1;
        return line;
    }
    [[nodiscard]] std::size_t at() const { return at_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

bool is_argument(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 33 && c <= 126; });
}

Result<Stanza> first_line_of(std::string_view line) {
    constexpr std::string_view mark = "-> ";
    if (!line.starts_with(mark)) return malformed();
    std::vector<std::string> words;
    for (auto rest = line.substr(mark.size());;) {
        const auto space = std::min(rest.find(' '), rest.size());
        if (!is_argument(rest.substr(0, space))) return malformed();
        words.emplace_back(rest.substr(0, space));
        if (space == rest.size()) break;
        rest.remove_prefix(space + 1);
    }
    Stanza stanza;
    stanza.type = words.front();
    stanza.arguments.assign(words.begin() + 1, words.end());
    return stanza;
}

// Lines of 64 columns, then a shorter one, which may be empty.
Result<Bytes> read_body(Lines& lines) {
    std::string text;
    for (;;) {
        LEEWARD_ASSIGN(const std::string_view line, lines.next());
        if (line.size() > columns) return malformed();
        text += line;
        if (line.size() < columns) return decode_unpadded(text);
    }
}

Result<Header> read_end(Header header, std::string_view line, const Lines& lines) {
    header.authenticated = lines.at() - line.size() - 1 + end_mark.size();
    header.size = lines.at();
    if (header.stanzas.empty() || !line.starts_with("--- ")) return malformed();
    LEEWARD_ASSIGN(const Bytes mac, decode_unpadded(line.substr(end_mark.size() + 1)));
    if (mac.size() != header.mac.size()) return malformed();
    std::copy(mac.begin(), mac.end(), header.mac.begin());
    return header;
}

}  // namespace

std::string encode_unpadded(BytesView bytes) {
    std::string text = base64::encode(bytes);
    while (!text.empty() && text.back() == '=')
        text.pop_back();
    return text;
}

Result<Bytes> decode_unpadded(std::string_view text) {
    if (text.find('=') != text.npos) return malformed();
    auto bytes = base64::decode(std::string(text) + std::string((4 - text.size() % 4) % 4, '='));
    if (!bytes) return malformed();
    return bytes;
}

Result<Header> read_header(BytesView file) {
    const std::string_view text = as_text(file.first(std::min(file.size(), max_header_size)));
    if (!text.starts_with(version))
        return text.starts_with(family) ? Error{Errc::unsupported, "an age file of another version"}
                                        : malformed();
    Lines lines(text);
    LEEWARD_TRY(lines.next());
    Header header;
    for (;;) {
        const auto line = lines.next();
        if (!line)
            return file.size() > max_header_size
                       ? Error{Errc::too_large, "an age file whose header has no end"}
                       : malformed();
        if (line->starts_with(end_mark)) return read_end(std::move(header), *line, lines);
        LEEWARD_ASSIGN(Stanza stanza, first_line_of(*line));
        LEEWARD_ASSIGN(stanza.body, read_body(lines));
        header.stanzas.push_back(std::move(stanza));
    }
}

std::string write_stanzas(const std::vector<Stanza>& stanzas) {
    std::string out(version);
    for (const auto& stanza : stanzas) {
        out += "-> " + stanza.type;
        for (const auto& argument : stanza.arguments)
            out += ' ' + argument;
        out += '\n';
        const std::string body = encode_unpadded(stanza.body);
        for (std::size_t at = 0; at <= body.size(); at += columns)
            out += body.substr(at, columns) + '\n';
    }
    return out + std::string(end_mark);
}

}  // namespace leeward::crypto::age
