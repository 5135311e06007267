// Two real nodes: the sender here, the recipient a leewardd process; sockets, stores on disk with
// synchronous=FULL, X-Wing, log before send and signed receipts, all as in production.
#include "tests/bench/inquiries.h"

namespace leeward::bench {
namespace {

constexpr int idle_samples = 200;
constexpr int full_messages = 12'000;
constexpr int per_transaction = 500;

Outcome idle(Node& node, const schema::NodeId& peer, Report& report) {
    std::vector<double> times;
    for (int i = 0; i < idle_samples; ++i) {
        LEEWARD_ASSIGN(const double ms, ask_and_wait(node, peer, std::chrono::seconds(5)));
        times.push_back(ms);
    }
    report.results["exchange.idle_p50_ms"] = quantile(times, 0.5);
    report.results["exchange.idle_p99_ms"] = quantile(times, 0.99);
    return Done{};
}

Outcome full(Node& node, const schema::NodeId& peer, Report& report) {
    const auto start = Clock::now();
    for (int i = 0; i < full_messages / per_transaction; ++i)
        LEEWARD_TRY(ask(node, peer, per_transaction));
    report.results["exchange.queued_per_s"] = full_messages / (ms_since(start) / 1'000);
    const auto sending = Clock::now();
    LEEWARD_TRY(drain(node));
    report.results["exchange.receipted_per_s"] = full_messages / (ms_since(sending) / 1'000);
    return Done{};
}

}  // namespace

Outcome bench_exchange(Report& report) {
    const Folder folder;
    const Place a{folder.path() / "a", "Bench Referrer", "investigation", free_port()};
    const Place b{folder.path() / "b", "Bench Shelter", "shelter", free_port()};
    LEEWARD_TRY(make_home(a));
    LEEWARD_TRY(make_home(b));
    LEEWARD_TRY(introduce(a, b));
    LEEWARD_ASSIGN(const auto shelter, Daemon::start(b.folder));
    report.results["node.idle_rss_mb"] = shelter->resident_mb();
    LEEWARD_ASSIGN(const auto node, open_node(a.folder));
    LEEWARD_ASSIGN(const node::Peer* peer, node->engine->desk().peers.named(b.organisation));
    LEEWARD_TRY(ask(*node, peer->node(), 1));
    LEEWARD_TRY(drain(*node));  // connections are up
    LEEWARD_TRY(idle(*node, peer->node(), report));
    return full(*node, peer->node(), report);
}

}  // namespace leeward::bench
