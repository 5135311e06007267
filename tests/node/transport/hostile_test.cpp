#include <fstream>
#include <iterator>

#include <catch2/generators/catch_generators.hpp>
#include <unistd.h>
#include <zmq.hpp>

#include "node/transport/sockets.h"
#include "tests/node/transport/nodes.h"
#include "tests/node/transport/raw_connection.h"
#include "tests/support/resident.h"
#include "tests/support/tap.h"

using namespace leeward;
using namespace leeward::node;

namespace {

// Takes the place of a server at `port`, answers the first caller with noise and goes away.
void answer_with_noise_once(std::uint16_t port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener, 1) == 0);
    const int caller = ::accept(listener, nullptr, nullptr);
    const Bytes noise(512, 0xaa);
    CHECK(::send(caller, noise.data(), noise.size(), MSG_NOSIGNAL) == 512);
    ByteArray<512> heard;
    while (::recv(caller, heard.data(), heard.size(), 0) > 0)
        continue;
    ::close(caller);
    ::close(listener);
}

constexpr SocketTimes times{
    std::chrono::seconds(2), std::chrono::seconds(15), std::chrono::milliseconds(20)};

// So often at what is held of messages without an end.
TestNode node_that_looks(std::chrono::milliseconds every, const std::string& endpoint) {
    TestNode node("");
    node.transport.reset();
    auto options = options_for(node.secret, endpoint);
    options.look_interval = every;
    node.start(std::move(options));
    return node;
}

}  // namespace

TEST_CASE("a stranger is refused and nothing of it arrives") {
    const TestNode stranger;
    const TestNode node;
    REQUIRE(stranger->connect(node.key, node.endpoint()));
    REQUIRE(stranger->send(node.key, frame_of("let me in")));
    CHECK(eventually([&] { return node->counters().strangers >= 2; }));
    CHECK(stranger->counters().handed_over == 0);
    CHECK_FALSE(node->poll());
}

TEST_CASE("whoever answers at a peer's address without its key gets nothing") {
    const TestNode sender;
    const TestNode impostor;
    impostor->allow(sender.key);
    const auto tap = test::Tap::open({0, impostor.port(), {}});
    REQUIRE(tap);
    const auto peer = public_key_of(generate_transport_key(crypto::system_random()));
    REQUIRE(sender->connect(peer, (*tap)->endpoint()));
    REQUIRE(sender->send(peer, frame_of("for my peer alone")));
    CHECK(eventually([&] { return (*tap)->connections() >= 3; }));
    CHECK(sender->counters().handed_over == 0);
    CHECK_FALSE(impostor->poll());
}

TEST_CASE("noise from a peer's address does not end the connection for good") {
    TestNode sender("");
    TestNode receiver;
    const std::string endpoint = receiver.endpoint();
    const auto port = receiver.port();
    receiver.transport.reset();
    auto options = options_for(sender.secret, "");
    options.reopen_interval = std::chrono::milliseconds(100);
    auto opened = open_zmq_transport(std::move(options));
    REQUIRE(opened);
    sender.transport = std::move(opened).value();
    REQUIRE(sender->connect(receiver.key, endpoint));
    REQUIRE(sender->send(receiver.key, frame_of("hello")));
    answer_with_noise_once(port);
    receiver.start(endpoint);
    receiver->allow(sender.key);
    CHECK(next_inbound(*receiver));
}

TEST_CASE("clients without encryption, with a password or with noise are cut off") {
    const TestNode node;
    const Bytes noise = to_bytes(crypto::system_random().array<192>());
    const Bytes ready = command("READY",
                                joined({to_bytes(as_bytes("\x0bSocket-Type")),
                                        Bytes{0, 0, 0, 6},
                                        to_bytes(as_bytes("DEALER"))}));
    const Bytes message = joined({Bytes{0x00, 5}, to_bytes(as_bytes("hello"))});
    Bytes half_a_hello = command("HELLO", noise);
    half_a_hello.resize(half_a_hello.size() / 2);
    const std::vector<std::pair<const char*, Bytes>> attempts{
        {"NULL", joined({greeting("NULL"), ready, message})},
        {"PLAIN", joined({greeting("PLAIN"), command("HELLO", Bytes{1, 'u', 1, 'p'}), message})},
        {"GSSAPI", greeting("GSSAPI")},
        {"an unknown mechanism", greeting("NONE")},
        {"CURVE, then plaintext", joined({greeting("CURVE"), ready, message})},
        {"CURVE, then a forged hello", joined({greeting("CURVE"), command("HELLO", noise)})},
        {"CURVE, then half a hello", joined({greeting("CURVE"), half_a_hello})},
        {"ZMTP 1.0", joined({Bytes{1, 0}, Bytes{6, 0}, to_bytes(as_bytes("hello"))})},
        {"ZMTP 2.0", joined({Bytes{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5, 0, 0}, message})},
        {"HTTP", to_bytes(as_bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))},
        {"noise", noise},
        {"silence", {}},
    };
    for (const auto& [name, bytes] : attempts) {
        INFO(name);
        const RawConnection connection(node.port());
        CHECK(connection.say(bytes));
        CHECK(connection.is_closed_by_server());
        CHECK_FALSE(node->poll());
    }
    CHECK(node->counters().received == 0);
}

