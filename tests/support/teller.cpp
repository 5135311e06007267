#include "tests/support/teller.h"

#include <ctime>
#include <utility>
#include <vector>

namespace leeward::test {
namespace {

constexpr int bold = 1;
constexpr int dim = 2;
constexpr int green = 32;
constexpr int cyan = 36;
constexpr int plain = 0;

constexpr std::size_t width = 76;  // of what is told, beside the time and the name
constexpr std::size_t name_width = 17;
constexpr std::size_t stamp_width = 16;
constexpr std::int64_t day = 86'400;

// A byte that begins a character, so that a column holds characters and not bytes.
bool begins(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text)
        count += begins(c) ? 1U : 0U;
    return count;
}

std::string padded(std::string_view text, std::size_t to) {
    std::string out(text);
    const std::size_t have = columns(text);
    if (have < to) out.append(to - have, ' ');
    return out;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out{""};
    for (const char c : text) {
        if (c == ' ')
            out.emplace_back();
        else
            out.back() += c;
    }
    return out;
}

void wrap(std::string_view paragraph, std::vector<std::string>& lines) {
    std::string line;
    for (const auto& word : words_of(paragraph)) {
        if (!line.empty() && columns(line) + 1 + columns(word) > width) {
            lines.push_back(line);
            line = "  ";
            line += word;
            continue;
        }
        if (!line.empty()) line += ' ';
        line += word;
    }
    lines.push_back(line);
}

std::vector<std::string> wrapped(std::string_view text) {
    std::vector<std::string> lines;
    while (true) {
        const std::size_t end = text.find('\n');
        wrap(text.substr(0, end), lines);
        if (end == std::string_view::npos) return lines;
        text.remove_prefix(end + 1);
    }
}

std::tm local(std::int64_t at) {
    const auto time = static_cast<std::time_t>(at);
    std::tm parts{};
    ::localtime_r(&time, &parts);
    return parts;
}

std::int64_t day_of(std::int64_t at) {
    return (at + local(at).tm_gmtoff) / day;
}

}  // namespace

PrintingTeller::PrintingTeller(std::ostream& out,
                               Look look,
                               std::function<std::int64_t()> now,
                               Chapters counting)
    : out_(out),
      look_(look),
      now_(std::move(now)),
      counting_(counting),
      first_day_(day_of(now_())) {}

std::string PrintingTeller::painted(std::string_view text, int colour) const {
    if (look_ == Look::PLAIN || colour == plain) return std::string(text);
    return "\x1b[" + std::to_string(colour) + "m" + std::string(text) + "\x1b[0m";
}

std::string PrintingTeller::stamp() {
    const std::int64_t now = now_();
    const std::tm parts = local(now);
    char clock[16];
    std::strftime(clock, sizeof clock, "%H:%M:%S", &parts);
    return "day " + std::to_string(day_of(now) - first_day_ + 1) + "  " + clock;
}

void PrintingTeller::chapter(std::string_view title) {
    const std::string number =
        counting_ == Chapters::COUNTED ? std::to_string(++chapters_) + ". " : "";
    out_ << '\n' << ' ' << painted(number + std::string(title), bold) << "\n\n";
    last_stamp_.clear();
    last_who_.clear();
    out_.flush();
}

void PrintingTeller::line(std::string_view who,
                          std::string_view bar,
                          std::string_view what,
                          int colour) {
    std::string at = stamp();
    if (at == last_stamp_) at.clear();
    if (!at.empty()) last_stamp_ = at;
    std::string name(who == last_who_ ? std::string_view{} : who);
    last_who_ = who;
    for (const auto& text : wrapped(what)) {
        out_ << ' ' << painted(padded(at, stamp_width), dim)
             << painted(padded(name, name_width), bold) << painted(bar, dim) << ' '
             << painted(text, colour) << '\n';
        at.clear();
        name.clear();
    }
    out_.flush();
}

void PrintingTeller::does(std::string_view who, std::string_view what) {
    line(who, " │", what, plain);
}
void PrintingTeller::sees(std::string_view who, std::string_view what) {
    line(who, " │", "sees  " + std::string(what), cyan);
}
void PrintingTeller::unseen(std::string_view what) {
    line("nobody saw", " │", what, green);
}
void PrintingTeller::aside(std::string_view what) {
    line("", " ·", what, dim);
}

}  // namespace leeward::test
