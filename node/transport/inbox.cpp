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

bool Inbox::has_room(const Held& of_peer, std::size_t bytes) const {
    return waiting_.size() < limits_.frames && bytes_ + bytes <= limits_.bytes &&
           of_peer.frames < limits_.frames_per_peer &&
           of_peer.bytes + bytes <= limits_.bytes_per_peer;
}

Inbox::Put Inbox::put(Inbound inbound) {
    const std::size_t bytes = inbound.frame.size();
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(inbound.from);
    if (!has_room(found == held_.end() ? Held{} : found->second, bytes)) return Put::full;
    Held& held = held_[inbound.from];
    ++held.frames;
    held.bytes += bytes;
    bytes_ += bytes;
    waiting_.push_back(std::move(inbound));
    if (waiting_.size() == 1) bell_.ring();
    return Put::taken;
}

std::optional<Inbound> Inbox::take() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return std::nullopt;
    Inbound inbound = std::move(waiting_.front());
    waiting_.pop_front();
    const std::size_t bytes = inbound.frame.size();
    const auto held = held_.find(inbound.from);
    held->second.bytes -= bytes;
    bytes_ -= bytes;
    if (--held->second.frames == 0) held_.erase(held);
    if (waiting_.empty()) bell_.hear();
    return inbound;
}

void Inbox::forget(const TransportPublicKey& peer) {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(peer);
    if (held == held_.end()) return;
    std::erase_if(waiting_, [&](const Inbound& inbound) { return inbound.from == peer; });
    bytes_ -= held->second.bytes;
    held_.erase(held);
    if (waiting_.empty()) bell_.hear();
}

}  // namespace leeward::node