// A command of 208 MiB, for which there is room, or of 1 TiB, says its head; then as much of it as the
// node takes.
TEST_CASE("a stranger cannot make the node take a large frame into memory") {
    const TestNode node = node_that_looks(std::chrono::hours(1), "tcp://127.0.0.1:*");
    const std::size_t before = test::resident_kib();
    const RawConnection connection(node.port());
    const Bytes head =
        GENERATE(Bytes{0x06, 0, 0, 0, 0, 0x0d, 0, 0, 0}, Bytes{0x06, 0, 0, 1, 0, 0, 0, 0, 0});
    CHECK(connection.say(joined({greeting("CURVE"), head})));
    const Bytes megabyte(1 << 20, 'x');
    int taken = 0;
    while (taken < 200 && connection.say(megabyte))
        ++taken;
    CHECK(taken < 200);
    CHECK(test::resident_kib() < before + 16 * 1024);
}

TEST_CASE("an admitted peer cannot pass more than a frame's bytes or parts") {
    const TestNode node;
    const auto secret = generate_transport_key(crypto::system_random());
    node->allow(public_key_of(secret));
    zmq::context_t context;
    auto peer = make_client(context, secret, node.key, times, AddressFamily::ipv4);
    peer.connect(node.endpoint());
    const auto say = [&](std::size_t parts, std::size_t bytes) {
        const Bytes part(bytes, 'x');
        for (std::size_t i = 0; i < parts; ++i)
            peer.send(zmq::buffer(part),
                      i + 1 < parts ? zmq::send_flags::sndmore : zmq::send_flags::none);
    };

    say(17, 1);
    CHECK(eventually([&] { return node->counters().rejected == 1; }));
    say(2, max_frame_bytes);
    CHECK(eventually([&] { return node->counters().rejected == 2; }));
    const std::size_t before = test::resident_kib();
    say(1, 8 << 20);  // the connection is cut; a good frame then comes over a new one
    std::optional<Inbound> inbound;
    CHECK(eventually([&] {
        say(1, 5);
        inbound = node->poll();
        return inbound.has_value();
    }));
    CHECK((inbound && inbound->frame.size() == 5));
    if (test::freed_memory_is_returned) CHECK(test::resident_kib() < before + 2 * (8 << 10) + 4096);
}

TEST_CASE("the sender is who proved the key, whatever routing id it claims") {
    const TestNode node;
    const auto secret = generate_transport_key(crypto::system_random());
    const TestNode victim;
    node->allow(public_key_of(secret));
    node->allow(victim.key);
    zmq::context_t context;
    auto peer = make_client(context, secret, node.key, times, AddressFamily::ipv4);
    peer.set(zmq::sockopt::routing_id,
             zmq::const_buffer(victim.key.get().data(), victim.key.get().size()));
    peer.connect(node.endpoint());
    peer.send(zmq::str_buffer("hello"));
    const auto inbound = next_inbound(*node);
    REQUIRE(inbound);
    CHECK(inbound->from == public_key_of(secret));
}

TEST_CASE("what passes between two nodes cannot be read on the way") {
    const auto record = std::filesystem::temp_directory_path() /
                        ("leeward-tap-" + std::to_string(::getpid()) + ".bin");
    std::filesystem::remove(record);
    const TestNode sender;
    const TestNode receiver;
    receiver->allow(sender.key);
    const std::string marker = "a marker that would be recognised";
    {
        const auto tap = test::Tap::open({0, receiver.port(), record});
        REQUIRE(tap);
        REQUIRE(sender->connect(receiver.key, (*tap)->endpoint()));
        Frame frame = frame_of(marker);
        frame.parts.push_back(Bytes(20000, 'x'));
        REQUIRE(sender->send(receiver.key, frame));
        REQUIRE(next_inbound(*receiver));
        CHECK((*tap)->bytes() > 20000);
    }
    std::ifstream in(record, std::ios::binary);
    const std::string seen{std::istreambuf_iterator<char>(in), {}};
    std::filesystem::remove(record);
    CHECK(seen.size() > 20000);
    CHECK(seen.find("CURVE") != seen.npos);
    CHECK(seen.find(marker) == seen.npos);
    CHECK(seen.find(std::string(16, 'x')) == seen.npos);
}

