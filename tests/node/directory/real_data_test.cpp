// Real directories beside the repository: New York City's verified social services (5,635) and the
// City of Toronto's shelter feed (142 programmes, first quarter of 2023). The expected numbers and
// names were counted from the files with a separate script.
#include <algorithm>
#include <set>

#include "tests/node/directory/fixture.h"
#include "tests/node/directory/match_timing.h"
#include "tests/support/vectors.h"

namespace leeward::node {
namespace {

using namespace leeward::schema;

constexpr Time autumn_2026 = from_unix(1'790'000'000);  // all figures of these files are stale

std::optional<std::filesystem::path> data(const std::string& name) {
    const auto shared = support::shared_folder();
    if (shared && std::filesystem::exists(*shared / "data" / name)) return *shared / "data" / name;
    WARN("skipped: " << name << " is not here");
    return std::nullopt;
}

void import_new_york(DirectoryFixture& fixture, const std::filesystem::path& file) {
    const auto report = fixture.directory().import_hsds(file, "nyc");
    if (!report) FAIL(report.error().detail);
    REQUIRE(report->services == 5635);
}

std::set<std::string> first_names(const MatchResult& result, std::size_t count) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < std::min(count, result.matches.size()); ++i)
        names.insert(result.matches[i].entry->name);
    return names;
}

std::size_t with_reason(const MatchResult& result, MatchReason code) {
    const auto told = [&](const Match& match) {
        return std::any_of(match.reasons.begin(), match.reasons.end(), [&](const Reason& r) {
            return r.code == code;
        });
    };
    return static_cast<std::size_t>(
        std::count_if(result.matches.begin(), result.matches.end(), told));
}

}  // namespace

