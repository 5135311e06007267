// Found by reading: some eighty small messages in one envelope have, in a log of a million entries, a receipt that fits
// no envelope. It was let go, its sender repeated the messages, and their next receipt was as long.
//
// Here the receipt is as long because of its lines: of two hundred messages, in a log of a few hundred entries.
#include <catch2/catch_test_macros.hpp>

#include "schema/limits.h"
#include "schema/receipt.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

constexpr int many = 200;

// Small messages that concern nobody.
void send_many(World& world, TestNode& from, TestNode& to) {
    REQUIRE(from.home().store.write([&](node::Transaction& tx) -> Outcome {
        node::Outgoing message;
        message.to = to.desk().self.node();
        message.kind = schema::MessageKind::CAPACITY;
        message.message_class = node::MessageClass::CONTROL;
        message.body = R"({"statements":[]})";
        message.record = node::general_record;
        message.event.kind = schema::EventKind::SEND;
        message.expires = from.clock().now() + std::chrono::hours(24);
        for (int i = 0; i < many; ++i)
            LEEWARD_TRY(from.desk().outbox.put(tx, message, from.clock().now()));
        return Done{};
    }));
    world.pump();
}

// One receipt of `at` for all that waits at `from`, as for one envelope.
node::PendingReceipt for_all_of_them(TestNode& from, TestNode& at, const crypto::Hash& ench) {
    schema::Receipt receipt{at.desk().self.node(), from.desk().self.node(), ench, {}};
    node::PendingReceipt out;
    REQUIRE(from.home().store.write([&](node::Transaction& tx) -> Outcome {
        auto rows = tx.query("SELECT mid FROM outbox");
        while (rows.next()) {
            LEEWARD_ASSIGN(const auto sent,
                           from.desk().outbox.find(tx, rows.id<schema::MessageId>(0)));
            LEEWARD_ASSIGN(const auto body, from.desk().outbox.body(*sent));
            const auto hash = crypto::sha256(as_bytes(body));
            receipt.lines.push_back(
                {sent->mid, schema::exchange_xref(sent->xk, sent->mid, hash), {}});
        }
        return rows.status();
    }));
    for (const auto& line : receipt.lines) {
        auto rows = at.home().store.query("SELECT leaf FROM received WHERE mid=?", line.mid);
        REQUIRE(rows.next());
        out.leaves.push_back(static_cast<std::uint64_t>(rows.integer(0)));
    }
    out.jws = schema::sign_receipt(receipt, at.desk().self.signing);
    return out;
}

// What `at` says whenever that envelope comes again.
void keep_as_receipt(TestNode& at, const crypto::Hash& ench, const node::PendingReceipt& receipt) {
    Bytes leaves;
    for (const auto leaf : receipt.leaves)
        append_be<8>(leaves, leaf);
    REQUIRE(at.home().store.write([&](node::Transaction& tx) {
        return tx.run("UPDATE envelope SET receipt=?,leaves=? WHERE ench=?",
                      receipt.jws,
                      BytesView(leaves),
                      ench);
    }));
}

}  // namespace

TEST_CASE("a receipt that is too long for an envelope is said in several, and is heard whole") {
    World world(1091, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    world.pass(std::chrono::minutes(1), std::chrono::seconds(5));
    REQUIRE(harbor.waiting() == 0);
    std::optional<schema::EnvelopeFrame> first;
    harbor.watch([&](const node::TransportPublicKey&, const node::Frame& frame) {
        if (auto envelope = schema::read_envelope_frame(frame.parts); envelope && !first)
            first = std::move(*envelope);
        return true;
    });
    juniper.watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
    send_many(world, harbor, juniper);
    juniper.watch({});
    REQUIRE(harbor.waiting() == many);
    REQUIRE(first);
    const auto ench = crypto::sha256(first->enc.get());
    const auto receipt = for_all_of_them(harbor, juniper, ench);
    REQUIRE(receipt.jws.size() + receipt.leaves.size() * 8 * 32 > schema::limits::inner_bytes);
    keep_as_receipt(juniper, ench, receipt);
    const auto received = juniper.count("SELECT count(*) FROM received");

    deliver(world, harbor, juniper, node::Frame{schema::write_frame(*first)});
    CHECK(harbor.waiting() == 0);
    CHECK(juniper.count("SELECT count(*) FROM received") == received);
}

}  // namespace leeward::test
