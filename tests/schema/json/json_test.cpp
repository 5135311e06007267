#include "schema/json/json.h"

#include <cmath>
#include <limits>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace leeward::schema {
namespace {

Errc refused(std::string_view text, JsonLimits limits = {}) {
    const auto json = parse_json(text, limits);
    REQUIRE_FALSE(json);
    return json.error().code;
}

Json arbitrary_json(int depth);

std::string arbitrary_text() {
    const auto points = *rc::gen::container<std::vector<int>>(rc::gen::element(
        0, 1, 8, 9, 10, 12, 13, 31, 32, '"', '\\', '/', 'a', 'z', 0x7f, 0xe9, 0x4e2d, 0x1f3e0));
    std::string text;
    for (const int p : points) {
        const auto byte = [&text](int b) { text += static_cast<char>(b); };
        if (p < 0x80) {
            byte(p);
        } else if (p < 0x800) {
            byte(0xc0 | (p >> 6));
            byte(0x80 | (p & 63));
        } else if (p < 0x10000) {
            byte(0xe0 | (p >> 12));
            byte(0x80 | ((p >> 6) & 63));
            byte(0x80 | (p & 63));
        } else {
            byte(0xf0 | (p >> 18));
            byte(0x80 | ((p >> 12) & 63));
            byte(0x80 | ((p >> 6) & 63));
            byte(0x80 | (p & 63));
        }
    }
    return text;
}

Json arbitrary_container(bool object, int depth) {
    Json json = object ? Json::object() : Json::array();
    const int size = *rc::gen::inRange(0, 20);
    for (int i = 0; i < size; ++i) {
        if (object)
            json.set(arbitrary_text(), arbitrary_json(depth - 1));
        else
            json.push(arbitrary_json(depth - 1));
    }
    return json;
}

Json arbitrary_json(int depth) {
    const int kind = *rc::gen::inRange(0, depth > 0 ? 7 : 5);
    if (kind == 0) return {};
    if (kind == 1) return Json(*rc::gen::arbitrary<bool>());
    if (kind == 2) return Json(*rc::gen::arbitrary<std::int64_t>());
    if (kind == 3) return Json(*rc::gen::arbitrary<double>());
    if (kind == 4) return Json(arbitrary_text());
    return arbitrary_container(kind == 5, depth);
}

TEST_CASE("what is dumped is parsed back to the same value") {
    REQUIRE(rc::check([] {
        const Json json = arbitrary_json(3);
        const JsonLimits limits{.bytes = 1U << 26U};
        const auto compact = parse_json(json.dump(), limits);
        RC_ASSERT(static_cast<bool>(compact));
        RC_ASSERT(*compact == json);
        const auto pretty = parse_json(json.pretty(), limits);
        RC_ASSERT(static_cast<bool>(pretty));
        RC_ASSERT(*pretty == json);
    }));
}

TEST_CASE("a dump is compact and keeps the order of members") {
    Json json;
    json.set("z", 1).set("a", Json::Array{Json(true), Json(), Json(-0.5)}).set("e", Json::object());
    CHECK(json.dump() == R"({"z":1,"a":[true,null,-0.5],"e":{}})");
    json.set("z", "again");
    CHECK(json.dump() == R"({"z":"again","a":[true,null,-0.5],"e":{}})");
}

TEST_CASE("pretty print indents by two spaces and leaves empty containers closed") {
    Json json;
    json.set("a", Json::Array{Json(1)}).set("b", Json::array());
    CHECK(json.pretty() == "{\n  \"a\": [\n    1\n  ],\n  \"b\": []\n}");
}

TEST_CASE("strings are escaped as RFC 8259 section 7 demands") {
    CHECK(Json("a\"b\\c/\n\x01\x1f").dump() == R"("a\"b\\c/\n\u0001\u001f")");
    CHECK(Json(std::string_view("\0", 1)).dump() == R"("\u0000")");
    CHECK(Json("\b\f\r\t").dump() == R"("\b\f\r\t")");
}

TEST_CASE("numbers keep their kind") {
    CHECK(*parse_json("9223372036854775807") == Json(std::numeric_limits<std::int64_t>::max()));
    CHECK(*parse_json("-9223372036854775808") == Json(std::numeric_limits<std::int64_t>::min()));
    CHECK(parse_json("1.0")->as_double() != nullptr);
    CHECK(parse_json("1e2")->as_double() != nullptr);
    CHECK(Json(3.0).dump() == "3.0");
    CHECK(Json(std::nan("")).dump() == "null");
}

TEST_CASE("a number out of range is malformed") {
    CHECK(refused("9223372036854775808") == Errc::malformed);
    CHECK(refused("-9223372036854775809") == Errc::malformed);
    CHECK(refused("18446744073709551616") == Errc::malformed);
    CHECK(refused("1e999") == Errc::malformed);
    CHECK(refused("[NaN]") == Errc::malformed);
}

TEST_CASE("the gate refuses what is not exactly one JSON value") {
    for (const std::string_view text : {"",
                                        " ",
                                        "{",
                                        "[1,]",
                                        "{\"a\":1,}",
                                        "{} x",
                                        "{}{}",
                                        "'a'",
                                        "// c\n1",
                                        "01",
                                        "+1",
                                        "tru",
                                        "{a:1}",
                                        "\"\t\"",
                                        "\"\\x\""})
        CHECK(refused(text) == Errc::malformed);
    CHECK(refused(std::string_view("{}\0", 3)) == Errc::malformed);
    CHECK(refused(std::string_view("{}\0{\"b\":1}", 10)) == Errc::malformed);
    CHECK(refused("\xEF\xBB\xBF{}") == Errc::malformed);
}

TEST_CASE("the gate refuses what is not UTF-8") {
    for (const std::string_view text : {"\"\xff\"",
                                        "\"\xc0\xaf\"",
                                        "\"\xed\xa0\x80\"",
                                        "\"\xf4\x90\x80\x80\"",
                                        "\"\xe4\xb8\"",
                                        R"("\ud800")",
                                        R"("\udc00\ud800")"})
        CHECK(refused(text) == Errc::malformed);
    CHECK(*parse_json(R"("\ud83c\udfe0")") == Json("\xf0\x9f\x8f\xa0"));
}

TEST_CASE("a repeated key is malformed in small and in large objects, however it is written") {
    CHECK(refused(R"({"a":1,"a":1})") == Errc::malformed);
    CHECK(refused(R"({"a":1,"\u0061":2})") == Errc::malformed);
    CHECK(refused(R"([{"b":{"a":1,"c":2,"a":3}}])") == Errc::malformed);
    std::string large = "{";
    for (int i = 0; i < 40; ++i)
        large += "\"k" + std::to_string(i) + "\":0,";
    CHECK(parse_json(large + "\"k40\":0}"));
    CHECK(refused(large + "\"k7\":0}") == Errc::malformed);
}

TEST_CASE("limits hold to the byte and to the level") {
    CHECK(parse_json("[1]", {.bytes = 3}));
    CHECK(refused("[12]", {.bytes = 3}) == Errc::too_large);
    CHECK(parse_json("[[{\"a\":1}]]", {.depth = 3}));
    CHECK(refused("[[{\"a\":[]}]]", {.depth = 3}) == Errc::malformed);
    CHECK(refused(std::string(60000, '[')) == Errc::malformed);
}

TEST_CASE("an error of the gate says where, and nothing of what") {
    const auto json = parse_json(R"({"name":"Marigold","name":"x"})");
    REQUIRE_FALSE(json);
    CHECK(json.error().detail == "a key is repeated at byte 30");
    const auto broken = parse_json("{\"a\":Marigold}");
    REQUIRE_FALSE(broken);
    CHECK(broken.error().detail.find("at byte 6") != std::string::npos);
    CHECK(broken.error().detail.find("Mari") == std::string::npos);
}

TEST_CASE("arbitrary bytes never get through twice as different values") {
    REQUIRE(rc::check([](const std::string& text) {
        const auto json = parse_json(text);
        if (json) RC_ASSERT(*parse_json(json->dump()) == *json);
    }));
}

TEST_CASE("a reader takes typed members and asks for all of them") {
    const auto json =
        *parse_json(R"({"t":"text","n":7,"f":true,"o":{"x":1},"b":"AQI","h":"0a0b","extra":null})");
    ObjectReader reader(json, "thing");
    CHECK(reader.text("t", 4) == "text");
    CHECK(reader.number("n", 0, 7) == 7);
    CHECK(reader.flag("f"));
    CHECK(reader.any("o").int_at("x") == 1);
    CHECK(reader.base64url("b", 2) == Bytes{1, 2});
    CHECK(reader.hex_array<2>("h") == ByteArray<2>{10, 11});
    CHECK(reader.text_or("t2", 4, "none") == "none");
    CHECK(reader.number_or("n2", 0, 9, 5) == 5);
    CHECK_FALSE(reader.flag_or("f2", false));
    CHECK(reader.any_if("o2") == nullptr);
    const auto unread = reader.finish();
    REQUIRE_FALSE(unread);
    CHECK(unread.error().code == Errc::malformed);
    CHECK(unread.error().detail == "thing: extra is unknown here");
    CHECK(reader.any_if("extra") != nullptr);
}

std::string fault_of(std::string_view text, void (*read)(ObjectReader&)) {
    const auto json = *parse_json(text);
    ObjectReader reader(json, "thing");
    read(reader);
    const auto outcome = reader.finish();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::malformed);
    return outcome.error().detail;
}

