// `courier import` said that nothing had happened where something had: an answer too long for paper came as an error
// after all was taken in, and a partner that revoked its own keys by the same file was said to have sent nothing.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

// Nothing passes between them but what somebody carries.
struct Carried {
    World world{1212, {"investigation", "shelter"}};
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    Asked asked = ask(world, harbor, {&juniper});

    Carried() {
        for (TestNode* node : {&harbor, &juniper})
            node->watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
    }
    std::string written(TestNode& from, TestNode& to) {
        return from.must("courier.export", Json::object({{"peer", to.name()}})).text_at("file");
    }
    Json taken(TestNode& at, const std::string& file, bool qr = false) {
        return at.must("courier.import", Json::object({{"carried", file}, {"qr", qr}}));
    }
    // More than is ever printed waits for Harbor.
    void fill_a_stick(TestNode& from) {
        const Outcome put = from.home().store.write([&](node::Transaction& tx) -> Outcome {
            node::Outgoing message;
            message.to = harbor.desk().self.node();
            message.kind = schema::MessageKind::CAPACITY;
            message.message_class = node::MessageClass::CONTROL;
            message.body = Json::object({{"x", std::string(30'000, 'x')}}).dump();
            message.record = node::general_record;
            message.event.kind = schema::EventKind::SEND;
            message.expires = from.clock().now() + std::chrono::hours(24);
            for (int i = 0; i < 2; ++i)
                LEEWARD_TRY(from.desk().outbox.put(tx, message, from.clock().now()));
            return Done{};
        });
        REQUIRE(put);
    }
};

}  // namespace

TEST_CASE("what was carried in is said to be in effect, though the answer is too long for paper") {
    Carried c;
    c.harbor.must("leg.cancel",
                  Json::object({{"id", c.asked.legs[0]}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
    c.fill_a_stick(c.juniper);
    const Json told = c.taken(c.juniper, c.written(c.harbor, c.juniper), true);
    CHECK(told.int_at("new") > 0);
    CHECK(told.text_at("next").find("on a stick") != std::string::npos);
    CHECK(c.taken(c.harbor, told.text_at("file")).int_at("receipts") > 0);
}

TEST_CASE("of a file that brings the revocation of its own keys what it did is told") {
    Carried c;
    c.juniper.must("leg.show", Json::object({{"id", c.asked.legs[0]}}));
    c.juniper.must("leg.decline",
                   Json::object({{"id", c.asked.legs[0]}, {"code", "DECLINE_NO_CAPACITY"}}));
    c.juniper.must("identity.revoke", Json::object({{"reason", "REVOKED_KEY_COPIED"}}));
    const std::string file = c.written(c.juniper, c.harbor);
    const Json told = c.taken(c.harbor, file);
    CHECK(told.int_at("new") > 0);
    CHECK(told.text_at("say").find("is in effect") != std::string::npos);
    CHECK(told.find("file") == nullptr);
    CHECK(c.harbor.refused("courier.import", Json::object({{"carried", file}})).code ==
          Errc::untrusted);
}

}  // namespace leeward::test
