// No network at all: a placement by sealed files, from hand to hand.
#include <catch2/catch_test_macros.hpp>

#include "node/app/qr_pages.h"
#include "node/mailbox/sealed_file.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

const std::vector<std::string> two{"investigation", "shelter"};

Json id_arg(const std::string& id) {
    return Json::object({{"id", id}});
}
Json peer_arg(const TestNode& node) {
    return Json::object({{"peer", node.name()}});
}

// Two nodes between whom nothing passes but what somebody carries.
struct Apart {
    World world;
    TestNode& harbor;
    TestNode& juniper;
    explicit Apart(std::uint64_t seed, const std::vector<std::string>& roles = two)
        : world(seed, roles), harbor(world.node(0)), juniper(world.node(1)) {
        for (std::size_t i = 0; i < world.size(); ++i)
            world.node(i).watch(
                [](const node::TransportPublicKey&, const node::Frame&) { return false; });
    }
    std::string written(TestNode& from, TestNode& to) {
        return from.must("courier.export", peer_arg(to)).text_at("file");
    }
    Json taken(TestNode& at, const std::string& file) {
        return at.must("courier.import", Json::object({{"carried", file}}));
    }
    // There and back.
    void carry(TestNode& from, TestNode& to) {
        const Json there = taken(to, written(from, to));
        (void)taken(from, there.text_at("file"));
    }
    std::string state(const std::string& leg) {
        const std::string at_harbor = harbor.state_of(leg);
        CHECK(juniper.state_of(leg) == at_harbor);
        return at_harbor;
    }
};

std::string only_grant_state(TestNode& node) {
    return node.must("grant.list", Json::object({{"all", true}}))
        .array_at("grants")
        .front()
        .text_at("state");
}

}  // namespace

