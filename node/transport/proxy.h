// Private to node/transport: whether a SOCKS5 proxy (RFC 1928) is there and takes a name and a
// password (RFC 1929), without which all peers would share one path. Asked once, at the start.
#pragma once

#include <string>

#include "crypto/base/result.h"

namespace leeward::node {

// `endpoint` is "host:port". Errc::unreachable, with what to do.
Outcome check_proxy(const std::string& endpoint);

}  // namespace leeward::node
