// The word of a partner that it holds our card of this version.
#pragma once

#include "tests/support/test_node.h"

namespace leeward::test {

inline node::Frame holds_frame(TestNode& from, TestNode& to, std::uint32_t version) {
    auto& desk = from.desk();
    const auto frame = node::seal_control(desk.peers,
                                          *desk.peers.find(to.desk().self.node()),
                                          crypto::epoch_of(from.clock().seconds()),
                                          {false, {}, {}, {}, version},
                                          desk.random);
    REQUIRE(frame);
    return node::Frame{schema::write_frame(*frame)};
}

}  // namespace leeward::test
