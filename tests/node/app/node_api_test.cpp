#include "node/app/node_api.h"

#include <set>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "schema/commands.h"
#include "tests/support/cheap_home.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::seconds;

const std::vector<std::string> two{"investigation", "shelter"};

// Everything that a refused or previewed command must leave as it was.
std::vector<std::int64_t> state_of(TestNode& node) {
    std::vector<std::int64_t> out;
    for (const char* table : {"leaf",
                              "outbox",
                              "survivor_case",
                              "need",
                              "leg",
                              "release",
                              "grant_of",
                              "notice",
                              "peer",
                              "pending_offer",
                              "capacity"})
        out.push_back(node.count("SELECT count(*) FROM " + std::string(table)));
    out.push_back(static_cast<std::int64_t>(node.desk().log.size()));
    out.push_back(static_cast<std::int64_t>(read_be(BytesView(node.desk().log.root()).first(8))));
    return out;
}

Json case_args() {
    return Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}});
}

// Something for every argument that it needs.
Json any_args(const schema::CommandSpec& command) {
    Json args = Json::object();
    for (const auto& arg : command.args) {
        if (!arg.required) continue;
        if (arg.type == schema::ArgType::FLAG)
            args.set(arg.name, true);
        else if (arg.type == schema::ArgType::NUMBER)
            args.set(arg.name, 1);
        else if (arg.type == schema::ArgType::LIST)
            args.set(arg.name, Json(Json::Array{"x"}));
        else
            args.set(arg.name, "x");
    }
    return args;
}

}  // namespace

TEST_CASE("Every command has a story") {
    World world(60, two);
    // These act on the node or a file rather than in a transaction.
    const std::set<std::string_view> elsewhere{"node.down", "node.tick", "directory.import"};
    for (const auto& command : schema::commands()) {
        if (elsewhere.contains(command.name)) continue;
        CAPTURE(command.name);
        const auto done = world.node(0).call(command.name, any_args(command));
        if (!done) CHECK(done.error().code != Errc::unsupported);
    }
}

TEST_CASE("A change that cannot be shown beforehand is refused as such, not as another version's") {
    World world(62, two);
    const auto before = state_of(world.node(0));
    for (const std::string_view command : {"backup.create", "mailhost.open", "node.tick"}) {
        CAPTURE(command);
        const node::Request tried{std::string(command), Json::object(), node::Act::PREVIEW};
        const auto shown = world.node(0).serve(::geteuid(), tried);
        REQUIRE_FALSE(shown);
        CHECK(shown.error().code == Errc::invalid_argument);
    }
    CHECK(state_of(world.node(0)) == before);
}

TEST_CASE("A command that is not known, or has an argument too many, changes nothing") {
    World world(61, two);
    const auto before = state_of(world.node(0));
    CHECK(world.node(0).refused("case.delete").code == Errc::unsupported);
    CHECK(world.node(0).refused("case.list", Json::object({{"color", "red"}})).code ==
          Errc::invalid_argument);
    CHECK(world.node(0).refused("case.new").code == Errc::invalid_argument);
    CHECK(state_of(world.node(0)) == before);
}

