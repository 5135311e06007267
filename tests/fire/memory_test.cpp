// No memory at the N-th request: a node may end there; what it had answered is kept, and it starts.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <new>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/app/node_api.h"
#include "tests/fire/fire_node.h"
#include "tests/support/cheap_home.h"
#include "tests/support/memory_network.h"
#include "tests/support/test_node.h"

namespace {

// Requests since the last arming; from `fail_at` on, or at it alone, there is nothing.
struct Scarcity {
    long asked = 0;
    long fail_at = 0;  // 0: enough for all
    bool stays = false;
    [[nodiscard]] bool denies() {
        ++asked;
        return fail_at != 0 && (stays ? asked >= fail_at : asked == fail_at);
    }
};
Scarcity of_program;
Scarcity of_store;
sqlite3_mem_methods usual;

void* scarce_allocate(int size) {
    return of_store.denies() ? nullptr : usual.xMalloc(size);
}
void* scarce_reallocate(void* block, int size) {
    return of_store.denies() ? nullptr : usual.xRealloc(block, size);
}

}  // namespace

// Not inlined: g++ then sees one half of a pair and warns.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (of_program.denies()) throw std::bad_alloc();
    if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
    std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
    std::free(block);
}

namespace leeward::fire {
namespace {

// Before SQLite is first used.
const bool scarce = [] {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual);
    sqlite3_mem_methods methods = usual;
    methods.xMalloc = scarce_allocate;
    methods.xRealloc = scarce_reallocate;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK;
}();

namespace fs = std::filesystem;

constexpr std::string_view passphrase = "correct horse battery staple";
constexpr int acts = 3;

enum class Whose { PROGRAM, STORE };

// A node of one process, as far as a command needs one.
struct Small {
    explicit Small(const fs::path& home)
        : opened(open(home)),
          link(node::public_key_of(opened.identity.link)),
          transport(network.join(link, opened.identity.card.endpoint)) {
        auto started = node::Engine::open({opened.store,
                                           opened.keyring,
                                           opened.identity,
                                           *transport,
                                           random,
                                           opened.views,
                                           opened.log_files},
                                          clock.ms());
        if (!started) throw std::runtime_error(started.error().detail);
        engine = std::move(started).value();
        api = std::make_unique<node::NodeApi>(*engine, opened, clock);
    }
    node::OpenedHome open(const fs::path& home) {
        auto found = node::open_home(home, SecretBytes(as_bytes(passphrase)), random);
        if (!found) throw std::runtime_error(found.error().detail);
        return std::move(found).value();
    }

    crypto::SeededRandom random{4};
    test::TestClock clock;
    test::MemoryNetwork network{random};
    node::OpenedHome opened;
    node::TransportPublicKey link;
    std::unique_ptr<node::Transport> transport;
    std::unique_ptr<node::Engine> engine;
    std::unique_ptr<node::NodeApi> api;
};

// In a process of its own: opens the node, then acts; one byte for each answer. Ends with 7 when the
// request that was to fail was never made.
[[noreturn]] void act_in_want(
    const fs::path& home, int answers, Whose whose, long fail_at, bool stays) {
    std::signal(SIGSEGV, SIG_DFL);  // the test framework's would report the parent's test as failed
    Scarcity& scarcity = whose == Whose::PROGRAM ? of_program : of_store;
    scarcity = {0, fail_at, stays};
    try {
        Small node(home);
        for (int i = 0; i < acts; ++i)
            if (node.api->call("case.new", new_case()) && ::write(answers, "+", 1) != 1) ::_exit(9);
    } catch (const std::exception&) {
        ::_exit(1);
    }
    ::_exit(scarcity.asked < fail_at ? 7 : 0);
}

struct Told {
    int answers = 0;
    bool reached = true;
};

Told run_in_want(const fs::path& home, Whose whose, long fail_at, bool stays) {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) act_in_want(home, ends[1], whose, fail_at, stays);
    ::close(ends[1]);
    Told told;
    char one = 0;
    while (::read(ends[0], &one, 1) == 1)
        ++told.answers;
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    told.reached = !(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    // SQLCipher 4.6 sets its provider up without looking whether it was given room for it. Nothing is open
    // then; anywhere else a process that is refused memory ends in order.
    const bool crashed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
    REQUIRE_FALSE((crashed && (whose == Whose::PROGRAM || told.answers > 0)));
    REQUIRE_FALSE((WIFEXITED(status) && WEXITSTATUS(status) == 9));
    return told;
}

std::int64_t cases_in(const fs::path& home) {
    Small node(home);
    std::int64_t found = 0;
    {
        auto rows = node.opened.store.query("SELECT count(*) FROM survivor_case");
        REQUIRE(rows.next());
        found = rows.integer(0);
    }  // an open cursor would keep the store from being looked at
    REQUIRE(node.opened.store.verify());
    return found;
}

// From LEEWARD_SEED on every `step`-th request finds nothing: once, and then from there on.
void refuse_at_every(long step, Whose whose) {
    REQUIRE(scarce);
    const bool stays = GENERATE(false, true);
    CAPTURE(stays);
    const Scratch scratch;
    const fs::path whole = scratch.path() / "whole";
    crypto::SeededRandom random(3);
    REQUIRE(support::create_cheap_home(whole,
                                       {"Alder",
                                        {"investigation"},
                                        "tcp://127.0.0.1:7000",
                                        "",
                                        {"555-0100", "", "", "en"},
                                        "desk"},
                                       SecretBytes(as_bytes(passphrase)),
                                       test::TestClock().now(),
                                       random));
    fs::remove(whole / "store.db.reserve");
    const auto first = static_cast<long>(number_from_environment("LEEWARD_SEED", 1));
    long points = 0;
    for (long at = first;; at += step) {
        CAPTURE(at);
        const fs::path home = scratch.path() / "home";
        fs::remove_all(home);
        fs::copy(whole, home, fs::copy_options::recursive);
        const Told told = run_in_want(home, whose, at, stays);
        REQUIRE(cases_in(home) >= told.answers);
        if (!told.reached) break;
        ++points;
    }
    CHECK(points > 20);
}

}  // namespace

// Ten seeds try every request of the store.
TEST_CASE("without memory at every tenth request of the store a node loses nothing it answered") {
    refuse_at_every(10, Whose::STORE);
}

// A program asks in tens of thousands of places: 230 seeds try them all.
TEST_CASE("without memory at every 230th request of the program a node loses nothing it answered") {
    refuse_at_every(230, Whose::PROGRAM);
}

}  // namespace leeward::fire
