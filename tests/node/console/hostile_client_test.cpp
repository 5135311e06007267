// Everything that something else than the page may send.
#include <array>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/node/console/raw_client.h"
#include "tests/support/process.h"

namespace leeward::test {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("another host, none or two of them is refused with 421") {
    RunningConsole console;
    const std::string port = ":" + std::to_string(console.port());
    const auto of = [&](std::string_view hosts) {
        return console.exchange("GET / HTTP/1.1\r\n" + std::string(hosts) + "\r\n");
    };
    CHECK(of("Host: 127.0.0.1" + port + "\r\n").status == 200);
    CHECK(of("Host: localhost" + port + "\r\n").status == 200);
    for (const auto& host : std::vector<std::string>{"Host: evil.test" + port + "\r\n",
                                                     "Host: 127.0.0.1\r\n",
                                                     "Host: 127.0.0.1:1\r\n",
                                                     "Host: 127.0.0.1" + port + ".evil.test\r\n",
                                                     "Host: 0.0.0.0" + port + "\r\n",
                                                     "Host: \r\n"}) {
        CAPTURE(host);
        CHECK(of(host).status == 421);
    }
    const std::string ours = "Host: 127.0.0.1" + port + "\r\n";
    const unsigned twice = of(ours + ours).status;
    CHECK((twice == 421 || twice == 400));
    const unsigned none = of("").status;
    CHECK((none == 421 || none == 400));
}

TEST_CASE("a request of another site or of no browser at all does nothing") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const std::string good = console.post_text("/api/do/inbox", "{}");
    CHECK(console.exchange(good).status == 200);
    console.node().served.clear();
    const std::string origin = "Origin: http://" + console.host() + "\r\n";
    const std::vector<std::string> bad{
        replaced(good, origin, ""),
        replaced(good, origin, "Origin: http://evil.test\r\n"),
        replaced(good, origin, "Origin: null\r\n"),
        replaced(good, origin, origin + origin),
        replaced(good, "Sec-Fetch-Site: same-origin\r\n", ""),
        replaced(good, "same-origin", "cross-site"),
        replaced(good, "same-origin", "same-site"),
        replaced(good, "same-origin", "none"),
    };
    for (const auto& text : bad) {
        CAPTURE(text);
        CHECK(console.exchange(text).status == 403);
    }
    CHECK(
        console.exchange(replaced(good, "application/vnd.leeward.request", "text/plain")).status ==
        415);
    CHECK(console.exchange(replaced(good, "application/vnd.leeward.request", "application/json"))
              .status == 415);
    CHECK(console.exchange(replaced(good, "POST", "PUT")).status == 405);
    CHECK(console.exchange(replaced(good, "POST", "OPTIONS")).status == 405);
    CHECK(console.node().served.empty());
}

TEST_CASE("the page's parts are for the page alone; the page itself opens from a link") {
    RunningConsole console;
    const std::string cross = "Sec-Fetch-Site: cross-site\r\n";
    CHECK(console.get("/app.js", cross + "Sec-Fetch-Dest: script\r\nSec-Fetch-Mode: no-cors\r\n")
              .status == 403);
    CHECK(
        console.get("/", cross + "Sec-Fetch-Dest: iframe\r\nSec-Fetch-Mode: navigate\r\n").status ==
        403);
    CHECK(console.get("/", cross + "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n")
              .status == 200);
    CHECK(console.get("/app.js", "Sec-Fetch-Site: same-origin\r\n").status == 200);
}

TEST_CASE("a token that is wrong, cut, twice there or of another seat opens nothing") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const std::string seat = console.seat;
    const std::string session = console.session;
    const auto with = [&](const std::string& s, const std::string& t) {
        console.seat = s;
        console.session = t;
        return console.post("/api/do/inbox").status;
    };
    CHECK(seat.size() == 43);  // 256 bits in base64url
    CHECK(with(seat, session) == 200);
    CHECK(with(seat, seat) == 401);
    CHECK(with(session, session) == 401);
    CHECK(with("", session) == 401);
    CHECK(with(seat, "") == 401);
    CHECK(with(seat, session.substr(1)) == 401);
    CHECK(with(seat, session + "A") == 401);
    console.seat = seat;
    console.session = session;
    const std::string line = "X-Leeward-Session: " + session + "\r\n";
    CHECK(console.exchange(replaced(console.post_text("/api/do/inbox", "{}"), line, line + line))
              .status == 401);
}

TEST_CASE("bodies that are no request are refused and reach nobody") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    std::string deep = R"({"args":)";
    for (int i = 0; i < 200; ++i)
        deep += R"({"a":)";
    const std::vector<std::string> bad{"",
                                       "null",
                                       "[]",
                                       "7",
                                       "{",
                                       R"({"args":{}} )"
                                       "x",
                                       R"({"args":{},"args":{}})",
                                       R"({"args":{},"more":1})",
                                       R"({"args":{},"dry_run":"yes"})",
                                       R"({"args":{},"secrets":-1})",
                                       R"({"args":{},"secrets":4})",
                                       R"({"args":{},"secrets":1})",
                                       "{\"args\":\"\xff\xfe\"}",
                                       deep,
                                       std::string("{}\0more", 7)};
    for (const auto& body : bad) {
        CAPTURE(body.substr(0, 60));
        const Got got = console.post("/api/do/inbox", body);
        CHECK((got.status == 400 || got.status == 413));
        CHECK_FALSE(got.code().empty());
    }
    CHECK(console.node().served.empty());
}

