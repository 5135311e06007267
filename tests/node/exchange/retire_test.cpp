// An organisation leaves: what lives ends in words, what it holds is erased and attested, keys go last.
#include <fstream>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/age.h"
#include "crypto/base/base64.h"
#include "node/app/home.h"
#include "schema/grant.h"
#include "schema/leg.h"
#include "tests/support/holders.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
const std::vector<std::string> two{"investigation", "shelter"};

std::string grant_state(TestNode& node) {
    return node.must("grant.list", Json::object({{"all", true}}))
        .array_at("grants")
        .front()
        .text_at("state");
}

std::set<std::string> names_in(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.insert(entry.path().filename().string());
    return names;
}

bool is_over(const std::string& state) {
    return schema::is_terminal(*schema::leg_state_from(state));
}

}  // namespace

TEST_CASE(
    "a shelter leaves: its beds are lost in words, its copies erased and attested, then its keys") {
    World world(51, two);
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    const Asked firm = ask(world, harbor, {&juniper});
    make_firm(world, harbor, juniper, firm, 0);
    sign_release(harbor, firm.case_id, juniper);
    world.pump();
    (void)only_grant(juniper);
    const Json told = juniper.must("node.retire");
    CHECK(told.int_at("questions_ended") == 1);
    CHECK(told.int_at("copies_erased") == 1);
    world.pump();
    CHECK(harbor.state_of(firm.legs[0]) == "BED_LOST");
    CHECK(grant_state(harbor) == "ERASURE_ATTESTED");
    CHECK(juniper.count("SELECT count(*) FROM grant_of WHERE length(sealed)>0") == 0);
    const auto notices = harbor.notices();
    CHECK(std::find(notices.begin(), notices.end(), "PARTNER_RETIRED") != notices.end());
    CHECK(harbor.must("peer.list").array_at("peers").front().text_at("state") == "has left");

    for (int i = 0; i < 10 && juniper.waiting() > 0; ++i)
        world.pass(hours(1));
    REQUIRE(juniper.waiting() == 0);
    juniper.look_after_home();
    CHECK(juniper.stopping());
    juniper.close();
    const auto again =
        node::open_home(juniper.folder(), SecretBytes(as_bytes(passphrase_of_all)), world.random());
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::wrong_state);
}

TEST_CASE("a house that leaves destroys its backups wherever they lie, and nothing else there") {
    using std::filesystem::perms;
    World world(56, two);
    const HolderKeys holders(world.random());
    const ScratchFolder stick;
    const auto make = [&](TestNode& node) {
        name_holders(node, holders);
        node.home().config.backup_folder = stick.path().string();
        return back_up(node);
    };
    TestNode& harbor = world.node(0);
    (void)make(harbor);
    std::ofstream(stick.path() / "accounts.ods") << "ours, and no backup";
    permissions(stick.path() / "accounts.ods", perms::owner_read | perms::owner_write);
    const auto others = names_in(stick.path());

    TestNode& juniper = world.node(1);
    (void)make(juniper);
    world.clock().move(std::chrono::seconds(1));
    const auto shown = back_up(juniper);  // as a stick shows files that knows no owners
    for (const auto& file : {shown.manifest(), shown.store(), shown.keys()})
        permissions(file, perms::others_read, std::filesystem::perm_options::add);
    juniper.must("node.retire");
    world.pass(hours(24 * 8), hours(12));
    juniper.look_after_home();
    CHECK(juniper.stopping());
    CHECK(names_in(stick.path()) == others);
}

TEST_CASE("a backup that cannot be removed keeps no other and no key of a house that leaves") {
    World world(57, two);
    TestNode& juniper = world.node(1);
    name_holders(juniper, HolderKeys(world.random()));
    (void)back_up(juniper);
    const auto backups = juniper.folder() / "backups";
    std::filesystem::create_directory(backups / "2026-09-22T000000Z.manifest");  // looked at first
    juniper.must("node.retire");
    world.pass(hours(24 * 8), hours(12));
    CHECK_FALSE(juniper.api().look_after_home());
    CHECK(juniper.stopping());
    CHECK(names_in(backups).size() == 1);
    CHECK(juniper.home().keyring.names().empty());
    CHECK_FALSE(std::filesystem::exists(juniper.folder() / "recovery.key"));
}

