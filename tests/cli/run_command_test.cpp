#include "cli/run_command.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>

#include "cli/talk.h"
#include "tests/node/store/folder.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
using node::Act;
using node::Request;
using schema::ExitCode;
using schema::Json;
namespace fs = std::filesystem;

class Script final : public Asked {
public:
    explicit Script(Result<Json> answer) : answer_(std::move(answer)) {}
    Result<Json> ask(const Request& request, const node::Secrets& secrets) override {
        asked.push_back(request);
        typed.clear();
        for (const SecretBytes& one : secrets)
            typed.emplace_back(as_text(one.reveal()));
        if (request.act == Act::PREVIEW)
            return Json::object({{"preview", Json::object({{"to", "Juniper House"}})}});
        return answer_;
    }
    std::vector<Request> asked;
    std::vector<std::string> typed;  // the passphrases of the last

private:
    Result<Json> answer_;
};

// What is written to both streams while it lives.
class Streams {
public:
    Streams()
        : out_before_(std::cout.rdbuf(out.rdbuf())), err_before_(std::cerr.rdbuf(err.rdbuf())) {}
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;
    ~Streams() {
        std::cout.rdbuf(out_before_);
        std::cerr.rdbuf(err_before_);
    }
    std::ostringstream out;
    std::ostringstream err;

private:
    std::streambuf* out_before_;
    std::streambuf* err_before_;
};

// Files of this process grow to `most` bytes while it lives.
class FullDisk {
public:
    explicit FullDisk(rlim_t most) : signal_before_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{most, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, signal_before_);
    }

private:
    rlimit before_{};
    void (*signal_before_)(int);
};

struct Ran {
    Result<ExitCode> code = ExitCode::failure;
    std::string out;
    std::string err;
    std::vector<Request> asked;
    std::vector<std::string> typed;
};

Ran run(const std::vector<std::string>& args, Result<Json> answer) {
    const auto line = parse_command_line(args);
    REQUIRE(line);
    Script node(std::move(answer));
    Streams streams;
    Ran ran;
    ran.code = run_command(*line, node);
    ran.out = streams.out.str();
    ran.err = streams.err.str();
    ran.asked = node.asked;
    ran.typed = node.typed;
    return ran;
}

const std::vector<std::string> ask{"need", "ask", "77ab01", "--to", "Juniper House", "--no-input"};

std::vector<std::string> with(std::vector<std::string> args, const std::string& more) {
    args.push_back(more);
    return args;
}

TEST_CASE("data goes to standard output, talk does not") {
    const Ran ran = run({"inbox"}, Json::object({{"waiting", 2}}));
    CHECK(ran.code.value() == ExitCode::ok);
    CHECK(ran.out == "waiting: 2\n");
    CHECK(ran.err.empty());
    REQUIRE(ran.asked.size() == 1);
    CHECK(ran.asked[0].command == "inbox");
}

TEST_CASE("The option --json prints the whole answer on one line, with its version") {
    const Ran ran = run({"inbox", "--json"},
                        Json::object({{"name",
                                       "\x7f"
                                       "a\nb"},
                                      {"file", "f"}}));
    CHECK(ran.out ==
          "{\"schema_version\":1,\"ok\":true,\"result\":{\"name\":\"\\u007fa\\nb\",\"file\":\"f\"}}"
          "\n");
}

TEST_CASE("what is saved and not yet delivered ends with 3 and says so") {
    const Ran ran = run({"need", "list"}, Json::object({{"queued_only", true}}));
    CHECK(ran.code.value() == ExitCode::queued);
    CHECK(ran.err.find("not yet delivered") != std::string::npos);
    CHECK(run({"--quiet", "need", "list"}, Json::object({{"queued_only", true}})).err.empty());
}

TEST_CASE("asking shelters shows first what is sent, and sends it only with a yes") {
    const Ran without = run(ask, Json::object());
    CHECK(without.code.error().code == Errc::invalid_argument);
    REQUIRE(without.asked.size() == 1);
    CHECK(without.asked[0].act == Act::PREVIEW);
    CHECK(without.err.find("to: Juniper House") != std::string::npos);

    const Ran agreed = run(with(ask, "--yes"), Json::object({{"need", "77ab01"}}));
    CHECK(agreed.code.value() == ExitCode::ok);
    REQUIRE(agreed.asked.size() == 2);
    CHECK(agreed.asked[0].act == Act::PREVIEW);
    CHECK(agreed.asked[1].act == Act::PERFORM);
    CHECK(agreed.asked[0].args == agreed.asked[1].args);
    CHECK(agreed.err.find("to: Juniper House") != std::string::npos);
}

