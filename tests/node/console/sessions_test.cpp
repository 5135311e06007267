#include "node/console/sessions.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::test {

using namespace std::chrono_literals;
using node::SeatTime;
using node::Sessions;

namespace {

struct Room {
    crypto::SeededRandom random{3};
    int ended = 0;
    Sessions sessions{random, {}, [this](const node::Session&) { ++ended; }};
    std::string seated(SeatTime at) { return *sessions.sit_down(sessions.launch(at), at); }
    int ended_by(SeatTime at) {
        const int before = ended;
        sessions.expire(at);
        return ended - before;
    }
};

}  // namespace

TEST_CASE("every token is another, of 256 bits, and each opens its own kind alone") {
    Room room;
    const auto launch = room.sessions.launch(0s);
    const auto other = room.sessions.launch(0s);
    CHECK(launch != other);
    CHECK(launch.size() == 43);
    CHECK(room.sessions.seat(launch, 0s) == nullptr);
    const auto seat = room.sessions.sit_down(launch, 0s);
    REQUIRE(seat);
    CHECK(room.sessions.seat(*seat, 0s) != nullptr);
    CHECK(room.sessions.session(*seat, 0s) == nullptr);
    const auto session = room.sessions.open(*seat, "desk 1", {}, 0s);
    CHECK(room.sessions.session(session, 0s) != nullptr);
    CHECK(room.sessions.seat(session, 0s) == nullptr);
}

TEST_CASE("only so many links live at once, the newest ones") {
    Room room;
    std::vector<std::string> links;
    for (int i = 0; i < 20; ++i)
        links.push_back(room.sessions.launch(SeatTime(i)));
    CHECK_FALSE(room.sessions.sit_down(links.front(), 20ms));
    CHECK(room.sessions.sit_down(links.back(), 20ms));
}

TEST_CASE("a seat has one session at a time") {
    Room room;
    const auto seat = room.seated(0s);
    const auto first = room.sessions.open(seat, "desk 1", {}, 0s);
    const auto second = room.sessions.open(seat, "desk 2", {}, 1s);
    CHECK(room.sessions.session(first, 1s) == nullptr);
    CHECK(room.sessions.session(second, 1s)->name == "desk 2");
    CHECK(room.sessions.open_sessions() == 1);
}

TEST_CASE("each session that is opened is named once when it ends, whichever way") {
    Room room;
    node::Actor her;
    her.id = schema::OperatorId(ByteArray<16>{1});
    const auto seat = room.seated(0s);
    const auto other = room.seated(0s);
    room.sessions.open(seat, "desk 2", {}, 0s);
    room.sessions.open(seat, "desk 1", her, 0s);  // replaces desk 2's
    CHECK(room.ended == 1);
    const auto third = room.sessions.open(other, "desk 1", her, 0s);  // hers, at another seat
    CHECK(room.ended == 2);
    room.sessions.lock(third);
    CHECK(room.ended == 3);
    room.sessions.leave(other);
    CHECK(room.ended == 3);
    room.sessions.open(seat, "desk 1", her, 0s);
    while (room.sessions.wrong(seat))
        CHECK(room.ended == 3);
    CHECK(room.ended == 4);
    const auto last = room.seated(0s);
    room.sessions.open(last, "desk 1", her, 0s);
    room.sessions.leave(last);
    CHECK(room.ended == 5);
    CHECK(room.ended_by(13h) == 0);
}

TEST_CASE("a worker has one session: signing in at another seat ends the one before") {
    Room room;
    node::Actor first;
    first.id = schema::OperatorId(ByteArray<16>{1});
    node::Actor second;
    second.id = schema::OperatorId(ByteArray<16>{2});
    const auto forgotten = room.sessions.open(room.seated(0s), "desk 1", first, 0s);
    const auto others = room.sessions.open(room.seated(0s), "desk 2", second, 0s);
    const auto here = room.sessions.open(room.seated(0s), "desk 1", first, 1s);
    CHECK(room.sessions.session(forgotten, 1s) == nullptr);
    CHECK(room.sessions.session(others, 1s) != nullptr);
    CHECK(room.sessions.session(here, 1s) != nullptr);
}

TEST_CASE("a session is over at its time to the millisecond, and is named once when it goes") {
    Room room;
    const auto seat = room.seated(0s);
    const auto session = room.sessions.open(seat, "desk 1", {}, 0s);
    CHECK(room.sessions.session(session, 5min) != nullptr);
    CHECK(room.sessions.session(session, 5min + 1ms) == nullptr);
    CHECK(room.ended_by(5min) == 0);
    CHECK(room.ended_by(5min + 1ms) == 1);
    CHECK(room.ended_by(5min + 2ms) == 0);
    CHECK(room.sessions.seat(seat, 5min + 1ms) != nullptr);
}

TEST_CASE("after twelve hours nothing of a seat is left") {
    Room room;
    const auto seat = room.seated(0s);
    const auto session = room.sessions.open(seat, "desk 1", {}, 12h);
    CHECK(room.sessions.session(session, 12h) != nullptr);
    CHECK(room.sessions.session(session, 12h + 1ms) == nullptr);
    CHECK(room.ended_by(12h + 1ms) == 1);
    CHECK(room.sessions.empty());
}

TEST_CASE("five wrong passphrases in a row end a seat; a right one starts the count again") {
    Room room;
    const auto seat = room.seated(0s);
    for (int i = 0; i < 4; ++i)
        CHECK(room.sessions.wrong(seat));
    room.sessions.open(seat, "desk 1", {}, 0s);
    for (int i = 0; i < 4; ++i)
        CHECK(room.sessions.wrong(seat));
    CHECK_FALSE(room.sessions.wrong(seat));
    CHECK(room.sessions.seat(seat, 0s) == nullptr);
    CHECK(room.sessions.open(seat, "desk 1", {}, 0s).empty());
    CHECK(room.sessions.empty());
}

}  // namespace leeward::test
