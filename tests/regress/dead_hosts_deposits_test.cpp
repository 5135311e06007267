// Found by reading: what is on its way to hosts had 256 places for all partners together. One partner that names
// hosts where nobody answers, and that makes itself be answered often, held all of them: nothing was left at any
// host for anybody else.
#include <catch2/catch_test_macros.hpp>

#include "schema/delivery.h"
#include "schema/envelope.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const std::vector<std::string> roles{
    "investigation", "hidden shelter", "hidden shelter", "counselling"};

const node::Peer& partner_of(TestNode& node, TestNode& partner) {
    return *node.desk().peers.find(partner.desk().self.node());
}

// One that nobody can open: that it is answered is all that counts here.
node::Frame some_envelope(crypto::Random& random) {
    schema::EnvelopeFrame frame;
    random.fill(frame.mailbox);
    frame.ciphertext.resize(8'192 + 16);
    return node::Frame{schema::write_frame(frame)};
}

}  // namespace

TEST_CASE("a question is left at its host although another partner's hosts are dead") {
    World world(988, roles);
    TestNode& alder = world.node(0);
    TestNode& host = world.node(3);
    TestNode& first = world.node(1);
    TestNode& second = world.node(2);
    world.pass(seconds(60), seconds(5));
    const node::Peer& of_dead_hosts = partner_of(alder, first);
    const auto lines = alder.engine().post().lines_to(host.link());  // in the order of peers
    const bool comes_first = of_dead_hosts.node() < partner_of(alder, second).node();
    const auto dead = comes_first ? lines.front() : lines.back();
    alder.watch([&](const node::TransportPublicKey& to, const node::Frame&) { return to != dead; });
    second.close();
    for (int i = 0; i < 300; ++i)
        (void)alder.engine().post().send(of_dead_hosts, some_envelope(world.random()), hours(1), 0);
    const Asked asked = ask(world, alder, {&second});
    world.pass(seconds(10), seconds(5));
    CHECK(alder.count("SELECT count(*) FROM outbox WHERE leg IS NOT NULL AND state=" +
                      std::to_string(static_cast<int>(schema::DeliveryState::AT_HOST))) == 1);
}

}  // namespace leeward::test
