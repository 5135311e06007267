#include "cli/audit_bundle.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "cli/audit_check.h"
#include "cli/audit_drill.h"
#include "cli/audit_key.h"
#include "cli/audit_report.h"
#include "crypto/base/base64.h"
#include "schema/audit/proof.h"
#include "tests/node/store/folder.h"
#include "tests/schema/audit/sample_log.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
using namespace leeward::schema::samples;
using schema::ExitCode;
using schema::Json;

// A node that gives its log three leaves at a time.
class Node final : public Asked {
public:
    explicit Node(schema::Bundle bundle) : bundle_(std::move(bundle)) {}
    Result<Json> ask(const node::Request& request, const node::Secrets&) override {
        CHECK(request.command == "audit.leaves");
        const auto from = static_cast<std::size_t>(request.args.int_at("leaf"));
        const std::size_t to = std::min(bundle_.entries.size(), from + 3);
        Bytes leaves;
        for (std::size_t i = from; i < to; ++i)
            append(leaves, schema::write_entry(bundle_.entries[i]));
        Json page = Json::object({{"size", bundle_.entries.size()},
                                  {"next", to},
                                  {"leaves", base64url::encode(leaves)}});
        if (request.args.find("leaf") == nullptr) {
            page.set("first", 0);
            page.set("header", base64url::encode(schema::write_bundle_header(bundle_).value()));
        }
        return page;
    }

private:
    schema::Bundle bundle_;
};

class Desk {
public:
    Desk() {
        write("passphrase", "an unlikely row of words 7391\n");
        ::chmod(path("passphrase").c_str(), S_IRUSR | S_IWUSR);
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder_.path / name).string();
    }
    void write(const std::string& name, std::string_view content) const {
        std::ofstream(path(name), std::ios::binary) << content;
    }
    [[nodiscard]] Bytes read(const std::string& name) const {
        return node::TestFolder::read(path(name));
    }
    template <class Run>
    std::pair<Result<ExitCode>, std::string> run(std::vector<std::string> args, Run command) const {
        const auto line = parse_command_line(args);
        REQUIRE(line);
        std::ostringstream out;
        auto* before = std::cout.rdbuf(out.rdbuf());
        auto code = command(*line);
        std::cout.rdbuf(before);
        return {std::move(code), out.str()};
    }
    std::vector<std::string> with_key(std::vector<std::string> args) const {
        for (const std::string& more : {std::string("--key"),
                                        path("her.key"),
                                        std::string("--passphrase-file"),
                                        path("passphrase"),
                                        std::string("--cards"),
                                        path("cards"),
                                        std::string("--json")})
            args.push_back(more);
        return args;
    }
    Result<ExitCode> make_key() const {
        return run({"audit", "key", path("her.key"), "--passphrase-file", path("passphrase")},
                   audit_key)
            .first;
    }

private:
    node::TestFolder folder_;
};

schema::Bundle honest_bundle(SampleLog& log, const SampleLog& other) {
    log.activate(some_hash("r"), other, {});
    log.disclose(some_hash("r"), other, {}, some_hash("x"));
    for (int i = 0; i < 10; ++i)
        log.pad();
    log.publish();
    return log.bundle();
}

Result<ExitCode> bundle_to(const Desk& desk, Node& node, const std::string& name) {
    return desk
        .run({"audit", "bundle", "--auditor", desk.path("her.key.pub"), "--out", desk.path(name)},
             [&](const CommandLine& line) { return audit_bundle(line, node); })
        .first;
}

}  // namespace

