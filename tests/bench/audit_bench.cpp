#include "node/audit/audit_log.h"
#include "tests/bench/bench.h"

namespace leeward::bench {
namespace {

constexpr int leaves = 200'000;
constexpr int per_batch = 2'000;

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
    return Done{};
}

}  // namespace leeward::bench
