// Found by a review: a relay's place stood in its store before its file was written. Where that failed, or the power
// went in between, there was one place for good that nobody could use.
#include <cerrno>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "node/app/private_files.h"
#include "node/app/relay_home.h"
#include "node/store/files.h"
#include "tests/support/memory_disk.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;
using test::DiskCall;
using test::MemoryDisk;

constexpr std::size_t longest_place = 4096;
constexpr std::size_t all = 3;

// A mail host's folder on a disk in memory. The file of its first place was carried to a house.
struct Relay {
    explicit Relay(std::uint64_t seed) : random(seed) {
        REQUIRE(start(1));
        carried = key_in(file(1));
        fs::remove(file(1));
        REQUIRE(sync_folder(places()));
        host.reset();
        as_carried = disk.image();
    }
    void begin_again() {
        host.reset();
        disk.mend();
        disk.put(as_carried);
    }

    // As the program does, with so many places to be.
    Outcome start(std::size_t count) {
        host.reset();
        LEEWARD_ASSIGN(const RelayKeys keys, relay_keys(disk.mount(), random));
        LEEWARD_ASSIGN(host, MailHost::open(relay_store_path(disk.mount()), keys.store));
        const RelayPlaces wanted{count, "tcp://relay.example:7811", public_key_of(keys.link)};
        return make_places(*host, disk.mount(), wanted, random, schema::from_unix(1'790'000'000));
    }
    void lose_power() {
        disk.lose_power();
        host.reset();
        disk.power_on(random);
    }
    void end_program() {
        disk.lose_power();
        host.reset();
        disk.outlive_program();
        disk.mend();
    }

    [[nodiscard]] fs::path places() const { return fs::path(disk.mount()) / "places"; }
    [[nodiscard]] fs::path file(std::int64_t number) const {
        return places() / (std::to_string(number) + ".place");
    }
    static TransportPublicKey key_in(const fs::path& file) {
        const auto text = read_private_file(file, longest_place);
        if (!text) FAIL(file << ": " << text.error().detail);
        const auto place = schema::read_place(as_text(*text));
        REQUIRE(place);
        return public_key_of(TransportSecretKey(place->key));
    }

    void check_files(std::size_t count) {
        const auto started = start(count);
        if (!started) FAIL(started.error().detail);
        CHECK(host->account_of(carried) == 1);
        const auto there = host->places();
        REQUIRE(there);
        std::set<std::string> expected;
        for (const auto& place : *there)
            if (place.number != 1) expected.insert(file(place.number).filename().string());
        CHECK(expected.size() == count - 1);
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(places()))
            found.insert(entry.path().filename().string());
        REQUIRE(found == expected);
        for (const auto& place : *there)
            if (place.number != 1)
                CHECK(host->account_of(key_in(file(place.number))) == place.number);
    }
    // After the next start, and when the power goes then.
    void check_all() {
        check_files(all);
        lose_power();
        check_files(all);
    }

    MemoryDisk disk{"/memory-disk/relay"};
    crypto::SeededRandom random;
    std::unique_ptr<MailHost> host{};
    TransportPublicKey carried{};
    MemoryDisk::Image as_carried{};
};

// Each changing call of a start in turn is the last; how many there are.
std::uint64_t cut_off_everywhere(Relay& relay, void (Relay::*cut)()) {
    for (std::uint64_t call = 1;; ++call) {
        CAPTURE(call);
        relay.begin_again();
        relay.disk.lose_power_at(call);
        (void)relay.start(all);
        const bool is_whole = !relay.disk.is_off();
        (relay.*cut)();
        relay.check_all();
        if (is_whole) return call;
    }
}

}  // namespace

TEST_CASE("wherever the power goes while a relay makes its places, each has its file, once") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(seed);
        Relay relay(seed);
        CHECK(cut_off_everywhere(relay, &Relay::lose_power) > 10);
    }
}

TEST_CASE("wherever a relay is killed while it makes its places, each has its file, once") {
    Relay relay(4);
    CHECK(cut_off_everywhere(relay, &Relay::end_program) > 10);
}

TEST_CASE("whichever call fails while a relay makes its places, the next start makes it good") {
    Relay relay(5);
    std::size_t failed = 0;
    for (const DiskCall kind :
         {DiskCall::WRITE, DiskCall::SYNC, DiskCall::CREATE, DiskCall::RENAME, DiskCall::REMOVE})
        for (std::uint64_t at = 1; at <= 12; ++at) {
            CAPTURE(static_cast<int>(kind), at);
            relay.begin_again();
            relay.disk.fail({{kind}, at, EIO, false});
            if (!relay.start(all)) ++failed;
            relay.disk.mend();
            relay.check_all();
        }
    CHECK(failed > 10);
}

TEST_CASE("a relay whose disk is full makes its places once there is room") {
    Relay relay(6);
    std::size_t failed = 0;
    for (std::uint64_t at = 1; at <= 12; ++at) {
        CAPTURE(at);
        relay.begin_again();
        relay.disk.fail({{DiskCall::WRITE, DiskCall::CREATE}, at, ENOSPC, true});
        if (!relay.start(all)) ++failed;
        relay.disk.mend();
        relay.check_all();
    }
    CHECK(failed > 5);
}

TEST_CASE("a place whose file was handed out is neither closed nor written again") {
    Relay relay(7);
    for (const std::size_t count : {1U, 1U, 2U}) {
        CAPTURE(count);
        relay.check_files(count);
    }
}

TEST_CASE("a place file that was left by an earlier store gives way to one that opens its place") {
    Relay relay(8);
    relay.check_files(all);
    relay.host.reset();
    const auto left = Relay::key_in(relay.file(2));
    for (const auto* ending : {"", "-wal", ".reserve"})
        fs::remove(relay_store_path(relay.disk.mount()).string() + ending);
    REQUIRE(relay.start(all));
    CHECK(relay.host->account_of(left) == std::nullopt);
    for (const std::int64_t number : {1, 2, 3})
        CHECK(relay.host->account_of(Relay::key_in(relay.file(number))) == number);
}

}  // namespace leeward::node
