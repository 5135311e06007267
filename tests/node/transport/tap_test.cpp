#include "tests/support/tap.h"

#include "tests/node/transport/nodes.h"

using namespace leeward;
using namespace leeward::node;

TEST_CASE("a stopped tap is a partition and a started one heals it") {
    const TestNode sender;
    const TestNode receiver;
    receiver->allow(sender.key);
    const auto tap = test::Tap::open({0, receiver.port(), {}});
    REQUIRE(tap);
    REQUIRE(sender->connect(receiver.key, (*tap)->endpoint()));
    REQUIRE(sender->send(receiver.key, frame_of("before")));
    REQUIRE(next_inbound(*receiver));

    (*tap)->stop();
    const auto bytes = (*tap)->bytes();
    REQUIRE(sender->send(receiver.key, frame_of("during")));
    CHECK((*tap)->bytes() == bytes);
    CHECK_FALSE(receiver->poll());

    (*tap)->start();
    CHECK(eventually([&] {
        (void)static_cast<bool>(sender->send(receiver.key, frame_of("after")));
        return receiver->poll().has_value();
    }));
    CHECK((*tap)->bytes() > bytes);
}