TEST_CASE("nobody is asked to send what --quiet has hidden from her") {
    const Ran asked = run(with(ask, "--quiet"), Json::object());
    CHECK(asked.err.find("to: Juniper House") != std::string::npos);
    const Ran agreed = run(with(with(ask, "--quiet"), "--yes"), Json::object());
    CHECK(agreed.err.empty());
}

TEST_CASE("The option --dry-run only previews a change, and is no option of a question") {
    const Ran ran = run(with(ask, "--dry-run"), Json::object());
    CHECK(ran.code.value() == ExitCode::ok);
    REQUIRE(ran.asked.size() == 1);
    CHECK(ran.asked[0].act == Act::PREVIEW);
    CHECK(ran.out.find("to: Juniper House") != std::string::npos);
    const Ran reading = run({"inbox", "--dry-run"}, Json::object());
    CHECK(reading.code.error().code == Errc::invalid_argument);
    CHECK(reading.asked.empty());
}

std::string with_passphrase(const fs::path& file, std::string_view passphrase) {
    std::ofstream(file) << passphrase;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    return file.string();
}

TEST_CASE("a second person's yes goes with her passphrase, which is asked for once") {
    using Typed = std::vector<std::string>;
    const node::TestFolder folder;
    const std::string own = with_passphrase(folder.path / "own", "lantern quay juniper");
    const std::vector<std::string> give{"approval", "give", "5c20aa", "--no-input"};

    const Ran without = run(give, Json::object());
    CHECK(without.code.error().code == Errc::locked);
    CHECK(without.asked.empty());
    CHECK(run(with(with(give, "--passphrase-file"), own), Json::object()).typed ==
          Typed{"lantern quay juniper"});

    const auto as = with(with(give, "--as"), "night supervisor");
    CHECK(run(with(with(as, "--as-passphrase-file"), own), Json::object()).typed ==
          Typed{"lantern quay juniper"});
    const Ran passed_over = run(with(with(as, "--passphrase-file"), own), Json::object());
    CHECK(passed_over.code.error().code == Errc::invalid_argument);
    CHECK(passed_over.asked.empty());

    const Ran preview = run(with(give, "--dry-run"), Json::object());
    REQUIRE(preview.asked.size() == 1);
    CHECK(preview.asked[0].act == Act::PREVIEW);
    CHECK(preview.typed.empty());
}

TEST_CASE("whoever brings in a worker gives her own passphrase, then the new one types hers") {
    using Typed = std::vector<std::string>;
    const node::TestFolder folder;
    const std::string own = with_passphrase(folder.path / "own", "lantern quay juniper");
    const std::string fresh = with_passphrase(folder.path / "new", "kestrel orbit fathom plume");
    const std::vector<std::string> add{
        "people", "add", "desk 2", "--roles", "AUDITOR", "--no-input"};
    const Typed both{"lantern quay juniper", "kestrel orbit fathom plume"};

    const auto with_new = with(with(add, "--new-passphrase-file"), fresh);
    CHECK(run(with(with(with_new, "--passphrase-file"), own), Json::object()).typed == both);
    const auto as = with(with(with_new, "--as"), "night supervisor");
    CHECK(run(with(with(as, "--as-passphrase-file"), own), Json::object()).typed == both);

    const Ran new_alone = run(with_new, Json::object());
    CHECK(new_alone.code.error().detail.find("say --passphrase-fd or") != std::string::npos);
    CHECK(new_alone.asked.empty());
    const Ran own_alone = run(with(with(add, "--passphrase-file"), own), Json::object());
    CHECK(own_alone.code.error().detail.find("say --new-passphrase-fd or") != std::string::npos);
    CHECK(own_alone.asked.empty());

    const Ran preview = run(with(add, "--dry-run"), Json::object());
    REQUIRE(preview.asked.size() == 1);
    CHECK(preview.typed.empty());
}