TEST_CASE("New York's directory imports whole and answers as counted by hand") {
    const auto file = data("directory-nyc/services.ndjson.gz");
    if (!file) return;
    DirectoryFixture fixture;
    import_new_york(fixture, *file);
    Directory& directory = fixture.directory();
    MatchQuery query;
    query.limit = 10'000;
    const auto match = [&] {
        auto result = directory.match(query, autumn_2026);
        REQUIRE(result);
        REQUIRE(result->considered == 5635);
        REQUIRE(result->matches.size() == result->eligible);
        return std::move(*result);
    };

    SECTION("terms of housing make 346 placements; the five for teenagers and runaways lead") {
        query.age = AgeBand::FROM_15_TO_17;
        const MatchResult result = match();
        CHECK(result.eligible == 346);
        CHECK(first_names(result, 5) ==
              std::set<std::string>{"Drop-in Center - ALI FORNEY DROP IN CENTER",
                                    "Drop-in Center - Sunrise Drop-In",
                                    "Drop-in Center - Uptown Drop-In Center",
                                    "Drop-in Center - Youth Drop In 27 Port Richmond Avenue",
                                    "Supported SRO-OMH - The Lee SMI"});
        CHECK(result.matches[4].score > result.matches[5].score);
    }
    SECTION("near the Bronx the one of them that is there comes first") {
        query.age = AgeBand::FROM_15_TO_17;
        query.distance = DistanceNeed::NEAR;
        query.home_region = "36005";
        const MatchResult result = match();
        CHECK(result.home_region_known);
        CHECK(result.matches[0].entry->name == "Drop-in Center - Sunrise Drop-In");
    }
    SECTION("counselling for a teenager in Spanish in the Bronx: four services have it all") {
        query.service = ServiceClass::COUNSELLING;
        query.age = AgeBand::FROM_15_TO_17;
        query.language = "es";
        query.distance = DistanceNeed::NEAR;
        query.home_region = "36005";
        const MatchResult result = match();
        CHECK(result.eligible == 713);
        std::set<std::string> ids;
        for (std::size_t i = 0; i < 4; ++i)
            ids.insert(result.matches[i].entry->service_id);
        CHECK(ids == std::set<std::string>{"187cf2f8-d718-5d2f-9416-6e6641816a9c",
                                           "45b23a49-29d8-5c6e-a77e-18b565d4acb6",
                                           "68d181a4-d45d-5016-be11-ea06f102bae1",
                                           "68464b1b-0ee4-5134-88ce-a8c4e1595070"});
    }
    SECTION("nine legal services speak Cantonese") {
        query.service = ServiceClass::LEGAL;
        query.language = "yue";
        const MatchResult result = match();
        CHECK(result.eligible == 354);
        CHECK(with_reason(result, MatchReason::LANGUAGE) == 9);
    }
    SECTION(
        "stated ages leave out 104 other services for a child of 12 to 14, three for 15 to 17") {
        query.service = ServiceClass::OTHER;
        query.age = AgeBand::FROM_12_TO_14;
        CHECK(match().age_range == 104);
        query.age = AgeBand::FROM_15_TO_17;
        const MatchResult result = match();
        CHECK(result.age_range == 3);
        CHECK(result.other_class == 5635 - 4902);
    }
    SECTION("figures of 2021 are stale and never shown as room") {
        query.service = ServiceClass::OTHER;
        const MatchResult result = match();
        CHECK(with_reason(result, MatchReason::STALE_CAPACITY) > 1000);
        CHECK(with_reason(result, MatchReason::CAPACITY_HAS) == 0);
    }
    SECTION("the capacity it contracted for says nothing of tonight, even when fresh") {
        query.service = ServiceClass::OTHER;
        const auto result = directory.match(query, from_unix(1'636'934'400));  // 2021-11-15
        REQUIRE(result);
        CHECK(with_reason(*result, MatchReason::CAPACITY_CONTRACTED) > 1000);
        CHECK(with_reason(*result, MatchReason::CAPACITY_HAS) == 0);
    }
    SECTION("an unknown region is told and excludes nobody") {
        query.home_region = "Atlantis";
        query.distance = DistanceNeed::NEAR;
        const MatchResult result = match();
        CHECK_FALSE(result.home_region_known);
        CHECK(result.eligible == 346);
    }
    SECTION("a match takes milliseconds at most") {
        const auto median = test::median_match_time(directory, autumn_2026);
        REQUIRE(median);
        INFO("median match: " << median->count() / 1000 << " us");
        CHECK(*median < std::chrono::milliseconds(50));  // any build kind; the benchmark holds 5
    }
}

TEST_CASE("no street of New York's directory reaches the store") {
    const auto file = data("directory-nyc/services.ndjson.gz");
    if (!file) return;
    DirectoryFixture fixture;
    import_new_york(fixture, *file);
    auto rows = fixture.store().query(
        "SELECT count(*) FROM directory_service WHERE service_id || organisation || programme || "
        "languages || regions || coalesce(unit, '') LIKE '%1958 FULTON%'");
    REQUIRE(rows.next());
    CHECK(rows.integer(0) == 0);
}

TEST_CASE("Toronto's feed shows 32 programmes with room on its last night, and none a day later") {
    const auto programs = data("capacity-toronto/programs.csv");
    const auto updates = data("capacity-toronto/capacity_updates_2023Q1.csv");
    if (!programs || !updates) return;
    DirectoryFixture fixture;
    Directory& directory = fixture.directory();
    const auto imported = directory.import_toronto_programs(*programs, "toronto");
    if (!imported) FAIL(imported.error().detail);
    CHECK(imported->services == 142);
    const auto fed = directory.import_toronto_updates(*updates);
    if (!fed) FAIL(fed.error().detail);
    CHECK(fed->lines == 12'897);
    CHECK(fed->updates == 142);

    MatchQuery query;
    query.limit = 1000;
    const Time last_night = from_unix(1'680'580'800);  // 2023-04-04T04:00:00Z
    const auto evening = directory.match(query, last_night + std::chrono::hours(20));
    REQUIRE(evening);
    CHECK(with_reason(*evening, MatchReason::CAPACITY_HAS) == 32);
    CHECK(with_reason(*evening, MatchReason::CAPACITY_NONE) == 102);
    CHECK(with_reason(*evening, MatchReason::STALE_CAPACITY) == 8);
    const auto day_after = directory.match(query, last_night + std::chrono::hours(25));
    REQUIRE(day_after);
    CHECK(with_reason(*day_after, MatchReason::CAPACITY_HAS) == 0);
    CHECK(with_reason(*day_after, MatchReason::STALE_CAPACITY) == 142);
}

TEST_CASE("Toronto's programmes as HSDS import beside New York's") {
    const auto file = data("capacity-toronto/services.ndjson");
    if (!file) return;
    DirectoryFixture fixture;
    const auto report = fixture.directory().import_hsds(*file, "toronto-hsds");
    if (!report) FAIL(report.error().detail);
    CHECK(report->services == 142);
}

}  // namespace leeward::node
