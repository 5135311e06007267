// A store of 100,000 closed needs: opening, listing, showing.
#include "node/exchange/needs.h"
#include "tests/bench/pair.h"

namespace leeward::bench {
namespace {

constexpr int needs = 100'000;
constexpr int per_case = 100;
constexpr int samples = 50;

using schema::Json;

Outcome fill(Node& node) {
    auto& desk = node.engine->desk();
    const auto now = schema::unix_seconds(node.clock.now());
    for (int c = 0; c < needs / per_case; ++c) {
        const auto id = schema::new_id<schema::CaseId>(desk.random);
        const std::string record = node::case_record(id);
        LEEWARD_TRY(desk.records.ensure(record));
        LEEWARD_TRY(desk.store.write([&](node::Transaction& tx) -> Outcome {
            LEEWARD_ASSIGN(const Bytes sealed,
                           desk.records.seal(record, "case/" + schema::text(id), as_bytes("{}")));
            LEEWARD_TRY(
                tx.run("INSERT INTO survivor_case(id,codename,state,opened,since,sealed) "
                       "VALUES(?,'a-b-c-d',1,?,?,?)",
                       id,
                       now,
                       now - c,
                       BytesView(sealed)));
            for (int i = 0; i < per_case; ++i) {
                const auto need = schema::new_id<schema::NeedId>(desk.random);
                LEEWARD_ASSIGN(
                    const Bytes detail,
                    desk.records.seal(
                        record, "need/" + schema::text(need), as_bytes("{\"fields\":{}}")));
                LEEWARD_TRY(tx.run(
                    "INSERT INTO need(id,case_id,service,priority,state,opened,since,sealed) "
                    "VALUES(?,?,0,1,?,?,?,?)",
                    need,
                    id,
                    schema::NeedState::CLOSED,
                    now,
                    now - i,
                    BytesView(detail)));
            }
            return Done{};
        }));
    }
    return Done{};
}

Result<double> median_of(Node& node, std::string_view command, const Json& args) {
    std::vector<double> times;
    for (int i = 0; i < samples; ++i) {
        const auto start = Clock::now();
        LEEWARD_TRY(node.api->call(command, args));
        times.push_back(ms_since(start));
    }
    return quantile(times, 0.5);
}

}  // namespace

Outcome bench_store(Report& report) {
    const Folder folder;
    const Place a{folder.path() / "a", "Bench Referrer", "investigation", free_port()};
    LEEWARD_TRY(make_home(a));
    {
        LEEWARD_ASSIGN(const auto node, open_node(a.folder));
        LEEWARD_TRY(fill(*node));
    }
    auto start = Clock::now();
    LEEWARD_ASSIGN(const auto node, open_node(a.folder));
    report.results["store.open_ms"] = ms_since(start);
    LEEWARD_ASSIGN(report.results["store.list_p50_ms"],
                   median_of(*node, "need.list", Json::object({{"all", true}})));
    LEEWARD_ASSIGN(report.results["store.cases_p50_ms"],
                   median_of(*node, "case.list", Json::object({{"all", true}})));
    LEEWARD_ASSIGN(const Json list, node->api->call("need.list", Json::object({{"all", true}})));
    LEEWARD_ASSIGN(report.results["store.show_p50_ms"],
                   median_of(*node,
                             "need.show",
                             Json::object({{"id", list.array_at("needs").at(0).text_at("id")}})));
    return Done{};
}

}  // namespace leeward::bench
