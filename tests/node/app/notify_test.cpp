#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <poll.h>
#include <sys/stat.h>

#include "node/app/config.h"
#include "node/app/private_files.h"
#include "node/app/ring.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using node::Bell;
using node::Unseen;
using std::chrono::seconds;

const std::vector<std::string> two{"investigation", "shelter"};
const node::Notify all_ways{"/sound", "/command", {"/first", "/second"}};
using Programs = std::vector<std::string>;

// A program that writes how many arguments and which environment it got.
std::string telltale(const std::filesystem::path& folder) {
    const auto program = folder / "telltale";
    std::ofstream(program) << "#!/bin/sh\n{ echo $#; env; cat; } > '" << (folder / "said").string()
                           << ".new'\nmv '" << (folder / "said").string() << ".new' '"
                           << (folder / "said").string() << "'\n";
    ::chmod(program.c_str(), S_IRWXU);
    return program.string();
}

}  // namespace

TEST_CASE("Something new rings once, and again only when five minutes have passed") {
    Bell bell;
    CHECK_FALSE(bell.rings({}, 10'000));
    CHECK(bell.rings({10'000, false}, 10'000) == 0U);
    CHECK_FALSE(bell.rings({10'000, false}, 20'000));
    CHECK(bell.rings({20'001, false}, 20'001) == 1U);
    CHECK_FALSE(bell.rings({20'002, false}, 20'002));
    CHECK_FALSE(bell.rings({20'002, false}, 20'300));
    CHECK(bell.rings({20'002, false}, 20'301) == 2U);
}

TEST_CASE("An emergency rings every two minutes until a person opens the inbox") {
    Bell bell;
    CHECK(bell.rings({10'000, true}, 10'000) == 0U);
    CHECK_FALSE(bell.rings({10'000, true}, 10'119));
    CHECK(bell.rings({10'000, true}, 10'120) == 1U);
    CHECK(bell.rings({10'000, true}, 10'240) == 2U);
    bell.inbox_opened(10'300);
    CHECK_FALSE(bell.rings({10'000, true}, 10'400));
    CHECK(bell.rings({10'500, true}, 10'500) == 0U);
}

TEST_CASE("A clock that is set back silences nothing") {
    Bell bell;
    CHECK(bell.rings({10'000, false}, 10'000) == 0U);
    bell.inbox_opened(10'000);
    CHECK(bell.opened_at() == 9'999);
    bell.follow(2'000);
    CHECK(bell.opened_at() == 0);
    CHECK(bell.rings({2'000, false}, 2'000) == 0U);
    bell.follow(2'100);
    CHECK_FALSE(bell.rings({2'000, false}, 2'100));
}

TEST_CASE("The on-call list is tried in order, and begins again") {
    CHECK(programs_of_ring(all_ways, 0) == Programs{"/sound", "/command", "/first"});
    CHECK(programs_of_ring(all_ways, 1) == Programs{"/sound", "/command", "/second"});
    CHECK(programs_of_ring(all_ways, 2) == programs_of_ring(all_ways, 0));
    CHECK(node::programs_of_ring({}, 0).empty());
    CHECK(node::ways_of(all_ways) == 3);
    CHECK(node::ways_of({}) == 0);
}

TEST_CASE("An inquiry that nobody has opened calls for a person, an emergency until one comes") {
    World world(601, two);
    TestNode& juniper = world.node(1);
    world.clock().move(seconds(1));
    juniper.must("inbox");
    juniper.home().config.notify = all_ways;
    CHECK(juniper.programs_to_call().empty());
    world.clock().move(seconds(60));
    const Asked asked = ask(world, world.node(0), {&juniper}, "PLACEMENT", "EMERGENCY");
    CHECK(juniper.programs_to_call() == Programs{"/sound", "/command", "/first"});
    CHECK(juniper.programs_to_call().empty());
    world.clock().move(seconds(120));
    CHECK(juniper.programs_to_call() == Programs{"/sound", "/command", "/second"});
    juniper.must("inbox");
    world.clock().move(seconds(120));
    CHECK(juniper.programs_to_call().empty());
}

TEST_CASE("A test of the notification runs each program once") {
    World world(602, two);
    TestNode& harbor = world.node(0);
    world.clock().move(seconds(1));
    harbor.must("inbox");
    harbor.home().config.notify = all_ways;
    CHECK(harbor.must("notify.test").int_at("ways") == 3);
    CHECK(harbor.programs_to_call() == Programs{"/sound", "/command", "/first", "/second"});
    CHECK(harbor.programs_to_call().empty());
}

TEST_CASE("The doctor is amber while a raise leaves the node in one way only") {
    World world(603, two);
    TestNode& harbor = world.node(0);
    const auto light = [&] {
        const Json doctor = harbor.must("node.doctor");
        for (const auto& one : doctor.array_at("checks"))
            if (one.text_at("check") == "notify") return one.text_at("light");
        return std::string();
    };
    CHECK(light() == "amber");
    harbor.home().config.notify = {"/sound", "", {}};
    CHECK(light() == "amber");
    harbor.home().config.notify = all_ways;
    CHECK(light() == "green");
}

TEST_CASE("A program that calls people gets no argument, no input and nothing of the environment") {
    const ScratchFolder folder;
    ::setenv("LEEWARD_SECRET_OF_A_TEST", "must not be seen", 1);
    REQUIRE(node::run_alone(telltale(folder.path())));
    std::string said;
    for (int i = 0; i < 400 && said.empty(); ++i) {
        std::ifstream in(folder.path() / "said");
        said.assign(std::istreambuf_iterator<char>(in), {});
        if (said.empty()) ::poll(nullptr, 0, 25);
    }
    ::unsetenv("LEEWARD_SECRET_OF_A_TEST");
    CHECK(said.starts_with("0\n"));
    CHECK(said.find("PATH=/usr/bin:/bin\n") != std::string::npos);
    CHECK(said.find("LEEWARD") == std::string::npos);
    CHECK(node::run_alone((folder.path() / "nowhere").string()).error().code == Errc::not_found);
}

TEST_CASE("The settings name the programs, and an unknown one is refused by name") {
    const ScratchFolder folder;
    const auto read = [&](std::string_view text) {
        std::filesystem::remove(folder.path() / "config.toml");
        REQUIRE(node::write_private_file(folder.path() / "config.toml", as_bytes(text)));
        return node::read_config(folder.path());
    };
    const auto config = read(
        "bind = \"tcp://127.0.0.1:1\"\n[notify]\nsound = \"/s\"\non_call = [\"/a\", \"/b\"]\n");
    REQUIRE(config);
    CHECK(config->bind == "tcp://127.0.0.1:1");
    CHECK(config->notify.sound == "/s");
    CHECK(config->notify.command.empty());
    CHECK(config->notify.on_call == Programs{"/a", "/b"});
    CHECK(read("bind = \"x\"\n[notify]\nsuond = \"/s\"\n").error().detail ==
          "config.toml: 'notify.suond' is not known");
    std::filesystem::remove(folder.path() / "config.toml");
    REQUIRE(node::write_config(folder.path(), {"tcp://127.0.0.1:2", {}}));
    CHECK(node::read_config(folder.path())->bind == "tcp://127.0.0.1:2");
}

}  // namespace leeward::test
