// Lines: a connection under a key of its own, on which something comes back.
#include "tests/node/transport/nodes.h"

using namespace leeward;
using namespace leeward::node;

TEST_CASE("what comes by a line is from the line's key, and an answer goes back on it") {
    const TestNode server;
    const TestNode client("");
    const auto key = generate_transport_key(crypto::system_random());
    const auto name = public_key_of(key);
    server->allow(name);
    REQUIRE(client->open_line(key, server.key, server.endpoint()));
    REQUIRE(client->send(name, frame_of("a question")));
    const auto question = next_inbound(*server);
    REQUIRE(question);
    CHECK(question->from == name);
    CHECK(question->from != client.key);
    REQUIRE(server->answer(*question, frame_of("an answer")));
    const auto answer = next_inbound(*client);
    REQUIRE(answer);
    CHECK(answer->from == name);
    CHECK(answer->frame == frame_of("an answer"));
}

TEST_CASE("two lines to one server are two callers, and each hears its own answer") {
    const TestNode server;
    const TestNode client("");
    std::vector<TransportPublicKey> names;
    for (int i = 0; i < 2; ++i) {
        const auto key = generate_transport_key(crypto::system_random());
        names.push_back(public_key_of(key));
        server->allow(names.back());
        REQUIRE(client->open_line(key, server.key, server.endpoint()));
        REQUIRE(client->send(names.back(), frame_of(std::to_string(i))));
    }
    for (int i = 0; i < 2; ++i) {
        const auto question = next_inbound(*server);
        REQUIRE(question);
        REQUIRE(server->answer(*question, question->frame));
    }
    for (int i = 0; i < 2; ++i) {
        const auto answer = next_inbound(*client);
        REQUIRE(answer);
        const bool first = answer->from == names[0];
        CHECK(answer->frame == frame_of(first ? "0" : "1"));
    }
}

TEST_CASE("a line that was given up hears nothing more, and an answer to it is dropped") {
    const TestNode server;
    const TestNode client("");
    const auto key = generate_transport_key(crypto::system_random());
    const auto name = public_key_of(key);
    server->allow(name);
    REQUIRE(client->open_line(key, server.key, server.endpoint()));
    REQUIRE(client->send(name, frame_of("a question")));
    const auto question = next_inbound(*server);
    REQUIRE(question);
    client->disconnect(name);
    REQUIRE(server->answer(*question, frame_of("an answer")));
    CHECK(client->send(name, frame_of("more")).error().code == Errc::not_found);
    const TestNode peer;
    introduce(peer, server);
    REQUIRE(peer->send(server.key, frame_of("the server goes on")));
    CHECK(next_inbound(*server));
    CHECK_FALSE(client->poll());
}

TEST_CASE("a caller that was not admitted is not answered and not heard") {
    const TestNode server;
    const TestNode client("");
    const auto key = generate_transport_key(crypto::system_random());
    REQUIRE(client->open_line(key, server.key, server.endpoint()));
    REQUIRE(client->send(public_key_of(key), frame_of("a question")));
    CHECK(eventually([&] { return server->counters().strangers >= 1; }));
    CHECK_FALSE(server->poll());
}
