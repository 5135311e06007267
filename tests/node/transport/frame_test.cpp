#include <catch2/catch_test_macros.hpp>

#include "crypto/base/hex.h"
#include "node/transport/transport.h"

using namespace leeward;
using namespace leeward::node;

TEST_CASE("a transport's public key is the X25519 one: skRm, pkRm of RFC 9180 A.2.1") {
    const auto secret =
        hex::decode_array<32>("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    REQUIRE(secret);
    CHECK(hex::encode(public_key_of(TransportSecretKey(*secret)).get()) ==
          "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
}

TEST_CASE("frames have one to sixteen parts and up to 68 KiB") {
    CHECK(check_frame(Frame{{Bytes{}}}));
    CHECK(check_frame(Frame{std::vector<Bytes>(16)}));
    CHECK(check_frame(Frame{{Bytes(40000), Bytes(max_frame_bytes - 40000)}}));

    CHECK(check_frame(Frame{}).error().code == Errc::invalid_argument);
    CHECK(check_frame(Frame{std::vector<Bytes>(17)}).error().code == Errc::invalid_argument);
    CHECK(check_frame(Frame{{Bytes(max_frame_bytes), Bytes(1)}}).error().code == Errc::too_large);
}

TEST_CASE("an endpoint is tcp, a host and a port") {
    for (const char* good :
         {"tcp://127.0.0.1:1", "tcp://shelter.example:65535", "tcp://[::1]:4711"})
        CHECK(check_endpoint(good));
    for (const char* bad : {"",
                            "127.0.0.1:4711",
                            "tcp://:4711",
                            "tcp://host",
                            "tcp://host:",
                            "tcp://host:0",
                            "tcp://host:65536",
                            "tcp://host:47x",
                            "tcp://host:*",
                            "tcp://*:4711",
                            "tcp://a;b:4711",
                            "ipc:///tmp/socket:1",
                            "inproc://zeromq.zap.01:1"}) {
        INFO(bad);
        CHECK(check_endpoint(bad).error().code == Errc::invalid_argument);
    }
}
