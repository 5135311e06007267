// Private to node/transport: before a server serves anyone, it must refuse a random stranger and
// accept a key that it was told to admit. With libzmq, forgetting one option or the handler
// admits the whole world and looks healthy.
#pragma once

#include <string>

#include "node/transport/sockets.h"
#include "node/transport/zap.h"

namespace leeward::node {

// `handler`, when there is one, admits `ours` for the duration and nobody afterwards.
// Errc::untrusted when either key is not treated as it should be before the deadline.
Outcome self_test(zmq::context_t& context,
                  zmq::socket_t& server,
                  ZapHandler* handler,
                  const std::string& endpoint,
                  const TransportSecretKey& ours,
                  const SocketTimes& times,
                  std::chrono::milliseconds deadline);

}  // namespace leeward::node
