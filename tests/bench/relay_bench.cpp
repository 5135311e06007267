// A mail host: how many envelopes it accepts durably in a second, what 100,000 that wait cost in
// memory, and how fast they are fetched and deleted again.
#include "node/mailbox/mail_host.h"
#include "schema/envelope.h"
#include "tests/bench/bench.h"
#include "tests/support/resident.h"

namespace leeward::bench {
namespace {

constexpr std::size_t envelopes = 100'000;
constexpr std::size_t guests = 32;
constexpr std::size_t at_once = 256;  // requests that the daemon takes into one transaction
constexpr std::size_t bucket = 8'192 + 16;

using node::Inbound;
using node::TransportPublicKey;
using schema::HostRequest;

struct Bench {
    std::unique_ptr<node::MailHost> host;
    TransportPublicKey account;
    std::vector<TransportPublicKey> guest_keys;
    std::vector<crypto::MailboxId> mailboxes;
};

TransportPublicKey public_of(const ByteArray<32>& secret) {
    return node::public_key_of(node::TransportSecretKey(secret));
}

Inbound request(const TransportPublicKey& from, HostRequest what) {
    return {from, node::Frame{schema::write_host_request(what)}};
}

Inbound deposit(const Bench& bench, std::size_t i, crypto::Random& random) {
    schema::EnvelopeFrame frame;
    frame.mailbox = bench.mailboxes[i % guests];
    random.fill(frame.kid);
    random.fill(frame.enc.get());
    frame.ciphertext.resize(bucket);
    random.fill(frame.ciphertext);
    return request(bench.guest_keys[i % guests],
                   {{}, schema::Deposit{std::chrono::hours(4), schema::write_frame(frame)}});
}

Result<Bench> make_bench(const std::filesystem::path& folder, crypto::Random& random) {
    node::StoreKey key;
    random.fill(key.reveal());
    node::HostLimits limits;
    limits.frames = 4 * envelopes;
    limits.bytes = limits.all_bytes = 16ULL << 30;
    Bench bench;
    LEEWARD_ASSIGN(bench.host, node::MailHost::open(folder / "mailhost.db", key, limits));
    const auto now = schema::from_unix(unix_ms() / 1000);
    LEEWARD_ASSIGN(const auto place,
                   bench.host->open_place("tcp://127.0.0.1:7700", {}, random, now));
    bench.account = public_of(place.key);
    schema::Guests admitted;
    for (std::size_t i = 0; i < guests; ++i) {
        bench.guest_keys.emplace_back(random.array<32>());
        bench.mailboxes.push_back(random.array<16>());
        admitted.keys.push_back(bench.guest_keys.back().get());
    }
    const Inbound asked = request(bench.account, {{}, std::move(admitted)});
    LEEWARD_TRY(bench.host->serve(std::span(&asked, 1), now));
    return bench;
}

// Requests are made outside the measured time.
Result<double> fill(Bench& bench, crypto::Random& random) {
    double ms = 0;
    for (std::size_t i = 0; i < envelopes;) {
        std::vector<Inbound> batch;
        for (; batch.size() < at_once && i < envelopes; ++i)
            batch.push_back(deposit(bench, i, random));
        const auto start = Clock::now();
        LEEWARD_ASSIGN(const auto served,
                       bench.host->serve(batch, schema::from_unix(unix_ms() / 1000)));
        ms += ms_since(start);
        if (served.answers.size() != batch.size())
            return Error{Errc::io, "a deposit was not answered"};
    }
    return envelopes / (ms / 1'000);
}

Result<double> fetch(Bench& bench, crypto::Random& random, std::size_t polls) {
    std::size_t fetched = 0;
    const auto start = Clock::now();
    for (std::size_t i = 0; i < polls; ++i) {
        schema::Poll poll;
        poll.names = bench.mailboxes;
        while (poll.names.size() < schema::polled_names)
            poll.names.push_back(random.array<16>());
        const auto now = schema::from_unix(unix_ms() / 1000);
        const Inbound asked = request(bench.account, {{}, std::move(poll)});
        LEEWARD_ASSIGN(const auto served, bench.host->serve(std::span(&asked, 1), now));
        schema::Taken taken;
        for (const auto& answer : served.answers) {
            const auto read = schema::read_host_answer(answer.frame.parts);
            if (const auto* mail = read ? std::get_if<schema::Mail>(&read->what) : nullptr)
                taken.handles.push_back(schema::mail_handle(mail->frame));
        }
        fetched += taken.handles.size();
        const Inbound done = request(bench.account, {{}, std::move(taken)});
        LEEWARD_TRY(bench.host->serve(std::span(&done, 1), now));
    }
    return static_cast<double>(fetched) / (ms_since(start) / 1'000);
}

}  // namespace

Outcome bench_relay(Report& report) {
    const Folder folder;
    auto& random = crypto::system_random();
    const std::size_t before = test::resident_kib();
    LEEWARD_ASSIGN(Bench bench, make_bench(folder.path(), random));
    LEEWARD_ASSIGN(report.results["relay.accepted_per_s"], fill(bench, random));
    report.results["relay.waiting"] = static_cast<double>(bench.host->frames());
    report.results["relay.resident_mb"] = static_cast<double>(test::resident_kib() - before) / 1024;
    LEEWARD_ASSIGN(report.results["relay.fetched_per_s"], fetch(bench, random, 500));
    return Done{};
}

}  // namespace leeward::bench
