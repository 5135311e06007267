// Found by a review: whoever came to a page that was left open could be the second person there, for a yes took
// no passphrase; and as many wrong passphrases as one liked could be tried at it, and kept it open.
#include <catch2/catch_test_macros.hpp>

#include "tests/node/console/raw_client.h"

namespace leeward::test {
namespace {

using namespace std::chrono_literals;

std::string with_secret(std::string_view secret) {
    std::string body = R"({"secrets":1})";
    body += '\0';
    return body + std::string(secret);
}

}  // namespace

TEST_CASE(
    "a second person's word at the page takes her passphrase, and so does a recovery holder") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (const auto* command :
         {"approval.give", "approval.refuse", "approval.outside", "recovery.holder"}) {
        CAPTURE(command);
        const std::string path = std::string("/api/do/") + command;
        CHECK(console.post(path).status == 401);
        CHECK(console.post(path, with_secret("guess")).status == 401);
        CHECK(console.node().served.empty());
        CHECK(console.post(path, with_secret(right_passphrase)).status == 200);
        console.node().served.clear();
    }
    CHECK(console.post("/api/do/approval.list").status == 200);
}

TEST_CASE("five wrong passphrases in a row for an act end the seat, and a right one begins anew") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 4; ++i)
            CHECK(console.post("/api/do/case.print", with_secret("guess")).status == 401);
        CHECK(console.post("/api/do/case.print", with_secret(right_passphrase)).status == 200);
    }
    for (int i = 0; i < 5; ++i)
        CHECK(console.post("/api/do/case.print", with_secret("guess")).status == 401);
    CHECK(console.post("/api/do/inbox").status == 401);
    CHECK(console.post("/api/house").status == 401);
    CHECK(console.node().stood_up == 1);
}

TEST_CASE("an act without a passphrase is not done, and is no wrong passphrase") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    for (int i = 0; i < 6; ++i)
        CHECK(console.post("/api/do/case.print", with_secret("")).status == 401);
    CHECK(console.node().served.empty());
    CHECK(console.node().stood_up == 0);
    CHECK(console.post("/api/do/case.print", with_secret(right_passphrase)).status == 200);
}

TEST_CASE("a wrong passphrase for an act keeps no session awake") {
    RunningConsole console;
    console.sit();
    console.sign_in();
    console.advance(4min);
    CHECK(console.post("/api/do/case.print", with_secret("guess")).status == 401);
    console.advance(2min);
    CHECK(console.post("/api/do/inbox").status == 401);
    CHECK(console.node().stood_up == 1);
}

}  // namespace leeward::test
