// Found by a review: one commit of others' mail that failed ended hosting until a restart, though the disk was well
// again the next second.
#include <cerrno>

#include <catch2/catch_test_macros.hpp>

#include "node/mailbox/mail_host.h"
#include "schema/envelope.h"
#include "tests/support/memory_disk.h"

namespace leeward::node {
namespace {

using test::DiskCall;

constexpr std::int64_t noon = 1'790'000'000;

// A host with one account and one guest, on a disk in memory.
struct Hosting {
    explicit Hosting(std::uint64_t seed) : disk("/memory-disk/others"), random(seed) {
        open();
        const auto place = host->open_place("tcp://127.0.0.1:7700", {}, random, at(0));
        REQUIRE(place);
        account = public_key_of(TransportSecretKey(place->key));
        REQUIRE(ask(account, schema::Guests{{guest.get()}}, 0));
    }
    void open() {
        host.reset();
        auto opened = MailHost::open(disk.mount() + "/mailhost.db", StoreKey(ByteArray<32>{}));
        if (!opened) FAIL(opened.error().detail);
        host = std::move(opened).value();
    }
    static schema::Time at(std::int64_t seconds) { return schema::from_unix(noon + seconds); }

    template <class What>
    Result<MailHost::Served> ask(const TransportPublicKey& from, What what, std::int64_t seconds) {
        const Inbound inbound{from, Frame{schema::write_host_request({{}, std::move(what)})}};
        return host->serve(std::span(&inbound, 1), at(seconds));
    }
    bool keeps(std::int64_t seconds) {
        schema::EnvelopeFrame envelope;
        random.fill(envelope.enc.get());
        envelope.ciphertext.resize(8'192 + 16);
        random.fill(envelope.ciphertext);
        const auto served = ask(
            guest, schema::Deposit{std::chrono::hours(4), schema::write_frame(envelope)}, seconds);
        return served && served->answers.size() == 1;
    }

    test::MemoryDisk disk;
    crypto::SeededRandom random;
    TransportPublicKey account{};
    TransportPublicKey guest{ByteArray<32>{7}};
    std::unique_ptr<MailHost> host{};
};

}  // namespace

TEST_CASE("after one commit that failed a host serves again by itself") {
    Hosting hosting(981);
    hosting.disk.fail({{DiskCall::SYNC}, 1, EIO, false});
    REQUIRE_FALSE(hosting.keeps(0));
    CHECK(hosting.host->fault() == Errc::io);
    CHECK_FALSE(hosting.keeps(9));
    CHECK(hosting.keeps(10));
    CHECK(hosting.host->fault() == std::nullopt);
}

TEST_CASE("what a host acknowledged after a commit that failed outlives the power") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        Hosting hosting(seed);
        hosting.disk.fail({{DiskCall::SYNC}, 1 + seed % 3, EIO, false});
        std::uint64_t acknowledged = 0;
        for (std::int64_t second = 0; second < 40; second += 10)
            if (hosting.keeps(second)) ++acknowledged;
        REQUIRE(acknowledged > 0);
        hosting.disk.lose_power();
        hosting.host.reset();
        hosting.disk.power_on(hosting.random);
        hosting.open();
        CHECK(hosting.host->frames() >= acknowledged);
    }
}

TEST_CASE("while its disk goes on failing a host looks later and later") {
    Hosting hosting(983);
    hosting.disk.fail({{DiskCall::SYNC}, 1, EIO, true});
    REQUIRE_FALSE(hosting.keeps(0));
    CHECK_FALSE(hosting.keeps(10));
    hosting.disk.mend();
    CHECK_FALSE(hosting.keeps(29));
    CHECK(hosting.keeps(30));
}

TEST_CASE("a host whose disk fails each time anew looks later and later too") {
    Hosting hosting(985);
    hosting.disk.fail({{DiskCall::SYNC}, 1, EIO, false});
    REQUIRE_FALSE(hosting.keeps(0));
    REQUIRE(hosting.keeps(10));
    hosting.disk.fail({{DiskCall::SYNC}, 1, EIO, false});
    REQUIRE_FALSE(hosting.keeps(11));
    CHECK_FALSE(hosting.keeps(30));
    CHECK(hosting.keeps(31));
}

}  // namespace leeward::node