namespace {

struct Place {
    std::string_view path;
    bool needs_seat;
    bool needs_session;
};
constexpr std::array<Place, 9> places{{{"/api/sit", false, false},
                                       {"/api/house", true, false},
                                       {"/api/sign-in", true, false},
                                       {"/api/leave", true, false},
                                       {"/api/here", true, true},
                                       {"/api/words", true, true},
                                       {"/api/wait", true, true},
                                       {"/api/lock", true, true},
                                       {"/api/do/leg.show", true, true}}};

std::string nested(int depth) {
    std::string out = R"({"args":)";
    for (int i = 0; i < depth; ++i)
        out += R"({"a":)";
    return out + "1" + std::string(static_cast<std::size_t>(depth) + 1, '}');
}

}  // namespace

TEST_CASE("every place refuses every body that is no request, and stands afterwards") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const std::vector<std::string> bad{"",
                                       "[]",
                                       "null",
                                       R"({"args":{},"args":{}})",
                                       R"({"args":{"a":1,"a":2}})",
                                       R"({"args":{},"dry_run":1})",
                                       R"({"args":{},"automatic":"no"})",
                                       R"({"args":{},"secrets":"1"})",
                                       R"({"args":{},"other":{}})",
                                       R"({"args":{},"secrets":2})",
                                       nested(2000),
                                       "{\"args\":\"\xff\"}",
                                       "\xef\xbb\xbf{}",
                                       std::string(3, '\0')};
    for (const auto& place : places)
        for (const auto& body : bad) {
            CAPTURE(place.path, body.substr(0, 40));
            const Got got = console.post(place.path, body);
            const bool large = !place.needs_session && body.size() > 4096;
            CHECK(got.status == (large ? 413 : 400));
            CHECK_FALSE(got.code().empty());
        }
    CHECK(console.node().served.empty());
    CHECK(console.post("/api/here").status == 200);
}

TEST_CASE("every place refuses arguments of another type, and none is taken for what it is not") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (const auto& place : places)
        for (const auto* args : {"7", "[]", "\"x\"", R"({"launch":7,"name":[],"since":"x"})"}) {
            CAPTURE(place.path, args);
            const Got got =
                console.post(place.path, R"({"args":)" + std::string(args) + R"(,"dry_run":true})");
            if (place.path == "/api/leave" || place.path == "/api/lock") {
                console.sit();
                console.sign_in();  // they take no arguments, and end what is open
                continue;
            }
            if (place.path == "/api/sit" || place.path == "/api/sign-in") CHECK(got.status == 401);
            if (place.path == "/api/words") CHECK(got.status == 400);
        }
}

TEST_CASE("every place asks for the tokens it needs, whatever else is right") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const std::string seat = console.seat;
    const std::string session = console.session;
    for (const auto& place : places) {
        CAPTURE(place.path);
        for (const std::string bad : {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
            console.seat = bad;
            console.session = session;
            if (place.needs_seat) CHECK(console.post(place.path).status == 401);
            console.seat = seat;
            console.session = bad;
            if (place.needs_session) CHECK(console.post(place.path).status == 401);
        }
        console.session = session;
        console.seat = seat;
    }
    CHECK(console.node().served.empty());
    CHECK(console.post("/api/here").status == 200);
}

TEST_CASE("every place takes one host, one length and one type") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (const auto& place : places) {
        CAPTURE(place.path);
        const std::string good = console.post_text(place.path, "{}");
        const std::string host = "Host: " + console.host() + "\r\n";
        const auto is_refused = [&](const std::string& text) {
            const unsigned status = console.exchange(text).status;
            return status == 400 || status == 411 || status == 413 || status == 415 ||
                   status == 421 || status == 0;
        };
        CHECK(is_refused(replaced(good, host, host + host)));
        CHECK(is_refused(replaced(good, "127.0.0.1", "evil.test")));
        CHECK(is_refused(
            replaced(good, "Content-Length: 2", "Content-Length: 2\r\nContent-Length: 2")));
        CHECK(is_refused(replaced(
            good, "Content-Length: 2", "Content-Length: 2\r\nTransfer-Encoding: chunked")));
        CHECK(is_refused(replaced(good, "Content-Length: 2", "Content-Length: 2097152")));
        CHECK(is_refused(replaced(good, "application/vnd.leeward.request", "text/plain")));
        CHECK(console.exchange(replaced(good, "POST", "GET")).status == 405);
    }
    CHECK(console.node().served.empty());
    CHECK(console.post("/api/here").status == 200);
}

