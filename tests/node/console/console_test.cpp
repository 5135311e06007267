// The page's server as the page uses it: launch, seat, session, commands, waiting, leaving.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "node/console/assets.h"
#include "tests/node/console/raw_client.h"
#include "tests/support/process.h"

namespace leeward::test {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using schema::Json;

namespace {

std::string with_secret(std::string json, std::string_view secret) {
    json += '\0';
    return json + std::string(secret);
}

}  // namespace

TEST_CASE("a launch link opens a seat once, and only within its minute") {
    RunningConsole console;
    const std::string first = console.launch();
    const std::string body = R"({"args":{"launch":")" + first + "\"}}";
    CHECK(console.post("/api/sit", body).status == 200);
    const Got again = console.post("/api/sit", body);
    CHECK(again.status == 401);
    CHECK(again.code() == "locked");
    const std::string late = console.launch();
    console.advance(61s);
    console.launch();  // keeps the port open
    CHECK(console.post("/api/sit", R"({"args":{"launch":")" + late + "\"}}").status == 401);
    CHECK(console.post("/api/sit", R"({"args":{"launch":"guessed"}})").status == 401);
    CHECK(console.post("/api/sit", R"({"args":{}})").status == 401);
}

TEST_CASE("a seat tells who works here, and nothing else before a passphrase") {
    RunningConsole console;
    console.sit();
    CHECK(console.post("/api/do/inbox").status == 401);
    CHECK(console.post("/api/words", R"({"args":{"language":"en"}})").status == 401);
    CHECK(console.post("/api/wait").status == 401);
    CHECK(console.post("/api/house").status == 200);
    console.sign_in();
    CHECK(console.post("/api/do/inbox").status == 200);
    CHECK(console.node().served.size() == 1);
}

TEST_CASE("a wrong passphrase and a wrong name read alike, and five of them end the seat") {
    RunningConsole console;
    console.sit();
    const auto name = [](std::string_view who) {
        return R"({"args":{"name":")" + std::string(who) + R"("},"secrets":1})";
    };
    const Got wrong = console.post("/api/sign-in", with_secret(name("desk 1"), "guess"));
    const Got nobody = console.post("/api/sign-in", with_secret(name("desk 9"), "guess"));
    CHECK(wrong.status == 401);
    CHECK(wrong.body == nobody.body);
    for (int i = 0; i < 3; ++i)
        CHECK(console.post("/api/sign-in", with_secret(name("desk 1"), "guess")).status == 401);
    const Got right = console.post("/api/sign-in", with_secret(name("desk 1"), right_passphrase));
    CHECK(right.status == 401);
    CHECK_THAT(right.body, ContainsSubstring("open the page again"));
}

TEST_CASE("a command is given as the worker of the session, with its arguments") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const Got got = console.post("/api/do/need.show", R"({"args":{"id":"77ab01"}})");
    REQUIRE(got.status == 200);
    const Json* result = got.json().find("result");
    REQUIRE(result != nullptr);
    CHECK(got.json().find("result")->text_at("command") == "need.show");
    CHECK(console.node().served.back().args.text_at("id") == "77ab01");
    CHECK(console.node().served.back().act == node::Act::PERFORM);
    CHECK_FALSE(console.node().served.back().automatic);
    (void)console.post("/api/do/need.ask", R"({"args":{"id":"77ab01","to":["x"]},"dry_run":true})");
    CHECK(console.node().served.back().act == node::Act::PREVIEW);
    CHECK(console.post("/api/do/stats.show").status == 409);
    CHECK(console.post("/api/do/stats.show").code() == "wrong_state");
}

TEST_CASE("what is not for the page does not exist there") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (const auto* path : {"/api/do/shift.start",
                             "/api/do/shift.end",
                             "/api/do/console",
                             "/api/do/directory.import",
                             "/api/do/case.delete",
                             "/api/do/",
                             "/api/do",
                             "/api/",
                             "/api/do/inbox/",
                             "/api/do/../do/inbox"}) {
        CAPTURE(path);
        CHECK(console.post(path).status == 404);
    }
    CHECK(console.node().served.empty());
}

TEST_CASE("what leaves as a file, lets somebody in or erases takes the passphrase once more") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (const auto* command : {"case.print", "grant.erase", "people.add", "peer.vouch"}) {
        CAPTURE(command);
        const std::string path = std::string("/api/do/") + command;
        CHECK(console.post(path).status == 401);
        CHECK(console.post(path, with_secret(R"({"secrets":1})", "guess")).status == 401);
        CHECK(console.node().served.empty());
        const auto proved = with_secret(R"({"secrets":1})", right_passphrase);
        CHECK(console.post(path, proved).status == 200);
        CHECK(console.node().secrets_served == 0);
        console.node().served.clear();
    }
    auto two = with_secret(R"({"secrets":2})", right_passphrase);
    two += '\0';
    CHECK(console.post("/api/do/people.add", two + "her own new one").status == 200);
    CHECK(console.node().secrets_served == 1);
}

TEST_CASE("a session that nobody touches locks itself; the page by itself does not touch it") {
    node::SeatRules rules;
    rules.lock = 5min;
    RunningConsole console(rules);
    console.sit();
    console.sign_in();
    console.advance(4min);
    CHECK(console.post("/api/here").status == 200);
    console.advance(4min);
    CHECK(console.post("/api/do/inbox", R"({"automatic":true})").status == 200);
    CHECK(console.node().served.back().automatic);
    console.advance(2min);
    CHECK(console.post("/api/do/inbox").status == 401);
    CHECK(console.node().stood_up == 1);
    // The seat is still hers to unlock.
    console.sign_in();
    CHECK(console.post("/api/do/inbox").status == 200);
}