TEST_CASE("a passphrase beside --dry-run, which tries none, is refused in words") {
    const node::TestFolder folder;
    const std::string file = with_passphrase(folder.path / "own", "lantern quay juniper");
    const std::vector<std::string> reset{
        "people", "reset", "desk 2", "--with", "desk 3", "--dry-run", "--no-input"};
    for (const char* option :
         {"--passphrase-file", "--with-passphrase-file", "--new-passphrase-file"}) {
        CAPTURE(option);
        const Ran ran = run(with(with(reset, option), file), Json::object());
        REQUIRE_FALSE(ran.code);
        CHECK(ran.code.error().code == Errc::invalid_argument);
        CHECK(ran.code.error().detail.find("leave out " + std::string(option) + ";") !=
              std::string::npos);
        CHECK(ran.asked.empty());
    }
    CHECK_FALSE(run(with(with(reset, "--passphrase-fd"), "0"), Json::object()).code);
    // Who does it is another matter: that is tried.
    const auto as = with(with(reset, "--as"), "night supervisor");
    const Ran looked = run(with(with(as, "--as-passphrase-file"), file), Json::object());
    REQUIRE(looked.asked.size() == 1);
    CHECK(looked.asked[0].act == Act::PREVIEW);
    CHECK(looked.typed == std::vector<std::string>{"lantern quay juniper"});
    const auto both = with(with(as, "--as-passphrase-file"), file);
    const Ran refused = run(with(with(both, "--new-passphrase-file"), file), Json::object());
    REQUIRE_FALSE(refused.code);
    CHECK(
        refused.code.error().detail.starts_with("a dry run tries no passphrase but that of --as"));
}

TEST_CASE("a reset takes three passphrases: hers who asks, the second person's, the new one") {
    const node::TestFolder folder;
    const std::string own = with_passphrase(folder.path / "own", "lantern quay juniper");
    const std::string second = with_passphrase(folder.path / "second", "marsh gable tern");
    const std::string fresh = with_passphrase(folder.path / "new", "kestrel orbit fathom plume");
    std::vector<std::string> reset{"people", "reset", "desk 2", "--with", "desk 3", "--no-input"};
    for (const auto& [option, file] : {std::pair{"--new-passphrase-file", fresh},
                                       std::pair{"--with-passphrase-file", second},
                                       std::pair{"--passphrase-file", own}})
        reset.insert(reset.end(), {option, file});
    CHECK(run(reset, Json::object()).typed == std::vector<std::string>{"lantern quay juniper",
                                                                       "marsh gable tern",
                                                                       "kestrel orbit fathom "
                                                                       "plume"});
}

TEST_CASE("a file is printed alone, so that it can be redirected") {
    const Ran ran =
        run({"identity", "show"}, Json::object({{"organisation", "Quay"}, {"file", "card\n"}}));
    CHECK(ran.out == "card\n");
    CHECK(ran.err == "organisation: Quay\n");
}

TEST_CASE("The option --out writes the file for its user alone and replaces none unless forced") {
    const node::TestFolder folder;
    const auto file = folder.path / "a.card";
    const std::vector<std::string> args{"identity", "show", "--out", file.string()};
    const Json answer = Json::object({{"organisation", "Quay"}, {"file", "card\n"}});
    const Ran first = run(args, answer);
    CHECK(first.out == "organisation: Quay\n");
    CHECK(as_text(node::TestFolder::read(file)) == "card\n");
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));

    const Ran second = run(args, Json::object({{"file", "other"}}));
    CHECK(second.code.error().code == Errc::already_exists);
    CHECK(second.asked.empty());  // nothing that can be made only once is lost
    CHECK(as_text(node::TestFolder::read(file)) == "card\n");

    CHECK(run(with(args, "--force"), Json::object({{"file", "other"}})).code);
    CHECK(as_text(node::TestFolder::read(file)) == "other");
}

TEST_CASE(
    "when the disk of --out is full, what was done is told and where the node keeps the file") {
    const node::TestFolder folder;
    const auto file = folder.path / "records.age";
    const std::vector<std::string> args{"node", "retire", "--to", "age1", "--out", file.string()};
    const Json answer = Json::object({{"copies_erased", 3},
                                      {"sealed_file", "quay/records-01.age"},
                                      {"file", std::string(4096, 'x')}});
    const FullDisk full(100);
    const Ran ran = run(args, answer);
    CHECK(ran.out.find("copies erased: 3\n") != std::string::npos);
    const std::string said = ran.code.error().detail;
    CHECK(said.starts_with("it was done, but its file was not written: "));
    CHECK(said.ends_with("The node keeps it: copy quay/records-01.age"));
    CHECK(fs::is_empty(folder.path));
    const Ran as_json = run(with(args, "--json"), answer);
    CHECK(as_json.out.empty());  // its error is the one object
}

