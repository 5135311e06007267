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

Json new_case() {
    return Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}});
}

std::string another_need(TestNode& node) {
    const Json one = node.must("case.new", new_case());
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

TEST_CASE(
    "a long queue does not keep a node with a full disk busy, and goes out when there is room") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(46, two, {referrer});
    TestNode& full = world.node(referrer);
    world.node(shelter).close();
    for (int i = 0; i < 200; ++i)
        ask(world, full, {&world.node(shelter)});
    world.clock().move(std::chrono::minutes(10));
    world.disk(referrer).fill();
    while (!full.home().store.is_short())  // its write-ahead log has some room of its own left
        static_cast<void>(full.call("case.new", new_case()));
    world.pump();  // fails where a node never comes to rest
    CHECK(full.waiting() == 200);

    world.disk(referrer).make_room();
    world.node(shelter).open();
    world.pass(std::chrono::minutes(10), std::chrono::seconds(30));
    CHECK(full.waiting() == 0);
}

TEST_CASE("on a full disk new work is refused in words, and endings still go out") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    World world(44, two, {referrer});
    TestNode& full = world.node(referrer);
    TestNode& other = world.node(shelter);
    const Asked asked = ask(world, full, {&other});
    world.disk(referrer).fill();

    const Error refused = full.refused("case.new", new_case());
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

namespace {

// Whether the newest entries of the node's log hold a reading.
std::int64_t readings(TestNode& node) {
    std::int64_t found = 0;
    const Json shown = node.must("audit.show", Json::object({{"limit", 200}}));
    for (const auto& entry : shown.array_at("entries"))
        found += entry.text_at("kind") == "VIEW" ? 1 : 0;
    return found;
}

// A shelter that was given an identity, and then its disk filled up.
struct Nurse {
    explicit Nurse(std::uint64_t seed) : world(seed, two, {shelter}) {
        asked = ask(world, referring(), {&node()});
        make_firm(world, referring(), node(), asked, 0);
        sign_release(referring(), asked.case_id, node());
        world.pump();
        grant = only_grant(node());
        world.disk(shelter).fill();
    }
    TestNode& node() { return world.node(shelter); }
    TestNode& referring() { return world.node(referrer); }
    Json open() {
        return node().must("grant.open",
                           Json::object({{"id", grant}, {"purpose", "PURPOSE_MEDICAL"}}));
    }
    [[nodiscard]] std::size_t aside() { return node().home().views.entries().size(); }

    World world;
    Asked asked;
    std::string grant;
};

}  // namespace

TEST_CASE(
    "what is held is read on a full disk, and the reading enters the log when there is room") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    Nurse nurse(51);
    const auto before = readings(nurse.node());
    const auto read_at = nurse.world.clock().seconds();
    CHECK(nurse.open().find("record")->text_at("allergies") == "Nuts.");
    CHECK(nurse.aside() == 1);
    CHECK(readings(nurse.node()) == before);
    CHECK(nurse.referring().must("grant.list").array_at("grants").front().int_at("opened_at") == 0);

    nurse.world.pass(std::chrono::hours(2));
    nurse.world.disk(shelter).make_room();
    nurse.world.pass(std::chrono::minutes(5), std::chrono::seconds(30));
    CHECK(nurse.aside() == 0);
    CHECK(readings(nurse.node()) == before + 1);
    const Json told = nurse.referring().must("grant.list").array_at("grants").front();
    CHECK(told.int_at("opened_at") == read_at);
    CHECK(told.text_at("opened_for") == "PURPOSE_MEDICAL");
    CHECK(nurse.node().must("audit.verify").bool_at("verified"));
}

TEST_CASE("a reading that was set aside enters the log once, whenever the node stops") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    Nurse nurse(52);
    const auto before = readings(nurse.node());
    nurse.open();
    const auto journal = nurse.node().folder() / "views.journal";
    const auto copy = nurse.node().folder().parent_path() / "views.copy";
    std::filesystem::copy_file(journal, copy);
    nurse.node().close();
    nurse.world.disk(shelter).make_room();
    nurse.node().open();
    nurse.world.pass(std::chrono::seconds(2), std::chrono::seconds(1));
    CHECK(readings(nurse.node()) == before + 1);

    nurse.node().close();  // it stopped before the journal forgot what the log held already
    std::filesystem::copy_file(copy, journal, std::filesystem::copy_options::overwrite_existing);
    nurse.node().open();
    nurse.world.pass(std::chrono::seconds(2), std::chrono::seconds(1));
    CHECK(readings(nurse.node()) == before + 1);
    nurse.world.disk(shelter).fill();
    nurse.open();
    CHECK(nurse.aside() == 1);
    nurse.world.disk(shelter).make_room();
    nurse.world.pass(std::chrono::seconds(2), std::chrono::seconds(1));
    CHECK(readings(nurse.node()) == before + 2);
}

TEST_CASE("with the journal full of readings the next one takes from the reserve") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    Nurse nurse(53);
    const auto before = nurse.node().count("SELECT count(*) FROM leaf");
    for (std::size_t i = 0; i < node::ViewJournal::slots; ++i)
        nurse.open();
    CHECK(nurse.node().count("SELECT count(*) FROM leaf") == before);
    nurse.open();
    CHECK(nurse.node().count("SELECT count(*) FROM leaf") > before);
    CHECK(nurse.aside() == node::ViewJournal::slots);
}

TEST_CASE("nothing is shown on a full disk that would not be shown otherwise") {
    if (!SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    Nurse nurse(54);
    nurse.world.clock().move(std::chrono::hours(24 * 40));  // past the release
    const Error refused = nurse.node().refused(
        "grant.open", Json::object({{"id", nurse.grant}, {"purpose", "PURPOSE_MEDICAL"}}));
    CHECK(refused.code == Errc::not_released);
    CHECK(nurse.aside() == 0);
}
