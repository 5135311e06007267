#include "tests/node/directory/match_timing.h"

#include <algorithm>
#include <array>
#include <vector>

namespace leeward::test {
namespace {

using namespace leeward::schema;

MatchQuery nth_query(std::size_t n) {
    constexpr std::array services{ServiceClass::OTHER,
                                  ServiceClass::PLACEMENT,
                                  ServiceClass::COUNSELLING,
                                  ServiceClass::LEGAL,
                                  ServiceClass::EDUCATION};
    constexpr std::array regions{"36047", "36061", "36005", "36081"};
    MatchQuery query;
    query.service = services[n % services.size()];
    query.age = all_age_bands()[n % all_age_bands().size()];
    query.home_region = regions[n % regions.size()];
    query.distance = n % 2 == 0 ? DistanceNeed::NEAR : DistanceNeed::FAR;
    if (n % 3 == 0) query.language = "es";
    if (n % 4 == 0) query.access = {Feature::STEP_FREE};
    return query;
}

}  // namespace

Result<std::chrono::nanoseconds> median_match_time(node::Directory& directory,
                                                   Time now,
                                                   std::size_t runs) {
    using Clock = std::chrono::steady_clock;
    LEEWARD_TRY(directory.match(nth_query(0), now));
    std::vector<std::chrono::nanoseconds> times;
    for (std::size_t i = 0; i < std::max<std::size_t>(runs, 1); ++i) {
        const MatchQuery query = nth_query(i);
        const auto start = Clock::now();
        LEEWARD_TRY(directory.match(query, now));
        times.push_back(Clock::now() - start);
    }
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

}  // namespace leeward::test
