#include "node/app/config.h"

#include <sstream>

#include <toml++/toml.h>

#include "node/app/home.h"
#include "node/app/private_files.h"

namespace leeward::node {
namespace {

constexpr std::size_t most_bytes = 64 * 1024;

std::filesystem::path config_path(const std::filesystem::path& home) {
    return home / "config.toml";
}

}  // namespace

Outcome write_config(const std::filesystem::path& home, const Config& config) {
    std::ostringstream out;
    out << "# What this node listens on. Peers learn its address from its card.\n"
        << toml::table{{"bind", config.bind}} << "\n";
    const std::string text = out.str();
    return write_private_file(config_path(home), as_bytes(text));
}

Result<Config> parse_config(std::string_view text) try {
    const toml::table table = toml::parse(text);
    for (const auto& [key, value] : table) {
        const std::string name(key.str());
        if (name != "bind")
            return Error{Errc::malformed, "config.toml: '" + name + "' is not known"};
        if (!value.is_string())
            return Error{Errc::malformed, "config.toml: '" + name + "' is no text"};
    }
    return Config{table["bind"].value_or(std::string())};
} catch (const toml::parse_error& error) {
    return Error{Errc::malformed,
                 "config.toml, line " + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description())};
}

Result<Config> read_config(const std::filesystem::path& home) {
    LEEWARD_ASSIGN(const Bytes bytes, read_private_file(config_path(home), most_bytes));
    return parse_config(as_text(bytes));
}

}  // namespace leeward::node
