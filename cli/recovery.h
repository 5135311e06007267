// What recovery holders do themselves, without a node: a key of their own, and letting back in a worker
// whose passphrase is lost.
#pragma once

#include "cli/command_line.h"
#include "schema/exit_code.h"

namespace leeward::cli {

// Twenty-four words to write down, three of which are asked for again; or, with --identity, a file. The
// public half is what the node is told.
Result<schema::ExitCode> recovery_key(const CommandLine& line);
// Two holders open the node's key; she types a new passphrase.
Result<schema::ExitCode> recovery_open(const CommandLine& line);

}  // namespace leeward::cli
