// Found by a review: a second person's yes was to a kind of act, and what that was done to was looked for by name once
// more when she agreed. A partner that took another's name meanwhile was suspended, or asked, in its place.
#include <catch2/catch_test_macros.hpp>

#include "node/exchange/succeed.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

struct Named {
    World world;
    TestNode& harbor = world.node(0);
    TestNode& azul = world.node(1);
    TestNode& quay = world.node(2);
    Seat ada{harbor, "desk 2", "INVESTIGATOR"};
    Seat grace{harbor, "supervisor", "INVESTIGATION_SUPERVISOR"};

    explicit Named(std::uint64_t seed)
        : world({{"Harbor Light", "investigation"},
                 {"Casa Azul", "shelter"},
                 {"Quay Cottage", "shelter"}},
                seed) {}

    // Harbor hears that a partner is called otherwise.
    void rename(TestNode& partner, const std::string& name) {
        schema::NodeCard card = partner.desk().self.card;
        ++card.version;
        card.previous = crypto::sha256(as_bytes(partner.desk().self.card_jws));
        card.organisation = name;
        auto root = node::open_root_key(partner.folder(), partner.home().root);
        REQUIRE(root);
        const std::string jws = schema::sign_card(card, *root);
        const auto taken =
            harbor.home().store.write([&](node::Transaction& tx) -> Result<node::CardTaken> {
                return node::take_card(harbor.desk(), tx, card, jws, harbor.clock().now());
            });
        REQUIRE(taken);
        REQUIRE(*taken == node::CardTaken::SUCCESSOR);
    }
    bool is_suspended(TestNode& partner) {
        return harbor.desk().peers.find(partner.desk().self.node())->suspended;
    }
    Json suspend(std::string_view peer) {
        return harbor.must("peer.suspend", Json::object({{"peer", peer}}));
    }
    // A case, and what to ask about it that needs a second person.
    Json need() {
        const Json record =
            Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}});
        return Json::object({{"case", ada.must("case.new", record).text_at("id")},
                             {"need", telling_need("ROUTINE").dump()}});
    }
    static Json& asking(Json& args, std::string_view to) {
        return args.set("to", listed(to)).set("override", "RISK_OVERRIDE_SAFETY_NEEDS_DETAIL");
    }
    std::int64_t asked(TestNode& partner) {
        world.pump();
        return partner.count("SELECT count(*) FROM leg");
    }
};

Json id_of(const Json& approval) {
    return Json::object({{"id", approval.text_at("id")}});
}

}  // namespace

TEST_CASE("a yes to the suspension of one partner suspends no other that has taken its name") {
    Named n(966);
    const Json waits = n.suspend("casa");
    n.rename(n.quay, "Casa");
    CHECK(n.grace.refused("approval.give", id_of(waits)).code == Errc::wrong_state);
    CHECK_FALSE(n.is_suspended(n.azul));
    CHECK_FALSE(n.is_suspended(n.quay));
    n.grace.must("approval.give", id_of(n.suspend("Casa Azul")));
    CHECK(n.is_suspended(n.azul));
    CHECK_FALSE(n.is_suspended(n.quay));
}

TEST_CASE("a partner that is called otherwise by now is still the one that was meant") {
    Named n(967);
    const Json waits = n.suspend("casa");
    n.rename(n.azul, "Casa Verde");
    n.grace.must("approval.give", id_of(waits));
    CHECK(n.is_suspended(n.azul));
}

TEST_CASE("an inquiry goes to nobody who has taken the name of the house that was meant") {
    Named n(968);
    Json args = Json::object({{"id", n.ada.must("need.new", n.need()).text_at("id")}});
    const Json waits = n.ada.must("need.ask", Named::asking(args, "casa"));
    REQUIRE(waits.bool_at("needs_second_person"));
    SECTION("once there is such a one") {
        n.rename(n.quay, "Casa");
        CHECK(n.grace.refused("approval.give", id_of(waits)).code == Errc::wrong_state);
        CHECK(n.harbor.count("SELECT count(*) FROM leg") == 0);
    }
    SECTION("and to that house otherwise") {
        n.grace.must("approval.give", id_of(waits));
        CHECK(n.asked(n.azul) == 1);
        CHECK(n.asked(n.quay) == 0);
    }
}

TEST_CASE("a need that is written down and asked about in one act is the one that was agreed to") {
    Named n(969);
    Json args = n.need();
    const Json waits = n.ada.must("need.new", Named::asking(args, "casa"));
    REQUIRE(waits.bool_at("needs_second_person"));
    n.grace.must("approval.give", id_of(waits));
    CHECK(n.asked(n.azul) == 1);
    const Json needs = n.ada.must("need.list");
    REQUIRE(needs.array_at("needs").size() == 1);
    CHECK(needs.array_at("needs").front().text_at("id") == waits.text_at("about"));
}

}  // namespace leeward::test
