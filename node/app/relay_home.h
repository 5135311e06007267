// The folder of a dedicated mail host (node/daemon/relay.h): its keys, and the files of its places.
//
// A crash, a power loss or a full disk at any point ends no later start, and leaves no place without its file: a
// start finishes, or takes back, what the one before it had begun. A file that is no longer there was handed out.
#pragma once

#include <filesystem>
#include <string>

#include "node/mailbox/mail_host.h"

namespace leeward::node {

struct RelayKeys {
    TransportSecretKey link;
    StoreKey store;
};

[[nodiscard]] std::filesystem::path relay_store_path(const std::filesystem::path& home);

// Those of relay.key, which the first start makes. Errc::corrupt: it is damaged or gone, and a store is there that
// opens with it alone; nothing was changed. busy: another start is at it. untrusted, io, disk_full.
Result<RelayKeys> relay_keys(const std::filesystem::path& home, crypto::Random& random);

struct RelayPlaces {
    std::size_t count = 0;  // that are to exist, handed out or not
    std::string endpoint;
    TransportPublicKey server;
};
// Makes those that are missing, each with its file in places/. Errors as MailHost::open_place; io, disk_full: what
// was made by then stands, and the next call goes on from there.
Outcome make_places(MailHost& host,
                    const std::filesystem::path& home,
                    const RelayPlaces& wanted,
                    crypto::Random& random,
                    schema::Time now);

}  // namespace leeward::node
