// What two nodes may say to each other before a seal opens, and who hears it.
#include "node/mailbox/sealing.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/aead.h"
#include "crypto/pad.h"
#include "schema/limits.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::ControlText;
using std::chrono::seconds;

const std::vector<std::string> three{"investigation", "shelter", "shelter"};

struct Pair {
    World world{91, three};
    crypto::Epoch now = crypto::epoch_of(world.clock().seconds());
    node::Peer& peer_of(std::size_t at, std::size_t other) {
        return *world.node(at).desk().peers.find(world.node(other).desk().self.node());
    }
    schema::ControlFrame say(const ControlText& text) {
        auto frame = node::seal_control(
            world.node(0).desk().peers, peer_of(0, 1), now, text, world.random());
        REQUIRE(frame);
        return std::move(frame).value();
    }
    // As node 0 would, but any text.
    schema::ControlFrame say_text(std::string_view text) {
        const auto* keys = world.node(0).desk().peers.to(peer_of(0, 1), now);
        REQUIRE(keys != nullptr);
        const auto padded = crypto::pad_to_bucket(as_bytes(text));
        REQUIRE(padded);
        schema::ControlFrame frame{keys->mailbox, world.random().array<24>(), {}};
        const Bytes aad = schema::control_aad(frame.mailbox);
        frame.ciphertext = crypto::xchacha20poly1305_seal(
            keys->control.reveal().first<32>(), frame.nonce, crypto::Aad{aad}, padded->reveal());
        return frame;
    }
    Result<ControlText> hear(const schema::ControlFrame& frame) {
        return node::open_control(world.node(1).desk().peers, peer_of(1, 0), now, frame);
    }
};

}  // namespace

TEST_CASE("What a control frame says is heard as it was said") {
    Pair pair;
    const auto heard = pair.hear(pair.say({true, {"one", "two"}, seconds(60)}));
    REQUIRE(heard);
    CHECK(heard->want);
    CHECK(heard->prekeys == std::vector<std::string>{"one", "two"});
    CHECK(heard->wait == seconds(60));
    CHECK(pair.hear(pair.say({false, {}, seconds(0)}))->wait == seconds(0));
}

TEST_CASE("A control frame is heard by its recipient alone, in its own week, from its own sender") {
    Pair pair;
    const auto frame = pair.say({true, {}, seconds(0)});
    auto& world = pair.world;
    auto& lantern = world.node(1).desk().peers;
    CHECK_FALSE(node::open_control(lantern, pair.peer_of(1, 2), pair.now, frame));
    CHECK_FALSE(node::open_control(lantern, pair.peer_of(1, 0), pair.now + 1, frame));
    CHECK_FALSE(
        node::open_control(world.node(2).desk().peers, pair.peer_of(2, 0), pair.now, frame));
    // Said back to its sender.
    CHECK_FALSE(
        node::open_control(world.node(0).desk().peers, pair.peer_of(0, 1), pair.now, frame));
}

TEST_CASE("A control frame has the length of a bucket, whatever it says") {
    Pair pair;
    const auto small = pair.say({true, {}, seconds(0)});
    const auto large = pair.say({false, {std::string(3000, 'x')}, seconds(300)});
    CHECK(small.ciphertext.size() == large.ciphertext.size());
    CHECK(schema::is_bucket_ciphertext(small.ciphertext.size()));
}

TEST_CASE("A control frame that says anything else is malformed, whoever sealed it") {
    Pair pair;
    REQUIRE(pair.hear(pair.say_text(R"({"want":true,"prekeys":[]})")));
    for (const char* text : {"",
                             "null",
                             "[]",
                             "{}",
                             R"({"want":true})",
                             R"({"prekeys":[]})",
                             R"({"want":1,"prekeys":[]})",
                             R"({"want":true,"prekeys":{}})",
                             R"({"want":true,"prekeys":[1]})",
                             R"({"want":true,"prekeys":["a","b","c","d","e"]})",
                             R"({"want":true,"want":false,"prekeys":[]})",
                             R"({"want":true,"prekeys":[],"more":1})",
                             R"({"want":true,"prekeys":[],"wait":-1})",
                             R"({"want":true,"prekeys":[],"wait":301})",
                             R"({"want":true,"prekeys":[],"wait":"60"})",
                             R"({"want":true,"prekeys":[]} )"
                             "x"}) {
        INFO(text);
        CHECK_FALSE(pair.hear(pair.say_text(text)));
    }
    const std::string endless(schema::limits::prekey_bytes + 1, 'x');
    CHECK_FALSE(pair.hear(pair.say_text(R"({"want":true,"prekeys":[")" + endless + "\"]}")));
}

}  // namespace leeward::test
