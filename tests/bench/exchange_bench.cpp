// Two real nodes: the sender here, the recipient a leewardd process; sockets, stores on disk with
// synchronous=FULL, X-Wing, log before send and signed receipts, all as in production.
#include "node/exchange/legs.h"
#include "tests/bench/pair.h"

namespace leeward::bench {
namespace {

constexpr int idle_samples = 200;
constexpr int full_messages = 12'000;
constexpr int per_transaction = 500;

using schema::Json;

Json card() {
    return Json::object({{"priority", "urgent"},
                         {"age_band", "15_to_17"},
                         {"programme_gender_need", "girls"},
                         {"start_window", "today"}});
}

// Queues `count` inquiries in one transaction, as need.ask does for each of its recipients.
Outcome ask(Node& node, const schema::NodeId& peer, int count) {
    auto& desk = node.engine->desk();
    const auto now = node.clock.now();
    std::vector<node::Leg> legs;
    std::vector<std::string> keys;
    for (int i = 0; i < count; ++i) {
        node::Leg leg;
        leg.id = schema::new_id<schema::LegId>(desk.random);
        leg.peer = peer;
        leg.ours = true;
        leg.alias = "copper-lark";
        leg.priority = schema::Priority::URGENT;
        leg.opened = leg.since = now;
        leg.detail = Json::object({{"card", card()}});
        keys.push_back(node::leg_record(leg.id));
        legs.push_back(std::move(leg));
    }
    LEEWARD_TRY(desk.records.ensure(keys));
    return desk.store.write([&](node::Transaction& tx) -> Outcome {
        for (auto& leg : legs) {
            LEEWARD_TRY(node::insert_leg(desk, tx, leg));
            node::Said said{Json::object({{"alias", leg.alias},
                                          {"service", "PLACEMENT"},
                                          {"priority", "URGENT"},
                                          {"card", card()}}),
                            ""};
            LEEWARD_TRY(node::write(desk, tx, leg, schema::AskMove::A1, std::move(said), now));
        }
        return Done{};
    });
}

Result<std::int64_t> waiting(Node& node) {
    std::int64_t left = 0;
    LEEWARD_TRY(node.home->store.write([&](node::Transaction& tx) -> Outcome {
        left = node.engine->desk().outbox.waiting(tx);
        return Done{};
    }));
    return left;
}

// Runs the sender until nothing waits, or 120 s.
Outcome drain(Node& node) {
    std::int64_t left = 1;
    std::size_t receipts = 1;
    const auto deadline = Clock::now() + std::chrono::seconds(120);
    while (Clock::now() < deadline) {
        LEEWARD_ASSIGN(const auto work, node.engine->step(unix_ms()));
        receipts = work.received.receipts;
        if (receipts > 0 || left == 0) {
            LEEWARD_ASSIGN(left, waiting(node));
            if (left == 0) return Done{};
        }
    }
    return Error{Errc::unreachable, "not everything was receipted in time"};
}

Outcome idle(Node& node, const schema::NodeId& peer, Report& report) {
    std::vector<double> times;
    for (int i = 0; i < idle_samples; ++i) {
        const auto start = Clock::now();
        LEEWARD_TRY(ask(node, peer, 1));
        std::size_t receipts = 0;
        while (receipts == 0 && ms_since(start) < 5'000) {
            LEEWARD_ASSIGN(const auto work, node.engine->step(unix_ms()));
            receipts = work.received.receipts;
        }
        times.push_back(ms_since(start));
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
