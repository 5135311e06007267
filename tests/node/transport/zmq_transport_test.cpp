#include <set>

#include <catch2/generators/catch_generators.hpp>

#include "tests/node/transport/nodes.h"
#include "tests/support/frame_sink.h"
#include "tests/support/tap.h"

using namespace leeward;
using namespace leeward::node;

TEST_CASE("a frame arrives whole, with the key of who sent it") {
    const TestNode sender;
    const TestNode receiver;
    introduce(sender, receiver);
    const Frame frame{{to_bytes(as_bytes("head")), Bytes{}, Bytes(66 * 1024, 7)}};
    REQUIRE(sender->send(receiver.key, frame));

    const auto inbound = next_inbound(*receiver);
    REQUIRE(inbound);
    CHECK(inbound->from == sender.key);
    CHECK(inbound->frame == frame);
    CHECK_FALSE(receiver->poll());
}

TEST_CASE("the largest frame arrives, in one part or in sixteen") {
    const TestNode sender;
    const TestNode receiver;
    introduce(sender, receiver);
    REQUIRE(sender->send(receiver.key, Frame{{Bytes(max_frame_bytes, 1)}}));
    REQUIRE(sender->send(receiver.key, Frame{std::vector<Bytes>(16, Bytes(max_frame_bytes / 16))}));
    for (const std::size_t parts : {1U, 16U}) {
        const auto inbound = next_inbound(*receiver);
        REQUIRE(inbound);
        CHECK(inbound->frame.parts.size() == parts);
        CHECK(inbound->frame.size() == max_frame_bytes);
    }
}

TEST_CASE("the descriptor is readable exactly while a frame waits") {
    const TestNode sender;
    const TestNode receiver;
    introduce(sender, receiver);
    const auto readable = [&] {
        pollfd item{receiver->readable_fd(), POLLIN, 0};
        return ::poll(&item, 1, 0) == 1;
    };
    CHECK_FALSE(readable());
    REQUIRE(sender->send(receiver.key, frame_of("one")));
    REQUIRE(sender->send(receiver.key, frame_of("two")));
    REQUIRE(eventually([&] { return receiver->counters().received == 2; }));
    CHECK(readable());
    CHECK(receiver->poll());
    CHECK(readable());
    CHECK(receiver->poll());
    CHECK_FALSE(readable());
}

TEST_CASE("a node without a server sends and is told where it does not listen") {
    const TestNode sender("");
    const TestNode receiver;
    CHECK(sender.endpoint().empty());
    introduce(sender, receiver);
    REQUIRE(sender->send(receiver.key, frame_of("hello")));
    CHECK(next_inbound(*receiver));
}

TEST_CASE("a port that is taken is an error, not a silent node") {
    const TestNode first;
    const TestNode other;
    const auto second = open_zmq_transport(options_for(other.secret, first.endpoint()));
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::io);
}

TEST_CASE("send refuses what it cannot carry and says why") {
    const TestNode sender("");
    const auto peer = public_key_of(generate_transport_key(crypto::system_random()));
    CHECK(sender->send(peer, frame_of("x")).error().code == Errc::not_found);
    CHECK(sender->connect(peer, "tcp://nowhere").error().code == Errc::invalid_argument);
    REQUIRE(sender->connect(peer, "tcp://127.0.0.1:1"));
    CHECK(sender->send(peer, Frame{}).error().code == Errc::invalid_argument);
    CHECK(sender->send(peer, Frame{{Bytes(max_frame_bytes + 1)}}).error().code == Errc::too_large);

    for (int i = 0; i < 64; ++i)
        CHECK(sender->send(peer, frame_of("x")));
    // The transport thread may hold one frame in its hand for a moment; it puts it back.
    CHECK(eventually([&] {
        const auto refused = sender->send(peer, frame_of("x"));
        return !refused && refused.error().code == Errc::busy;
    }));
    sender->disconnect(peer);
    CHECK(sender->send(peer, frame_of("x")).error().code == Errc::not_found);
}

TEST_CASE("peers beyond the capacity are refused") {
    auto options = options_for(generate_transport_key(crypto::system_random()), "");
    options.max_peers = 2;
    const auto transport = open_zmq_transport(std::move(options));
    REQUIRE(transport);
    CHECK((*transport)->peer_capacity() == 2);
    for (const bool fits : {true, true, false}) {
        const auto key = public_key_of(generate_transport_key(crypto::system_random()));
        const auto connected = (*transport)->connect(key, "tcp://127.0.0.1:1");
        CHECK(static_cast<bool>(connected) == fits);
    }
}

