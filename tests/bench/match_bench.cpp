#include <cstdlib>

#include "node/directory/directory.h"
#include "tests/bench/bench.h"
#include "tests/node/directory/match_timing.h"

namespace leeward::bench {
namespace {

// The real directory is data beside the repository; without it there is nothing true to measure.
std::filesystem::path real_directory() {
    const char* shared = std::getenv("LEEWARD_SHARED");
    const std::filesystem::path base = shared != nullptr ? shared : "../shared";
    return base / "data/directory-nyc/services.ndjson.gz";
}

}  // namespace

Outcome bench_match(Report& report) {
    if (!std::filesystem::exists(real_directory()))
        return Error{Errc::not_found,
                     "the real directory is not here: set LEEWARD_SHARED to where data/ is"};
    const Folder folder;
    node::StoreKey key;
    crypto::system_random().fill(key.reveal());
    LEEWARD_ASSIGN(auto store, node::Store::open(folder.path() / "store.db", key));
    node::Directory directory(store, schema::NodeId{});
    const auto start = Clock::now();
    LEEWARD_ASSIGN(const auto imported, directory.import_hsds(real_directory(), "nyc"));
    report.results["match.import_ms"] = ms_since(start);
    report.results["match.services"] = static_cast<double>(imported.services);
    LEEWARD_ASSIGN(const auto median,
                   test::median_match_time(directory, schema::from_unix(unix_ms() / 1000)));
    report.results["match.p50_ms"] = std::chrono::duration<double, std::milli>(median).count();
    return Done{};
}

}  // namespace leeward::bench
