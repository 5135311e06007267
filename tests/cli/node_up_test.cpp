#include "cli/node_up.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "tests/node/store/folder.h"

namespace {

using namespace leeward;
using schema::ExitCode;
namespace fs = std::filesystem;

// A program in the place of leewardd that ends at once.
fs::path stand_in(const fs::path& folder, std::string_view script) {
    const auto path = folder / "stand-in";
    std::ofstream(path) << "#!/bin/sh\n" << script;
    fs::permissions(path, fs::perms::owner_all);
    return path;
}

const SecretBytes passphrase(as_bytes("lantern quay juniper"));

TEST_CASE("a node that ends before it answers is explained with its own words and code") {
    const node::TestFolder folder;
    std::ofstream(folder.path / "node.out") << "an earlier start\n";
    const auto program = stand_in(folder.path, "echo 'the passphrase is wrong' >&2\nexit 4\n");
    std::ostringstream said;
    auto* before = std::cerr.rdbuf(said.rdbuf());
    const auto code = cli::start_daemon(program, folder.path, passphrase);
    std::cerr.rdbuf(before);
    CHECK(code.value() == ExitCode::locked);
    CHECK(said.str().find("the passphrase is wrong") == 0);
}

TEST_CASE("the passphrase comes over the descriptor, not in the arguments or the environment") {
    const node::TestFolder folder;
    const auto program = stand_in(folder.path,
                                  "cat /proc/self/fd/$4 > \"$2/got\"\n"
                                  "echo \"$@\" > \"$2/args\"; env > \"$2/env\"\nexit 9\n");
    std::ostringstream said;
    auto* before = std::cerr.rdbuf(said.rdbuf());
    const auto code = cli::start_daemon(program, folder.path, passphrase);
    std::cerr.rdbuf(before);
    CHECK(code.value() == ExitCode::failure);
    CHECK(as_text(node::TestFolder::read(folder.path / "got")) == "lantern quay juniper");
    for (const auto* name : {"args", "env", "node.out"})
        CHECK(as_text(node::TestFolder::read(folder.path / name)).find("lantern") ==
              std::string_view::npos);
}

TEST_CASE("a folder without a node is no place to start one") {
    const node::TestFolder folder;
    CHECK(cli::start_daemon("/bin/true", folder.path / "none", passphrase).error().code ==
          Errc::not_found);
}

}  // namespace
