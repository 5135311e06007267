// The second file of a backup: the keys without which the first says nothing.
//
// Plain, and only ever inside an age file: "leeward-keys/1\n", then name (lp16), length (4 bytes), value.
// The node's key, its passphrase slots, its settings, its root key's file, and every key of the
// keyring but those whose loss is the point of them: prekeys, keys of pairs, what an offer
// contributes (protocol.md section 2).
#pragma once

#include <map>
#include <string>

#include "crypto/age/payload.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "node/store/keyring.h"

namespace leeward::node {

// Whether a key of the keyring is backed up.
[[nodiscard]] bool is_backed_up(std::string_view key_name);

struct KeyListParts {
    const Keyring& keyring;
    const crypto::RootKey& root;
    BytesView settings;       // config.toml
    BytesView root_key_file;  // as it lies there, sealed under `root`; empty when it was moved away
};
Outcome write_key_list(const KeyListParts& parts,
                       crypto::Random& random,
                       const crypto::age::Sink& out);

struct KeyList {
    crypto::RootKey root;
    std::vector<crypto::Slot> slots{};
    Bytes settings{};
    Bytes root_key_file{};
    std::vector<NamedKey> keys{};
};
// Errc::malformed for what is no such list.
Result<KeyList> read_key_list(BytesView plain);

}  // namespace leeward::node
