// What the daemon has of the machine: its clock, and the signals that ask it to stop.
#pragma once

#include "crypto/base/result.h"
#include "node/app/socket.h"
#include "schema/time.h"

namespace leeward::node {

class SystemClock final : public schema::Clock {
public:
    [[nodiscard]] schema::Time now() const override { return schema::from_unix(now_ms() / 1000); }
    [[nodiscard]] static std::int64_t now_ms();
};

// SIGTERM and SIGINT as something to poll; a broken pipe is an error code, not a signal.
Result<Descriptor> stop_signals();

}  // namespace leeward::node
