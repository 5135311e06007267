#include "node/mailbox/mail_host.h"

#include <fstream>
#include <iterator>

#include <catch2/catch_test_macros.hpp>

#include "schema/envelope.h"
#include "tests/support/test_node.h"

namespace leeward::node {
namespace {

using schema::MailHandle;

constexpr std::int64_t noon = 1'790'000'000;

// A host with one account and two guests, as its transport shows them to it: by key.
struct HostDesk {
    test::ScratchFolder folder{};
    crypto::SeededRandom random{7};
    StoreKey key{random.array<32>()};
    HostLimits limits{};
    std::unique_ptr<MailHost> host{};
    std::int64_t now = noon;
    TransportPublicKey account{};
    TransportPublicKey alder{random.array<32>()};
    TransportPublicKey birch{random.array<32>()};

    explicit HostDesk(HostLimits given = {}) : limits(given) {
        open();
        account = new_place();
        admit({alder, birch});
    }

    void open() {
        host.reset();
        auto opened = MailHost::open(folder.path() / "mailhost.db", key, limits);
        REQUIRE(opened);
        host = std::move(opened).value();
    }
    [[nodiscard]] schema::Time time() const { return schema::from_unix(now); }
    TransportPublicKey new_place() {
        const auto place = host->open_place("tcp://127.0.0.1:7700", {}, random, time());
        REQUIRE(place);
        return public_key_of(TransportSecretKey(place->key));
    }

    template <class What>
    MailHost::Served ask(const TransportPublicKey& from, What what) {
        const Inbound inbound{from, Frame{schema::write_host_request({{}, std::move(what)})}};
        auto served = host->serve(std::span(&inbound, 1), time());
        REQUIRE(served);
        return std::move(served).value();
    }
    MailHost::Served admit(const std::vector<TransportPublicKey>& keys) {
        schema::Guests guests;
        for (const auto& one : keys)
            guests.keys.push_back(one.get());
        return ask(account, std::move(guests));
    }

