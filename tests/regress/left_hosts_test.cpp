// Found by reading: a house that left its mail host fetched nothing there from that moment on. Two hidden houses that
// both left their only host while their offers were out, or at one time, each told the other where neither looked any
// more, and never found each other.
#include <catch2/catch_test_macros.hpp>

#include "node/exchange/mail_places.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<std::string> both_hidden{
    "hidden investigation", "hidden shelter", "counselling", "shelter"};

// Cedar keeps the mail of both at first, and Damson after that.
struct Houses {
    explicit Houses(std::uint64_t seed) : world(seed, both_hidden) { settle(); }
    TestNode& alder() { return world.node(0); }
    TestNode& birch() { return world.node(1); }
    TestNode& cedar() { return world.node(2); }
    TestNode& damson() { return world.node(3); }

    void settle() { world.pass(minutes(2), seconds(5)); }
    static std::string leave(TestNode& house) {
        const Json list = house.must("mailhost.list");
        std::string host = list.array_at("our_mail").front().text_at("endpoint");
        house.must("mailhost.remove", Json::object({{"host", host}}));
        return host;
    }
    void move(TestNode& house) {
        leave(house);
        give_place(damson(), house);
    }
    static std::string offer_for(TestNode& house, const std::string& other) {
        return house.must("peer.offer", Json::object({{"for", other}})).text_at("file");
    }
    void move_both_once_offered() {
        of_alder = offer_for(alder(), birch().name());
        of_birch = offer_for(birch(), alder().name());
        settle();
        move(alder());
        move(birch());
    }
    void compare() {
        compare_words(alder(), birch());
        compare_words(birch(), alder());
    }
    static std::size_t left(TestNode& house) {
        return house.must("mailhost.list").array_at("left_hosts").size();
    }
    std::string state_of_question() {
        const Asked asked = ask(world, alder(), {&birch()});
        settle();
        return alder().state_of(asked.legs[0]);
    }

    World world;
    std::string of_alder;
    std::string of_birch;
};

std::string said(TestNode& house, std::string_view check) {
    const Json doctor = house.must("node.doctor");
    for (const auto& one : doctor.array_at("checks"))
        if (one.text_at("check") == check) return one.text_at("say");
    return "";
}

}  // namespace

TEST_CASE("two hidden houses that both left their only host once their offers were out meet") {
    Houses houses(1121);
    houses.move_both_once_offered();
    houses.world.pass(hours(3), minutes(1));  // every other partner knows
    houses.alder().must("peer.accept", Json::object({{"offer", houses.of_birch}}));
    houses.world.pass(hours(3), minutes(1));  // no offer of Alder's is out any more
    houses.birch().must("peer.accept", Json::object({{"offer", houses.of_alder}}));
    houses.compare();
    houses.settle();
    CHECK(houses.state_of_question() == "DELIVERED");
}

TEST_CASE("two hidden partners that leave their only host at one time are told of the new ones") {
    Houses houses(1122);
    const auto lost = [](const node::TransportPublicKey&, const node::Frame&) { return false; };
    houses.alder().watch(lost);
    houses.birch().watch(lost);
    houses.move(houses.alder());
    houses.move(houses.birch());
    houses.world.pass(hours(3), minutes(1));
    houses.alder().watch({});
    houses.birch().watch({});
    houses.world.pass(hours(1), seconds(20));
    CHECK(houses.state_of_question() == "DELIVERED");
}

TEST_CASE("a host that was left is asked for nothing once everybody knows, and its key is gone") {
    Houses houses(1123);
    houses.move(houses.birch());
    CHECK(Houses::left(houses.birch()) == 1);
    houses.world.pass(hours(3), minutes(1));
    CHECK(Houses::left(houses.birch()) == 0);
    CHECK(houses.birch().engine().post().places().size() == 1);
    CHECK(houses.birch().home().keyring.names("mailhost/").size() == 1);
}

TEST_CASE("an offer that nobody accepts keeps a host that was left as long as it could be") {
    Houses houses(1124);
    Houses::offer_for(houses.birch(), "Willow House");
    houses.settle();
    houses.move(houses.birch());
    houses.world.pass(hours(24 * 13), hours(1));
    CHECK(Houses::left(houses.birch()) == 1);
    houses.world.pass(hours(24 * 12), hours(1));
    CHECK(Houses::left(houses.birch()) == 0);
}

