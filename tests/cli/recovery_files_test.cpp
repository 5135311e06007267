// A recovery holder's key in a file: where it may be made, and from where it is read on the worst night.
#include <filesystem>
#include <iostream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/mount.h>

#include "cli/holders.h"
#include "cli/out_file.h"
#include "cli/recovery.h"
#include "tests/node/store/folder.h"
#include "tests/support/small_disk.h"

namespace {

using namespace leeward;
using namespace leeward::cli;
namespace fs = std::filesystem;

// The files of two holders, made as they are made.
struct HolderFiles {
    std::string one;
    std::string other;

    explicit HolderFiles(const fs::path& folder)
        : one((folder / "one").string()), other((folder / "other").string()) {
        for (const auto& file : {one, other})
            REQUIRE(recovery_key(
                parse_command_line(
                    {"recovery", "key", "--identity", file, "--out", file + ".pub", "--quiet"})
                    .value()));
    }
    [[nodiscard]] Result<node::TwoHolders> read() const {
        const auto line = parse_command_line(
            {"backup", "drill", "copy.manifest", "--holders", one + "," + other});
        return two_holders(line.value(), Talk(line->options));
    }
};

TEST_CASE("holders' keys are read from a stick that is protected against writing") {
    if (!test::SmallDisk::possible()) SKIP("mounting a small disk is not allowed here");
    const node::TestFolder folder;
    const test::SmallDisk stick(folder.path, 1);
    const HolderFiles files(folder.path);
    REQUIRE(::mount(nullptr, folder.path.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    CHECK(files.read());
}

TEST_CASE(
    "a holder's key that others may read is refused, with the way out of a stick that shows so") {
    const node::TestFolder folder;
    const HolderFiles files(folder.path);
    fs::permissions(files.other, fs::perms::group_read, fs::perm_options::add);
    const auto refused = files.read();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::untrusted);
    CHECK(refused.error().detail.find("chmod 600 the copy") != std::string::npos);
    CHECK(refused.error().detail.find("make a new key") != std::string::npos);
}

TEST_CASE("a key is not written where others may read every file") {
    const node::TestFolder folder;
    const fs::path file = folder.path / "one";
    {
        auto out = OutFile::open(file.string(), Replace::REFUSE);
        REQUIRE(out);
        // As on a stick that knows no owners.
        fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
        CHECK(out->commit_secret("a key").error().code == Errc::untrusted);
        CHECK(fs::file_size(file) == 0);
    }
    CHECK(fs::is_empty(folder.path));
}

}  // namespace
