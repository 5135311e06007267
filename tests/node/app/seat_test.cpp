// What the console asks of its node: who sits down, who she is now, and what she does.
#include <catch2/catch_test_macros.hpp>

#include "schema/codes.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

const std::vector<std::string> two{"investigation", "shelter"};

SecretBytes typed(std::string_view text) {
    return SecretBytes(as_bytes(text));
}

std::string only_worker(TestNode& node) {
    return node.must("people.list").array_at("people").front().text_at("name");
}

}  // namespace

TEST_CASE("Who sits down at the page does so by her passphrase, and the log keeps it") {
    World world(90, two);
    TestNode& harbor = world.node(0);
    const std::string name = only_worker(harbor);
    const auto who = harbor.api().sit_down(name, typed(passphrase_of_all));
    REQUIRE(who);
    CHECK(harbor.newest_entry().reason == schema::code_tag("SHIFT_STARTED"));
    CHECK(harbor.api().sit_down(name, typed("a guess")).error().code == Errc::locked);
    CHECK(harbor.newest_entry().reason == schema::code_tag("SIGN_IN_REFUSED"));
    CHECK(harbor.api().prove(*who, typed(passphrase_of_all)));
    CHECK_FALSE(harbor.api().prove(*who, typed("a guess")));
    harbor.api().stand_up(*who);
    CHECK(harbor.newest_entry().reason == schema::code_tag("SHIFT_ENDED"));
}

TEST_CASE("What is done at the page is the act of whoever sits there, within her roles of now") {
    World world(91, two);
    TestNode& harbor = world.node(0);
    const auto who = harbor.api().sit_down(only_worker(harbor), typed(passphrase_of_all));
    REQUIRE(who);
    const auto now = harbor.api().now(who->actor);
    REQUIRE(now);
    CHECK(harbor.api().serve_as(*now, {"case.list", Json::object()}, {}));
    node::Actor fewer = *now;
    fewer.roles = schema::RoleSet{schema::Role::AUDITOR};
    CHECK(harbor.api().serve_as(fewer, {"case.list", Json::object()}, {}).error().code ==
          Errc::not_permitted);
    CHECK(harbor.api().serve_as(*now, {"case.delete", Json::object()}, {}).error().code ==
          Errc::unsupported);
}

TEST_CASE("A key that is no longer hers opens nothing at the page") {
    World world(92, two);
    TestNode& harbor = world.node(0);
    const auto who = harbor.api().sit_down(only_worker(harbor), typed(passphrase_of_all));
    REQUIRE(who);
    node::Actor stranger = who->actor;
    stranger.id = schema::OperatorId(ByteArray<16>{9});
    CHECK(harbor.api().now(stranger).error().code == Errc::locked);
    node::Actor other_key = who->actor;
    other_key.key =
        std::make_shared<const crypto::SigningKey>(crypto::signing_key_from_seed(ByteArray<32>{7}));
    CHECK(harbor.api().now(other_key).error().code == Errc::locked);
    node::Actor no_key = who->actor;
    no_key.key.reset();
    CHECK(harbor.api().now(no_key).error().code == Errc::locked);
}

TEST_CASE("The console opens only where there is one") {
    World world(93, two);
    TestNode& harbor = world.node(0);
    CHECK(harbor.refused("console").code == Errc::unreachable);
    harbor.api().use_console([]() -> Result<Json> { return Json::object({{"url", "x"}}); });
    CHECK(harbor.must("console").text_at("url") == "x");
    CHECK(harbor.api().house().text_at("organisation") == harbor.name());
}

}  // namespace leeward::test
