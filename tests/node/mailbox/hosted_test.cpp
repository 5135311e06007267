// Whole nodes, one of them hidden: nobody connects to it, and a partner keeps its mail.
#include <fstream>
#include <iterator>

#include <catch2/catch_test_macros.hpp>

#include "schema/envelope.h"
#include "schema/mailhost.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Frame;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Alder asks, Birch is hidden, Cedar (and Damson) keep its mail.
const std::vector<std::string> one_host{"investigation", "hidden shelter", "counselling"};
const std::vector<std::string> two_hosts{
    "investigation", "hidden shelter", "counselling", "counselling"};
const std::vector<std::string> both_hidden{"hidden investigation", "hidden shelter", "counselling"};

// Long enough for a deposit, a poll and the receipt's way back, in steps of a poll.
void settle(World& world, seconds by = seconds(60)) {
    world.pass(by, seconds(5));
}

std::int64_t kept_at(TestNode& host) {
    std::int64_t envelopes = 0;
    const Json list = host.must("mailhost.list");
    for (const auto& place : list.array_at("kept_for_others"))
        envelopes += place.int_at("envelopes");
    return envelopes;
}

std::string delivery_of(TestNode& node, const std::string& leg) {
    return node.leg(leg).text_at("delivery");
}

void place(World& world, TestNode& alder, TestNode& birch) {
    const Asked asked = ask(world, alder, {&birch});
    const std::string& bed = asked.legs[0];
    settle(world);
    CHECK(alder.state_of(bed) == "DELIVERED");
    offer(world, birch, bed);
    settle(world);
    REQUIRE(alder.state_of(bed) == "OFFERED");
    choose(world, alder, asked.need, bed);
    sign_release(alder, asked.case_id, birch);
    settle(world);
    birch.must("leg.confirm", Json::object({{"id", bed}}));
    settle(world);
    CHECK(alder.state_of(bed) == "ACCEPTED");
    const Json opened = birch.must(
        "grant.open", Json::object({{"id", only_grant(birch)}, {"purpose", "PURPOSE_INTAKE"}}));
    CHECK(opened.find("record")->text_at("given_name") == "Renata");
    settle(world);
    CHECK(alder.must("grant.list").array_at("grants").front().text_at("state") == "OPENED");
    CHECK(alder.waiting() == 0);
    CHECK(birch.waiting() == 0);
}

// Everything that a node's folder holds under names that begin so.
std::string files_of(TestNode& node, std::string_view name) {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(node.folder()))
        if (entry.path().filename().string().starts_with(name)) {
            std::ifstream in(entry.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(in), {});
        }
    return all;
}

}  // namespace

