// What every benchmark reports into: figures by name, medians where there is more than one run.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "crypto/base/result.h"

namespace leeward::bench {

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}
[[nodiscard]] inline std::int64_t unix_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}
// `part` of the sorted values: 0.5 is the median.
[[nodiscard]] inline double quantile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
    return values[at];
}

struct Report {
    std::map<std::string, double> results;
    std::map<std::string, double> limits;
};

// A folder on this disk that is gone afterwards.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

Outcome bench_exchange(Report& report);
Outcome bench_fanout(Report& report);
// Strangers by the hundred, and a line that is cut.
Outcome bench_hostile(Report& report);
Outcome bench_audit(Report& report);
// An auditor's check of a bundle of a million leaves.
Outcome bench_bundle(Report& report);
// Prints a table over sizes up to ten million leaves.
Outcome bench_growth(Report& report);
Outcome bench_match(Report& report);
Outcome bench_store(Report& report);
Outcome bench_relay(Report& report);
// What the machine gives: signatures, encapsulations, fsyncs, rows.
Outcome measure_limits(Report& report);

}  // namespace leeward::bench