TEST_CASE("an auditor makes a key, is given a sealed bundle page by page, and alone can check it") {
    const Desk desk;
    SampleLog log(1);
    const SampleLog other(2);
    const auto bundle = honest_bundle(log, other);
    desk.write("cards", schema::sign_card(log.card(), root_key(1)) + "\n");
    REQUIRE(desk.make_key());
    CHECK(as_text(desk.read("her.key")).starts_with("age-encryption.org/v1\n-> scrypt "));
    CHECK(as_text(desk.read("her.key.pub")).starts_with("age1pq1"));
    Node node(bundle);
    REQUIRE(bundle_to(desk, node, "sealed"));
    const Bytes sealed = desk.read("sealed");
    CHECK(as_text(sealed).find("leeward-bundle") == std::string::npos);

    const auto checked =
        desk.run(desk.with_key({"audit", "check", desk.path("sealed")}), audit_check);
    REQUIRE(checked.first);
    CHECK(*checked.first == ExitCode::ok);
    const auto without = desk.run(
        {"audit", "check", desk.path("sealed"), "--cards", desk.path("cards")}, audit_check);
    CHECK(without.first.error().code == Errc::locked);

    Bytes cut(sealed.begin(), sealed.end() - 40);
    desk.write("cut", as_text(cut));
    const auto refused = desk.run(desk.with_key({"audit", "check", desk.path("cut")}), audit_check);
    REQUIRE(!refused.first);
    CHECK(refused.first.error().code == Errc::untrusted);
    CHECK(refused.first.error().detail.find("cut: ") != std::string::npos);

    const auto made = desk.run(
        [&] {
            auto args = desk.with_key({"audit", "report", desk.path("sealed")});
            args.insert(args.end(), {"--out", desk.path("report.html")});
            return args;
        }(),
        audit_report);
    REQUIRE(made.first);
    CHECK(as_text(desk.read("report.html")).starts_with("<!doctype html>"));

    const auto drilled =
        desk.run(desk.with_key({"audit", "drill", desk.path("sealed")}), audit_drill);
    REQUIRE(drilled.first);
    CHECK(*drilled.first == ExitCode::ok);
    const auto answer = schema::parse_json(drilled.second.substr(0, drilled.second.find('\n')));
    REQUIRE(answer);
    CHECK(answer->find("result")->int_at("played") >= 6);
    CHECK(answer->find("result")->int_at("missed") == 0);
}

TEST_CASE("a bundle is sealed to an auditor's key or is not made") {
    const Desk desk;
    SampleLog log(1);
    const SampleLog other(2);
    Node node(honest_bundle(log, other));
    desk.write("her.key.pub", "age1nobody\n");
    const auto refused = bundle_to(desk, node, "sealed");
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::invalid_argument);
    CHECK(desk.read("sealed").empty());
}

TEST_CASE("a proof is checked alone, and with the bundle that shows that nothing else was shared") {
    const Desk desk;
    SampleLog log(1);
    const SampleLog other(2);
    const auto unwitnessed = honest_bundle(log, other);
    log.cosigned_by(2, std::uint64_t{log.now} * 900);
    const auto bundle = log.bundle();
    desk.write("cards",
               schema::sign_card(log.card(), root_key(1)) + "\n" +
                   schema::sign_card(other.card(), root_key(2)) + "\n");
    desk.write("whole.bundle", as_text(schema::write_bundle(bundle)));
    schema::DisclosureProof proof = proof_of(bundle, {2, 3}, {some_hash("r")});
    desk.write("hers.proof", schema::write_proof(proof).value());
    const auto result = [&](std::vector<std::string> files) {
        std::vector<std::string> args{"audit", "check"};
        args.insert(args.end(), files.begin(), files.end());
        args.insert(args.end(), {"--cards", desk.path("cards"), "--json"});
        const auto ran = desk.run(args, audit_check);
        REQUIRE(ran.first);
        return *schema::parse_json(ran.second.substr(0, ran.second.find('\n')))->find("result");
    };
    const Json alone = result({desk.path("hers.proof")});
    CHECK(alone.int_at("found") == 0);
    CHECK(alone.array_at("proofs").front().int_at("disclosures") == 1);
    CHECK_FALSE(alone.array_at("proofs").front().bool_at("nothing_else_was_shared"));
    const Json both = result({desk.path("hers.proof"), desk.path("whole.bundle")});
    CHECK(both.array_at("proofs").front().bool_at("nothing_else_was_shared"));
    desk.write("early.proof",
               schema::write_proof(proof_of(unwitnessed, {2, 3}, {some_hash("r")})).value());
    const Json early = result({desk.path("early.proof"), desk.path("whole.bundle")});
    CHECK(early.int_at("found") == 0);
    const Json& not_yet = early.array_at("proofs").front();
    CHECK_FALSE(not_yet.bool_at("nothing_else_was_shared"));
    CHECK(not_yet.text_at("note").find("witnesses") != std::string::npos);
    proof.acts.pop_back();
    desk.write("less.proof", schema::write_proof(proof).value());
    const Json less = result({desk.path("less.proof"), desk.path("whole.bundle")});
    CHECK(less.array_at("findings").front().text_at("finding") == "PROOF_INCOMPLETE");
    CHECK_FALSE(less.array_at("proofs").front().bool_at("nothing_else_was_shared"));
}
