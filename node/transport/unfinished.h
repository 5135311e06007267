// Private to node/transport: what libzmq holds of messages that do not end.
//
// It hands a message over once its last part is there. Its high-water mark counts whole messages and
// ZMQ_MAXMSGSIZE bounds one part, so a peer that sends part after part and never the last one fills the
// memory of whoever reads from it. Nothing of that is seen through the socket. Here the bytes that have
// come over a connection, which the system counts (tcp(7), TCP_INFO), are held against when it last gave
// a whole message; one that holds too much is cut, and libzmq drops what it held.
//
// Used by the thread that owns the socket.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include <sys/types.h>

namespace zmq {
class context_t;
class socket_t;
}  // namespace zmq

namespace leeward::node {

class Unfinished {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Follows the connections of `watched`, which is neither bound nor connected yet. It may move, and
    // outlives this. `name` is no other's in this context.
    Unfinished(zmq::context_t& context, zmq::socket_t& watched, const std::string& name);
    ~Unfinished();
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    // Takes note of who has connected and who has gone.
    void follow(Time now);
    // The connection with this descriptor has given a whole message.
    void gave_one(int connection, Time now);
    // Cuts those that hold more than one may and, while all hold too much together, those that have held
    // most for longest. How many.
    std::size_t cut(Time now);

    // A socket for poll(): readable when there is something to follow.
    [[nodiscard]] zmq::socket_t& events() { return *events_; }

private:
    struct Connection {
        ::ino_t socket = 0;  // whose descriptor it was: it may be another's by now
        std::uint64_t at_last_message = 0;
        Time last_message{};
        Time since{};  // it has held more than one at rest does
    };
    using Connections = std::map<int, Connection>;
    struct Holder {  // in the order in which they are cut, the last first
        bool too_much = false;
        std::uint64_t weight = 0;
        std::uint64_t bytes = 0;
        int connection = -1;
        friend auto operator<=>(const Holder&, const Holder&) = default;
    };
    [[nodiscard]] static std::uint64_t held(const Connections::value_type& one, Time now);
    [[nodiscard]] static Holder holder(Connections::value_type& one, Time now);

    void* watched_;
    std::unique_ptr<zmq::socket_t> events_;
    Connections connections_;
};

}  // namespace leeward::node