TEST_CASE("a shift that another sign-in or wrong passphrases end is told to the node as ended") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    console.sign_in();
    CHECK(console.node().stood_up == 1);
    const auto guess = with_secret(R"({"args":{"name":"desk 1"},"secrets":1})", "guess");
    for (int i = 0; i < 5; ++i)
        CHECK(console.post("/api/sign-in", guess).status == 401);
    CHECK(console.node().stood_up == 2);
}

TEST_CASE("after twelve hours a seat is over, however busy it was") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (int i = 0; i < 12 * 15; ++i) {
        REQUIRE(console.post("/api/here").status == 200);
        console.advance(4min);
    }
    console.advance(1min);
    CHECK_FALSE(console.is_listening());
    CHECK(console.node().stood_up == 1);
}

TEST_CASE("locking ends the session, leaving ends the seat, and then the port is closed") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    CHECK(console.post("/api/lock").status == 200);
    CHECK(console.post("/api/do/inbox").status == 401);
    console.sign_in();
    const Got left = console.post("/api/leave");
    CHECK(left.status == 200);
    CHECK_THAT(left.header("Clear-Site-Data"), ContainsSubstring("storage"));
    CHECK(console.node().stood_up == 2);
    console.advance(61s);  // the first link, never used, is over too
    CHECK_FALSE(console.is_listening());
}

TEST_CASE("whoever has left the organisation is signed out at her next request") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    console.node().has_left = true;
    CHECK(console.post("/api/do/inbox").status == 401);
    CHECK(console.node().served.empty());
}

TEST_CASE("a page that waits is told as soon as something is different") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const auto serial = console.post("/api/here").json().find("result")->int_at("serial");
    const std::string since =
        R"({"args":{"since":)" + std::to_string(serial) + R"(},"automatic":true})";
    const Connection waiting(console.port());
    waiting.send(console.post_text("/api/wait", since));
    CHECK(console.post("/api/do/inbox").status == 200);  // others go on meanwhile
    console.changed();
    const Got told = waiting.receive();
    REQUIRE(told.status == 200);
    CHECK(told.json().find("result")->int_at("serial") == serial + 1);
    // Nothing new: held for less than half a minute, then asked to come again.
    const Connection quiet(console.port());
    quiet.send(console.post_text(
        "/api/wait",
        R"({"args":{"since":)" + std::to_string(serial + 1) + R"(},"automatic":true})"));
    CHECK(console.post("/api/here").status == 200);
    console.advance(26s);
    CHECK(quiet.receive().status == 200);
}

TEST_CASE("a page that waits is told at once that its session has ended") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const auto serial = console.post("/api/here").json().find("result")->int_at("serial");
    const Connection waiting(console.port());
    waiting.send(console.post_text(
        "/api/wait", R"({"args":{"since":)" + std::to_string(serial) + R"(},"automatic":true})"));
    CHECK(console.post("/api/lock").status == 200);
    console.advance(2s);
    CHECK(waiting.receive().status == 401);
}

TEST_CASE("a hundred and twenty-eight pages wait at once and each has its answer") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const auto serial = console.post("/api/here").json().find("result")->int_at("serial");
    const std::string since =
        R"({"args":{"since":)" + std::to_string(serial) + R"(},"automatic":true})";
    std::vector<std::unique_ptr<Connection>> all;
    for (int i = 0; i < 128; ++i) {
        all.push_back(std::make_unique<Connection>(console.port()));
        all.back()->send(console.post_text("/api/wait", since));
    }
    CHECK(console.post("/api/do/inbox").status == 200);
    console.changed();
    for (const auto& one : all)
        CHECK(one->receive().status == 200);
}

TEST_CASE("every answer, a refusal too, tells the browser to do next to nothing with it") {
    RunningConsole console;
    console.sit();
    const std::vector<Got> answers{console.get("/"),
                                   console.get("/app.js"),
                                   console.get("/style.css"),
                                   console.get("/icon.svg"),
                                   console.get("/away"),
                                   console.get("/nothing"),
                                   console.get("/?x=1"),
                                   console.get("/api/do/inbox"),
                                   console.post("/api/do/inbox"),
                                   console.post("/api/here", "nonsense"),
                                   console.exchange("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n")};
    for (const Got& got : answers) {
        CAPTURE(got.head);
        REQUIRE(got.status != 0);
        for (const auto& field : node::fixed_headers())
            CHECK(got.header(field.name) == field.value);
        CHECK_FALSE(got.header("Content-Type").empty());
        CHECK(got.header("Set-Cookie").empty());
        CHECK(got.header("Access-Control-Allow-Origin").empty());
    }
    CHECK_THAT(answers[0].header("Content-Security-Policy"),
               ContainsSubstring("default-src 'none'") &&
                   ContainsSubstring("require-trusted-types-for 'script'; trusted-types 'none'") &&
                   ContainsSubstring("frame-ancestors 'none'") && !ContainsSubstring("unsafe"));
}

TEST_CASE("the page in the program is the one that was built") {
    CHECK(node::check_assets());
    std::size_t all = 0;
    for (const auto& asset : node::assets())
        all += asset.gzip.size();
    CHECK(all <= 60'000);
    CHECK(node::find_asset("/") != nullptr);
    CHECK(node::find_asset("/../etc/passwd") == nullptr);
}

}  // namespace leeward::test
