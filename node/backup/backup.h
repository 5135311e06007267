// Backups of a node: made while it runs, opened by any two of three recovery holders, gone after 30
// days (protocol.md section 8, decisions.md 20).
//
// One backup is three files of one name, 0600, in a folder:
//     2026-11-28T030000Z.manifest    signed: whose, when, how large, the log's size and root
//     2026-11-28T030000Z.store.age   the store, as its encrypted pages lie on the disk
//     2026-11-28T030000Z.keys.age    the keys (key_list.h)
// Nothing readable is ever on the disk: pages are SQLCipher's own, and what is sealed passes through
// memory. Both age files are sealed to a key of their own that only the manifest's three copies hold.
// The manifest is written last: without it there is no backup.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "node/backup/key_list.h"
#include "node/store/store.h"
#include "schema/backup.h"

namespace leeward::node {

struct BackupParts {
    Store& store;
    KeyListParts keys;
    const std::string& card;  // JWS
    const crypto::SigningKey& signing;
    std::uint64_t log_size = 0;
    crypto::Hash log_root{};
};

struct BackupName {
    std::filesystem::path folder;
    std::string name;

    [[nodiscard]] std::filesystem::path manifest() const;
    [[nodiscard]] std::filesystem::path store() const;
    [[nodiscard]] std::filesystem::path keys() const;
};
// From a folder and a name, or from any of the three files' paths.
[[nodiscard]] BackupName backup_at(const std::filesystem::path& path);

struct BackupMade {
    BackupName name;
    schema::BackupManifest manifest;
};
// Takes as long as reading the store once and what was written once more: the node answers afterwards. A
// second one within a second, of this node or of another that shares the folder, is named for the next.
// Success: all three files lay there whole at the end. Errc::disk_full, io: nothing is left of it.
Result<BackupMade> make_backup(const BackupParts& parts,
                               const crypto::Holders& holders,
                               const std::filesystem::path& folder,
                               schema::Time now,
                               crypto::Random& random);

// Newest first. What is no backup is passed over; `fault` says what is wrong with one that is.
struct BackupListed {
    BackupName name;
    std::optional<schema::OpenedManifest> opened{};
    std::string fault{};
};
Result<std::vector<BackupListed>> list_backups(const std::filesystem::path& folder);

// Without any holder: the signature holds, and both files are what was signed.
Result<schema::OpenedManifest> verify_backup(const BackupName& name);

// Other nodes may share the folder. What nobody can be told to have made stays for a day from the time in
// its name, for another may be writing it; without a manifest no holder opens it either.
//
// Overwrites and removes all that are this node's, or nobody's any more that can be told; other files stay.
// One that cannot be removed keeps no other: the error is the last one's.
Outcome remove_backups_of(const schema::NodeId& node,
                          const std::filesystem::path& folder,
                          schema::Time now);
// Overwrites and removes this node's that are older than their life, those that a clock dated more than a day
// ahead once there is one of the present, and what a crash left half made. NEWEST: not this node's newest,
// whatever its date, for clocks err. How many.
enum class Spare { NEWEST, NONE };
Result<std::size_t> remove_old_backups(const schema::NodeId& node,
                                       const std::filesystem::path& folder,
                                       schema::Time now,
                                       Spare spare);

}  // namespace leeward::node
