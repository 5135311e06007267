// One command that a running node answers: asked, shown, its file written.
#pragma once

#include <memory>

#include "cli/command_line.h"
#include "node/app/wire.h"
#include "schema/exit_code.h"

namespace leeward::cli {

// What the node is asked by: the socket, or a stand-in of a test.
class Asked {
public:
    virtual ~Asked() = default;
    virtual Result<schema::Json> ask(const node::Request& request,
                                     const node::Secrets& secrets) = 0;
};

// The node that the options name. Errc::unreachable when none runs there.
Result<std::unique_ptr<Asked>> node_of(const CommandLine& line);
// The passphrases that go with a command, in the order in which a node takes them: of --as, her own,
// the second person's, the new one. A preview takes none but that of --as: Errc::invalid_argument where another is
// named.
Result<node::Secrets> secrets_for(const CommandLine& line);

// Errc::invalid_argument where a sealed file would be printed on a screen: by then it is taken as sent.
[[nodiscard]] Outcome may_be_shown(const CommandLine& line, bool on_a_screen);
// need.ask shows first what will be sent, and to whom; see command_line.h for --yes, --dry-run.
Result<schema::ExitCode> run_command(const CommandLine& line, Asked& node);
// The same over the socket of the node that the options name.
Result<schema::ExitCode> run_command(const CommandLine& line);

// Prints a result of `command` as the options say, and writes its file.
[[nodiscard]] bool shows_whole_ids(const schema::CommandSpec& command);

}  // namespace leeward::cli