// A peer that tries the very moment in which the receiver tests itself is refused like a stranger;
// its connection is then made anew.
TEST_CASE("frames queued before a peer can be reached arrive when it can") {
    TestNode sender("");
    ZmqOptions options = options_for(sender.secret, "");
    options.reopen_interval = std::chrono::milliseconds(200);
    options.frame_patience = std::chrono::seconds(60);
    sender.start(std::move(options));
    TestNode receiver;
    const std::string endpoint = receiver.endpoint();
    receiver.transport.reset();
    REQUIRE(sender->connect(receiver.key, endpoint));
    REQUIRE(sender->send(receiver.key, frame_of("early")));
    receiver.start(endpoint);
    receiver->allow(sender.key);
    const auto inbound = next_inbound(*receiver);
    REQUIRE(inbound);
    CHECK(inbound->frame == frame_of("early"));
}

TEST_CASE("a connection comes back after the peer restarts") {
    const TestNode sender;
    TestNode receiver;
    introduce(sender, receiver);
    REQUIRE(sender->send(receiver.key, frame_of("before")));
    REQUIRE(next_inbound(*receiver));

    const std::string endpoint = receiver.endpoint();
    receiver.transport.reset();
    receiver.start(endpoint);
    receiver->allow(sender.key);
    // What was on its way while the peer was away may be lost: the sender tries again.
    CHECK(eventually([&] {
        (void)static_cast<bool>(sender->send(receiver.key, frame_of("after")));
        return receiver->poll().has_value();
    }));
}

TEST_CASE("a peer that connects is one that has returned, once for each connection") {
    TestNode sender;
    const TestNode receiver;
    const auto returns = [&] {
        return eventually([&] { return receiver->take_returned() == std::vector{sender.key}; });
    };
    introduce(sender, receiver);
    CHECK(returns());
    REQUIRE(sender->send(receiver.key, frame_of("one")));
    REQUIRE(next_inbound(*receiver));
    CHECK(receiver->take_returned().empty());
    sender.transport.reset();
    sender.start("");
    REQUIRE(sender->connect(receiver.key, receiver.endpoint()));
    CHECK(returns());
}

// Found by a review: whoever has a place at a relay names other guests as often as it likes. Each that had shaken hands
// was kept for whoever asks who has returned, and a relay never asks.
TEST_CASE("whoever is admitted no more has not returned") {
    const TestNode sender;
    const TestNode receiver;
    introduce(sender, receiver);
    REQUIRE(sender->send(receiver.key, frame_of("hello")));
    REQUIRE(next_inbound(*receiver));
    receiver->deny(sender.key);
    CHECK(receiver->take_returned().empty());
}

TEST_CASE("a peer that took nothing for a while has returned when it takes something again") {
    TestNode sender("");
    ZmqOptions options = options_for(sender.secret, "");
    constexpr std::chrono::milliseconds reopen{20};
    options.reopen_interval = reopen;
    sender.start(std::move(options));
    TestNode receiver;
    const std::string endpoint = receiver.endpoint();
    receiver.transport.reset();
    REQUIRE(sender->connect(receiver.key, endpoint));
    REQUIRE(sender->send(receiver.key, frame_of("in vain")));
    const auto given_up = std::chrono::steady_clock::now() + 10 * reopen;
    REQUIRE(eventually([&] { return std::chrono::steady_clock::now() > given_up; }));
    CHECK(sender->take_returned().empty());
    receiver.start(endpoint);
    receiver->allow(sender.key);
    CHECK(eventually([&] { return sender->take_returned() == std::vector{receiver.key}; }));
}

// Found beside other work, where two real nodes waited for minutes: a peer that is there again connects to us within
// a moment, and we to it only as libzmq tries again, up to five seconds later. What was sent at once was dropped by then.
TEST_CASE("a peer that missed a frame has returned as soon as it takes something again") {
    TestNode sender("");
    ZmqOptions options = options_for(sender.secret, "");
    // At none the frame is dropped before anybody sees that its connection takes nothing.
    options.frame_patience = std::chrono::milliseconds(GENERATE(0, 1));
    sender.start(std::move(options));
    TestNode receiver;
    const std::string endpoint = receiver.endpoint();
    receiver.transport.reset();
    REQUIRE(sender->connect(receiver.key, endpoint));
    REQUIRE(sender->send(receiver.key, frame_of("dropped")));
    receiver.start(endpoint);
    receiver->allow(sender.key);
    CHECK(eventually([&] { return sender->take_returned() == std::vector{receiver.key}; }));
}