TEST_CASE("a reader names the first member at fault and never its value") {
    CHECK(fault_of("[]", [](ObjectReader&) {}) == "thing is not an object");
    CHECK(fault_of("{}", [](ObjectReader& r) { (void)r.text("a", 9); }) == "thing: a is missing");
    CHECK(fault_of(R"({"a":1})", [](ObjectReader& r) { (void)r.text("a", 9); }) ==
          "thing: a is not text");
    CHECK(fault_of(R"({"a":"long"})", [](ObjectReader& r) { (void)r.text("a", 3); }) ==
          "thing: a is too long");
    CHECK(fault_of(R"({"a":5})", [](ObjectReader& r) { (void)r.number("a", 0, 4); }) ==
          "thing: a is out of range");
    CHECK(fault_of(R"({"a":5.0})", [](ObjectReader& r) { (void)r.number("a", 0, 9); }) ==
          "thing: a is not a whole number");
    CHECK(fault_of(R"({"a":1})", [](ObjectReader& r) { (void)r.flag("a"); }) ==
          "thing: a is not true or false");
    CHECK(fault_of(R"({"a":"AQIDBA"})", [](ObjectReader& r) { (void)r.base64url("a", 3); }) ==
          "thing: a is too long");
    CHECK(fault_of(R"({"a":"+/"})", [](ObjectReader& r) { (void)r.base64url("a", 3); }) ==
          "thing: a is not base64url");
    CHECK(fault_of(R"({"Marigold Example":1})", [](ObjectReader&) {}) ==
          "thing: a member is unknown here");
}

}  // namespace
}  // namespace leeward::schema
