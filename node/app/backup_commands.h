// The commands about recovery holders and backups that a running node answers.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "node/app/home.h"
#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

// Three people of whom any two open a backup. Replacing one needs a second person where there is one.
Result<Json> recovery_holder(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> recovery_holders(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// Two holders have opened a backup (node/app/restore.h, try_backup): when that was.
Result<Json> backup_drilled(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// Once all three are named: their file (schema::RecoveryFile) is what it should be. After every change.
Outcome renew_recovery_file(OpenedHome& home, Desk& desk);

// `to`: another folder than the node's own. Removes what is past its life there, before and after.
// Errc::wrong_state before three holders are named; untrusted where others may read the settings or the
// root's key.
Result<Json> backup_create(OpenedHome& home, Desk& desk, const Json& args, schema::Time now);

// Where backups of this node may lie: the folder in use, and its own where another was set later.
[[nodiscard]] std::vector<std::filesystem::path> backup_folders(const OpenedHome& home);
// The epoch where there is none, or one that a clock ahead has dated.
[[nodiscard]] schema::Time last_backup(Store& store, schema::Time now);
Result<bool> has_three_holders(Store& store);

// A node that has left (exchange/retire.h): its keys, its backups and its recovery file are destroyed, and
// nothing in its folder opens any more. The folder itself stays. The error of a backup that could not be
// removed comes when all else is gone.
Outcome destroy_home_keys(OpenedHome& home, schema::Time now);

// One line for `node doctor`: how old the newest backup is, when two holders last opened one.
[[nodiscard]] Json backup_check(Store& store, schema::Time now);

}  // namespace leeward::node
