#include "node/app/wire.h"

#include <catch2/catch_test_macros.hpp>

#include "node/app/socket.h"

namespace {

using namespace leeward;
using namespace leeward::node;
using schema::Json;

TEST_CASE("a request is read as it was written") {
    const Request asked{"need.ask", Json::object({{"id", "77ab01"}}), Act::PREVIEW};
    const auto read = read_request(write_request(asked));
    REQUIRE(read);
    CHECK(read->command == asked.command);
    CHECK(read->args == asked.args);
    CHECK(read->act == Act::PREVIEW);
    CHECK(write_request({"inbox", Json(), Act::PERFORM}) ==
          R"({"command":"inbox","args":{},"dry_run":false})");
    const auto by_another =
        read_request(write_request({"inbox", Json(), Act::PERFORM, "desk 2", 2}));
    REQUIRE(by_another);
    CHECK(by_another->as == "desk 2");
    CHECK(by_another->secrets == 2);
}

TEST_CASE("a request with a member too many, too few or of another type is refused") {
    for (const auto* text : {"",
                             "[]",
                             "{}",
                             R"({"command":1})",
                             R"({"command":"inbox","more":1})",
                             R"({"command":"inbox","dry_run":"yes"})",
                             R"({"command":"inbox","secrets":4})",
                             R"({"command":"inbox","secrets":-1})",
                             R"({"command":"inbox","command":"inbox"})"})
        CHECK(read_request(text).error().code == Errc::malformed);
    CHECK(read_request(std::string(max_request + 1, ' ')).error().code == Errc::too_large);
}

TEST_CASE("a result and every kind of error cross as they are") {
    const Json result = Json::object({{"state", "asked"}});
    CHECK(answer_of(result).dump() ==
          R"({"schema_version":1,"ok":true,"result":{"state":"asked"}})");
    CHECK(read_answer(answer_of(result).dump()).value() == result);
    for (int n = 2; name_of(static_cast<Errc>(n)) != "unknown"; ++n) {
        INFO(n);
        const Error error{static_cast<Errc>(n), "what happened"};
        const auto read = read_answer(answer_of(error).dump());
        REQUIRE_FALSE(read);
        CHECK(read.error().code == error.code);
        CHECK(read.error().detail == error.detail);
    }
}

TEST_CASE("an answer of another version, or none, is an error of its own") {
    CHECK(read_answer(R"({"schema_version":2,"ok":true,"result":{}})").error().code ==
          Errc::unsupported);
    CHECK(read_answer(R"({"schema_version":1,"ok":false})").error().code == Errc::malformed);
    CHECK(read_answer("{").error().code == Errc::malformed);
    CHECK(read_answer(R"({"schema_version":1,"ok":false,"error":{"code":"new","message":"x"}})")
              .error()
              .code == Errc::unsupported);
}

}  // namespace