    schema::FrameParts frame(Byte mailbox, std::size_t bucket = 8'192) {
        schema::EnvelopeFrame envelope;
        envelope.mailbox.fill(mailbox);
        random.fill(envelope.enc.get());
        envelope.ciphertext.resize(bucket + 16);
        random.fill(envelope.ciphertext);
        return schema::write_frame(envelope);
    }
    template <class Wanted>
    static std::size_t count(const MailHost::Served& served) {
        std::size_t found = 0;
        for (const auto& answer : served.answers) {
            const auto read = schema::read_host_answer(answer.frame.parts);
            if (read && std::holds_alternative<Wanted>(read->what)) ++found;
        }
        return found;
    }
    bool keeps(const TransportPublicKey& from,
               const schema::FrameParts& deposited,
               std::chrono::seconds keep = std::chrono::hours(4)) {
        return count<schema::Kept>(ask(from, schema::Deposit{keep, deposited})) == 1;
    }
    // The handles of what lies in these mailboxes.
    std::vector<MailHandle> poll(const TransportPublicKey& from,
                                 const std::vector<Byte>& mailboxes,
                                 std::size_t most = schema::most_mail_at_once) {
        schema::Poll poll{most, {schema::polled_names, random.array<16>()}};
        for (std::size_t i = 0; i < mailboxes.size(); ++i)
            poll.names[i].fill(mailboxes[i]);
        std::vector<MailHandle> found;
        for (const auto& answer : ask(from, std::move(poll)).answers) {
            const auto read = schema::read_host_answer(answer.frame.parts);
            REQUIRE(read);
            if (const auto* mail = std::get_if<schema::Mail>(&read->what))
                found.push_back(schema::mail_handle(mail->frame));
        }
        return found;
    }
};

}  // namespace

TEST_CASE("A deposit that was acknowledged is there after a start, until its recipient has it") {
    HostDesk desk;
    const auto frame = desk.frame(1);
    REQUIRE(desk.keeps(desk.alder, frame));
    desk.open();
    CHECK(desk.poll(desk.account, {1}) == std::vector{schema::mail_handle(frame)});
    CHECK(desk.poll(desk.account, {1}).size() == 1);
    desk.ask(desk.account, schema::Taken{{schema::mail_handle(frame)}});
    CHECK(desk.poll(desk.account, {1}).empty());
    desk.open();
    CHECK(desk.poll(desk.account, {1}).empty());
    CHECK(desk.host->bytes() == 0);
}

TEST_CASE("The same frame again is the same deposit") {
    HostDesk desk;
    const auto frame = desk.frame(1);
    REQUIRE(desk.keeps(desk.alder, frame));
    REQUIRE(desk.keeps(desk.alder, frame));
    CHECK(desk.host->frames() == 1);
}

TEST_CASE("A depositor recalls what it deposited, and nothing of another's") {
    HostDesk desk;
    const auto frame = desk.frame(1);
    REQUIRE(desk.keeps(desk.alder, frame));
    desk.ask(desk.birch, schema::Recall{{schema::mail_handle(frame)}});
    CHECK(desk.poll(desk.account, {1}).size() == 1);
    const auto served = desk.ask(desk.alder, schema::Recall{{schema::mail_handle(frame)}});
    CHECK(HostDesk::count<schema::Gone>(served) == 1);
    CHECK(desk.poll(desk.account, {1}).empty());
}

TEST_CASE("Guessing a mailbox shows nothing of another account, and a guest is shown nothing") {
    HostDesk desk;
    REQUIRE(desk.keeps(desk.alder, desk.frame(1)));
    const auto other = desk.new_place();
    CHECK(desk.poll(other, {1}).empty());
    CHECK(desk.poll(desk.alder, {1}).empty());
    CHECK(desk.poll(desk.account, {2}).empty());
    CHECK(desk.poll(desk.account, {1}).size() == 1);
}

TEST_CASE("An account does not deposit, and a stranger is not answered") {
    HostDesk desk;
    const TransportPublicKey stranger(desk.random.array<32>());
    for (const auto& from : {desk.account, stranger}) {
        const auto served = desk.ask(from, schema::Deposit{std::chrono::hours(1), desk.frame(1)});
        CHECK(served.answers.empty());
        CHECK(served.refused == 1);
    }
    CHECK(desk.host->frames() == 0);
}

TEST_CASE("A deposit whose time is over is neither shown nor kept") {
    HostDesk desk;
    REQUIRE(desk.keeps(desk.alder, desk.frame(1), std::chrono::seconds(60)));
    REQUIRE(desk.keeps(desk.alder, desk.frame(1), std::chrono::hours(2)));
    desk.now += 60;
    CHECK(desk.poll(desk.account, {1}).size() == 1);
    CHECK(desk.host->frames() == 2);
    REQUIRE(desk.host->expire(desk.time()));
    CHECK(desk.host->frames() == 1);
}

TEST_CASE("A guest that uses up its part leaves the rest of the room to the others") {
    HostLimits limits;
    limits.frames = 8;
    HostDesk desk(limits);
    for (int i = 0; i < 4; ++i)
        REQUIRE(desk.keeps(desk.alder, desk.frame(1)));
    CHECK_FALSE(desk.keeps(desk.alder, desk.frame(1)));
    for (int i = 0; i < 4; ++i)
        REQUIRE(desk.keeps(desk.birch, desk.frame(2)));
    CHECK_FALSE(desk.keeps(desk.birch, desk.frame(2)));
    const auto held = desk.poll(desk.account, {1});
    desk.ask(desk.account, schema::Taken{held});
    CHECK(desk.keeps(desk.alder, desk.frame(1)));
}

TEST_CASE("Bytes are counted too, and the host's own limit holds for all accounts together") {
    HostLimits limits;
    limits.bytes = 100'000;
    limits.all_bytes = 45'000;
    HostDesk desk(limits);
    CHECK_FALSE(desk.keeps(desk.alder, desk.frame(1, 65'536)));
    REQUIRE(desk.keeps(desk.alder, desk.frame(1, 32'768)));
    CHECK_FALSE(desk.keeps(desk.birch, desk.frame(2, 16'384)));
    CHECK(desk.keeps(desk.birch, desk.frame(2, 8'192)));
    CHECK(desk.host->bytes() <= limits.all_bytes);
}

TEST_CASE("A mailbox that is full does not hold up the others") {
    HostDesk desk;
    for (int i = 0; i < 40; ++i)
        REQUIRE(desk.keeps(desk.alder, desk.frame(1)));
    const auto wanted = desk.frame(2);
    REQUIRE(desk.keeps(desk.birch, wanted));
    const auto found = desk.poll(desk.account, {1, 2}, 4);
    CHECK(found.size() == 4);
    CHECK(std::find(found.begin(), found.end(), schema::mail_handle(wanted)) != found.end());
}

TEST_CASE("A guest that is not named any more may not connect, and its mail goes") {
    HostDesk desk;
    REQUIRE(desk.keeps(desk.alder, desk.frame(1)));
    REQUIRE(desk.keeps(desk.birch, desk.frame(2)));
    const TransportPublicKey cedar(desk.random.array<32>());
    const auto served = desk.admit({desk.birch, cedar});
    CHECK(served.dismissed == std::vector{desk.alder});
    CHECK(served.admitted == std::vector{cedar});
    CHECK(desk.poll(desk.account, {1}).empty());
    CHECK(desk.poll(desk.account, {2}).size() == 1);
    CHECK_FALSE(desk.host->knows(desk.alder));
    desk.open();
    CHECK_FALSE(desk.host->knows(desk.alder));
    CHECK(desk.host->knows(cedar));
}

TEST_CASE("A guest's key that serves another account is left to it") {
    HostDesk desk;
    const auto first = std::exchange(desk.account, desk.new_place());
    CHECK(desk.admit({desk.alder}).admitted.empty());
    REQUIRE(desk.keeps(desk.alder, desk.frame(1)));
    CHECK(desk.poll(desk.account, {1}).empty());
    CHECK(desk.poll(first, {1}).size() == 1);
}

TEST_CASE("A closed place takes its guests and its mail with it") {
    HostDesk desk;
    REQUIRE(desk.keeps(desk.alder, desk.frame(1)));
    const auto places = desk.host->places();
    REQUIRE(places->size() == 1);
    const auto gone = desk.host->close_place(places->front().number);
    REQUIRE(gone);
    CHECK(gone->size() == 3);
    CHECK(desk.host->frames() == 0);
    CHECK(desk.host->keys().empty());
}

TEST_CASE("Requests that do not parse change nothing and are counted") {
    HostDesk desk;
    const schema::FrameParts hello{to_bytes(as_bytes("hello"))};
    const schema::FrameParts unknown{
        to_bytes(as_bytes("LW1")), to_bytes(as_bytes("H")), Bytes(9, 0xff)};
    std::vector<Inbound> requests;
    requests.push_back(Inbound{desk.alder, Frame{hello}});
    requests.push_back(Inbound{desk.account, Frame{unknown}});
    const auto served = desk.host->serve(requests, desk.time());
    REQUIRE(served);
    CHECK(served->answers.empty());
    CHECK(served->refused == 2);
}

}  // namespace leeward::node
