// Found by reading: the incident of a suspension stood for the partner's keys, closed or not. When the keys were revoked
// after all, or the partner was suspended once more, nobody was called and no incident was opened.
#include <catch2/catch_test_macros.hpp>

#include "schema/revocation.h"
#include "tests/support/holders.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

struct Suspected {
    World world{1214, {"investigation", "shelter"}};
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    Seat second{harbor, "supervisor", "INVESTIGATION_SUPERVISOR"};
    Json who = Json::object({{"peer", juniper.name()}});

    void agreed(std::string_view command) {
        const Json waits = harbor.must(command, who);
        second.must("approval.give", Json::object({{"id", waits.text_at("id")}}));
        world.pump();
    }
    std::vector<std::string> incidents() {
        std::vector<std::string> ids;
        const Json list = harbor.must("incident.list");
        for (const auto& one : list.array_at("incidents"))
            ids.push_back(one.text_at("id"));
        return ids;
    }
    void suspend() {
        agreed("peer.suspend");
        REQUIRE(incidents().size() == 1);
    }
    void turns_out_harmless() {
        const std::string id = incidents().front();
        harbor.must("incident.contain",
                    Json::object({{"id", id}, {"code", "CONTAINED_NOTHING_LEFT"}}));
        harbor.must("incident.close", Json::object({{"id", id}, {"code", "REVIEWED_NO_HARM"}}));
        agreed("peer.resume");
        REQUIRE(incidents().empty());
        world.clock().move(std::chrono::hours(1));
    }
    void root_revokes() {
        auto root = node::open_root_key(juniper.folder(), juniper.home().root);
        REQUIRE(root);
        const auto id = juniper.desk().self.node();
        const auto now = world.clock().now();
        const schema::Revocation word{id, id, 1, now, now, "REVOKED_DEVICE_STOLEN"};
        harbor.must(
            "peer.revoke",
            Json::object(
                {{"words", schema::write_revocations({schema::sign_revocation(word, *root)})}}));
        world.pump();
    }
};

}  // namespace

TEST_CASE("keys that are revoked after a suspicion was laid to rest open an incident") {
    Suspected s;
    s.suspend();
    s.turns_out_harmless();
    s.root_revokes();
    CHECK(s.incidents().size() == 1);
}

TEST_CASE("a partner that is suspended once more is an incident once more") {
    Suspected s;
    s.suspend();
    s.turns_out_harmless();
    s.agreed("peer.suspend");
    CHECK(s.incidents().size() == 1);
}

}  // namespace leeward::test