TEST_CASE("an offer that can be accepted no more is no reason to exchange offers again") {
    Houses houses(1132);
    Houses::offer_for(houses.birch(), "Willow House");
    houses.settle();
    houses.move(houses.birch());
    houses.settle();
    houses.cedar().close();
    houses.settle();
    REQUIRE(said(houses.birch(), "left mail hosts").find("willow house") != std::string::npos);
    houses.cedar().open();
    houses.world.pass(hours(24 * 25), hours(1));
    houses.cedar().close();
    houses.settle();
    CHECK(said(houses.birch(), "left mail hosts").empty());
}

// Weeks are of seven days from the beginning of Unix time.
TEST_CASE("an offer ends once what was handed over for it can be accepted no more") {
    Houses houses(1133);
    const auto last_hour_of = [&](std::int64_t week) {
        const std::int64_t at = (week + 1) * 604'800 - 3'600;
        houses.world.pass(seconds(at - houses.world.clock().seconds()), hours(1));
    };
    const std::int64_t week = houses.world.clock().seconds() / 604'800;
    const std::string of_birch = Houses::offer_for(houses.birch(), houses.alder().name());
    Houses::offer_for(houses.birch(), "Willow House");
    last_hour_of(week + 1);
    const std::string of_alder = Houses::offer_for(houses.alder(), houses.birch().name());
    houses.alder().must("peer.accept", Json::object({{"offer", of_birch}}));
    last_hour_of(week + 2);
    CHECK(houses.birch().count("SELECT count(*) FROM pending_offer") == 2);
    houses.birch().must("peer.accept", Json::object({{"offer", of_alder}}));
    houses.world.pass(hours(24 * 3), hours(1));
    CHECK(houses.birch().count("SELECT count(*) FROM pending_offer") == 0);
}