TEST_CASE("a whole placement goes by sealed files alone") {
    Apart a(41);
    const Asked asked = ask(a.world, a.harbor, {&a.juniper});
    const std::string& bed = asked.legs[0];
    CHECK(a.harbor.state_of(bed) == "QUEUED");
    a.carry(a.harbor, a.juniper);
    CHECK(a.state(bed) == "DELIVERED");
    offer(a.world, a.juniper, bed);
    a.carry(a.juniper, a.harbor);
    CHECK(a.state(bed) == "OFFERED");
    choose(a.world, a.harbor, asked.need, bed);
    const std::string release = sign_release(a.harbor, asked.case_id, a.juniper);
    a.carry(a.harbor, a.juniper);
    a.juniper.must("leg.confirm", id_arg(bed));
    a.carry(a.juniper, a.harbor);  // the yes goes there, the grant comes back with the receipt
    CHECK(a.state(bed) == "ACCEPTED");
    const std::string grant = only_grant(a.juniper);
    const Json opened =
        a.juniper.must("grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}}));
    REQUIRE(opened.find("record") != nullptr);
    CHECK(opened.find("record")->text_at("given_name") == "Renata");
    const std::int64_t now = a.world.clock().seconds();
    a.harbor.must("leg.plan",
                  Json::object({{"id", bed},
                                {"window-start", now + 3600},
                                {"window-end", now + 10800},
                                {"code-word", "lamplight"},
                                {"person", "desk 1"},
                                {"roles", Json(Json::Array{"INVESTIGATOR"})}}));
    a.carry(a.harbor, a.juniper);
    a.juniper.must("leg.plan", Json::object({{"id", bed}, {"person", "night worker"}}));
    a.carry(a.juniper, a.harbor);
    CHECK(a.state(bed) == "HANDOFF_SCHEDULED");
    a.harbor.must("leg.departed", id_arg(bed));
    a.carry(a.harbor, a.juniper);
    a.juniper.must("leg.arrived", id_arg(bed));
    a.carry(a.juniper, a.harbor);
    CHECK(a.state(bed) == "ARRIVED");
    a.harbor.must("release.withdraw", id_arg(release));
    a.world.pass(hours(2));
    a.carry(a.harbor, a.juniper);
    a.world.pass(hours(2));
    a.carry(a.juniper, a.harbor);
    CHECK(only_grant_state(a.harbor) == only_grant_state(a.juniper));
    CHECK(a.harbor.waiting() == 0);
    CHECK(a.harbor.must("audit.verify").bool_at("verified"));
    CHECK(a.juniper.must("audit.verify").bool_at("verified"));
}

TEST_CASE("a file that is taken twice changes nothing the second time, and is receipted again") {
    Apart a(42);
    const Asked asked = ask(a.world, a.harbor, {&a.juniper});
    const std::string file = a.written(a.harbor, a.juniper);
    const Json first = a.taken(a.juniper, file);
    CHECK(first.int_at("new") > 0);
    const auto legs = a.juniper.count("SELECT count(*) FROM leg");
    const auto received = a.juniper.count("SELECT count(*) FROM received");
    a.world.clock().move(std::chrono::seconds(5));
    const Json second = a.taken(a.juniper, file);
    CHECK(second.int_at("new") == 0);
    CHECK(second.int_at("known_already") > 0);
    CHECK(a.juniper.count("SELECT count(*) FROM leg") == legs);
    CHECK(a.juniper.count("SELECT count(*) FROM received") == received);
    // The first way back was lost; the second brings the receipt.
    CHECK(a.taken(a.harbor, second.text_at("file")).int_at("receipts") > 0);
    CHECK(a.harbor.state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("files and the network together have one effect") {
    Apart a(43);
    const Asked asked = ask(a.world, a.harbor, {&a.juniper});
    const std::string file = a.written(a.harbor, a.juniper);
    a.harbor.watch({});
    a.juniper.watch({});
    a.world.pass(hours(1), std::chrono::minutes(5));
    CHECK(a.harbor.state_of(asked.legs[0]) == "DELIVERED");
    CHECK(a.taken(a.juniper, file).int_at("new") == 0);
    CHECK(a.juniper.count("SELECT count(*) FROM leg") == 1);
}

TEST_CASE("a file for another, one's own file, and one that was changed are refused in words") {
    Apart a(44, {"investigation", "shelter", "shelter"});
    (void)ask(a.world, a.harbor, {&a.juniper});
    const std::string file = a.written(a.harbor, a.juniper);
    const auto refused = [](TestNode& at, const std::string& text) {
        return at.refused("courier.import", Json::object({{"carried", text}})).code;
    };
    CHECK(refused(a.world.node(2), file) == Errc::not_found);
    CHECK(refused(a.harbor, file) == Errc::not_found);
    std::string changed = file;
    const auto at = changed.size() - 200;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    CHECK(refused(a.juniper, changed) == Errc::untrusted);
    CHECK(refused(a.juniper, file.substr(0, file.size() / 2)) != Errc::not_found);
    CHECK(refused(a.juniper, "") == Errc::malformed);
    CHECK(refused(a.juniper, "leeward-sealed-file/2\nAAAA\n") == Errc::malformed);
    // In the end of weeks its mailbox is no longer listened to.
    a.world.clock().move(hours(24 * 7 * 4));
    CHECK(refused(a.juniper, file) == Errc::not_found);
    a.world.clock().move(-std::chrono::milliseconds(hours(24 * 7 * 4)));
    CHECK(a.taken(a.juniper, file).int_at("new") > 0);
}

TEST_CASE("a line feed of another system in a file does it no harm") {
    Apart a(45);
    (void)ask(a.world, a.harbor, {&a.juniper});
    std::string windows;
    for (const char c : a.written(a.harbor, a.juniper)) {
        if (c == '\n') windows += '\r';
        windows += c;
    }
    CHECK(a.taken(a.juniper, windows).int_at("new") > 0);
}

TEST_CASE(
    "what a file carries does not show in its length below four thousand bytes, and by Padme "
    "above") {
    Apart a(46);
    const std::string nothing = a.written(a.harbor, a.juniper);
    a.juniper.must("courier.import", Json::object({{"carried", nothing}}));
    const std::string again = a.written(a.harbor, a.juniper);
    CHECK(nothing.size() == again.size());
    for (const std::size_t size : {0UL, 1UL, 4'000UL, 9'000UL, 9'200UL}) {
        const std::vector<node::Frame> frames{{{Bytes(size, 7)}}};
        const SecretBytes packed = node::pack_frames(frames);
        CHECK(packed.size() >= 4096);
        const auto read = node::unpack_frames(packed.reveal());
        REQUIRE(read);
        CHECK(*read == frames);
    }
    CHECK(node::pack_frames(std::vector<node::Frame>{{{Bytes(9'000, 7)}}}).size() ==
          node::pack_frames(std::vector<node::Frame>{{{Bytes(9'100, 7)}}}).size());
    Bytes padded(4096);
    padded[4000] = 1;
    CHECK_FALSE(node::unpack_frames(padded));  // padding that says something
}

TEST_CASE("the same goes as numbered pages, scanned in any order and more than once") {
    Apart a(47);
    const Asked asked = ask(a.world, a.harbor, {&a.juniper});
    const std::string file = a.written(a.harbor, a.juniper);
    const auto pages = node::to_pages(file);
    REQUIRE(pages);
    REQUIRE(pages->size() > 3);
    std::string scanned;
    for (auto page = pages->rbegin(); page != pages->rend(); ++page)
        scanned += *page + "\r\n";
    scanned += pages->front() + "\n\n";
    for (const auto& page : *pages)
        CHECK(page.size() <= node::qr_page_bytes);
    const Error missing = a.juniper.refused(
        "courier.import", Json::object({{"carried", (*pages)[0] + "\n" + (*pages)[2] + "\n"}}));
    CHECK(missing.code == Errc::wrong_state);
    CHECK(missing.detail.find("missing: 2, 4") != std::string::npos);
    CHECK(a.taken(a.juniper, scanned).int_at("new") > 0);
    CHECK(a.juniper.state_of(asked.legs[0]) == "DELIVERED");
    std::string misread = scanned;
    misread[misread.size() / 2] = misread[misread.size() / 2] == 'x' ? 'y' : 'x';
    CHECK(a.juniper.call("courier.import", Json::object({{"carried", misread}})).error().code !=
          Errc::not_found);
    const std::string html =
        a.harbor.must("courier.export", Json::object({{"peer", a.juniper.name()}, {"qr", true}}))
            .text_at("file");
    CHECK(html.find("<svg") != std::string::npos);
}

TEST_CASE("an offer that is not carried counts as not delivered, and deadlines go on") {
    Apart a(48);
    const Asked asked = ask(a.world, a.harbor, {&a.juniper});
    (void)a.written(a.harbor, a.juniper);  // the stick is lost
    CHECK(a.harbor.state_of(asked.legs[0]) == "QUEUED");
    CHECK(a.harbor.waiting() > 0);
    a.carry(a.harbor, a.juniper);
    CHECK(a.harbor.state_of(asked.legs[0]) == "DELIVERED");
}

}  // namespace leeward::test
