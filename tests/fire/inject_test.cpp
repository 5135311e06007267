// System calls of real nodes that fail, or kill one, at the N-th, as one asks and the other answers: it may
// end, and say why; nothing that was answered is lost at either end, and all of it arrives.
#include <filesystem>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/fire/fire_node.h"
#include "tests/support/founding.h"

namespace leeward::fire {
namespace {

namespace fs = std::filesystem;

using std::chrono::seconds;

constexpr std::uint64_t points = 30;         // at either node
constexpr std::uint64_t in_a_row = 6;        // faults at one node, and then at the other
constexpr std::uint64_t field = 4 * points;  // calls, of which one seed strikes every fourth
constexpr int acts = 2;                      // at least; and on until the fault has come
constexpr int most_acts = 300;               // one makes a handful of these calls
constexpr const char* strace = "/usr/bin/strace";

struct Kind {
    const char* name;
    const char* calls;
    const char* effect;
};
constexpr std::array kinds{
    Kind{"the disk fails", "pwrite64,fdatasync,fsync,ftruncate,unlink", "error=EIO"},
    Kind{"the disk is full", "pwrite64,fallocate", "error=ENOSPC"},
    Kind{
        "a call is interrupted", "pread64,pwrite64,recvmsg,sendmsg,recvfrom,sendto", "error=EINTR"},
    Kind{"no descriptor is left", "openat,accept4,socket", "error=EMFILE"},
    Kind{"it is killed", "pwrite64,fdatasync,fsync,ftruncate,unlink", "signal=SIGKILL"},
};

// Who asks, a house, and what both were answered.
struct Pair {
    explicit Pair(const fs::path& folder)
        : referrer(folder / "referrer", "Alder", "investigation"),
          house(folder / "house", "Birch", "shelter") {
        REQUIRE(referrer.start());
        REQUIRE(house.start());
        test::founding::found_network<FireNode>({&referrer, &house});
    }

    // False as soon as one of them refuses, or is gone.
    bool act() {
        for (FireNode* node : {&referrer, &house})
            node->hang_up();  // each act on a connection of its own, as from the command line
        const bool asked = ask();
        return offer_to_the_first() && asked;
    }
    // So many that whoever answers has work through the faults, however slowly this machine delivers.
    void ask_many() {
        for (std::uint64_t i = 0; i < points; ++i)
            REQUIRE(ask());
        REQUIRE(everything_arrives());
    }
    // Everything is where it was made; the rest may be on its way.
    void keeps_everything() {
        REQUIRE(contains_all(ids_of(referrer, "case.list", "cases"), cases));
        // What is delivered meanwhile moves to another page of the list while it is read.
        REQUIRE(test::eventually(seconds(60), [&] {
            return contains_all(ids_of(referrer, "leg.list", "legs"), legs) &&
                   contains_all(ids_of(house, "leg.list", "legs", "OFFERED"), offers);
        }));
        for (FireNode* node : {&referrer, &house})
            REQUIRE(is_whole(*node));
    }
    // What met a full disk, or nobody, is tried again after a pause that has grown.
    bool everything_arrives() {
        return test::eventually(seconds(120), [&] {
            return referrer.must("node.status").int_at("waiting_to_be_delivered") == 0 &&
                   contains_all(ids_of(house, "leg.list", "legs"), legs) &&
                   contains_all(ids_of(referrer, "leg.list", "legs", "OFFERED"), offers);
        });
    }

