// Found by reading: of all envelopes that are to be deleted at hosts, 512 were asked for at a time, partner by
// partner. One partner whose hosts had been dead for two days took all of them, and what was taken back from
// anybody after it stayed where it lay.
#include <catch2/catch_test_macros.hpp>

#include "node/outbox/hosted.h"
#include "schema/mailhost.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const std::vector<std::string> roles{
    "investigation", "hidden shelter", "hidden shelter", "counselling"};

// `mid` was deposited for `peer` again and again, and whether it lies at a host nobody has said.
void note_many_attempts(TestNode& node, const schema::NodeId& peer, const schema::MessageId& mid) {
    const auto until = node.clock().now() + hours(24 * 14);
    const Outcome done = node.home().store.write([&](node::Transaction& tx) -> Outcome {
        for (unsigned i = 0; i < 600; ++i) {
            const schema::MailHandle handle{0, static_cast<Byte>(i / 256), static_cast<Byte>(i)};
            LEEWARD_TRY(node::note_deposit(tx, handle, peer, std::span(&mid, 1), until));
        }
        return Done{};
    });
    REQUIRE(done);
}

schema::NodeId id_of(TestNode& node) {
    return node.desk().self.node();
}

std::int64_t kept_at(TestNode& host) {
    std::int64_t envelopes = 0;
    const Json list = host.must("mailhost.list");
    for (const auto& place : list.array_at("kept_for_others"))
        envelopes += place.int_at("envelopes");
    return envelopes;
}

}  // namespace

TEST_CASE(
    "a question is called back at its host although another partner's host is dead for days") {
    World world(32, roles);
    TestNode& alder = world.node(0);
    TestNode& host = world.node(3);
    const bool birch_first = id_of(world.node(1)) < id_of(world.node(2));
    TestNode& first = world.node(birch_first ? 1 : 2);
    TestNode& second = world.node(birch_first ? 2 : 1);
    world.pass(seconds(60), seconds(5));
    const auto dead = alder.engine().post().lines_to(host.link()).front();  // in the order of peers
    alder.watch([&](const node::TransportPublicKey& to, const node::Frame&) { return to != dead; });
    note_many_attempts(
        alder, id_of(first), schema::new_id<schema::MessageId>(crypto::system_random()));
    second.close();
    const Asked asked = ask(world, alder, {&second});
    world.pass(seconds(60), seconds(5));
    REQUIRE(kept_at(host) > 0);
    alder.must("leg.cancel",
               Json::object({{"id", asked.legs[0]}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
    world.pass(seconds(120), seconds(5));
    second.open();
    world.pass(seconds(60), seconds(5));
    CHECK(second.count("SELECT count(*) FROM leg WHERE alias<>''") == 0);
}

TEST_CASE("what was taken back is recalled before what was only sent anew") {
    World world(33, roles);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    world.pass(seconds(60), seconds(5));
    alder.watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
    const Asked withdrawn = ask(world, alder, {&birch});
    world.pass(seconds(30), seconds(5));
    auto handles = alder.home().store.query("SELECT handle FROM hosted");
    REQUIRE(handles.next());
    const auto handle = handles.array<16>(0);
    alder.must("leg.cancel",
               Json::object({{"id", withdrawn.legs[0]}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
    auto waiting = alder.home().store.query("SELECT mid FROM outbox WHERE peer=?", id_of(birch));
    REQUIRE(waiting.next());
    note_many_attempts(alder, id_of(birch), waiting.id<schema::MessageId>(0));
    const auto asked_for = node::to_recall(alder.home().store).value();
    CHECK(asked_for.size() == 512);
    CHECK(std::any_of(asked_for.begin(), asked_for.end(), [&](const node::ToRecall& one) {
        return one.handle == handle;
    }));
}

}  // namespace leeward::test
