#include "cli/arguments.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/text.h"
#include "cli/when.h"

namespace leeward::cli {
namespace {

using schema::ArgSpec;
using schema::ArgType;
using schema::Json;

constexpr std::size_t most = 1024UL * 1024;

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (comma > 0) parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

Result<std::string> read_all(std::istream& in, const std::string& name) {
    std::string text(most + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return Error{Errc::io, one_line(name) + " cannot be read"};
    if (text.size() > most) return Error{Errc::too_large, one_line(name) + " is over 1 MiB"};
    if (!is_utf8(text)) return Error{Errc::malformed, one_line(name) + " is not UTF-8 text"};
    return text;
}

Result<Json> number(const ArgSpec& arg, const std::string& text) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (fault != std::errc{} || stop != end)
        return Error{Errc::invalid_argument,
                     "--" + std::string(arg.name) + " takes a whole number"};
    return Json(value);
}

// Since when, and when she said it: what has been.
bool is_past(const ArgSpec& arg) {
    return arg.name == "since" || arg.name == "told";
}

Result<Json> time(const ArgSpec& arg, const std::string& text, std::int64_t now) {
    const auto at = when(text, now, is_past(arg) ? TimeOfDay::LAST : TimeOfDay::NEXT);
    if (at) return Json(*at);
    return Error{Errc::invalid_argument,
                 "--" + std::string(arg.name) +
                     " takes a time: 21:30, 'tomorrow 09:00' or '2026-11-24 21:30'"};
}

// Each file ends with a line feed, so that several do not run into each other.
Result<Json> files(const std::vector<std::string>& names) {
    std::string all;
    for (const auto& name : names) {
        LEEWARD_ASSIGN(const std::string text, read_text_file(name));
        all += text;
        if (names.size() > 1 && !text.empty() && text.back() != '\n') all += '\n';
    }
    return Json(all);
}

Json list(const std::vector<std::string>& values) {
    Json out = Json::array();
    for (const auto& value : values)
        for (const auto& part : split(value))
            out.push(part);
    return out;
}

Result<Json> path(const ArgSpec& arg, const std::string& name) {
    if (!name.empty()) return Json(std::filesystem::absolute(name).string());
    return Error{Errc::invalid_argument,
                 (arg.positional ? "" : "--") + std::string(arg.name) +
                     " takes the name of a file or folder; nothing was done"};
}

Result<Json> value_of(const ArgSpec& arg,
                      const std::vector<std::string>& values,
                      std::int64_t now) {
    switch (arg.type) {
        case ArgType::FLAG:
            return Json(true);
        case ArgType::LIST:
            return list(values);
        case ArgType::NUMBER:
            return number(arg, values.front());
        case ArgType::TIME:
            return time(arg, values.front(), now);
        case ArgType::FILE:
            return files(arg.name == "cards" || arg.name == "vouches" ? split(values.front())
                                                                      : values);
        case ArgType::PATH:
            return path(arg, values.front());
        case ArgType::TEXT:
        case ArgType::ID:
        case ArgType::CODE:
        case ArgType::SECRET:
            break;
    }
    return Json(values.front());
}

}  // namespace

Result<std::string> read_text_file(const std::string& name) {
    if (name == "-") return read_all(std::cin, "standard input");
    std::ifstream in(name, std::ios::binary);
    if (!in || std::filesystem::is_directory(name))
        return Error{Errc::not_found, one_line(name) + " cannot be opened"};
    return read_all(in, name);
}

Result<Json> build_arguments(const schema::CommandSpec& command,
                             const Given& given,
                             std::int64_t now) {
    Json args = Json::object();
    for (const auto& arg : command.args) {
        const auto found = given.find(arg.name);
        if (found == given.end() || arg.type == ArgType::SECRET) continue;
        LEEWARD_ASSIGN(Json value, value_of(arg, found->second, now));
        args.set(arg.name, std::move(value));
    }
    LEEWARD_TRY(schema::check_args(command, args));
    return args;
}

}  // namespace leeward::cli
