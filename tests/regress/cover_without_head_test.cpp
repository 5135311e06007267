// Found by reading: an empty envelope that covers was filled before it was seen that our log signs no head. It
// took receipts along that nobody can believe without one; these were then dropped, and once more as sent, which
// ended the node.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "schema/mailhost.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using node::Frame;
using std::chrono::seconds;

// The newest entries of the log were others when its head was signed.
void put_back_old_log(TestNode& node) {
    REQUIRE(node.home().store.write([](node::Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run("DELETE FROM signed_act WHERE leaf>=(SELECT max(idx)-3 FROM leaf)"));
        return tx.run("DELETE FROM leaf WHERE idx>=(SELECT max(idx)-3 FROM leaf)");
    }));
    node.close();
    node.open();
    REQUIRE(node.home().store.write([&](node::Transaction& tx) -> Outcome {
        schema::AuditRecord event;
        event.kind = schema::EventKind::ACT;
        event.machine = schema::Machine::NODE;
        for (int i = 0; i < 40; ++i)
            LEEWARD_TRY(node::log_event(node.desk(), tx, event, node.clock().now()));
        return Done{};
    }));
    REQUIRE_FALSE(node.home().store.write(
        [&](node::Transaction& tx) { return node.desk().log.sign_head(tx); }));
}

bool was_receipted(TestNode& node, const Frame& frame) {
    const auto envelope = schema::read_envelope_frame(frame.parts);
    REQUIRE(envelope);
    auto rows = node.home().store.query("SELECT 1 FROM envelope WHERE ench=? AND receipt<>''",
                                        crypto::sha256(envelope->enc.get()));
    return rows.next();
}

// What is on its way to a host of the reader's, as the reader will open it.
std::optional<schema::Inner> inside_deposit(TestNode& from, TestNode& reader, const Frame& frame) {
    const auto request = schema::read_host_request(frame.parts);
    const auto* deposit = request ? std::get_if<schema::Deposit>(&request->what) : nullptr;
    return deposit == nullptr ? std::nullopt : inside(from, reader, deposit->frame);
}

}  // namespace

TEST_CASE("a house whose log signs nothing covers, and answers no repeat meanwhile") {
    World world(989, {"investigation", "hidden shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    std::vector<Frame> said;
    birch.watch([&](const node::TransportPublicKey& to, const Frame& frame) {
        if (to == alder.link() && schema::kind_of(frame.parts) == schema::FrameKind::ENVELOPE)
            said.push_back(frame);
        return true;
    });
    const Asked asked = ask(world, alder, {&birch});
    world.pass(seconds(30), seconds(5));
    offer(world, birch, asked.legs[0]);
    birch.watch({});
    const auto repeat = std::find_if(
        said.begin(), said.end(), [&](const Frame& frame) { return was_receipted(alder, frame); });
    REQUIRE(repeat != said.end());
    put_back_old_log(alder);
    alder.engine().cover(true);
    std::vector<schema::Inner> covers;
    alder.watch([&](const node::TransportPublicKey&, const Frame& frame) {
        if (auto inner = inside_deposit(alder, birch, frame)) covers.push_back(std::move(*inner));
        return true;
    });
    REQUIRE(birch.transport().send(alder.link(), *repeat));
    world.network().step();
    const auto work = alder.engine().step(alder.clock().ms());
    REQUIRE(work);
    CHECK(work->received.repeats > 0);
    REQUIRE(covers.size() == 1);
    CHECK(covers.front().head.empty());
    CHECK(covers.front().receipts.empty());
}

}  // namespace leeward::test
