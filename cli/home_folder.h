// Which node is meant.
#pragma once

#include <filesystem>

#include "cli/command_line.h"

namespace leeward::cli {

// --home, else $LEEWARD_HOME, else $XDG_DATA_HOME/leeward, else ~/.local/share/leeward; absolute.
Result<std::filesystem::path> home_folder(const Options& options);

// The value of an environment variable; empty when it is not set.
[[nodiscard]] std::string environment(const char* name);

}  // namespace leeward::cli
