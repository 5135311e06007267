// leeward-bench exchange|fanout|hostile|audit|bundle|growth|match|store|relay|all [--json]
#include <cstdio>
#include <cstring>
#include <string_view>

#include "schema/json/json.h"
#include "tests/bench/bench.h"

namespace {

using namespace leeward;
using namespace leeward::bench;

struct Named {
    std::string_view name;
    Outcome (*run)(Report&);
};
constexpr Named benches[] = {{"exchange", bench_exchange},
                             {"fanout", bench_fanout},
                             {"hostile", bench_hostile},
                             {"audit", bench_audit},
                             {"bundle", bench_bundle},
                             {"growth", bench_growth},
                             {"match", bench_match},
                             {"store", bench_store},
                             {"relay", bench_relay}};

schema::Json to_json(const std::map<std::string, double>& figures) {
    schema::Json json = schema::Json::object();
    for (const auto& [name, value] : figures)
        json.set(name, value);
    return json;
}

void print(const char* title, const std::map<std::string, double>& figures) {
    std::printf("%s\n", title);
    for (const auto& [name, value] : figures)
        std::printf("  %-32s %14.2f\n", name.c_str(), value);
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view wanted = "all";
    bool json = false;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--json") == 0)
            json = true;
        else
            wanted = argv[i];
    }
    Report report;
    int failed = 0;
    bool known = false;
    for (const auto& bench : benches) {
        if (wanted != "all" && wanted != bench.name) continue;
        known = true;
        const Outcome done = bench.run(report);
        if (done) continue;
        std::fprintf(stderr,
                     "leeward-bench: %.*s: %s\n",
                     static_cast<int>(bench.name.size()),
                     bench.name.data(),
                     done.error().detail.c_str());
        failed = 1;
    }
    if (!known) {
        std::fprintf(
            stderr,
            "usage: leeward-bench "
            "exchange|fanout|hostile|audit|bundle|growth|match|store|relay|all [--json]\n");
        return 2;
    }
    if (!measure_limits(report)) failed = 1;
    if (json) {
        const auto all = schema::Json::object(
            {{"results", to_json(report.results)}, {"limits", to_json(report.limits)}});
        std::printf("%s\n", all.dump().c_str());
    } else {
        print("results", report.results);
        print("limits of this machine, same run", report.limits);
    }
    return failed;
}
