#include "node/audit/audit_log.h"
#include "node/audit/log_directory.h"
#include "tests/bench/bench.h"

namespace leeward::bench {
namespace {

constexpr int leaves = 200'000;
constexpr int per_batch = 2'000;

// A head is published after each batch, and its files are written: what an hour of a node does, and far
// more of it than a node has.
Outcome append_and_publish(node::Store& store, node::AuditLog& log, node::LogDirectory& files) {
    schema::AuditRecord record;
    record.kind = schema::EventKind::ACT;
    for (int batch = 0; batch < leaves / per_batch; ++batch) {
        LEEWARD_TRY(store.write([&](node::Transaction& tx) -> Outcome {
            for (int i = 0; i < per_batch; ++i)
                LEEWARD_TRY(log.append(tx, record));
            LEEWARD_TRY(log.publish(tx, schema::from_unix(std::int64_t{3600} * (batch + 1))));
            return Done{};
        }));
        LEEWARD_TRY(files.follow_whole(store, log));
    }
    return Done{};
}

Outcome append_all(node::Store& store, node::AuditLog& log) {
    schema::AuditRecord record;
    record.kind = schema::EventKind::ACT;
    for (int batch = 0; batch < leaves / per_batch; ++batch)
        LEEWARD_TRY(store.write([&](node::Transaction& tx) -> Outcome {
            for (int i = 0; i < per_batch; ++i) {
                record.quarter = static_cast<std::uint32_t>(i);
                const auto added = log.append(tx, record);
                if (!added) return added.error();
            }
            const auto head = log.sign_head(tx);
            return head ? Outcome(Done{}) : Outcome(head.error());
        }));
    return Done{};
}

Outcome bench_publishing(Report& report, const crypto::SigningKey& signing) {
    const Folder folder;
    node::StoreKey key;
    crypto::system_random().fill(key.reveal());
    LEEWARD_ASSIGN(auto store, node::Store::open(folder.path() / "store.db", key));
    LEEWARD_ASSIGN(auto log,
                   node::AuditLog::open(store, signing, "bench/log", crypto::system_random()));
    node::LogDirectory files(folder.path() / "log");
    auto start = Clock::now();
    LEEWARD_TRY(append_and_publish(store, log, files));
    report.results["audit.publish_per_s"] = leaves / (ms_since(start) / 1'000);
    start = Clock::now();
    LEEWARD_ASSIGN(const std::string differs, files.first_difference(store, log));
    if (!differs.empty()) return Error{Errc::corrupt, "the log's files are not what was published"};
    report.results["audit.compare_files_per_s"] =
        static_cast<double>(log.size()) / (ms_since(start) / 1'000);
    return Done{};
}

}  // namespace

Outcome bench_audit(Report& report) {
    const Folder folder;
    node::StoreKey key;
    crypto::system_random().fill(key.reveal());
    LEEWARD_ASSIGN(auto store, node::Store::open(folder.path() / "store.db", key));
    crypto::SigningSeed seed;
    crypto::system_random().fill(seed.reveal());
    const auto signing = crypto::signing_key_from_seed(seed.reveal());
    LEEWARD_ASSIGN(auto log,
                   node::AuditLog::open(store, signing, "bench/log", crypto::system_random()));
    auto start = Clock::now();
    LEEWARD_TRY(append_all(store, log));
    report.results["audit.append_per_s"] = leaves / (ms_since(start) / 1'000);
    std::vector<double> rates;
    for (int run = 0; run < 3; ++run) {
        start = Clock::now();
        LEEWARD_TRY(log.verify(store, node::AuditLog::Depth::LEAVES));
        rates.push_back(leaves / (ms_since(start) / 1'000));
    }
    report.results["audit.verify_per_s"] = quantile(rates, 0.5);
    start = Clock::now();
    LEEWARD_TRY(log.verify(store, node::AuditLog::Depth::OPENINGS));
    report.results["audit.verify_openings_per_s"] = leaves / (ms_since(start) / 1'000);
    return bench_publishing(report, signing);
}

}  // namespace leeward::bench
