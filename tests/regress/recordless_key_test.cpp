// Found by a review, and by seed 42322 of the universes: the key of a record is made before the transaction that
// makes the record. Where that was taken back, or the message refused after all, nothing named the key any more, and
// it stayed for good: a partner could have keys made without end, until the keyring was too large for the node to
// start.
#include <catch2/catch_test_macros.hpp>

#include "schema/grant.h"
#include "schema/record.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

std::string new_name(World& world) {
    return hex::encode(world.random().array<16>());
}

std::string narrowed_to(World& world, const std::string& kept) {
    const auto fields = schema::fields_of(Json::object({{"preferred_name", "Wren"}}));
    return Json::object({{"grant", new_name(world)},
                         {"value", schema::name(schema::GrantDiscloser::REVOKED)},
                         {"keeps", Json::object({{"grant", kept}, {"fields", fields.hex()}})}})
        .dump();
}

std::size_t keys(TestNode& node, std::string_view kind) {
    return node.home().keyring.names(kind).size();
}

}  // namespace

TEST_CASE("the narrowing of a grant that is not held makes no key") {
    World world(1051, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    deliver(world,
            birch,
            alder,
            made_up(birch,
                    alder,
                    schema::MessageKind::GRANT_STATE,
                    narrowed_to(world, new_name(world)),
                    [](schema::Message& message) { message.header.counter = 1; }));
    CHECK(alder.count("SELECT count(*) FROM grant_of") == 1);  // closed before it came
    CHECK(keys(alder, "grant/") == 0);
}

TEST_CASE("the key that was made for a refused question goes within the hour, and no other") {
    World world(1052, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    const Asked asked = ask(world, alder, {&birch});
    deliver(world,
            alder,
            birch,
            made_up(alder,
                    birch,
                    schema::MessageKind::ASK,
                    R"({"value":"CANCEL_CLOSED","no_such_member":1})",
                    [&](schema::Message& message) {
                        message.header.counter = 1;
                        message.header.leg = schema::LegId(world.random().array<16>());
                    }));
    world.pass(hours(2));
    CHECK(birch.count("SELECT count(*) FROM received WHERE refused='SCHEMA'") == 1);
    CHECK(birch.home().keyring.contains("leg/" + asked.legs[0]));
    CHECK(keys(birch, "leg/") == 1);
}

TEST_CASE("the key that was made for a preview goes within the hour, and no other") {
    World world(1053, {"investigation", "shelter"});
    TestNode& alder = world.node(0);
    const Asked asked = ask(world, alder, {&world.node(1)});
    alder.preview("case.new",
                  Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}));
    world.pass(hours(2));
    CHECK(alder.home().keyring.contains("case/" + asked.case_id));
    CHECK(alder.home().keyring.contains("leg/" + asked.legs[0]));
    CHECK(keys(alder, "case/") == 1);
}

}  // namespace leeward::test