TEST_CASE("A placement runs through a host, to a shelter that nobody connects to") {
    World world(1, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    std::size_t straight = 0;
    alder.watch([&](const node::TransportPublicKey& to, const Frame&) {
        if (to == birch.link()) ++straight;
        return true;
    });
    place(world, alder, birch);
    CHECK(straight == 0);
    CHECK(kept_at(world.node(2)) == 0);
    for (std::size_t i = 0; i < world.size(); ++i)
        CHECK(world.node(i).must("audit.verify").bool_at("verified"));
}

TEST_CASE("A host's own messages go to the node whose mail it keeps") {
    World world(16, std::vector<std::string>{"investigation", "hidden shelter", "investigation"});
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    give_place(cedar, birch);
    settle(world);
    const Asked asked = ask(world, cedar, {&birch});
    settle(world);
    CHECK(cedar.state_of(asked.legs[0]) == "DELIVERED");
    CHECK(cedar.waiting() == 0);
    CHECK(kept_at(cedar) == 0);
}

TEST_CASE("A placement runs between two nodes that nobody connects to") {
    World world(2, both_hidden);
    settle(world);
    place(world, world.node(0), world.node(1));
}

TEST_CASE("What lies at a host is saved here until the receipt comes back") {
    World world(3, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    birch.close();
    const Asked asked = ask(world, alder, {&birch});
    settle(world);
    CHECK(kept_at(world.node(2)) == 1);
    CHECK(alder.count("SELECT count(*) FROM outbox WHERE state=2") == 1);  // AT_HOST
    CHECK(delivery_of(alder, asked.legs[0]) == "Saved here");
    CHECK(alder.state_of(asked.legs[0]) == "QUEUED");
    birch.open();
    settle(world);
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
    CHECK(delivery_of(alder, asked.legs[0]).empty());
    CHECK(alder.count("SELECT count(*) FROM hosted") == 0);
    CHECK(kept_at(world.node(2)) == 0);
}

TEST_CASE("A host that starts again has what it acknowledged, and admits who it admitted") {
    World world(4, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    settle(world);
    birch.close();
    const Asked asked = ask(world, alder, {&birch});
    settle(world);
    cedar.close();
    cedar.open();
    CHECK(kept_at(cedar) == 1);
    birch.open();
    settle(world);
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("When one of two hosts is gone, mail goes by way of the other") {
    World world(5, two_hosts);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    world.node(2).close();
    const Asked asked = ask(world, alder, {&birch});
    settle(world, seconds(90));
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
    offer(world, birch, asked.legs[0]);
    settle(world);
    CHECK(alder.state_of(asked.legs[0]) == "OFFERED");
    world.node(2).open();
    world.node(3).close();
    choose(world, alder, asked.need, asked.legs[0]);
    settle(world, seconds(150));
    CHECK(birch.state_of(asked.legs[0]) == "SELECTED");
}

TEST_CASE("A host that takes a deposit and loses it is passed by after a while") {
    World world(6, two_hosts);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    // Whichever keeps it answers polls with nothing.
    std::vector<std::size_t> silent{2, 3};
    birch.watch([&](const node::TransportPublicKey& to, const Frame& frame) {
        const auto request = schema::read_host_request(frame.parts);
        const bool polls = request && std::holds_alternative<schema::Poll>(request->what);
        return !polls || std::none_of(silent.begin(), silent.end(), [&](std::size_t host) {
            return to == birch.engine().post().lines_to(world.node(host).link()).front();
        });
    });
    const Asked asked = ask(world, alder, {&birch});
    settle(world);
    silent = {kept_at(world.node(2)) == 1 ? std::size_t{2} : std::size_t{3}};
    REQUIRE(kept_at(world.node(silent.front())) == 1);
    CHECK(alder.count("SELECT count(*) FROM outbox WHERE state=2") == 1);
    world.pass(hours(2), minutes(1));
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
    CHECK(alder.waiting() == 0);
}

TEST_CASE("A question that is called back is deleted at the host, and the shelter shows nothing") {
    World world(7, two_hosts);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    birch.close();
    const Asked asked = ask(world, alder, {&birch});
    settle(world);
    REQUIRE(kept_at(world.node(2)) + kept_at(world.node(3)) == 1);
    alder.must("leg.cancel",
               Json::object({{"id", asked.legs[0]}, {"code", "CANCEL_NO_LONGER_NEEDED"}}));
    settle(world);
    birch.open();
    settle(world);
    const Json list = birch.must("leg.list", Json::object({{"all", true}}));
    for (const auto& leg : list.array_at("legs"))
        CHECK(leg.find("card") == nullptr);
    CHECK(birch.count("SELECT count(*) FROM leg WHERE alias<>''") == 0);
    CHECK(alder.waiting() == 0);
    CHECK(kept_at(world.node(2)) + kept_at(world.node(3)) == 0);
}

TEST_CASE("What nobody fetched in time has lapsed, and the recipient's node shows nothing of it") {
    World world(8, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    birch.close();
    const Asked asked = ask(world, alder, {&birch}, "PLACEMENT", "EMERGENCY");
    settle(world);
    CHECK(kept_at(world.node(2)) == 1);
    world.pass(hours(30), minutes(30));
    CHECK(alder.count("SELECT count(*) FROM outbox WHERE class<>0") == 0);
    birch.open();
    settle(world);
    CHECK(birch.count("SELECT count(*) FROM leg WHERE alias<>''") == 0);
    CHECK(kept_at(world.node(2)) == 0);
}

TEST_CASE("A host whose quota is used up refuses, and the sender keeps what it has") {
    World world(9, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    node::HostLimits none;
    none.frames = 0;
    world.node(2).home().mail_host->set_limits(none);
    const Asked asked = ask(world, alder, {&birch});
    settle(world, minutes(3));
    CHECK(kept_at(world.node(2)) == 0);
    CHECK(alder.state_of(asked.legs[0]) == "QUEUED");
    CHECK(alder.waiting() > 0);
    world.node(2).home().mail_host->set_limits({});
    settle(world, minutes(10));
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("A host that replays and reorders changes nothing") {
    World world(10, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    // Whatever Birch says to delete stays: every poll brings all of it again.
    birch.watch([](const node::TransportPublicKey&, const Frame& frame) {
        const auto request = schema::read_host_request(frame.parts);
        return !(request && std::holds_alternative<schema::Taken>(request->what));
    });
    const Asked asked = ask(world, alder, {&birch});
    settle(world, minutes(3));
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
    CHECK(birch.count("SELECT count(*) FROM leg") == 1);
    const auto received = birch.count("SELECT count(*) FROM received");
    settle(world, minutes(3));
    CHECK(birch.count("SELECT count(*) FROM received") == received);
    offer(world, birch, asked.legs[0]);
    settle(world);
    CHECK(alder.state_of(asked.legs[0]) == "OFFERED");
}

TEST_CASE("A network that loses a fifth of everything loses nothing of what goes through a host") {
    World world(11, one_host);
    world.network().set_weather({200, 100, 200});
    const Asked asked = ask(world, world.node(0), {&world.node(1)});
    settle(world, minutes(5));
    world.network().set_weather({});
    world.pass(hours(1), minutes(1));
    CHECK(world.node(0).state_of(asked.legs[0]) == "DELIVERED");
    CHECK(world.node(1).count("SELECT count(*) FROM leg") == 1);
    CHECK(world.node(0).waiting() == 0);
}

TEST_CASE("Whoever removes its host is reached by way of the other") {
    World world(12, two_hosts);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    const auto host = birch.must("mailhost.list").array_at("our_mail").front().text_at("endpoint");
    birch.must("mailhost.remove", Json::object({{"host", host}}));
    settle(world);
    CHECK(alder.desk().peers.find(birch.desk().self.node())->mail.places.size() == 1);
    const Asked asked = ask(world, alder, {&birch});
    settle(world);
    CHECK(alder.state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("A host that is found after the meeting is told to partners by a message") {
    World world(13, {"investigation", "shelter", "counselling"});
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    give_place(world.node(2), birch);
    settle(world);
    const auto* peer = alder.desk().peers.find(birch.desk().self.node());
    CHECK(peer->mail.places.size() == 1);
    CHECK(peer->mail.version == 1);
}

TEST_CASE("What a host keeps names nobody, whoever opens it") {
    World world(14, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    TestNode& cedar = world.node(2);
    settle(world);
    birch.close();
    ask(world, alder, {&birch});
    settle(world);
    REQUIRE(kept_at(cedar) == 1);
    std::string kept;  // the store as its own host reads it, and its files
    for (const auto& key : cedar.home().mail_host->keys())
        kept += to_text(key.get());
    kept += to_text(cedar.home().mail_host->dump());
    kept += files_of(cedar, "mailhost");
    birch.open();
    std::vector<Bytes> canaries;
    for (TestNode* node : {&alder, &birch}) {
        const auto& card = node->desk().self.card;
        for (const BytesView one : {BytesView(card.node.get()),
                                    BytesView(card.link),
                                    BytesView(card.signing.get()),
                                    BytesView(card.root.get()),
                                    BytesView(card.log.get()),
                                    as_bytes(card.organisation)})
            canaries.push_back(to_bytes(one));
    }
    REQUIRE(kept.size() > 9000);
    for (const auto& canary : canaries)
        CHECK(kept.find(as_text(canary)) == kept.npos);
}

TEST_CASE("With cover, as much passes to a hidden peer when there is nothing to say") {
    World world(15, one_host);
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    settle(world);
    std::size_t deposits = 0;
    alder.watch([&](const node::TransportPublicKey&, const Frame& frame) {
        const auto request = schema::read_host_request(frame.parts);
        if (request && std::holds_alternative<schema::Deposit>(request->what)) {
            const auto& said = std::get<schema::Deposit>(request->what).frame;
            if (schema::kind_of(said) == schema::FrameKind::ENVELOPE) ++deposits;
        }
        return true;
    });
    const auto before = birch.count("SELECT count(*) FROM received");
    settle(world, minutes(20));
    const std::size_t before_cover = deposits;
    CHECK(before_cover <= 1);  // the hour's head, at most
    alder.engine().cover(true);
    settle(world, minutes(20));
    CHECK(deposits >= before_cover + 4);
    CHECK(birch.count("SELECT count(*) FROM received") == before);
    CHECK(kept_at(world.node(2)) == 0);
}

}  // namespace leeward::test
