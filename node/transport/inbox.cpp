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

bool Inbox::has_room(const TransportPublicKey& peer, std::size_t bytes) const {
    const auto found = held_.find(peer);
    const std::size_t frames_held = found == held_.end() ? 0 : found->second.frames.size();
    const std::size_t bytes_held = found == held_.end() ? 0 : found->second.bytes;
    return frames_ < limits_.frames && bytes_ + bytes <= limits_.bytes &&
           frames_held < limits_.frames_per_peer && bytes_held + bytes <= limits_.bytes_per_peer;
}

Inbox::Put Inbox::put(Inbound inbound) {
    const std::size_t bytes = inbound.frame.size();
    const std::lock_guard lock(mutex_);
    if (!has_room(inbound.from, bytes)) return Put::full;
    Held& held = held_[inbound.from];
    if (held.frames.empty()) turns_.push_back(inbound.from);
    held.frames.push_back(std::move(inbound));
    held.bytes += bytes;
    bytes_ += bytes;
    if (++frames_ == 1) bell_.ring();
    return Put::taken;
}

std::optional<Inbound> Inbox::take() {
    const std::lock_guard lock(mutex_);
    if (turns_.empty()) return std::nullopt;
    const auto held = held_.find(turns_.front());
    Inbound inbound = std::move(held->second.frames.front());
    held->second.frames.pop_front();
    held->second.bytes -= inbound.frame.size();
    bytes_ -= inbound.frame.size();
    turns_.pop_front();
    if (held->second.frames.empty())
        held_.erase(held);
    else
        turns_.push_back(inbound.from);
    if (--frames_ == 0) bell_.hear();
    return inbound;
}

void Inbox::forget(const TransportPublicKey& peer) {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find(peer);
    if (held == held_.end()) return;
    frames_ -= held->second.frames.size();
    bytes_ -= held->second.bytes;
    held_.erase(held);
    std::erase(turns_, peer);
    if (frames_ == 0) bell_.hear();
}

}  // namespace leeward::node
