// A dedicated mail host: `leewardd --relay`. It keeps sealed mail for nodes that nobody connects to and
// is no organisation's node: it has no card, no log and no records.
//
//     relay.key     its link key and its store's key; only this user may read it
//     mailhost.db   what it keeps (node/mailbox/mail_host.h)
//     places/       place files that are not handed out yet: one for each organisation, then deleted. What
//                   does not end in .place is not ready (node/app/relay_home.h)
//     relay.log     what happened
#pragma once

#include <filesystem>
#include <string>

#include "crypto/base/result.h"
#include "node/obs/log.h"

namespace leeward::node {

struct RelayOptions {
    std::filesystem::path home;
    std::string endpoint;    // what nodes connect to: tcp://host:port
    std::string bind;        // what it listens on; the endpoint if empty
    std::size_t places = 0;  // that are to exist, handed out or not; the others are made
};

// Runs until SIGTERM or SIGINT. What was acknowledged is there at the next start.
Outcome run_relay(const RelayOptions& options, Log& log);

}  // namespace leeward::node
