// Every command of `leeward`: those that a node answers (schema/commands.h) and those that this
// program does itself, because no node runs yet or an auditor has none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/commands.h"

namespace leeward::cli {

inline constexpr std::string_view init_command = "node.init";
inline constexpr std::string_view up_command = "node.up";
inline constexpr std::string_view key_command = "audit.key";
inline constexpr std::string_view bundle_command = "audit.bundle";
inline constexpr std::string_view check_command = "audit.check";
inline constexpr std::string_view report_command = "audit.report";
inline constexpr std::string_view drill_command = "audit.drill";
inline constexpr std::string_view explain_command = "audit.explain";
inline constexpr std::string_view holder_key_command = "recovery.key";
inline constexpr std::string_view recover_command = "recovery.open";
inline constexpr std::string_view backup_list_command = "backup.list";
inline constexpr std::string_view backup_verify_command = "backup.verify";
inline constexpr std::string_view backup_drill_command = "backup.drill";
inline constexpr std::string_view upgrade_command = "upgrade";
inline constexpr std::string_view restore_command = "backup.restore";
inline constexpr std::string_view backup_revoke_command = "backup.revoke";

// In the order in which help lists them.
[[nodiscard]] const std::vector<const schema::CommandSpec*>& all_commands();

// "need.ask" → "need" and "ask"; "inbox" → "inbox" and "".
[[nodiscard]] std::string_view noun_of(const schema::CommandSpec& command);
[[nodiscard]] std::string_view verb_of(const schema::CommandSpec& command);
// "need.ask" → "need ask", as it is typed.
[[nodiscard]] std::string spoken(const schema::CommandSpec& command);

}  // namespace leeward::cli