TEST_CASE("too much is refused before it is taken") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const std::string good = console.post_text("/api/do/inbox", "{}");
    CHECK(
        console.exchange(replaced(good, "Content-Length: 2", "Content-Length: 99999999")).status ==
        413);
    CHECK(console.exchange(replaced(good, "Content-Length: 2", "Content-Length: 1999999")).status ==
          413);
    const auto refused = [&](std::string_view headers) {
        const unsigned status =
            console.exchange(replaced(good, "Content-Length: 2", headers)).status;
        return status == 400 || status == 411 || status == 413 || status == 0;
    };
    CHECK(refused("Content-Length: -2"));
    CHECK(refused("Content-Length: 2x"));
    CHECK(refused("Content-Length: 2\r\nContent-Length: 3"));
    CHECK(refused("Content-Length: 2\r\nTransfer-Encoding: chunked"));
    CHECK(refused("Transfer-Encoding: chunked"));
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += "X-" + std::to_string(i) + ": 1\r\n";
    CHECK(console.exchange(replaced(good, "Content-Length", many + "Content-Length")).status ==
          431);
    const std::string long_line = "X-Long: " + std::string(20'000, 'a') + "\r\n";
    CHECK(console.exchange(replaced(good, "Content-Length", long_line + "Content-Length")).status ==
          431);
    CHECK(console.node().served.empty());
}

TEST_CASE("headers without end are cut off, and the worker is served meanwhile") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const Connection endless(console.port());
    endless.send("GET / HTTP/1.1\r\nHost: " + console.host() + "\r\nX: ");
    const std::string block(64UL * 1024, 'a');
    std::size_t sent = 0;
    while (sent < 64UL * 1024 * 1024 && endless.send(block))
        sent += block.size();
    CHECK(sent < 16UL * 1024 * 1024);
    CHECK(console.post("/api/do/inbox").status == 200);
}

TEST_CASE("two hundred that dribble keep nobody out, and are gone after their time") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    std::vector<std::unique_ptr<Connection>> slow;
    for (int i = 0; i < 200; ++i) {
        slow.push_back(std::make_unique<Connection>(console.port()));
        slow.back()->send("POST /api/do/inbox HTTP/1.1\r\nHost: ");
    }
    CHECK(console.post("/api/do/inbox").status == 200);
    console.advance(900ms);
    for (const auto& one : slow)
        one->send("x");  // a byte now and then buys no time
    console.advance(900ms);
    CHECK(eventually(10s, [&] {
        return std::all_of(slow.begin(), slow.end(), [](auto& one) { return one->is_closed(); });
    }));
    CHECK(console.post("/api/do/inbox").status == 200);
}

TEST_CASE("a body that does not come is not waited for long") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    const Connection slow(console.port());
    slow.send(replaced(console.post_text("/api/do/inbox", "{}"),
                       "Content-Length: 2\r\n\r\n{}",
                       "Content-Length: 9\r\n\r\n{"));
    CHECK(console.post("/api/here").status == 200);
    console.advance(16s);
    CHECK(eventually(10s, [&] { return slow.is_closed(); }));
    CHECK(console.node().served.empty());
}

TEST_CASE("more connections than are taken wait until the silent ones are gone") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    std::vector<std::unique_ptr<Connection>> silent;
    for (int i = 0; i < 300; ++i)
        silent.push_back(std::make_unique<Connection>(console.port()));
    const Connection worker(console.port());
    worker.send(console.post_text("/api/do/inbox", "{}"));
    CHECK(eventually(10s, [&] {
        console.advance(400ms);
        return worker.is_readable();
    }));
    CHECK(worker.receive().status == 200);
}

TEST_CASE("bytes that are no HTTP end the connection and nothing else") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (const auto& bytes : std::vector<std::string>{"\x16\x03\x01\x02\x00\x01\x00",
                                                      "GET\r\n\r\n",
                                                      "GET / HTTP/9.9\r\n\r\n",
                                                      "\r\n\r\n\r\n\r\n",
                                                      std::string(5000, '\0'),
                                                      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
        const Connection connection(console.port());
        connection.send(bytes);
        CHECK(console.post("/api/here").status == 200);  // so the one before has been taken too
        console.advance(6s);
        CHECK(eventually(10s, [&] { return connection.is_closed(); }));
    }
    CHECK(console.post("/api/here").status == 200);
    CHECK(console.node().served.empty());
}

TEST_CASE("an error holds nothing of what was sent") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (const auto& body :
         std::vector<std::string>{R"({"args":{"id":"CANARY"}, "CANARY":1})", "{\"CANARY", "CANARY"})
        CHECK_THAT(console.post("/api/do/leg.show", body).body, !ContainsSubstring("CANARY"));
    CHECK_THAT(console.get("/CANARY").body, !ContainsSubstring("CANARY"));
    CHECK_THAT(console.post("/api/do/CANARY").body, !ContainsSubstring("CANARY"));
}

}  // namespace leeward::test
