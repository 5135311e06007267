// The options that commands share, and to which command each of them means something.
#pragma once

#include "cli/command_line.h"

namespace leeward::cli {

enum class SharedOption { OUT, DRY_RUN, YES, AS };

[[nodiscard]] bool takes(const schema::CommandSpec& command, SharedOption option);

// Of a command that this program does itself: Errc::invalid_argument where it was given an option that it
// would pass over. What a node answers, it judges itself.
Outcome check_shared_options(const CommandLine& line);

}  // namespace leeward::cli