TEST_CASE("a host that a clock ahead has left is kept for no longer") {
    Houses houses(1125);
    Houses::offer_for(houses.birch(), "Willow House");
    houses.settle();
    TestClock ahead = houses.birch().clock();
    ahead.move(hours(24 * 400));
    houses.birch().close();
    houses.birch().use_clock(ahead);
    houses.birch().open();
    houses.move(houses.birch());
    houses.birch().close();
    houses.birch().use_clock(houses.world.clock());
    houses.birch().open();
    houses.world.pass(hours(2), minutes(1));
    const Json list = houses.birch().must("mailhost.list");
    REQUIRE(list.array_at("left_hosts").size() == 1);
    const auto until = list.array_at("left_hosts").front().int_at("fetched_until");
    CHECK(until < schema::unix_seconds(houses.world.clock().now()) + 31 * 86'400);
    Houses::offer_for(houses.birch(), houses.alder().name());
    CHECK(said(houses.birch(), "left mail hosts").empty());
}

TEST_CASE("a host that was left keeps our mail again where another place of it is added") {
    Houses houses(1126);
    houses.move(houses.birch());  // from Cedar to Damson
    houses.settle();
    Houses::leave(houses.birch());
    give_place(houses.cedar(), houses.birch());
    houses.settle();
    const Json list = houses.birch().must("mailhost.list");
    CHECK(list.array_at("our_mail").size() == 1);
    CHECK(list.array_at("left_hosts").size() == 1);
    CHECK(houses.state_of_question() == "DELIVERED");
}

namespace {

// Under which keys a house fetches its mail, as its store and its keyring have it.
std::vector<node::TransportPublicKey> keys_of_places(TestNode& house) {
    const auto own = node::own_mail(house.home().store, house.home().keyring);
    REQUIRE(own);
    std::vector<node::TransportPublicKey> keys;
    for (const auto& place : own->places)
        keys.push_back(node::public_key_of(place.key));
    return keys;
}

// All is done but the commit, for which the disk has no room.
void add_on_a_full_disk(TestNode& house, const std::string& place, schema::Time now) {
    const auto done = house.home().store.write([&](node::Transaction& tx) -> Outcome {
        REQUIRE(node::mailhost_add(house.desk(), tx, Json::object({{"place", place}}), now));
        return Error{Errc::disk_full, "no room"};
    });
    REQUIRE_FALSE(done);
}

}  // namespace

TEST_CASE(
    "a host that was left is fetched from as before where taking it again fails on the disk") {
    Houses houses(1131);
    Houses::offer_for(houses.birch(), "Willow House");
    houses.settle();
    houses.move(houses.birch());  // from Cedar to Damson
    houses.settle();
    const auto before = keys_of_places(houses.birch());
    REQUIRE(before.size() == 2);
    const std::string again = houses.cedar().must("mailhost.open").text_at("file");
    add_on_a_full_disk(houses.birch(), again, houses.world.clock().now());
    CHECK(keys_of_places(houses.birch()) == before);
    houses.birch().close();
    houses.birch().open();
    houses.world.pass(hours(2), minutes(10));
    CHECK(keys_of_places(houses.birch()) == before);
    CHECK(houses.birch().home().keyring.names("mailhost/").size() == 2);  // none of the attempt
    houses.birch().must("mailhost.add", Json::object({{"place", again}}));
    houses.world.pass(hours(2), minutes(10));
    CHECK(keys_of_places(houses.birch()).size() == 2);
    CHECK(keys_of_places(houses.birch()) != before);
    CHECK(houses.birch().home().keyring.names("mailhost/").size() == 2);
}

TEST_CASE("of hosts that were left the last two are asked for mail, and no more") {
    World world(1128, {"investigation", "hidden shelter", "counselling", "counselling", "shelter"});
    TestNode& birch = world.node(1);
    Houses::offer_for(birch, "Willow House");
    std::vector<std::string> left;
    for (int i = 0; i < 3; ++i) {
        world.pass(minutes(1), seconds(5));
        left.push_back(Houses::leave(birch));
        if (i == 1) give_place(world.node(4), birch);
    }
    world.pass(minutes(1), seconds(5));
    const Json list = birch.must("mailhost.list");
    REQUIRE(list.array_at("left_hosts").size() == 2);
    CHECK(list.array_at("left_hosts").front().text_at("endpoint") == left[1]);
    CHECK(list.array_at("left_hosts").back().text_at("endpoint") == left[2]);
    CHECK(birch.engine().post().places().size() == 2);
}

TEST_CASE("with whom to exchange offers again is said where the host that they name is gone") {
    Houses houses(1127);
    Houses::offer_for(houses.birch(), houses.alder().name());
    Houses::offer_for(houses.birch(), houses.cedar().name());  // connected to: it is told
    houses.settle();
    houses.move(houses.birch());
    houses.settle();
    CHECK(said(houses.birch(), "left mail hosts").empty());
    houses.cedar().close();
    houses.settle();
    const std::string words = said(houses.birch(), "left mail hosts");
    CHECK(words.find(houses.alder().name()) != std::string::npos);
    CHECK(words.find(houses.cedar().name()) == std::string::npos);
    CHECK(said(houses.birch(), "mail").starts_with("our mail host answers"));
}

TEST_CASE("so it is of a hidden partner that has not heard for a day where our mail goes") {
    Houses houses(1129);
    houses.cedar().close();
    houses.move(houses.alder());
    houses.move(houses.birch());
    houses.settle();
    CHECK(said(houses.birch(), "left mail hosts").empty());
    houses.world.pass(hours(25), minutes(10));
    const std::string words = said(houses.birch(), "left mail hosts");
    CHECK(words.find(houses.alder().name()) != std::string::npos);
    CHECK(words.find(houses.damson().name()) == std::string::npos);
}

TEST_CASE("and of one from which nothing has come since offers were exchanged") {
    Houses houses(1130);
    houses.move_both_once_offered();
    houses.cedar().close();
    houses.alder().must("peer.accept", Json::object({{"offer", houses.of_birch}}));
    houses.birch().must("peer.accept", Json::object({{"offer", houses.of_alder}}));
    houses.compare();
    houses.settle();
    CHECK(said(houses.alder(), houses.birch().name()).starts_with("nothing has come from it"));
    houses.cedar().open();
    houses.world.pass(hours(1), seconds(20));
    CHECK(said(houses.alder(), houses.birch().name()).empty());
}

}  // namespace leeward::test
