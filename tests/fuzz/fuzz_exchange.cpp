// What a partner's message says, taken by a node that knows her: the first byte selects the kind, the rest
// is the body. `$LEG` and `$GRANT` stand for the leg and the grant that are there. Each is taken back again.
#include <string>

#include <catch2/catch_session.hpp>
#include <catch2/catch_test_macros.hpp>

#include "node/exchange/engine.h"
#include "node/exchange/stories.h"
#include "schema/ids.h"
#include "tests/fuzz/parsers.h"
#include "tests/support/test_node.h"

using namespace leeward;

namespace {

// A referrer and a house that has said yes and may read.
struct Stage {
    test::World world{1, {"investigation", "shelter"}};
    test::Asked asked = test::ask(world, world.node(0), {&world.node(1)});
    std::string grant;

    Stage() {
        test::make_firm(world, world.node(0), world.node(1), asked, 0);
        test::sign_release(world.node(0), asked.case_id, world.node(1));
        world.pump();
        grant = world.node(1).must("grant.list").array_at("grants").front().text_at("id");
    }
};

std::string with(std::string text, std::string_view word, const std::string& value) {
    for (auto at = text.find(word); at != std::string::npos;
         at = text.find(word, at + value.size()))
        text.replace(at, word.size(), value);
    return text;
}

schema::Message message_for(Stage& stage, std::uint8_t kind, BytesView body, bool from_referrer) {
    schema::Message message;
    message.header.kind = static_cast<schema::MessageKind>(kind);
    message.header.from = stage.world.node(from_referrer ? 0 : 1).desk().self.node();
    message.header.leg = schema::id_from<schema::LegId>(stage.asked.legs[0]).value();
    message.header.counter = 1'000;
    message.header.saw = 1;
    message.header.ts = stage.world.clock().now();
    message.header.exp = message.header.ts + std::chrono::hours(1);
    message.body =
        with(with(std::string(as_text(body)), "$LEG", stage.asked.legs[0]), "$GRANT", stage.grant);
    return message;
}

// Whatever it says: the node answers, and is as it was once it is taken back. What does not read has
// changed nothing in memory.
void take(Stage& stage, std::size_t at, const schema::Message& message) {
    test::TestNode& node = stage.world.node(at);
    node::Desk& desk = node.desk();
    const auto stories = node::stories_of(desk);
    const Outcome done = node.home().store.write([&](node::Transaction& tx) -> Outcome {
        node::Peer* peer = desk.peers.find(message.header.from);
        fuzz::hold(peer != nullptr);
        const auto applied = stories.apply(tx, *peer, message, message.header.ts);
        if (!applied || applied->refused != "SCHEMA")
            tx.on_rollback([&] { (void)desk.peers.load(desk.store); });
        return Error{Errc::busy};
    });
    fuzz::hold(!done && done.error().code == Errc::busy);
}

// Nodes of tests are founded within a test. They live until the end.
Stage* stage = nullptr;
TEST_CASE("the stage is set") {
    stage = new Stage();
}

Stage& the_stage() {
    static const int failed = Catch::Session().run();
    fuzz::hold(failed == 0 && stage != nullptr);
    return *stage;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 64 * 1024) return 0;
    const BytesView body = BytesView(data, size).subspan(1);
    const auto kind = static_cast<std::uint8_t>(data[0] - '@');
    take(the_stage(), 1, message_for(the_stage(), kind, body, true));
    take(the_stage(), 0, message_for(the_stage(), kind, body, false));
    return 0;
}
