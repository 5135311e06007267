// A dedicated mail host, over real processes: what it was told, what it keeps, and what is in its memory.
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

#include "crypto/base/hex.h"
#include "crypto/jws.h"
#include "schema/node_card.h"
#include "tests/net/machines.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

// What of `canaries` is in the memory of a process; needs root, for it forbids to be looked into.
std::vector<std::string> found_in_memory(pid_t pid,
                                         const std::map<std::string, std::string>& canaries) {
    std::vector<std::string> found;
    std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
    std::ifstream memory("/proc/" + std::to_string(pid) + "/mem", std::ios::binary);
    for (std::string line; std::getline(maps, line);) {
        std::uint64_t from = 0;
        std::uint64_t to = 0;
        char dash = 0;
        std::string rights;
        std::istringstream(line) >> std::hex >> from >> dash >> to >> rights;
        if (!rights.starts_with("rw") || to - from > (std::uint64_t{256} << 20)) continue;
        std::string bytes(to - from, '\0');
        memory.clear();
        memory.seekg(static_cast<std::streamoff>(from));
        memory.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, memory.gcount())));
        for (const auto& [name, canary] : canaries)
            if (bytes.find(canary) != bytes.npos) found.push_back(name);
    }
    return found;
}

std::vector<std::string> found_in_files(const fs::path& folder,
                                        const std::map<std::string, std::string>& canaries) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const std::string bytes = read_text(entry.path());
        for (const auto& [name, canary] : canaries)
            if (bytes.find(canary) != bytes.npos) found.push_back(name);
    }
    return found;
}

// Names and keys of an organisation, as bytes and as they are written.
void add_canaries(std::map<std::string, std::string>& canaries, const std::string& card_jws) {
    const auto card = schema::open_card(card_jws);
    REQUIRE(card);
    canaries[card->organisation + ": name"] = card->organisation;
    canaries[card->organisation + ": log origin"] = card->log_origin;
    const std::map<std::string, Bytes> keys{{"node", to_bytes(card->node.get())},
                                            {"link", to_bytes(card->link)},
                                            {"root", to_bytes(card->root.get())},
                                            {"signing", to_bytes(card->signing.get())},
                                            {"log", to_bytes(card->log.get())}};
    for (const auto& [name, key] : keys) {
        canaries[card->organisation + ": " + name] = to_text(key);
        canaries[card->organisation + ": " + name + " in hex"] = hex::encode(key);
    }
}

}  // namespace

TEST_CASE("A dedicated host delivers between two hidden nodes and knows neither", "[net]") {
    if (const auto why = no_machines_because(); !why.empty()) {
        WARN("skipped: " << why);
        return;
    }
    Lab lab;
    const Machine one(lab.scratch(), "one");
    const fs::path home = lab.file("relay");
    const std::vector<std::string> relay{(programs() / "leewardd").string(),
                                         "--relay",
                                         "--home",
                                         home.string(),
                                         "--endpoint",
                                         "tcp://127.0.0.1:7750",
                                         "--places",
                                         "2"};
    const Command command{one.inside(relay), {"PATH=/usr/bin:/bin"}};
    Process running(command, lab.file("relay.out"));
    REQUIRE(eventually(std::chrono::seconds(60),
                       [&] { return fs::exists(home / "places" / "2.place"); }));

    Organisation alder = lab.make("Alder Recovery", "investigation", "", one);
    Organisation birch = lab.make("Birch House", "shelter", "", one);
    lab.run(alder, {"mailhost", "add", (home / "places" / "1.place").string()});
    lab.run(birch, {"mailhost", "add", (home / "places" / "2.place").string()});
    fs::remove_all(home / "places");
    lab.found({&alder, &birch});
    std::map<std::string, std::string> canaries;
    for (const auto& name : {alder.name, birch.name})
        add_canaries(canaries, [&] {
            std::string jws = read_text(lab.file(name + ".card"));
            while (!jws.empty() && jws.back() == '\n')
                jws.pop_back();
            return jws;
        }());
    REQUIRE(canaries.size() == 24);

    const Lab::Asked asked = lab.ask(alder, birch);
    REQUIRE(lab.comes_to(alder, asked.leg, "DELIVERED"));

    // Something waits there while it is looked into; what it acknowledged outlives its end.
    birch.node.end();
    const Lab::Asked waiting = lab.ask(alder, birch);
    REQUIRE(eventually(std::chrono::seconds(60), [&] {
        const auto list = lab.try_run(alder, {"leg", "list", "--all"});
        for (const auto& leg : list.array_at("legs"))
            if (leg.text_at("id") == waiting.leg) return leg.text_at("delivery") == "Saved here";
        return false;
    }));
    CHECK(found_in_memory(running.pid(), canaries).empty());
    CHECK(found_in_files(home, canaries).empty());
    // The search itself finds what is there: the path of its folder is.
    CHECK_FALSE(found_in_memory(running.pid(), {{"home", home.string()}}).empty());
    running.end();
    running = Process(command, lab.file("relay.out"));
    lab.start(birch);
    CHECK(lab.comes_to(alder, waiting.leg, "DELIVERED"));
}

}  // namespace leeward::test