namespace {

// A message of 128 MiB: a hundred and more times what may be held of one.
void say_far_too_much(zmq::socket_t& peer) {
    static Bytes part(64 * 1024, 'x');
    for (int left = 2048; left > 0; --left) {
        zmq::message_t lent(part.data(), part.size(), nullptr);
        peer.send(lent, left > 1 ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
}

}  // namespace

TEST_CASE("a peer whose message goes on and on is cut off while it comes") {
    const TestNode node = node_that_looks(std::chrono::milliseconds(1), "tcp://127.0.0.1:*");
    const TestNode other;
    introduce(other, node);
    const auto secret = generate_transport_key(crypto::system_random());
    node->allow(public_key_of(secret));
    const auto tap = test::Tap::open({0, node.port(), {}});
    REQUIRE(tap);
    zmq::context_t context;
    auto peer = make_client(context, secret, node.key, times, AddressFamily::ipv4);
    peer.connect((*tap)->endpoint());
    peer.send(zmq::str_buffer("hello"));
    REQUIRE(next_inbound(*node));
    say_far_too_much(peer);
    CHECK(eventually([&] { return (*tap)->connections() > 1; }));
    REQUIRE(other->send(node.key, frame_of("mine")));
    const auto inbound = next_inbound(*node);
    CHECK((inbound && inbound->from == other.key));
}

TEST_CASE("whoever answers at a peer's address, and goes on and on, is cut off while it comes") {
    const TestNode node = node_that_looks(std::chrono::milliseconds(1), "");
    const auto secret = generate_transport_key(crypto::system_random());
    zmq::context_t context;
    zmq::socket_t server(context, zmq::socket_type::router);
    server.set(zmq::sockopt::linger, 0);
    server.set(zmq::sockopt::curve_server, 1);
    server.set(zmq::sockopt::curve_secretkey,
               zmq::const_buffer(secret.reveal().data(), secret.reveal().size()));
    server.bind("tcp://127.0.0.1:*");
    const std::string endpoint = server.get(zmq::sockopt::last_endpoint);
    const auto tap = test::Tap::open(
        {0, static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))), {}});
    REQUIRE(tap);
    REQUIRE(node->connect(public_key_of(secret), (*tap)->endpoint()));
    REQUIRE(node->send(public_key_of(secret), frame_of("hello")));
    zmq::message_t way_back;
    REQUIRE(server.recv(way_back));
    REQUIRE(server.send(way_back, zmq::send_flags::sndmore));
    say_far_too_much(server);
    CHECK(eventually([&] { return (*tap)->connections() > 1; }));
}

TEST_CASE("a peer that shakes hands again and again has to wait, and nobody else has") {
    const TestNode node;
    const TestNode other;
    introduce(other, node);
    const auto secret = generate_transport_key(crypto::system_random());
    node->allow(public_key_of(secret));
    zmq::context_t context;
    std::vector<zmq::socket_t> peers;
    CHECK(eventually([&] {
        if (peers.size() < 900) {
            peers.push_back(make_client(context, secret, node.key, times, AddressFamily::ipv4));
            peers.back().connect(node.endpoint());
        }
        return node->counters().strangers > 0;
    }));
    REQUIRE(other->send(node.key, frame_of("mine")));
    const auto inbound = next_inbound(*node);
    CHECK((inbound && inbound->from == other.key));
}

// Found by a review: an account at a mail host names fresh guests again and again.
TEST_CASE("keys that are admitted as one group have to wait together, and nobody else has") {
    TestNode node("");
    node.transport.reset();
    auto options = options_for(node.secret, "tcp://127.0.0.1:*");
    options.group_at_once = 8;
    node.start(std::move(options));
    const TestNode other;
    introduce(other, node);
    zmq::context_t context;
    std::vector<zmq::socket_t> guests;
    TransportPublicKey newest;
    const auto name_another = [&](std::int64_t group) {
        const auto secret = generate_transport_key(crypto::system_random());
        newest = public_key_of(secret);
        node->allow_among(newest, group);
        guests.push_back(make_client(context, secret, node.key, times, AddressFamily::ipv4));
        guests.back().connect(node.endpoint());
    };
    CHECK(eventually([&] {
        if (guests.size() < 900) name_another(1);
        return node->counters().strangers > 0;
    }));
    name_another(2);
    guests.back().send(zmq::str_buffer("hello"));
    auto inbound = next_inbound(*node);
    CHECK((inbound && inbound->from == newest));
    REQUIRE(other->send(node.key, frame_of("mine")));
    inbound = next_inbound(*node);
    CHECK((inbound && inbound->from == other.key));
}
