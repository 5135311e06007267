#include <set>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "tests/support/cheap_slot.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using node::Act;
using std::chrono::hours;

const std::vector<std::string> two{"investigation", "shelter"};

Json case_args() {
    return Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}});
}

Json named(std::string_view name) {
    return Json::object({{"name", name}});
}

// The worker who signed the newest entry of the log.
// Who signed the newest entry of the log, or the one so many before it.
std::string signer_of_newest(TestNode& node, std::int64_t before = 0) {
    auto rows = node.home().store.query(
        "SELECT w.name FROM leaf l JOIN signed_act a ON a.leaf=l.idx "
        "JOIN worker_key k ON k.verify=a.verify JOIN worker w ON w.id=k.worker "
        "WHERE l.idx=(SELECT max(idx) FROM leaf)-?",
        before);
    return rows.next() ? rows.text(0) : std::string();
}

Result<Json> founder_signs_in(TestNode& node) {
    return node.serve(::geteuid(),
                      {"shift.start", named("desk 1"), Act::PERFORM, {}, 0},
                      {std::string(passphrase_of_all)});
}

}  // namespace

TEST_CASE("The worker that node init made acts without a shift for as long as she is alone") {
    World world(301, two);
    TestNode& harbor = world.node(0);
    harbor.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "desk 1");
    const Json people = harbor.must("people.list");
    REQUIRE(people.array_at("people").size() == 1);
    CHECK(people.array_at("people").front().array_at("roles").size() == 3);
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A second worker signs in with her own passphrase and signs what she does") {
    World world(302, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "ada's desk", "INVESTIGATOR");
    ada.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "ada's desk");
    harbor.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "desk 1");
    CHECK(ada.refused("people.add", Json::object({{"name", "x"}, {"roles", listed("AUDITOR")}}))
              .code == Errc::not_permitted);
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("An act in the log whose signature is missing or another's is found") {
    World world(303, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    ada.must("case.new", case_args());
    const auto tamper = [&](std::string_view sql) {
        REQUIRE(harbor.home().store.write([&](node::Transaction& tx) { return tx.run(sql); }));
        return harbor.refused("audit.verify").code;
    };
    CHECK(tamper("UPDATE signed_act SET verify=(SELECT verify FROM worker WHERE name='desk 1') "
                 "WHERE leaf=(SELECT max(leaf) FROM signed_act)") == Errc::corrupt);
    CHECK(tamper("DELETE FROM signed_act WHERE leaf=(SELECT max(leaf) FROM signed_act)") ==
          Errc::corrupt);
}

TEST_CASE("A key that no entry of the log brought in signs for nobody") {
    World world(304, two);
    TestNode& harbor = world.node(0);
    harbor.must("case.new", case_args());
    REQUIRE(harbor.home().store.write([&](node::Transaction& tx) -> Outcome {
        crypto::SigningSeed seed;
        world.random().fill(seed.reveal());
        const auto key = crypto::signing_key_from_seed(seed.reveal());
        auto rows = tx.query("SELECT idx,rec,n,xref FROM leaf ORDER BY idx DESC LIMIT 1");
        REQUIRE(rows.next());
        const auto leaf = schema::leaf_data(
            schema::leaf_commitment(rows.array<32>(2), rows.array<schema::audit_record_bytes>(1)),
            rows.array<32>(3));
        const auto signature = crypto::sign(key, schema::act_statement(leaf));
        LEEWARD_TRY(
            tx.run("INSERT INTO worker_key SELECT ?,id,0 FROM worker", crypto::verify_key_of(key)));
        return tx.run("UPDATE signed_act SET verify=?,signature=? WHERE leaf=?",
                      crypto::verify_key_of(key),
                      signature,
                      rows.integer(0));
    }));
    CHECK(harbor.refused("audit.verify").code == Errc::corrupt);
}

TEST_CASE("The log names no worker, and the store keeps nobody's passphrase") {
    World world(305, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    ada.must("case.new", case_args());
    const auto id = harbor.desk().workers.named("desk 2")->id;
    auto rows = harbor.home().store.query("SELECT rec,n,xref FROM leaf");
    while (rows.next())
        for (int column = 0; column < 3; ++column)
            CHECK(to_text(rows.blob(column)).find(as_text(id.get())) == std::string::npos);
}

TEST_CASE("With several workers nobody acts who is not signed in at that desk") {
    World world(306, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    constexpr uid_t elsewhere = 4242;
    const auto at = [&](std::string_view command) {
        return harbor.serve(elsewhere, {std::string(command), Json(), Act::PERFORM, {}, 0});
    };
    CHECK(at("case.list").error().code == Errc::locked);
    CHECK(at("node.status"));
    CHECK(at("shift.end").error().code == Errc::locked);
    ada.must("shift.end");
    CHECK(ada.refused("case.list").code == Errc::locked);
    REQUIRE(ada.start_shift());
    ada.must("case.list");
}

TEST_CASE("A shift ends with its time, with the next one at that desk and with the process") {
    World world(307, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    Seat grace(harbor, "desk 3", "INVESTIGATION_SUPERVISOR");
    world.clock().move(hours(14));
    CHECK(ada.refused("case.list").code == Errc::locked);
    REQUIRE(ada.start_shift());
    ada.must("case.list");
    REQUIRE(harbor.serve(
        ada.desk(), {"shift.start", named("desk 3"), Act::PERFORM, {}, 0}, {grace.passphrase()}));
    ada.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "desk 3");
    harbor.close();
    harbor.open();
    CHECK(ada.refused("case.list").code == Errc::locked);
    CHECK(harbor.refused("case.list").code == Errc::locked);
    REQUIRE(founder_signs_in(harbor));
    harbor.must("case.list");
}

TEST_CASE("A wrong passphrase signs nobody in, and the log keeps the attempt") {
    World world(308, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    ada.must("shift.end");
    const auto before = harbor.count("SELECT count(*) FROM leaf");
    ada.use_passphrase("not the passphrase");
    CHECK(ada.start_shift().error().code == Errc::locked);
    CHECK(harbor.count("SELECT count(*) FROM leaf") == before + 1);
    CHECK(ada.refused("case.list").code == Errc::locked);
}

TEST_CASE("One act may be another worker's, by her own passphrase, without ending a shift") {
    World world(309, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    Seat grace(harbor, "desk 3", "INVESTIGATION_SUPERVISOR");
    REQUIRE(ada.call_as(grace, "case.new", case_args()));
    CHECK(signer_of_newest(harbor) == "desk 3");
    ada.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "desk 2");
}

TEST_CASE("Roles taken away hold from the next command on") {
    World world(310, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    ada.must("case.list");
    harbor.must("people.roles", Json::object({{"name", "desk 2"}, {"roles", listed("auditor")}}));
    CHECK(ada.refused("case.list").code == Errc::not_permitted);
    ada.must("audit.verify");
}

TEST_CASE("Nobody changes her own roles, and one administrator always stays") {
    World world(311, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR,ADMINISTRATOR");
    CHECK(ada.refused("people.roles",
                      Json::object({{"name", "desk 2"},
                                    {"roles", listed("INVESTIGATION_SUPERVISOR,ADMINISTRATOR")}}))
              .code == Errc::not_permitted);
    ada.must("people.roles", Json::object({{"name", "desk 1"}, {"roles", listed("INVESTIGATOR")}}));
    CHECK(ada.refused("people.leave", named("desk 2")).code == Errc::wrong_state);
    CHECK(ada.refused("people.roles",
                      Json::object({{"name", "desk 1"}, {"roles", listed("SHELTER_INTAKE")}}))
              .code == Errc::invalid_argument);
}

TEST_CASE("Whoever leaves opens nothing any more, and what she did stays hers") {
    World world(312, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    ada.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "desk 2");
    harbor.must("people.leave", named("desk 2").set("hand-to", "desk 1"));
    CHECK(ada.refused("case.list").code == Errc::locked);
    CHECK(ada.start_shift().error().code == Errc::not_found);
    CHECK(harbor.home().keyring.keyfile().slots().size() == 1);
    CHECK(harbor.must("audit.verify").bool_at("verified"));
    CHECK(harbor.must("people.list").array_at("people").size() == 1);
    CHECK(harbor.must("people.list", Json::object({{"all", true}})).array_at("people").size() == 2);
    const auto again =
        harbor.serve(::geteuid(),
                     {"people.add",
                      Json::object({{"name", "desk 2"}, {"roles", listed("INVESTIGATOR")}}),
                      Act::PERFORM,
                      {},
                      0},
                     {std::string(passphrase_of_all), "another good passphrase"});
    CHECK(again.error().code == Errc::already_exists);
    CHECK(harbor.home().keyring.keyfile().slots().size() == 1);
}

TEST_CASE("A new passphrase opens the same key, and the old one nothing") {
    World world(313, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    const auto change = [&](const std::string& from, const std::string& to) {
        return harbor.serve(
            ada.desk(), {"people.passphrase", Json::object(), Act::PERFORM, {}, 0}, {from, to});
    };
    CHECK(change("a wrong passphrase", "quite another passphrase").error().code == Errc::locked);
    CHECK(change(ada.passphrase(), "short").error().code == Errc::invalid_argument);
    REQUIRE(change(ada.passphrase(), "quite another passphrase"));
    CHECK(ada.start_shift().error().code == Errc::locked);
    ada.use_passphrase("quite another passphrase");
    REQUIRE(ada.start_shift());
    ada.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "desk 2");
    CHECK(harbor.count("SELECT count(*) FROM worker_key") == 2);
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A forgotten passphrase is reset by two, and what she signed before stays hers") {
    World world(315, two);
    TestNode& harbor = world.node(0);
    Seat ada(harbor, "desk 2", "INVESTIGATOR");
    Seat grace(harbor, "supervisor", "INVESTIGATION_SUPERVISOR");
    Seat bea(harbor, "desk 3", "INVESTIGATOR");
    ada.must("case.new", case_args());
    const auto reset = [&](std::string_view who, const Seat& with, std::string_view typed) {
        return harbor.serve(
            ::geteuid(),
            {"people.reset",
             Json::object({{"name", who}, {"with", with.name()}}),
             Act::PERFORM,
             {},
             0},
            {std::string(passphrase_of_all), std::string(typed), "remembered this time"});
    };
    CHECK(reset("desk 2", grace, "not hers").error().code == Errc::locked);
    CHECK(reset("desk 2", bea, bea.passphrase()).error().code == Errc::not_permitted);
    CHECK(reset("supervisor", grace, grace.passphrase()).error().code == Errc::not_permitted);
    CHECK(reset("desk 1", grace, grace.passphrase()).error().code == Errc::not_permitted);
    CHECK(ada.call("case.list"));
    REQUIRE(reset("desk 2", grace, grace.passphrase()));
    CHECK(std::set{signer_of_newest(harbor), signer_of_newest(harbor, 1)} ==
          std::set<std::string>{"desk 1", "supervisor"});
    CHECK(ada.refused("case.list").code == Errc::locked);
    CHECK(ada.start_shift().error().code == Errc::locked);
    ada.use_passphrase("remembered this time");
    REQUIRE(ada.start_shift());
    ada.must("case.new", case_args());
    CHECK(signer_of_newest(harbor) == "desk 2");
    CHECK(harbor.count("SELECT count(*) FROM worker_key k JOIN worker w ON w.id=k.worker "
                       "WHERE w.name='desk 2'") == 2);
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A slot that a crash left without its worker is gone after the next start") {
    World world(314, two);
    TestNode& harbor = world.node(0);
    harbor.must("node.status");
    const auto slot = support::cheap_slot({0x77}, "nobody's", harbor.home().root, world.random());
    REQUIRE(harbor.home().keyring.add_slot(slot));
    harbor.close();
    harbor.open();
    harbor.must("node.status");
    CHECK(harbor.home().keyring.keyfile().slots().size() == 1);
}

}  // namespace leeward::test