TEST_CASE("a change of endpoint moves the connection and keeps the queue") {
    const TestNode sender("");
    const TestNode receiver;
    receiver->allow(sender.key);
    REQUIRE(sender->connect(receiver.key, "tcp://127.0.0.1:1"));
    REQUIRE(sender->send(receiver.key, frame_of("patient")));
    REQUIRE(sender->connect(receiver.key, receiver.endpoint()));
    const auto inbound = next_inbound(*receiver);
    REQUIRE(inbound);
    CHECK(inbound->frame == frame_of("patient"));
}

TEST_CASE("connecting again to the same endpoint keeps the connection") {
    const TestNode sender;
    const TestNode receiver;
    const auto tap = test::Tap::open({0, receiver.port(), {}});
    REQUIRE(tap);
    receiver->allow(sender.key);
    for (int i = 0; i < 10; ++i) {
        REQUIRE(sender->connect(receiver.key, (*tap)->endpoint()));
        REQUIRE(sender->send(receiver.key, frame_of("again")));
        REQUIRE(next_inbound(*receiver));
    }
    CHECK((*tap)->connections() == 1);
}

TEST_CASE("a full inbox drops what is new and one peer cannot fill it alone") {
    const TestNode loud;
    const TestNode quiet;
    TestNode receiver("");
    auto options = options_for(receiver.secret, "tcp://127.0.0.1:*");
    options.inbox_frames = 8;
    options.inbox_frames_per_peer = 5;
    auto opened = open_zmq_transport(std::move(options));
    REQUIRE(opened);
    receiver.transport = std::move(opened).value();
    introduce(loud, receiver);
    introduce(quiet, receiver);

    for (int i = 0; i < 10; ++i)
        REQUIRE(loud->send(receiver.key, frame_of("loud")));
    REQUIRE(eventually([&] { return receiver->counters().dropped == 5; }));
    for (int i = 0; i < 10; ++i)
        REQUIRE(quiet->send(receiver.key, frame_of("quiet")));
    REQUIRE(eventually([&] { return receiver->counters().dropped == 12; }));
    std::multiset<TransportPublicKey> from;
    while (const auto inbound = receiver->poll())
        from.insert(inbound->from);
    CHECK(from.count(loud.key) == 5);
    CHECK(from.count(quiet.key) == 3);
}

TEST_CASE("deny cuts off a peer that is connected") {
    const TestNode peer;
    const TestNode receiver;
    introduce(peer, receiver);
    REQUIRE(peer->send(receiver.key, frame_of("first")));
    REQUIRE(peer->send(receiver.key, frame_of("second")));
    REQUIRE(eventually([&] { return receiver->counters().received == 2; }));

    receiver->deny(peer.key);
    CHECK_FALSE(receiver->poll());
    REQUIRE(peer->send(receiver.key, frame_of("third")));
    CHECK(eventually([&] { return receiver->counters().rejected == 1; }));
    CHECK_FALSE(receiver->poll());

    peer->disconnect(receiver.key);
    REQUIRE(peer->connect(receiver.key, receiver.endpoint()));
    CHECK(eventually([&] { return receiver->counters().strangers > 0; }));
    receiver->allow(peer.key);
    CHECK(eventually([&] {
        (void)static_cast<bool>(peer->send(receiver.key, frame_of("back")));
        return receiver->poll().has_value();
    }));
}

TEST_CASE("one node reaches two hundred peers at once") {
    constexpr std::size_t peers = 200;
    const TestNode node("");
    std::vector<int> frames(peers, 0);
    test::FrameSink sink(
        peers, node.key, crypto::system_random(), [&](auto end, const auto& frame) {
            if (frame.parts.at(0) == Bytes{static_cast<Byte>(end)}) ++frames[end];
        });
    for (const auto& end : sink.ends())
        REQUIRE(node->connect(end.key, end.endpoint));
    for (std::size_t i = 0; i < peers; ++i)
        REQUIRE(node->send(sink.ends()[i].key, Frame{{Bytes{static_cast<Byte>(i)}}}));
    REQUIRE(sink.wait_for(peers, patience));
    CHECK(frames == std::vector<int>(peers, 1));
}
