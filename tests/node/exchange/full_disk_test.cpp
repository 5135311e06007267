// A disk that is full to the last byte, through whole nodes: what was acknowledged stays, what
// protects people goes on, nothing is lost, and with room again everything flows by itself.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

using namespace leeward;
using namespace leeward::test;

namespace {

const std::vector<std::string> two{"investigation", "shelter"};
constexpr std::size_t referrer = 0;
constexpr std::size_t shelter = 1;

Json id(const std::string& value) {
    return Json::object({{"id", value}});
}

Json doctors_line(TestNode& node, std::string_view check) {
    const Json answer = node.must("node.doctor");
    for (const auto& line : answer.array_at("checks"))
        if (line.text_at("check") == check) return line;
    return Json();
}

void withdraw(TestNode& node, const Asked& asked) {
    node.must(
        "need.withdraw",
        Json::object(
            {{"id", asked.need}, {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"}, {"read-back", true}}));
}

std::string another_need(TestNode& node) {
    const Json one =
        node.must("case.new",
                  Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}));
    const Json need = Json::object({{"case", one.text_at("id")}, {"need", sample_need().dump()}});
    return node.must("need.new", need).text_at("id");
}

bool says(TestNode& node, std::string_view code) {
    const auto notices = node.notices();
    return std::find(notices.begin(), notices.end(), code) != notices.end();
}

}  // namespace

TEST_CASE("a shelter with a full disk receipts nothing that it cannot store, and loses nothing") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(41, two, {shelter});
    TestNode& asks = world.node(referrer);
    TestNode& full = world.node(shelter);
    const Asked before = ask(world, asks, {&full});
    full.must("leg.show", id(before.legs[0]));
    world.pump();
    REQUIRE(asks.waiting() == 0);

    world.disk(shelter).fill();
    const Asked during = ask(world, asks, {&full});
    CHECK(asks.waiting() == 1);
    CHECK(asks.state_of(during.legs[0]) == "QUEUED");
    CHECK(full.leg(during.legs[0]).is_null());
    CHECK(full.state_of(before.legs[0]) == "SEEN");
    CHECK(full.count("SELECT count(*) FROM received") == 1);
    world.pass(std::chrono::seconds(2), std::chrono::seconds(1));
    CHECK(says(full, "DISK_FULL"));

    world.disk(shelter).make_room();
    world.pass(std::chrono::minutes(2), std::chrono::seconds(20));
    CHECK(asks.waiting() == 0);
    CHECK(full.state_of(during.legs[0]) == "DELIVERED");
    CHECK_FALSE(says(full, "DISK_FULL"));
    full.must("leg.offer", id(before.legs[0]));
}

TEST_CASE("a peer with a full disk asks to wait, and is not sent content again before that") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(42, two, {shelter});
    TestNode& asks = world.node(referrer);
    world.disk(shelter).fill();
    const Asked asked = ask(world, asks, {&world.node(shelter)});
    int tries = 0;
    asks.watch([&](const node::TransportPublicKey&, const node::Frame& frame) {
        tries += schema::kind_of(frame.parts) == schema::FrameKind::ENVELOPE ? 1 : 0;
        return true;
    });
    world.pass(std::chrono::seconds(50), std::chrono::seconds(5));
    CHECK(tries == 0);
    world.pass(std::chrono::seconds(20), std::chrono::seconds(5));
    CHECK(tries == 1);
    CHECK(asks.waiting() == 1);
}

TEST_CASE("a withdrawal is taken on a full disk, out of an envelope whose content must wait") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(43, two, {shelter});
    TestNode& asks = world.node(referrer);
    TestNode& full = world.node(shelter);
    const Asked before = ask(world, asks, {&full});
    const std::string during = another_need(asks);
    world.disk(shelter).fill();
    withdraw(asks, before);
    asks.must("need.ask", Json::object({{"id", during}, {"to", Json(Json::Array{full.name()})}}));
    world.pump();
    CHECK(full.count("SELECT count(*) FROM leg WHERE erased>0 OR shown>=17") == 1);
    CHECK(full.count("SELECT count(*) FROM leg") == 1);
    CHECK(asks.waiting() == 1);

    world.disk(shelter).make_room();
    world.pass(std::chrono::minutes(2), std::chrono::seconds(20));
    CHECK(asks.waiting() == 0);
    CHECK(full.count("SELECT count(*) FROM leg") == 2);
}

TEST_CASE("on a full disk new work is refused in words, and endings still go out") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(44, two, {referrer});
    TestNode& full = world.node(referrer);
    TestNode& other = world.node(shelter);
    const Asked asked = ask(world, full, {&other});
    world.disk(referrer).fill();

    const Error refused = full.refused(
        "case.new",
        Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}));
    CHECK(refused.code == Errc::disk_full);
    CHECK(refused.detail.find("not stored") != std::string::npos);
    CHECK(refused.detail.find("safe") != std::string::npos);
    CHECK(refused.detail.find("Make room") != std::string::npos);
    CHECK(full.count("SELECT count(*) FROM survivor_case") == 1);
    CHECK(full.must("need.list").array_at("needs").size() == 1);

    withdraw(full, asked);
    world.pump();
    CHECK(full.waiting() == 0);
    CHECK(other.count("SELECT count(*) FROM leg WHERE shown>=17") == 1);
}

TEST_CASE("a node starts on a full disk, says so, and needs no restart when there is room") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(45, two, {shelter});
    TestNode& full = world.node(shelter);
    const Asked asked = ask(world, world.node(referrer), {&full});
    full.must("leg.show", id(asked.legs[0]));
    CHECK(doctors_line(full, "disk").text_at("light") != "red");
    CHECK(doctors_line(full, "disk").int_at("reserve_bytes") == 8 * 1024 * 1024);

    world.disk(shelter).fill();
    full.refused("leg.offer", id(asked.legs[0]));
    full.close();
    full.open();
    world.pump();
    CHECK(doctors_line(full, "disk").text_at("light") == "red");
    CHECK(doctors_line(full, "disk").int_at("reserve_bytes") == 0);
    CHECK(full.refused("leg.offer", id(asked.legs[0])).code == Errc::disk_full);

    world.disk(shelter).make_room();
    full.must("leg.offer", id(asked.legs[0]));
    world.pump();
    CHECK(world.node(referrer).state_of(asked.legs[0]) == "OFFERED");
    CHECK(doctors_line(full, "disk").int_at("reserve_bytes") == 8 * 1024 * 1024);
    CHECK(full.must("audit.verify").bool_at("verified"));
}