TEST_CASE("A refused command leaves log, tree and outbox as they were") {
    World world(62, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    const Asked asked = ask(world, harbor, {&world.node(1)});
    const auto before = state_of(harbor);
    // The first recipient is fine, the second is asked already: all of it is taken back.
    CHECK_FALSE(harbor.call(
        "need.ask",
        Json::object({{"id", asked.need},
                      {"to", Json(Json::Array{world.node(2).name(), world.node(1).name()})}})));
    CHECK_FALSE(harbor.call("leg.departed", Json::object({{"id", asked.legs[0]}})));
    CHECK(state_of(harbor) == before);
    world.pump();
    CHECK(world.node(2).must("leg.list").array_at("legs").empty());
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A preview shows the answer and changes nothing") {
    World world(63, two);
    TestNode& harbor = world.node(0);
    const std::string case_id = harbor.must("case.new", case_args()).text_at("id");
    const std::string need =
        harbor.must("need.new", Json::object({{"case", case_id}, {"need", sample_need().dump()}}))
            .text_at("id");
    const auto before = state_of(harbor);
    const Json shown = harbor.preview(
        "need.ask", Json::object({{"id", need}, {"to", Json(Json::Array{world.node(1).name()})}}));
    CHECK(shown.array_at("legs").size() == 1);
    CHECK(shown.find("sent_to_each")->text_at("age_band") == "15_to_17");
    CHECK(state_of(harbor) == before);
    world.pump();
    CHECK(world.node(1).must("leg.list").array_at("legs").empty());
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("A preview of accepting an offer leaves the pair's key as it was") {
    World world(64, two);
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    harbor.must("peer.offer", Json::object({{"for", lantern.name()}}));
    const std::string theirs =
        lantern.must("peer.offer", Json::object({{"for", harbor.name()}})).text_at("file");
    harbor.preview("peer.accept", Json::object({{"offer", theirs}}));
    harbor.close();
    harbor.open();
    const Asked asked = ask(world, harbor, {&lantern});
    CHECK(harbor.state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("Two that pair anew share a new key, and what waited is delivered under it") {
    World world(65, two);
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    bool lose = true;
    harbor.watch([&](const node::TransportPublicKey&, const node::Frame&) { return !lose; });
    const Asked asked = ask(world, harbor, {&lantern});
    lose = false;
    pair_up(harbor, lantern);
    compare_words(harbor, lantern);
    compare_words(lantern, harbor);
    world.pass(seconds(30), seconds(2));
    CHECK(harbor.state_of(asked.legs[0]) == "DELIVERED");
    harbor.close();
    harbor.open();
    world.pump();
    CHECK(harbor.state_of(asked.legs[0]) == "DELIVERED");
}

TEST_CASE("Words that do not agree verify nobody") {
    World world(66, two);
    TestNode& harbor = world.node(0);
    const std::string words =
        harbor.must("peer.verify", Json::object({{"peer", world.node(1).name()}}))
            .text_at("read_aloud");
    const std::string first = words.substr(words.find(' ') + 1);
    CHECK_FALSE(
        harbor.call("peer.verify",
                    Json::object({{"peer", world.node(1).name()},
                                  {"words", first + " " + first.substr(0, first.find(' '))}})));
}

TEST_CASE("A home opens with its passphrase alone, and once") {
    ScratchFolder folder;
    crypto::SeededRandom random(67);
    const auto home = folder.path() / "home";
    const node::NewNode made{
        "Alder", {"shelter"}, "tcp://127.0.0.1:7000", "", {"555-0100", "", "", ""}, "desk 1"};
    const SecretBytes right(as_bytes("right"));
    const auto now = schema::from_unix(1'790'000'000);
    REQUIRE(support::create_cheap_home(home, made, right, now, random));
    CHECK(support::create_cheap_home(home, made, right, now, random).error().code ==
          Errc::already_exists);
    const auto wrong = node::open_home(home, SecretBytes(as_bytes("wrong")), random);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == Errc::locked);
    const auto first = node::open_home(home, right, random);
    REQUIRE(first);
    const auto second = node::open_home(home, right, random);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::busy);
    CHECK(node::open_home(folder.path() / "none", right, random).error().code == Errc::not_found);
}

TEST_CASE("A home whose keys others may read is not opened") {
    World world(68, two);
    TestNode& harbor = world.node(0);
    harbor.close();
    for (const auto& file : std::filesystem::directory_iterator(harbor.folder() / "keyring"))
        std::filesystem::permissions(
            file.path(), std::filesystem::perms::group_read, std::filesystem::perm_options::add);
    const auto opened =
        node::open_home(harbor.folder(), SecretBytes(as_bytes(passphrase_of_all)), world.random());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::untrusted);
}

TEST_CASE("Every command is refused to every role that its table does not name") {
    World world(69, two);
    for (TestNode* node : {&world.node(0), &world.node(1)}) {
        for (const auto& command : schema::commands()) {
            if (command.name == "node.down") continue;
            for (const auto role : schema::members(schema::everyone)) {
                CAPTURE(command.name, schema::name(role));
                const auto done = node->call_as({role}, command.name, any_args(command));
                const bool refused = !done && done.error().code == Errc::not_permitted;
                if (!command.roles.contains(role)) CHECK(refused);
                if (refused) CHECK(done.error().detail.ends_with("; nothing was changed"));
            }
        }
        CHECK(node->call_as({}, "node.status").error().code == Errc::not_permitted);
    }
}

TEST_CASE("What somebody did carries her role in the log, and so does what she was refused") {
    World world(70, two);
    TestNode& harbor = world.node(0);
    REQUIRE(harbor.call_as({schema::Role::INVESTIGATION_SUPERVISOR}, "case.new", case_args()));
    CHECK(harbor.newest_entry().role == static_cast<Byte>(schema::Role::INVESTIGATION_SUPERVISOR));
    harbor.must("case.new", case_args());
    CHECK(harbor.newest_entry().role == static_cast<Byte>(schema::Role::INVESTIGATOR));
    const auto before = harbor.count("SELECT count(*) FROM survivor_case");
    REQUIRE_FALSE(harbor.call_as({schema::Role::AUDITOR}, "case.new", case_args()));
    CHECK(harbor.newest_entry().kind == schema::EventKind::REFUSED);
    CHECK(harbor.newest_entry().role == static_cast<Byte>(schema::Role::AUDITOR));
    CHECK(harbor.count("SELECT count(*) FROM survivor_case") == before);
}

TEST_CASE("The doctor says in Spanish everything that it says in English") {
    World world(613, two);
    TestNode& harbor = world.node(0);
    const auto said = [&](std::string_view language) {
        return harbor.must("node.doctor", Json::object({{"language", language}}));
    };
    const Json en = said("en");
    const Json es = said("es");
    CHECK(harbor.must("node.doctor").array_at("checks").back() == en.array_at("checks").back());
    REQUIRE(en.array_at("checks").size() == es.array_at("checks").size());
    CHECK(en.array_at("checks").size() >= 7);
    for (std::size_t i = 0; i < en.array_at("checks").size(); ++i) {
        const Json& one = en.array_at("checks")[i];
        CAPTURE(one.text_at("check"));
        CHECK(es.array_at("checks")[i].text_at("light") == one.text_at("light"));
        CHECK(es.array_at("checks")[i].text_at("say") != one.text_at("say"));
        CHECK(one.find("say_es") == nullptr);
    }
}

TEST_CASE("The safety words come as a QR code too, for whoever asks for one") {
    World world(614, two);
    TestNode& harbor = world.node(0);
    Json args = Json::object({{"peer", world.node(1).name()}});
    CHECK(harbor.must("peer.verify", args).find("qr") == nullptr);
    args.set("qr", true);
    const std::string code = harbor.must("peer.verify", args).text_at("qr");
    // ISO/IEC 18004, 6.3.3: a finder pattern of seven modules in three corners, light around it.
    constexpr std::string_view top = "█▀▀▀▀▀█ ";
    CHECK(code.starts_with(top));
    const std::string first = code.substr(0, code.find('\n'));
    CHECK(first.ends_with(" █▀▀▀▀▀█"));
    CHECK(code.find("\n▀▀▀▀▀▀▀ ") != code.npos);  // the last row of the third
}

}  // namespace leeward::test
