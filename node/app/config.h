// config.toml: addresses of this node and the programs that call its people; nothing secret and
// nothing personal.
#pragma once

#include <filesystem>
#include <string_view>

#include "crypto/base/result.h"

namespace leeward::node {

struct Config;

Outcome write_config(const std::filesystem::path& home, const Config& config);
// Errc::malformed names the line; unknown keys are refused, so that a typing error is not silence.
Result<Config> parse_config(std::string_view text);
Result<Config> read_config(const std::filesystem::path& home);

}  // namespace leeward::node
