#include "node/transport/self_test.h"

#include <catch2/catch_test_macros.hpp>
#include <zmq.hpp>

using namespace leeward;
using namespace leeward::node;

namespace {

constexpr SocketTimes times{
    std::chrono::seconds(2), std::chrono::seconds(15), std::chrono::milliseconds(100)};

struct Server {
    Server() : secret(generate_transport_key(crypto::system_random())) {}
    Outcome test(zmq::socket_t& socket, ZapHandler* handler) {
        socket.bind("tcp://127.0.0.1:*");
        return self_test(context,
                         socket,
                         handler,
                         socket.get(zmq::sockopt::last_endpoint),
                         secret,
                         times,
                         std::chrono::seconds(10));
    }
    zmq::context_t context;
    TransportSecretKey secret;
};

bool nobody(const TransportPublicKey&) {
    return false;
}

}  // namespace

TEST_CASE("the self-test passes with the handler in place") {
    Server server;
    ZapHandler handler(server.context, nobody);
    auto socket = make_server(server.context, server.secret, times, AddressFamily::ipv4);
    CHECK(server.test(socket, &handler));
}

TEST_CASE("the self-test fails when the handler is absent") {
    Server server;
    auto socket = make_server(server.context, server.secret, times, AddressFamily::ipv4);
    const auto outcome = server.test(socket, nullptr);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::untrusted);
}

TEST_CASE("the self-test fails for a server that would admit the whole world") {
    Server server;
    zmq::socket_t socket(server.context, zmq::socket_type::router);
    socket.set(zmq::sockopt::curve_server, 1);
    socket.set(zmq::sockopt::curve_secretkey,
               zmq::const_buffer(server.secret.reveal().data(), server.secret.reveal().size()));
    const auto outcome = server.test(socket, nullptr);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::untrusted);
}
