// An investigation group and a shelter whose recovery holders are named, one of which will be restored.
#pragma once

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "node/exchange/resync.h"
#include "tests/support/founding.h"
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
    // Another question to the house about a case that is there.
    Asked ask_once_more(const std::string& case_id, const Json& need = sample_need()) {
        Asked asked{case_id, {}, {}};
        asked.need =
            harbor.must("need.new", Json::object({{"case", case_id}, {"need", need.dump()}}))
                .text_at("id");
        const Json sent = harbor.must(
            "need.ask",
            Json::object({{"id", asked.need}, {"to", Json(Json::Array{juniper.name()})}}));
        asked.legs.push_back(sent.array_at("legs").front().text_at("id"));
        world.pump();
        return asked;
    }
    void firm_for_another_need(const std::string& case_id) {
        make_firm(world, harbor, juniper, ask_once_more(case_id), 0);
    }
    std::string sign_both_tiers(const std::string& case_id) {
        const Json draft = harbor.must("release.new",
                                       Json::object({{"case", case_id},
                                                     {"to", juniper.name()},
                                                     {"fields", Json(Json::Array{"T2", "T3"})},
                                                     {"purpose", "PURPOSE_PLACEMENT"}}));
        for (const Json& signature : founding::both_signatures(draft.text_at("id")))
            harbor.must("release.sign", signature);
        world.pump();
        return draft.text_at("id");
    }
    void plan(const std::string& leg) {
        const auto now = world.clock().seconds();
        harbor.must(
            "leg.plan",
            Json::object({{"id", leg}, {"window-start", now + 3600}, {"window-end", now + 7200}}));
        world.pump();
        juniper.must("leg.plan", id_arg(leg));
        world.pump();
    }
    // How all stands is said late.
    void unsay_resync() {
        REQUIRE(juniper.home().store.write([](node::Transaction& tx) {
            return tx.run("DELETE FROM outbox WHERE kind=?", schema::MessageKind::RESYNC);
        }));
    }
    void say_resync() {
        const node::Peer* peer = juniper.desk().peers.find(harbor.home().identity.node());
        REQUIRE(peer != nullptr);
        REQUIRE(juniper.home().store.write([&](node::Transaction& tx) {
            return node::send_resync(juniper.desk(), tx, *peer, world.clock().now());
        }));
    }
    // Grants that the house may open.
    std::int64_t readable() {
        return juniper.count("SELECT count(*) FROM grant_of WHERE discloser<=1");
    }
};

}  // namespace leeward::test
