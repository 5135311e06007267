#include "tests/bench/inquiries.h"

#include "node/exchange/legs.h"

namespace leeward::bench {
namespace {

using schema::Json;

Json card() {
    return Json::object({{"priority", "urgent"},
                         {"age_band", "15_to_17"},
                         {"programme_gender_need", "girls"},
                         {"start_window", "today"}});
}

}  // namespace

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

namespace {

Result<std::int64_t> waiting(Node& node) {
    std::int64_t left = 0;
    LEEWARD_TRY(node.home->store.write([&](node::Transaction& tx) -> Outcome {
        left = node.engine->desk().outbox.waiting(tx);
        return Done{};
    }));
    return left;
}

}  // namespace

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

Outcome wait_for_receipt(Node& node, std::chrono::seconds patience) {
    const auto deadline = Clock::now() + patience;
    while (Clock::now() < deadline) {
        LEEWARD_ASSIGN(const auto work, node.engine->step(unix_ms()));
        if (work.received.receipts > 0) return Done{};
    }
    return Error{Errc::unreachable, "no receipt came in time"};
}

Result<double> ask_and_wait(Node& node, const schema::NodeId& peer, std::chrono::seconds patience) {
    const auto start = Clock::now();
    LEEWARD_TRY(ask(node, peer, 1));
    LEEWARD_TRY(wait_for_receipt(node, patience));
    return ms_since(start);
}

}  // namespace leeward::bench
