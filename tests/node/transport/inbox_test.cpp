// What has come and waits to be taken: bounded for each peer, and each peer has its turn.
#include "node/transport/inbox.h"

#include <catch2/catch_test_macros.hpp>
#include <poll.h>

using namespace leeward;
using namespace leeward::node;

namespace {

constexpr Inbox::Limits limits{8, 5, 1000, 100};

Inbound frame_of(Byte peer, Byte number, std::size_t size = 1) {
    Bytes bytes(size, number);
    return {TransportPublicKey(ByteArray<32>{peer}), Frame{{std::move(bytes)}}};
}

bool is_rung(const Inbox& inbox) {
    pollfd item{inbox.readable_fd(), POLLIN, 0};
    return ::poll(&item, 1, 0) == 1;
}

// Peer and number of each, in order.
std::vector<std::pair<int, int>> take_all(Inbox& inbox) {
    std::vector<std::pair<int, int>> out;
    while (const auto inbound = inbox.take())
        out.emplace_back(inbound->from.get()[0], inbound->frame.parts[0][0]);
    return out;
}

}  // namespace

TEST_CASE("a peer that has filled its part holds up its own frames and nobody else's") {
    Inbox inbox(limits);
    for (Byte i = 1; i <= 5; ++i)
        REQUIRE(inbox.put(frame_of(1, i)) == Inbox::Put::taken);
    CHECK(inbox.put(frame_of(1, 6)) == Inbox::Put::full);
    REQUIRE(inbox.put(frame_of(2, 1)) == Inbox::Put::taken);
    REQUIRE(inbox.put(frame_of(2, 2)) == Inbox::Put::taken);
    const std::vector<std::pair<int, int>> in_turns{
        {1, 1}, {2, 1}, {1, 2}, {2, 2}, {1, 3}, {1, 4}, {1, 5}};
    CHECK(take_all(inbox) == in_turns);
    CHECK(inbox.put(frame_of(1, 6)) == Inbox::Put::taken);
}

TEST_CASE("neither frames nor bytes pass what is allowed, of one peer or of all") {
    Inbox inbox(limits);
    CHECK(inbox.put(frame_of(1, 1, 101)) == Inbox::Put::full);
    CHECK(inbox.put(frame_of(1, 1, 100)) == Inbox::Put::taken);
    CHECK(inbox.put(frame_of(1, 2)) == Inbox::Put::full);
    for (Byte peer = 2; peer <= 8; ++peer)
        CHECK(inbox.put(frame_of(peer, 1)) == Inbox::Put::taken);
    CHECK(inbox.put(frame_of(9, 1)) == Inbox::Put::full);
}

TEST_CASE(
    "what is held of a peer is forgotten with it, and the bell rings while there is something") {
    Inbox inbox(limits);
    CHECK_FALSE(is_rung(inbox));
    for (Byte i = 1; i <= 3; ++i)
        REQUIRE(inbox.put(frame_of(1, i)) == Inbox::Put::taken);
    REQUIRE(inbox.put(frame_of(2, 1)) == Inbox::Put::taken);
    inbox.forget(frame_of(1, 0).from);
    CHECK(is_rung(inbox));
    CHECK(take_all(inbox) == std::vector<std::pair<int, int>>{{2, 1}});
    CHECK_FALSE(is_rung(inbox));
    REQUIRE(inbox.put(frame_of(1, 4)) == Inbox::Put::taken);
    inbox.forget(frame_of(1, 0).from);
    CHECK_FALSE(is_rung(inbox));
}
