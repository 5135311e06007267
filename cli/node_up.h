// `leeward node up`: starts leewardd and waits until it answers.
#pragma once

#include <filesystem>

#include "cli/command_line.h"
#include "crypto/base/secret.h"
#include "schema/exit_code.h"

namespace leeward::cli {

// A dead node's own exit code, after what it said; Errc::unreachable if it neither answers within
// a minute nor ends. With --foreground this returns only if the program cannot be run.
Result<schema::ExitCode> node_up(const CommandLine& line);

// leewardd beside this program, else on PATH. Errc::not_found.
Result<std::filesystem::path> find_daemon();

// Starts `program --home HOME --passphrase-fd N` in a session of its own, its output added to
// HOME/node.out, and waits for the socket.
Result<schema::ExitCode> start_daemon(const std::filesystem::path& program,
                                      const std::filesystem::path& home,
                                      const SecretBytes& passphrase);

}  // namespace leeward::cli
