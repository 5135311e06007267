// When the passphrase of the only worker who could open a node is lost: two recovery holders open the
// node's key (recovery.key), and she types a new passphrase. The node must not be running. Nothing is
// restored and nothing is lost; the log keeps it, and what she signed before stays hers.
#pragma once

#include "node/app/home.h"
#include "node/backup/opened_backup.h"

namespace leeward::node {

// Errc::untrusted for keys that are not two of the holders'; not_found without the file or for nobody of
// that name; busy while the node runs.
Outcome recover_access(const std::filesystem::path& home,
                       const TwoHolders& holders,
                       std::string_view worker,
                       const SecretBytes& new_passphrase,
                       schema::Time now,
                       crypto::Random& random,
                       home_detail::MakeSlot make_slot = &crypto::make_slot);

}  // namespace leeward::node