    FireNode referrer;
    FireNode house;
    std::vector<std::string> cases{};
    std::vector<std::string> legs{};
    std::vector<std::string> offers{};

private:
    bool ask() {
        const auto made = referrer.call("case.new", new_case());
        if (!made) return false;
        cases.push_back(made->text_at("id"));
        const auto need = referrer.call("need.new", new_need(cases.back()));
        if (!need) return false;
        const auto asked = referrer.call("need.ask", question(need->text_at("id"), house));
        if (!asked) return false;
        legs.push_back(asked->array_at("legs").front().text_at("id"));
        return true;
    }
    // Of those who wait for an answer.
    bool offer_to_the_first() {
        const auto list = house.call("leg.list");
        if (!list) return false;
        for (const auto& leg : list->array_at("legs"))
            if (leg.text_at("state") == "DELIVERED") return offer(leg.text_at("id"));
        return true;
    }
    bool offer(const std::string& leg) {
        const Json id = Json::object({{"id", leg}});
        const bool offered = house.call("leg.show", id) && house.call("leg.offer", id);
        if (offered) offers.push_back(leg);
        return offered;
    }
};

FireNode::Around at(const Kind& kind, std::uint64_t n, const fs::path& folder) {
    return {
        {strace,
         "-f",
         "-qq",
         "-o",
         (folder / "trace").string(),
         "-e",
         std::string("trace=") + kind.calls,
         "-e",
         std::string("inject=") + kind.calls + ":" + kind.effect + ":when=" + std::to_string(n)},
        {"ASAN_OPTIONS=detect_leaks=0"}};
}

// It ended the node, or strace says that it was given.
bool was_met(FireNode& struck, const fs::path& folder) {
    return !struck.running() ||
           test::read_text(folder / "trace").find("(INJECTED)") != std::string::npos;
}

// Spread over the whole field, so that every step of a start and of an act is among them: four seeds strike
// each of its calls once, and the next four the calls of the next field.
std::uint64_t struck_call(std::uint64_t seed, std::uint64_t i) {
    constexpr std::uint64_t stride = 7;  // has no divisor in common with the field
    const std::uint64_t turn = (seed - 1) % 4 * points + i;
    return (seed - 1) / 4 * field + turn * stride % field + 1;
}

// Whether the fault came.
bool work_through(Pair& pair, FireNode& struck, const fs::path& folder) {
    bool met = was_met(struck, folder);
    for (int i = 0; i < acts || (!met && i < most_acts); ++i) {
        const bool done = pair.act();
        if (!met && !done)  // it may be ending just now
            (void)test::eventually(seconds(10), [&] { return was_met(struck, folder); });
        met = was_met(struck, folder);
        if (!struck.running()) break;
    }
    // What a house was asked before anybody had connected to it again is on its way there.
    return met || test::eventually(seconds(10), [&] { return was_met(struck, folder); });
}

// Whether the fault came, at the start or in what follows; then the node is killed.
bool strike(
    Pair& pair, FireNode& struck, const Kind& kind, std::uint64_t n, const fs::path& folder) {
    struck.kill();  // where it was left running
    const bool up = struck.start(at(kind, n, folder));
    const bool came = up ? work_through(pair, struck, folder)
                         : test::eventually(seconds(10), [&] { return was_met(struck, folder); });
    struck.kill();
    return came;
}

}  // namespace

// LEEWARD_SEED=2 strikes sixty others, and so on.
TEST_CASE("sixty faults of each of five kinds in real nodes lose nothing that was answered") {
    if (!fs::exists(strace)) SKIP("strace is not installed");
    const auto kind = GENERATE(from_range(kinds));
    CAPTURE(kind.name);
    const Scratch scratch;
    Pair pair(scratch.path());
    pair.ask_many();
    std::uint64_t met = 0;
    const std::uint64_t seed = number_from_environment("LEEWARD_SEED", 1);
    for (std::uint64_t first = 0; first < points; first += in_a_row)
        for (FireNode* struck : {&pair.referrer, &pair.house}) {
            CAPTURE(struck->name());
            for (std::uint64_t i = first; i < first + in_a_row; ++i) {
                const std::uint64_t n = struck_call(seed, i);
                CAPTURE(n);
                met += strike(pair, *struck, kind, n, scratch.path()) ? 1U : 0U;
            }
            REQUIRE(struck->start());  // the starts between were starts after a fault all the same
            pair.keeps_everything();
        }
    CHECK(met == 2 * points);
    CHECK(pair.legs.size() > 2 * points);
    CHECK(pair.offers.size() > in_a_row);
    CHECK(pair.everything_arrives());
}

}  // namespace leeward::fire
