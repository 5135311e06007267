#include "node/transport/inbox.h"

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace leeward::node {

Doorbell::Doorbell() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}
Doorbell::~Doorbell() {
    ::close(fd_);
}

// Neither can fail in a way that matters: a full counter is rung, an empty one is heard.
void Doorbell::ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}
void Doorbell::hear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(fd_, &count, sizeof count);
}

Inbox::Inbox(std::size_t limit, std::size_t limit_per_peer)
    : limit_(limit), limit_per_peer_(limit_per_peer) {}

Inbox::Put Inbox::put(Inbound inbound) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= limit_) return Put::full;
    std::size_t& held = held_[inbound.from];
    if (held >= limit_per_peer_) return Put::full;
    ++held;
    waiting_.push_back(std::move(inbound));
    if (waiting_.size() == 1) bell_.ring();
    return Put::taken;
}

std::optional<Inbound> Inbox::take() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return std::nullopt;
    Inbound inbound = std::move(waiting_.front());
    waiting_.pop_front();
    const auto held = held_.find(inbound.from);
    if (--held->second == 0) held_.erase(held);
    if (waiting_.empty()) bell_.hear();
    return inbound;
}

void Inbox::forget(const TransportPublicKey& peer) {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const Inbound& inbound) { return inbound.from == peer; });
    held_.erase(peer);
    if (waiting_.empty()) bell_.hear();
}

}  // namespace leeward::node
