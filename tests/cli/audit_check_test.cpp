#include "cli/audit_check.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "tests/node/store/folder.h"
#include "tests/schema/audit/sample_log.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
using namespace leeward::schema::samples;
using schema::ExitCode;
using schema::Json;

class Desk {
public:
    std::string file(const std::string& name, std::string_view content) {
        const auto path = folder_.path / name;
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }
    std::string bundle(const std::string& name, SampleLog& log) {
        return file(name, as_text(schema::write_bundle(log.bundle())));
    }
    // The exit code and what was printed.
    std::pair<Result<ExitCode>, std::string> run(std::vector<std::string> args) {
        const auto line = parse_command_line(args);
        REQUIRE(line);
        std::ostringstream out;
        auto* before = std::cout.rdbuf(out.rdbuf());
        auto code =
            line->command->name == "audit.check" ? audit_check(*line) : audit_explain(*line);
        std::cout.rdbuf(before);
        return {std::move(code), out.str()};
    }

private:
    node::TestFolder folder_;
};

struct Pair {
    SampleLog group{1};
    SampleLog shelter{2};
    std::string cards = schema::sign_card(group.card(), root_key(1)) + "\n" +
                        schema::sign_card(shelter.card(), root_key(2)) + "\n";
    void exchange() {
        const auto xref = some_hash("x");
        const auto release = some_hash("r");
        group.activate(release, shelter, {});
        group.disclose(release, shelter, {}, xref);
        shelter.receipt(group, xref);
    }
    void publish() {
        group.publish();
        shelter.publish();
    }
};

}  // namespace

TEST_CASE("an auditor checks two bundles with the partners' cards alone") {
    Desk desk;
    Pair pair;
    pair.exchange();
    pair.publish();
    const auto [code, out] = desk.run({"audit",
                                       "check",
                                       desk.bundle("a", pair.group),
                                       desk.bundle("b", pair.shelter),
                                       "--cards",
                                       desk.file("cards", pair.cards),
                                       "--json"});
    REQUIRE(code);
    CHECK(*code == ExitCode::ok);
    const auto answer = schema::parse_json(out.substr(0, out.find('\n')));
    REQUIRE(answer);
    CHECK(answer->find("result")->int_at("found") == 0);
    CHECK(answer->find("result")->array_at("logs").size() == 2);
}

TEST_CASE("a finding ends with exit code 6 and says where and what it means") {
    Desk desk;
    Pair pair;
    pair.exchange();
    pair.publish();
    pair.group.bundle_.entries[1].xref = some_hash("altered");
    const auto [code, out] = desk.run({"audit",
                                       "check",
                                       desk.bundle("a", pair.group),
                                       "--cards",
                                       desk.file("cards", pair.cards)});
    REQUIRE(code);
    CHECK(*code == ExitCode::integrity);
    CHECK(out.find("TREE_MISMATCH") != out.npos);
    CHECK(out.find("was altered, removed, added or moved") != out.npos);
}

TEST_CASE("a file that is no bundle is named, and nothing is checked") {
    Desk desk;
    const auto cards = desk.file("cards", "");
    const auto [code, out] =
        desk.run({"audit", "check", desk.file("text", "hello"), "--cards", cards});
    REQUIRE(!code);
    CHECK(code.error().code == Errc::malformed);
    CHECK(code.error().detail.find("text: not a bundle") != std::string::npos);
    CHECK(out.empty());
    CHECK(desk.run({"audit", "check", "/nowhere", "--cards", cards}).first.error().code ==
          Errc::not_found);
}

TEST_CASE("a finding is explained in the language that was asked for") {
    Desk desk;
    CHECK(desk.run({"audit", "explain", "LOG_FORKED"}).second.find("two different logs") !=
          std::string::npos);
    CHECK(
        desk.run({"audit", "explain", "LOG_FORKED", "--lang", "es"}).second.find("dos registros") !=
        std::string::npos);
    CHECK(desk.run({"audit", "explain", "NOTHING"}).first.error().code == Errc::invalid_argument);
}
