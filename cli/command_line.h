// What the user typed, taken apart by the table of commands.
#pragma once

#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "schema/commands.h"

namespace leeward::cli {

struct Options {  // those that commands share: shared_options.h says who takes which
    std::string home;
    std::string out;
    std::string lang = "en";
    std::string as;  // the worker who does this one thing
    std::string as_passphrase_fd;
    std::string as_passphrase_file;
    bool json = false;
    bool quiet = false;
    bool no_input = false;
    bool dry_run = false;
    bool yes = false;
    bool force = false;
};

using Given = std::map<std::string, std::vector<std::string>, std::less<>>;

struct CommandLine {
    Options options;
    const schema::CommandSpec* command = nullptr;  // null if only `help` is wanted
    Given given;                                   // by name of argument; a flag has no value
    std::string help;                              // to print instead of doing anything
    std::int64_t typed_at = std::time(nullptr);    // what "21:30" is counted from
};

// `args` without the program's name. Errc::invalid_argument says what was not understood.
Result<CommandLine> parse_command_line(const std::vector<std::string>& args);

}  // namespace leeward::cli
