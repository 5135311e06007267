// Found by a review: where all connections together held too much of messages without an end, the fullest was cut, be
// it a peer that sends a lot and whole. Who is cut when.
#include "node/transport/unfinished.h"

#include <algorithm>
#include <deque>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <zmq.hpp>

#include "node/transport/sockets.h"
#include "tests/node/transport/nodes.h"
#include "tests/node/transport/raw_connection.h"

using namespace leeward;
using namespace leeward::node;

namespace {

// A server in the clear: bytes are counted there as elsewhere. Time is the test's own.
struct Watched {
    Watched() {
        server.set(zmq::sockopt::linger, 0);
        server.bind("tcp://127.0.0.1:*");
        const std::string endpoint = server.get(zmq::sockopt::last_endpoint);
        port = static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1)));
    }
    void take_message() {
        std::optional<Received> received;
        REQUIRE(eventually([&] {
            received = receive(server);
            return received.has_value();
        }));
        unfinished.follow(now);
        unfinished.gave_one(received->connection, now);
    }
    std::size_t cut() {
        unfinished.follow(now);
        return unfinished.cut(now);
    }

    zmq::context_t context{};
    zmq::socket_t server{context, zmq::socket_type::router};
    Unfinished unfinished{context, server, "server"};
    std::uint16_t port = 0;
    Unfinished::Time now{std::chrono::hours(24)};
};

// A peer that has just given a whole message.
class Caller {
public:
    explicit Caller(Watched& watched) : watched_(watched), connection_(watched.port) {
        const Bytes ready = command("READY",
                                    joined({to_bytes(as_bytes("\x0bSocket-Type")),
                                            Bytes{0, 0, 0, 6},
                                            to_bytes(as_bytes("DEALER"))}));
        REQUIRE(connection_.say(joined({greeting("NULL"), ready})));
        REQUIRE(eventually([&] { return heard_more_than(greeting("NULL").size()); }));  // READY
        gives_a_message();
    }
    void gives_a_message() const {
        REQUIRE(connection_.say(joined({Bytes{0x00, 5}, to_bytes(as_bytes("hello"))})));
        watched_.take_message();
    }
    // Parts of a MiB each, and never the last one; all have come when this returns.
    void goes_on(int parts) const {
        const Bytes part =
            joined({Bytes{0x03, 0, 0, 0, 0, 0, 0x10, 0, 0}, Bytes(std::size_t{1} << 20, 'x')});
        for (int i = 0; i < parts; ++i)
            REQUIRE(connection_.say(part));
        REQUIRE(eventually([&] {
            int under_way = 1;
            return ::ioctl(connection_.fd(), SIOCOUTQ, &under_way) == 0 && under_way == 0;
        }));
    }
    [[nodiscard]] bool was_cut() const { return connection_.was_closed(); }

private:
    [[nodiscard]] bool heard_more_than(std::size_t size) const {
        ByteArray<256> buffer;
        const auto come =
            ::recv(connection_.fd(), buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
        return come > static_cast<ssize_t>(size);
    }

    Watched& watched_;
    RawConnection connection_;
};

bool one_was_cut(const std::deque<Caller>& callers) {
    return eventually([&] {
        return std::ranges::any_of(callers, [](const Caller& one) { return one.was_cut(); });
    });
}

}  // namespace

TEST_CASE("too much of all is cut where it is held for long, not where most came a moment ago") {
    Watched watched;
    const Caller busy(watched);
    std::deque<Caller> others;
    for (int i = 0; i < 5; ++i)
        others.emplace_back(watched).goes_on(8);
    REQUIRE(watched.cut() == 0);
    watched.now += std::chrono::minutes(1);
    busy.gives_a_message();
    busy.goes_on(10);
    CHECK(watched.cut() == 1);
    CHECK(one_was_cut(others));
    CHECK_FALSE(busy.was_cut());
}

TEST_CASE("a peer that was silent for an hour is not cut for its first message") {
    Watched watched;
    const Caller idle(watched);
    watched.now += std::chrono::hours(1);
    std::deque<Caller> others;
    for (int i = 0; i < 5; ++i)
        others.emplace_back(watched).goes_on(9);
    REQUIRE(watched.cut() == 0);
    watched.now += std::chrono::minutes(1);
    REQUIRE(watched.cut() == 0);
    idle.goes_on(4);
    CHECK(watched.cut() == 1);
    CHECK(one_was_cut(others));
    CHECK_FALSE(idle.was_cut());
}

TEST_CASE("a peer whose message takes its time outlives those that fill everything in a moment") {
    Watched watched;
    const Caller slow(watched);
    slow.goes_on(1);
    REQUIRE(watched.cut() == 0);
    watched.now += std::chrono::seconds(5);
    std::deque<Caller> others;
    for (int i = 0; i < 5; ++i)
        others.emplace_back(watched).goes_on(10);
    CHECK(watched.cut() == 1);
    CHECK(one_was_cut(others));
    CHECK_FALSE(slow.was_cut());
}
