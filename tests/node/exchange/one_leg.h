// A referrer, a shelter and one question between them: what the tests of legs start from.
#pragma once

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {

inline bool holds(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

struct One {
    World world;
    Asked asked;
    TestNode& harbor;
    TestNode& lantern;

    explicit One(std::uint64_t seed, std::string_view priority = "URGENT")
        : world(seed, {"investigation", "shelter"}), harbor(world.node(0)), lantern(world.node(1)) {
        asked = ask(world, harbor, {&lantern}, "PLACEMENT", priority);
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }
    Json args(std::string_view key = "", const Json& value = {}) {
        Json out = Json::object({{"id", leg()}});
        if (!key.empty()) out.set(key, value);
        return out;
    }
    Json call_args() {
        return Json::object({{"id", leg()}, {"person", "night worker"}, {"number", "555-0100"}});
    }
    // One worker alone at her node has a second person on the telephone.
    Json reviewed_by_phone(std::string_view code) {
        return args("code", code).set("by-phone", "the supervisor").set("number", "555-0142");
    }
    void both_show(std::string_view state) {
        CHECK(harbor.state_of(leg()) == state);
        CHECK(lantern.state_of(leg()) == state);
    }
    void firm() { make_firm(world, harbor, lantern, asked, 0); }
    Json window(std::chrono::seconds from, std::chrono::seconds to) {
        const auto now = world.clock().seconds();
        return Json::object({{"id", leg()},
                             {"window-start", now + from.count()},
                             {"window-end", now + to.count()}});
    }
    void plan() {
        harbor.must("leg.plan", window(std::chrono::hours(1), std::chrono::hours(2)));
        world.pump();
        lantern.must("leg.plan", args());
        world.pump();
    }
    void depart() {
        harbor.must("leg.departed", args());
        world.pump();
    }
    // A command of one side, and everything that follows from it.
    void does(TestNode& node, std::string_view command, const Json& given) {
        node.must(command, given);
        world.pump();
    }
    std::string need() {
        return harbor.must("need.show", Json::object({{"id", asked.need}})).text_at("state");
    }
};

}  // namespace leeward::test
