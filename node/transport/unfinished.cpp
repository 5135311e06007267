#include "node/transport/unfinished.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <zmq.hpp>

namespace leeward::node {
namespace {

// Sixty-four whole messages that wait, and what the system itself takes in advance.
constexpr std::uint64_t most_of_one = 12 * 1024 * 1024;
constexpr std::uint64_t most_of_all = 48 * 1024 * 1024;
// Of heartbeats, in bytes a second, generously: they are no messages.
constexpr std::uint64_t beside_messages = 8;
// What shaking hands leaves, and heartbeats that come close together.
constexpr std::uint64_t at_rest = 1024;

constexpr int followed = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED;

struct Event {
    std::uint16_t what = 0;
    std::uint32_t descriptor = 0;
};

// zmq_socket_monitor(3): the event and its value, then the address.
std::optional<Event> next_event(zmq::socket_t& events) {
    zmq::message_t part;
    if (!events.recv(part, zmq::recv_flags::dontwait)) return std::nullopt;
    Event event;
    if (part.size() >= sizeof event.what + sizeof event.descriptor) {
        std::memcpy(&event.what, part.data(), sizeof event.what);
        std::memcpy(&event.descriptor,
                    part.data<std::uint8_t>() + sizeof event.what,
                    sizeof event.descriptor);
    }
    while (part.more() && events.recv(part))
        continue;
    return event;
}

::ino_t socket_of(int descriptor) {
    struct ::stat found {};
    return ::fstat(descriptor, &found) == 0 && S_ISSOCK(found.st_mode) ? found.st_ino : 0;
}

std::optional<std::uint64_t> bytes_come(int descriptor) {
    ::tcp_info info{};
    ::socklen_t size = sizeof info;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
    return info.tcpi_bytes_received;
}

}  // namespace

Unfinished::Unfinished(zmq::context_t& context, zmq::socket_t& watched, const std::string& name)
    : watched_(watched.handle()),
      events_(std::make_unique<zmq::socket_t>(context, zmq::socket_type::pair)) {
    const std::string endpoint = "inproc://connections-of-" + name;
    events_->set(zmq::sockopt::linger, 0);
    events_->set(zmq::sockopt::rcvhwm, 0);  // libzmq's own thread would wait for us
    if (zmq_socket_monitor(watched_, endpoint.c_str(), followed) != 0) throw zmq::error_t();
    events_->connect(endpoint);
}

// Without its reader libzmq's own thread would wait for ever.
Unfinished::~Unfinished() {
    zmq_socket_monitor(watched_, nullptr, 0);
}

void Unfinished::follow(Time now) {
    while (const auto event = next_event(*events_)) {
        const int connection = static_cast<int>(event->descriptor);
        if (event->what == ZMQ_EVENT_DISCONNECTED)
            connections_.erase(connection);
        else
            connections_[connection] = {
                socket_of(connection), bytes_come(connection).value_or(0), now, now};
    }
}

void Unfinished::gave_one(int connection, Time now) {
    const auto found = connections_.find(connection);
    if (found == connections_.end()) return;
    found->second.at_last_message = bytes_come(connection).value_or(0);
    found->second.last_message = found->second.since = now;
}

std::uint64_t Unfinished::held(const Connections::value_type& one, Time now) {
    const auto& [descriptor, connection] = one;
    if (socket_of(descriptor) != connection.socket) return 0;
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now - connection.last_message).count();
    const std::uint64_t expected =
        connection.at_last_message + beside_messages * static_cast<std::uint64_t>(seconds);
    const std::uint64_t come = bytes_come(descriptor).value_or(0);
    return come - std::min(come, expected);
}

// Too much for one comes first. Else what counts is how much is held for how long, and no less than a second: a
// slow peer holds part of one frame, a busy one more than that for a moment, and the time of one that was at rest
// begins with its message. Whoever fills the memory of all holds much, or holds it long.
Unfinished::Holder Unfinished::holder(Connections::value_type& one, Time now) {
    using std::chrono::milliseconds;
    const std::uint64_t bytes = held(one, now);
    if (bytes <= at_rest) one.second.since = now;
    const auto held_for =
        std::chrono::duration_cast<milliseconds>(now - one.second.since) + milliseconds(1000);
    const std::uint64_t weight = bytes * static_cast<std::uint64_t>(held_for.count());
    return {bytes > most_of_one, weight, bytes, one.first};
}

std::size_t Unfinished::cut(Time now) {
    std::vector<Holder> holders;
    std::uint64_t sum = 0;
    for (auto& one : connections_) {
        holders.push_back(holder(one, now));
        sum += holders.back().bytes;
    }
    std::ranges::sort(holders, std::greater<>());
    std::size_t cuts = 0;
    for (const Holder& holder : holders) {
        if (!holder.too_much && sum <= most_of_all) break;
        const auto known = connections_.extract(holder.connection);
        if (socket_of(holder.connection) == known.mapped().socket &&
            ::shutdown(holder.connection, SHUT_RDWR) == 0)
            ++cuts;
        sum -= holder.bytes;
    }
    return cuts;
}

}  // namespace leeward::node
