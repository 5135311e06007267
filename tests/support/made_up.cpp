#include "tests/support/made_up.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::test {
namespace {

const node::Peer& partner_of(TestNode& node, TestNode& partner) {
    return *node.desk().peers.find(partner.desk().self.node());
}

}  // namespace

node::Frame made_up(TestNode& from, TestNode& to, const Fill& fill) {
    const auto frame =
        from.home().store.write([&](node::Transaction& tx) -> Result<schema::EnvelopeFrame> {
            auto& desk = from.desk();
            const node::Peer& peer = partner_of(from, to);
            LEEWARD_ASSIGN(const auto prekey, desk.prekeys.newest(tx, peer, from.clock().now()));
            LEEWARD_ASSIGN(auto sealing,
                           node::Sealing::begin(desk.self, desk.peers, peer, *prekey, desk.random));
            schema::Inner inner;
            LEEWARD_TRY(fill(tx, sealing, inner));
            if (inner.head.empty()) {
                LEEWARD_ASSIGN(inner.head, desk.log.sign_head(tx));
            }
            return std::move(sealing).finish(inner);
        });
    REQUIRE(frame);
    return node::Frame{schema::write_frame(*frame)};
}

schema::Message message_in(const node::Sealing& sealing,
                           TestNode& from,
                           TestNode& to,
                           schema::MessageKind kind,
                           std::string body) {
    auto& random = from.desk().random;
    schema::Message message;
    auto& h = message.header;
    h.mid = schema::new_id<schema::MessageId>(random);
    h.from = from.desk().self.node();
    h.to = to.desk().self.node();
    h.kid = sealing.kid();
    h.ench = sealing.ench();
    h.ts = from.clock().now();
    h.exp = h.ts + std::chrono::hours(24);
    random.fill(h.xk);
    h.from_card = h.to_card = 1;
    h.kind = kind;
    message.body = std::move(body);
    return message;
}

node::Frame made_up(TestNode& from,
                    TestNode& to,
                    schema::MessageKind kind,
                    std::string body,
                    const Change& change) {
    const auto fill =
        [&](node::Transaction&, const node::Sealing& sealing, schema::Inner& inner) -> Outcome {
        schema::Message message = message_in(sealing, from, to, kind, body);
        change(message);
        inner.messages.push_back(
            {schema::sign_message(message, from.desk().self.signing), std::nullopt});
        return Done{};
    };
    return made_up(from, to, fill);
}

void deliver(World& world, TestNode& from, TestNode& to, node::Frame frame) {
    REQUIRE(from.transport().send(to.link(), std::move(frame)));
    world.pump();
}

std::optional<schema::Inner> inside(TestNode& from, TestNode& to, const std::vector<Bytes>& parts) {
    const auto envelope = schema::read_envelope_frame(parts);
    if (!envelope) return std::nullopt;
    auto inner = to.home().store.write([&](node::Transaction& tx) -> Result<schema::Inner> {
        auto& desk = to.desk();
        LEEWARD_ASSIGN(const auto own, desk.prekeys.own(tx, envelope->kid));
        return node::open_envelope(
            desk.self, desk.peers, partner_of(to, from), own.epoch, own.key, *envelope);
    });
    REQUIRE(inner);
    return std::move(inner).value();
}

}  // namespace leeward::test
