// Found by reading: at a desk that an administrator had left whoever came by made herself a second person in her name,
// with `people add`, `people roles` or `people reset`: none of them took a passphrase of hers. On the page they did.
#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "schema/codes.h"
#include "tests/support/holders.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using node::Act;
using Typed = TestNode::Typed;

const std::string hers{passphrase_of_all};  // of desk 1, the administrator who is not at her desk
constexpr auto chosen = "chosen by whoever came by";

Json named(std::string_view name) {
    return Json::object({{"name", name}});
}

// The shelter's administrator has left her desk; the night worker and the supervisor know their own passphrases alone.
struct Left {
    World world;
    TestNode& juniper = world.node(1);
    Seat night{juniper, "night desk", "SHELTER_INTAKE"};
    Seat grace{juniper, "supervisor", "SHELTER_SUPERVISOR"};

    explicit Left(std::uint64_t seed) : world(seed, {"investigation", "shelter"}) {}

    Result<Json> at_her_desk(std::string_view command, const Json& args, const Typed& typed) {
        return juniper.serve(::geteuid(), {std::string(command), args, Act::PERFORM, {}, 0}, typed);
    }
    // With what follows her own passphrase, where that is missing, empty, guessed, or the night worker's.
    void refuses(std::string_view command, const Json& args, const Typed& then = {}) {
        CAPTURE(command);
        std::vector<Typed> tries{then};
        for (const std::string& first :
             {std::string(), std::string("a guess"), night.passphrase()}) {
            tries.push_back({first});
            tries.back().insert(tries.back().end(), then.begin(), then.end());
        }
        for (const Typed& typed : tries) {
            const auto done = at_her_desk(command, args, typed);
            REQUIRE_FALSE(done);
            CHECK(done.error().code == Errc::locked);
            CHECK(done.error().detail.find("nothing was changed") != std::string::npos);
        }
        CHECK(juniper.newest_entry().reason == schema::code_tag("SIGN_IN_REFUSED"));
    }
    std::string people() { return juniper.must("people.list", Json::object()).dump(); }
    Result<Json> signs_in(std::string_view name, const std::string& passphrase) {
        return juniper.serve(
            night.desk(), {"shift.start", named(name), Act::PERFORM, {}, 0}, {passphrase});
    }
};

}  // namespace

TEST_CASE("nobody brings in a second person of her own at a desk that an administrator has left") {
    Left w(1311);
    const std::string before = w.people();
    const Json args = named("her other self").set("roles", listed("SHELTER_SUPERVISOR"));
    w.refuses("people.add", args, {chosen});
    CHECK(w.people() == before);
    CHECK(w.juniper.home().keyring.keyfile().slots().size() == 3);
    CHECK(w.signs_in("her other self", chosen).error().code == Errc::not_found);

    REQUIRE(w.at_her_desk("people.add", args, {hers, chosen}));
    CHECK(w.signs_in("her other self", hers).error().code == Errc::locked);
    CHECK(w.signs_in("her other self", chosen));
}

TEST_CASE("nor gives herself the role, nor takes away whoever has it") {
    Left w(1312);
    const std::string before = w.people();
    const Json roles = named(w.night.name()).set("roles", listed("SHELTER_SUPERVISOR"));
    w.refuses("people.roles", roles);
    w.refuses("people.leave", named(w.grace.name()));
    CHECK(w.people() == before);

    REQUIRE(w.at_her_desk("people.roles", roles, {hers}));
    REQUIRE(w.at_her_desk("people.leave", named(w.grace.name()), {hers}));
    CHECK(w.people() != before);
}

TEST_CASE("nor gives a colleague a new passphrase as if two had, with her own alone") {
    Left w(1313);
    const Json args = named(w.night.name()).set("with", w.grace.name());
    w.refuses("people.reset", args, {w.grace.passphrase(), chosen});
    REQUIRE(w.night.start_shift());

    REQUIRE(w.at_her_desk("people.reset", args, {hers, w.grace.passphrase(), chosen}));
    CHECK(w.night.start_shift().error().code == Errc::locked);
    CHECK(w.signs_in(w.night.name(), chosen));
}

TEST_CASE("nor names the partner that is asked, nor a holder of the backups") {
    Left w(1314);
    const HolderKeys holders(w.world.random());
    const Json holder = named("board").set("key", holders.public_key(0));
    const Json partner = Json::object({{"peer", w.world.node(0).name()}});
    w.refuses("approval.outside", partner);
    w.refuses("recovery.holder", holder);
    CHECK(w.juniper.must("recovery.holders").array_at("holders").empty());
    CHECK(w.juniper.count("SELECT count(*) FROM meta WHERE key='approval.outside'") == 0);

    REQUIRE(w.at_her_desk("approval.outside", partner, {hers}));
    REQUIRE(w.at_her_desk("recovery.holder", holder, {hers}));
}

TEST_CASE("a second person's no is hers, too") {
    Left w(1315);
    const Asked asked = ask(w.world, w.world.node(0), {&w.juniper});
    make_firm(w.world, w.world.node(0), w.juniper, asked, 0);
    const Json waits = w.night.must(
        "leg.lost", Json::object({{"id", asked.legs.front()}, {"code", "VACANCY_GONE"}}));
    const Json request = Json::object({{"id", waits.text_at("id")}});
    w.refuses("approval.refuse", request);
    const auto state = [&] {
        return w.juniper.must("approval.list", Json::object({{"all", true}}))
            .array_at("approvals")
            .front()
            .text_at("state");
    };
    CHECK(state() == "ASKED");
    w.grace.must("approval.refuse", request);
    CHECK(state() == "REFUSED");
}

TEST_CASE("who brings in a worker for one act with --as types her own once, and a preview none") {
    Left w(1316);
    const Json args = named("desk 2").set("roles", listed("SHELTER_INTAKE"));
    REQUIRE(w.juniper.serve(
        w.night.desk(), {"people.add", args, Act::PERFORM, "desk 1", 0}, {hers, chosen}));
    CHECK(w.signs_in("desk 2", chosen));
    const Json partner = Json::object({{"peer", w.world.node(0).name()}});
    CHECK(w.juniper.preview("approval.outside", partner).text_at("outside") ==
          w.world.node(0).name());
}

}  // namespace leeward::test