TEST_CASE("what a partner that has left never attested is unreachable, and stays so") {
    World world(52, two);
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    const Asked firm = ask(world, harbor, {&juniper});
    make_firm(world, harbor, juniper, firm, 0);
    const std::string release = sign_release(harbor, firm.case_id, juniper);
    world.pump();
    // It leaves without attesting anything: only its last word arrives.
    REQUIRE(juniper.home().store.write([&](node::Transaction& tx) {
        return tx.run("UPDATE grant_of SET recipient=? WHERE ours=0",
                      schema::GrantRecipient::ERASURE_ATTESTED);
    }));
    juniper.must("node.retire");
    world.pump();
    CHECK(grant_state(harbor) == "UNREACHABLE");
    harbor.must("release.withdraw", Json::object({{"id", release}}));
    world.pass(hours(30));
    CHECK(grant_state(harbor) == "UNREACHABLE");
}

TEST_CASE("what a house that leaves was asked and has not answered lapses at once") {
    World world(55, two);
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    const Asked asked = ask(world, harbor, {&juniper});
    REQUIRE(harbor.state_of(asked.legs[0]) == "DELIVERED");
    juniper.must("node.retire");
    world.pump();
    CHECK(harbor.state_of(asked.legs[0]) == "LAPSED");
    CHECK(harbor.leg(asked.legs[0]).text_at("reason") == "PARTNER_RETIRED");
}

TEST_CASE("nobody leaves while somebody is under way") {
    World world(53, two);
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    const Asked firm = ask(world, harbor, {&juniper});
    make_firm(world, harbor, juniper, firm, 0);
    const std::int64_t now = world.clock().seconds();
    harbor.must("leg.plan",
                Json::object({{"id", firm.legs[0]},
                              {"window-start", now + 3600},
                              {"window-end", now + 10800},
                              {"code-word", "lamplight"},
                              {"person", "desk 1"},
                              {"roles", Json(Json::Array{"INVESTIGATOR"})}}));
    world.pump();
    juniper.must("leg.plan", Json::object({{"id", firm.legs[0]}, {"person", "night worker"}}));
    world.pump();
    harbor.must("leg.departed", Json::object({{"id", firm.legs[0]}}));
    world.pump();
    CHECK(juniper.refused("node.retire").code == Errc::wrong_state);
    CHECK(harbor.refused("node.retire").code == Errc::wrong_state);
}

TEST_CASE(
    "a referrer leaves with its own records sealed to a key, and its questions are cancelled") {
    World world(54, two);
    TestNode& harbor = world.node(0);
    TestNode& juniper = world.node(1);
    const Asked asked = ask(world, harbor, {&juniper});
    const auto key = crypto::age::generate_identity(world.random());
    const std::string to = crypto::age::format_recipient(crypto::age::recipient_of(key));
    const std::string file = harbor.must("node.retire", Json::object({{"to", to}})).text_at("file");
    const auto begin = file.find('\n') + 1;
    std::string text = file.substr(begin, file.find("-----END") - begin);
    std::erase(text, '\n');
    const auto opened = crypto::age::open(base64::decode(text).value(), std::span(&key, 1));
    REQUIRE(opened);
    CHECK(as_text(opened->reveal()).find("Renata") != std::string_view::npos);
    world.pump();
    CHECK(is_over(juniper.state_of(asked.legs[0])));
    CHECK(harbor.call("node.retire", Json::object({{"to", "age1nonsense"}})).error().code ==
          Errc::malformed);
}

}  // namespace leeward::test
