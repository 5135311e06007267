#include "node/daemon/system.h"

#include <chrono>
#include <csignal>

#include <sys/signalfd.h>

namespace leeward::node {

std::int64_t SystemClock::now_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Result<Descriptor> stop_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, &set, nullptr) != 0)
        return Error{Errc::io, "signals cannot be blocked"};
    const int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) return Error{Errc::io, "no signal descriptor"};
    return Descriptor(fd);
}

}  // namespace leeward::node
