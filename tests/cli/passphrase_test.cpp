#include "cli/passphrase.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "node/app/socket.h"
#include "tests/node/store/folder.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
namespace fs = std::filesystem;

Result<SecretBytes> from_file(const fs::path& file, Passphrase kind = Passphrase::KNOWN) {
    CommandLine line;
    line.options.no_input = true;
    line.given["passphrase-file"] = {file.string()};
    return get_passphrase(line, kind, Talk(line.options));
}

fs::path private_file(const fs::path& path, std::string_view content) {
    std::ofstream(path) << content;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    return path;
}

TEST_CASE("a passphrase is the first line of its file") {
    const node::TestFolder folder;
    const auto file = private_file(folder.path / "p", "lantern quay juniper\nmore\n");
    CHECK(as_text(from_file(file).value().reveal()) == "lantern quay juniper");
}

TEST_CASE("a passphrase file that others may read is refused") {
    const node::TestFolder folder;
    const auto file = private_file(folder.path / "p", "lantern quay juniper");
    for (const auto extra : {fs::perms::group_read, fs::perms::others_read}) {
        fs::permissions(file, fs::perms::owner_read | extra);
        CHECK(from_file(file).error().code == Errc::untrusted);
    }
}

TEST_CASE("an empty, an endless and a missing passphrase are refused") {
    const node::TestFolder folder;
    CHECK(from_file(private_file(folder.path / "a", "\n")).error().code == Errc::locked);
    CHECK(from_file(private_file(folder.path / "b", std::string(1025, 'x'))).error().code ==
          Errc::too_large);
    CHECK(from_file(private_file(folder.path / "c", std::string(1024, 'x'))));
    CHECK(from_file(folder.path / "none").error().code == Errc::not_found);
}

TEST_CASE("a passphrase is read from a descriptor and no further than its line") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const node::Descriptor from(ends[0]);
    const node::Descriptor to(ends[1]);
    REQUIRE(::write(to.get(), "one\ntwo\n", 8) == 8);
    CommandLine line;
    line.given["passphrase-fd"] = {std::to_string(from.get())};
    const Talk talk(line.options);
    CHECK(as_text(get_passphrase(line, Passphrase::KNOWN, talk).value().reveal()) == "one");
    CHECK(as_text(get_passphrase(line, Passphrase::KNOWN, talk).value().reveal()) == "two");
    line.given["passphrase-fd"] = {"3x"};
    CHECK(get_passphrase(line, Passphrase::KNOWN, talk).error().code == Errc::invalid_argument);
    line.given["passphrase-file"] = {"p"};
    CHECK(get_passphrase(line, Passphrase::KNOWN, talk).error().code == Errc::invalid_argument);
}

TEST_CASE("without a file and without a person there is no passphrase") {
    CommandLine line;
    line.options.no_input = true;
    CHECK(get_passphrase(line, Passphrase::KNOWN, Talk(line.options)).error().code == Errc::locked);
}

TEST_CASE("the terminal says whose passphrase is wanted now") {
    const auto line =
        parse_command_line({"people", "reset", "desk 2", "--with", "desk 3", "--as", "desk 1"});
    REQUIRE(line);
    const auto asks = [&](Passphrase kind, std::string_view prefix) {
        return passphrase_question(*line, kind, Talk(line->options), prefix);
    };
    CHECK(asks(Passphrase::KNOWN, "") == "Your own passphrase: ");
    CHECK(asks(Passphrase::KNOWN, "as-") == "Passphrase of desk 1: ");
    CHECK(asks(Passphrase::KNOWN, "with-") == "Passphrase of desk 3: ");
    CHECK(asks(Passphrase::NEW, "new-") == "New passphrase of desk 2: ");
}

TEST_CASE("where nobody is named it says that a new one is wanted, and in her language") {
    const auto line = parse_command_line({"people", "passphrase", "--lang", "es"});
    REQUIRE(line);
    const Talk talk(line->options);
    CHECK(passphrase_question(*line, Passphrase::KNOWN, talk) == "Frase de contraseña: ");
    CHECK(passphrase_question(*line, Passphrase::NEW, talk, "new-") ==
          "Frase de contraseña nueva: ");
    const auto roles = parse_command_line({"people", "roles", "desk 2", "--roles", "AUDITOR"});
    REQUIRE(roles);
    CHECK(passphrase_question(*roles, Passphrase::KNOWN, talk) ==
          "Su propia frase de contraseña: ");
}

TEST_CASE("a weak new passphrase is not taken from a file either") {
    const node::TestFolder folder;
    CHECK(from_file(private_file(folder.path / "p", "short"), Passphrase::NEW).error().code ==
          Errc::invalid_argument);
}

}  // namespace
