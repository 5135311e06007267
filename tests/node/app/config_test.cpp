#include "node/app/config.h"

#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include "node/app/home.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

struct Settings {
    ScratchFolder folder;

    Result<node::Config> read_as(std::string_view text) const {
        const auto file = folder.path() / "config.toml";
        std::ofstream(file, std::ios::trunc) << text;
        REQUIRE(::chmod(file.c_str(), 0600) == 0);
        return node::read_config(folder.path());
    }
};

}  // namespace

TEST_CASE("settings are read as they were written, and nothing replaces them unasked") {
    const ScratchFolder folder;
    const node::Config written{"tcp://127.0.0.1:7000"};
    REQUIRE(node::write_config(folder.path(), written));
    CHECK(node::read_config(folder.path())->bind == written.bind);
    CHECK(node::write_config(folder.path(), {"tcp://127.0.0.1:1"}).error().code ==
          Errc::already_exists);
    CHECK(node::read_config(folder.path())->bind == written.bind);
}

TEST_CASE("a typing error in the settings is named, never silence") {
    const Settings settings;
    const auto unknown = settings.read_as("bnid = 'tcp://127.0.0.1:7000'\n");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Errc::malformed);
    CHECK(unknown.error().detail.find("bnid") != std::string::npos);
    const auto broken = settings.read_as("# one\n# two\nbind = tcp://127.0.0.1:7000\n");
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == Errc::malformed);
    CHECK(broken.error().detail.find("line 3") != std::string::npos);
    for (const char* other : {"bind = 7000\n", "bind = ['tcp://127.0.0.1:7000']\n", "[bind]\n"})
        CHECK(settings.read_as(other).error().code == Errc::malformed);
    CHECK(settings.read_as("bind = 'a'\nbind = 'b'\n").error().code == Errc::malformed);
}

TEST_CASE("the page locks after five minutes, or as many as the settings say, from 1 to 30") {
    const Settings settings;
    CHECK(settings.read_as("bind = 'a'\n")->lock_minutes == 5);
    CHECK(settings.read_as("[console]\n")->lock_minutes == 5);
    CHECK(settings.read_as("[console]\nlock_minutes = 1\n")->lock_minutes == 1);
    CHECK(settings.read_as("[console]\nlock_minutes = 30\n")->lock_minutes == 30);
    for (const char* wrong : {"[console]\nlock_minutes = 0\n",
                              "[console]\nlock_minutes = 31\n",
                              "[console]\nlock_minutes = '5'\n",
                              "[console]\nlock = 5\n",
                              "console = 5\n"})
        CHECK(settings.read_as(wrong).error().code == Errc::malformed);
}

TEST_CASE("the pace of fetching mail, cover and a proxy are read, within their bounds") {
    const Settings settings;
    const auto read = settings.read_as(
        "bind = ''\nproxy = '127.0.0.1:9050'\n[mail]\npoll_seconds = 20\ncover = true\n");
    REQUIRE(read);
    CHECK(read->proxy == "127.0.0.1:9050");
    CHECK(read->mail.poll_seconds == 20);
    CHECK(read->mail.cover);
    CHECK(settings.read_as("bind = 'a'\n")->mail.poll_seconds == 5);
    for (const char* wrong : {"proxy = 9050\n",
                              "mail = 'often'\n",
                              "[mail]\npoll_seconds = 0\n",
                              "[mail]\npoll_seconds = 301\n",
                              "[mail]\npoll_seconds = 'five'\n",
                              "[mail]\ncover = 1\n",
                              "[mail]\npace = 5\n"})
        CHECK(settings.read_as(wrong).error().code == Errc::malformed);
}

TEST_CASE("settings cut anywhere are refused, or say less, never something else") {
    const Settings settings;
    const std::string text = "bind = 'tcp://127.0.0.1:7000'\n";
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto read = settings.read_as(std::string_view(text).substr(0, length));
        CHECK((!read || read->bind.empty() || read->bind == "tcp://127.0.0.1:7000"));
    }
}

TEST_CASE("settings that are missing, too large or open to others are refused") {
    const Settings settings;
    CHECK(node::read_config(settings.folder.path()).error().code == Errc::not_found);
    CHECK(settings.read_as(std::string(70'000, '#')).error().code == Errc::too_large);
    REQUIRE(settings.read_as("bind = ''\n"));
    REQUIRE(::chmod((settings.folder.path() / "config.toml").c_str(), 0644) == 0);
    CHECK(node::read_config(settings.folder.path()).error().code == Errc::untrusted);
}

}  // namespace leeward::test
