#include "cli/print.h"

#include <cstdlib>
#include <ctime>

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace leeward;
using cli::print;
using schema::Json;

constexpr std::int64_t evening = 1795554300;  // 2026-11-24 21:05 UTC

struct Utc {
    Utc() {
        ::setenv("TZ", "UTC0", 1);  // NOLINT(concurrency-mt-unsafe)
        ::tzset();
    }
};
const Utc utc;

std::string id_of(char digit) {
    return std::string(8, digit) + std::string(24, '0');
}

TEST_CASE("one thing is printed as aligned lines") {
    const Json result = Json::object({{"organisation", "Juniper House"},
                                      {"roles", Json::array().push("shelter").push("audit")},
                                      {"verified", true},
                                      {"note", nullptr},
                                      {"since", evening}});
    CHECK(print(result, {}) ==
          "organisation: Juniper House\n"
          "roles:        shelter, audit\n"
          "verified:     yes\n"
          "since:        2026-11-24 21:05\n");
}

TEST_CASE("a list is printed as a table, with short ids and local times") {
    Json legs = Json::array();
    legs.push(Json::object(
        {{"state", "offered"}, {"id", id_of('a')}, {"hold_until", evening}, {"reason", ""}}));
    legs.push(Json::object({{"state", "asked"}, {"id", id_of('b')}, {"peer", "Quay"}}));
    CHECK(print(Json::object({{"legs", std::move(legs)}, {"page", 1}}), {}) ==
          "page: 1\n"
          "\n"
          "legs:\n"
          "  id        peer  state    hold until\n"
          "  aaaaaaaa        offered  2026-11-24 21:05\n"
          "  bbbbbbbb  Quay  asked\n");
}

TEST_CASE("a table wider than the terminal becomes blocks") {
    Json peers = Json::array();
    peers.push(Json::object({{"peer", "Juniper House"}, {"duty_line", "555-0100"}}));
    peers.push(Json::object({{"peer", "Quay Cottage"}, {"duty_line", "555-0101"}}));
    CHECK(print(peers, {.columns = 20}) ==
          "peer:      Juniper House\n"
          "duty line: 555-0100\n"
          "\n"
          "peer:      Quay Cottage\n"
          "duty line: 555-0101\n");
}

TEST_CASE("long texts and things within things are set off by indentation") {
    const Json result = Json::object({{"text", "First line.\nSecond line."},
                                      {"contact", Json::object({{"duty_line", "555-0100"}})},
                                      {"id", id_of('c')}});
    CHECK(print(result, {}) ==
          "id: cccccccc\n"
          "\n"
          "text:\n"
          "  First line.\n"
          "  Second line.\n"
          "\n"
          "contact:\n"
          "  duty line: 555-0100\n");
}

TEST_CASE("nothing prints as nothing, and ids are whole where they are asked for") {
    CHECK(print(Json(), {}).empty());
    CHECK(print(Json::object(), {}).empty());
    CHECK(print(Json::object({{"node", std::string(64, 'a')}}), {.whole_ids = true}) ==
          "node: " + std::string(64, 'a') + "\n");
}

TEST_CASE("a partner's name cannot steer the terminal, wherever it stands") {
    Json rows = Json::array();
    rows.push(Json::object({{"peer", "\x1b[2J\nQuay"}}));
    const std::string shown =
        print(Json::object({{"peer", "\x1b[1m"}, {"list", std::move(rows)}, {"\x1b", 1}}), {});
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(shown.find("\\u001b[2J\\u000aQuay") != std::string::npos);
}

TEST_CASE("only a name of time makes a number a time") {
    CHECK(print(Json::object({{"waiting", evening}}), {}) == "waiting: 1795554300\n");
    CHECK(print(Json::object({{"window_start", evening}}), {}) ==
          "window start: 2026-11-24 21:05\n");
    CHECK(print(Json::object({{"since", 0}}), {}) == "since: 0\n");
    CHECK(print(Json::object({{"last_heard", evening}}), {}) == "last heard: 2026-11-24 21:05\n");
    CHECK(print(Json::object({{"last_heard", 0}}), {}) == "last heard: never\n");
}

TEST_CASE("risk is shown in bits, and each figure once") {
    const Json meter =
        Json::object({{"bits", "3.6"}, {"millibits", 3600}, {"beside_millibits", 500}});
    CHECK(print(meter, {}) == "bits:        3.6\nbeside bits: 0.5\n");
    CHECK(print(Json::object({{"millibits", 1600}}), {}) == "bits: 1.6\n");
}

}  // namespace
