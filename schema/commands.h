// Every command that a node answers, in one list. The command line, the console's routes, help
// texts, completion and the check of arguments are all made from it: a command that is not here
// does not exist, and one that is here cannot lack its help.
//
// A request is {"command":"need.ask","args":{…}}; an answer is {"schema_version":1,"ok":true,
// "result":{…}} or {"schema_version":1,"ok":false,"error":{"code":…,"message":…}}.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "schema/json/json.h"
#include "schema/people.h"

namespace leeward::schema {

inline constexpr int api_schema_version = 1;

enum class ArgType : Byte {
    TEXT,    // up to 4 KiB
    ID,      // hex, or an unambiguous beginning of at least 6 digits
    NUMBER,  // a whole number
    TIME,    // unix seconds; the command line takes "21:30", "tomorrow 09:00", "2026-11-24 21:30"
    FLAG,    // present or not
    CODE,    // a reason code
    LIST,    // texts; on the command line separated by commas
    FILE,    // the content of a file; the command line takes its name, or - for standard input
    PATH,    // the name of a file that the node itself reads
    SECRET,  // where the command line reads a passphrase from; never part of the arguments
};

struct ArgSpec {
    std::string_view name;  // on the command line --name, or in place where `positional`
    ArgType type;
    bool required;
    bool positional;
    std::string_view help;
};

// What becomes of a command while the node's disk is full.
enum class WhenFull : Byte {
    REFUSED,  // nothing new is taken on
    TAKEN,    // it closes, warns or erases: it may use the reserve
    READ,     // it shows what is held; that it did waits in a journal of its own for the log
};

struct CommandSpec {
    std::string_view name;  // "need.ask"
    std::string_view summary;
    std::vector<ArgSpec> args;
    bool changes;   // takes --dry-run
    RoleSet roles;  // who may give it
    std::string_view example;
    WhenFull when_full = WhenFull::REFUSED;
    // Her shift is not enough: her own passphrase comes with it, whoever sits at her desk. Not with --as, which
    // takes it anyway, nor with a preview. It comes before the command's other passphrases.
    bool own_passphrase = false;
};

[[nodiscard]] std::span<const CommandSpec> commands();
[[nodiscard]] const CommandSpec* find_command(std::string_view name);

// It says where her own passphrase is read from, not another that the command takes beside it.
[[nodiscard]] bool reads_own_passphrase(const CommandSpec& command, const ArgSpec& arg);

// Every required argument is there, of its type, and nothing else is. Errc::invalid_argument names
// the argument.
Outcome check_args(const CommandSpec& command, const Json& args);

}  // namespace leeward::schema
