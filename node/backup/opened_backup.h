// A backup that two holders have opened: its store and its keys, checked against its manifest.
#pragma once

#include "node/backup/backup.h"

namespace leeward::node {

struct TwoHolders {
    crypto::age::Identity one;
    crypto::age::Identity other;
};

struct OpenedBackup {
    schema::OpenedManifest about;
    KeyList keys;
    std::filesystem::path store_file;  // in the folder that was given: encrypted pages
};
// Errc::untrusted: the files are not what was signed, the backup is not `node`'s, or the two keys are
// not two of its holders'; wrong_state: older than its life; io, disk_full. Writes the store's pages,
// as encrypted as they were, to `folder`/store.db, which must not be there. Nothing else is written.
Result<OpenedBackup> open_backup(const BackupName& name,
                                 const schema::NodeId& node,
                                 const TwoHolders& holders,
                                 const std::filesystem::path& folder,
                                 schema::Time now);

// The key of a backup's files alone. Errc::untrusted.
Result<crypto::age::Identity> backup_identity(const crypto::PairCopies& copies,
                                              const TwoHolders& holders);

}  // namespace leeward::node
