// Making a node anew from a backup (protocol.md section 8): a new log, new keys of its own, a root-signed
// card that names both logs. What it holds of others is not shown before each of them has said what was
// erased since (node/exchange/resync.h); nothing that waited to be sent is sent again.
#pragma once

#include "node/app/home.h"
#include "node/backup/opened_backup.h"
#include "schema/json/json.h"

namespace leeward::node {

struct RestoreFrom {
    BackupName backup;
    schema::NodeId node;  // whose backup it must be: from the holders' paper, or from any partner
    TwoHolders holders;
    std::string newest_card{};  // JWS: the newest of ours that a partner holds, if it is newer
    std::string witnessed{};    // the newest head of our log that a partner or a witness holds
    std::string root_key{};     // the root key's file, if it was moved away from the node
    std::string endpoint{};     // a new address, if it changes
};

// What a partner wrote with 'leeward peer held': a card, then the head of a log, or nothing more.
void use_held(RestoreFrom& from, std::string_view text);

// What a restore would bring, or has brought: whose, how old, how many entries, legs, partners.
// Errc::already_exists if a node lives in `home`; else as open_backup(), and corrupt for a store that is
// not whole, not_found without a root key. On failure nothing is left; `home` appears at the end.
Result<schema::Json> restore_home(const std::filesystem::path& home,
                                  const RestoreFrom& from,
                                  schema::Time now,
                                  crypto::Random& random);
// The same up to the point where something would change, in a folder that is removed afterwards. Two
// holders' drill: their keys open it, and all of it is whole.
Result<schema::Json> try_backup(const std::filesystem::path& scratch,
                                const RestoreFrom& from,
                                schema::Time now,
                                crypto::Random& random);

// The stolen machine was the node itself: from its backup two holders revoke all keys of its newest card,
// before anything is restored. What partners take with 'leeward peer revoke'. Errors as restore_home(); in
// `scratch`, which is removed afterwards.
struct Stolen {
    std::string reason;  // a REVOKED_ code
    schema::Time since;
};
Result<std::string> revoke_with_backup(const std::filesystem::path& scratch,
                                       const RestoreFrom& from,
                                       const Stolen& stolen,
                                       schema::Time now);

}  // namespace leeward::node
