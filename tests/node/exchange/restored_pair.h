// An investigation group and a shelter whose recovery holders are named, one of which will be restored.
#pragma once

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/holders.h"

namespace leeward::test {

inline Json id_arg(const std::string& id) {
    return Json::object({{"id", id}});
}

// Whether the inbox has this notice.
inline bool is_told(TestNode& node, std::string_view code) {
    const auto notices = node.notices();
    return std::find(notices.begin(), notices.end(), code) != notices.end();
}

struct Pair {
    World world;
    HolderKeys holders;
    TestNode& harbor;   // asks
    TestNode& juniper;  // is asked

    explicit Pair(std::uint64_t seed)
        : world(seed, {"investigation", "shelter"}),
          holders(world.random()),
          harbor(world.node(0)),
          juniper(world.node(1)) {
        name_holders(harbor, holders);
        name_holders(juniper, holders);
    }
    void meet_again() {
        pair_up(harbor, juniper);
        compare_words(harbor, juniper);
        compare_words(juniper, harbor);
        world.pump();
    }
    // Both show the same of it.
    std::string state(const std::string& leg) {
        const std::string at_harbor = harbor.state_of(leg);
        CHECK(juniper.state_of(leg) == at_harbor);
        return at_harbor;
    }
    std::string disclosed(const Asked& asked) {
        make_firm(world, harbor, juniper, asked, 0);
        const std::string release = sign_release(harbor, asked.case_id, juniper);
        world.pump();
        return release;
    }
};

}  // namespace leeward::test