TEST_CASE("when the disk of --out is full, a place that nobody could use is closed again") {
    const node::TestFolder folder;
    const auto file = folder.path / "first.place";
    const FullDisk full(100);
    const Ran ran = run({"mailhost", "open", "--out", file.string()},
                        Json::object({{"place", 7}, {"file", std::string(4096, 'x')}}));
    REQUIRE(ran.asked.size() == 2);
    CHECK(ran.asked[1].command == "mailhost.close");
    CHECK(ran.asked[1].args.int_at("number") == 7);
    CHECK(ran.out.empty());  // nothing is there to be handed over
    CHECK(ran.code.error().detail.ends_with("The place was closed again; nothing was changed"));
    CHECK(fs::is_empty(folder.path));
}

TEST_CASE("where the node alone keeps a file, --out says so and leaves none") {
    const node::TestFolder folder;
    const auto file = folder.path / "records.age";
    const std::vector<std::string> args{"node", "retire", "--to", "age1", "--out", file.string()};
    const Ran large = run(args, Json::object({{"sealed_file", "quay/records-01.age"}}));
    CHECK(large.err.find("The node keeps it: copy quay/records-01.age\n") != large.err.npos);
    const Ran waits = run(args, Json::object({{"needs_second_person", true}}));
    CHECK(waits.err.find("makes no file") == waits.err.npos);
    CHECK(fs::is_empty(folder.path));
}

TEST_CASE("a sealed file is not written to a screen, and what it would carry not taken as sent") {
    const std::vector<std::string> args{"courier", "export", "Quay"};
    const auto to_screen = [](const std::vector<std::string>& given) {
        return may_be_shown(parse_command_line(given).value(), true);
    };
    CHECK(to_screen(args).error().code == Errc::invalid_argument);
    CHECK(to_screen({"courier", "export", "Quay", "--out", "quay.sealed"}));
    CHECK(to_screen({"courier", "export", "Quay", "--dry-run"}));
    CHECK(to_screen({"identity", "show"}));
    CHECK(may_be_shown(parse_command_line(args).value(), false));
}

TEST_CASE("a command that fails leaves no file behind") {
    const node::TestFolder folder;
    const auto file = folder.path / "a.card";
    for (const std::string force : {"--force", "--quiet"}) {
        const Ran ran = run({"identity", "show", "--out", file.string(), force},
                            Error{Errc::locked, "no keys"});
        CHECK(ran.code.error().code == Errc::locked);
        CHECK(fs::is_empty(folder.path));
    }
}

TEST_CASE("an error is said with what to do, or as JSON where that was asked for") {
    Streams streams;
    Options options;
    CHECK(report(Error{Errc::unreachable, "no node\x1b runs"}, options) == ExitCode::unreachable);
    CHECK(streams.err.str() == "leeward: no node\\u001b runs\nStart the node: leeward node up\n");
    options.json = true;
    report(Error{Errc::locked, "x"}, options);
    CHECK(
        streams.out.str() ==
        "{\"schema_version\":1,\"ok\":false,\"error\":{\"code\":\"locked\",\"message\":\"x\"}}\n");
}

TEST_CASE("an error that says itself what to do is not given other advice") {
    Streams streams;
    report(Error{Errc::not_found, "nothing is there; see 'leeward peer list'"}, Options{});
    CHECK(streams.err.str() == "leeward: nothing is there; see 'leeward peer list'\n");
}

TEST_CASE("the talk is Spanish where that was asked for") {
    const Ran ran = run({"--lang", "es", "need", "list"}, Json::object({{"queued_only", true}}));
    CHECK(ran.err.find("aún no entregado") != std::string::npos);
}

TEST_CASE("without a node the socket's command ends as unreachable") {
    const node::TestFolder folder;
    const auto line = parse_command_line({"--home", folder.path.string(), "inbox"});
    CHECK(run_command(*line).error().code == Errc::unreachable);
}

}  // namespace
