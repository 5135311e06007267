// Drills on small logs made by hand: each is found where it was done, and nothing where nothing may be.
#include "schema/audit/drill.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/schema/audit/sample_log.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

namespace {

// Three organisations on one evening; the first shares something with the second.
struct Evening {
    SampleLog group{1};
    SampleLog shelter{2};
    SampleLog board{3};

    Evening() {
        const FieldSet names{*find_field("given_name")};
        group.activate(some_hash("release"), shelter, names);
        group.disclose(some_hash("release"), shelter, names, some_hash("exchange"));
        shelter.receipt(group, some_hash("exchange"));
        for (SampleLog* log : {&group, &shelter, &board}) {
            for (int i = 0; i < 6; ++i)
                log->pad();
            log->publish();
        }
        group.cosigned_by(2, std::uint64_t{group.now} * 900);
    }
    std::vector<PracticeLog> copies() {
        const std::vector<Bundle> bundles{group.bundle(), shelter.bundle(), board.bundle()};
        const Trust trust{{group.card(), shelter.card(), board.card()}, std::nullopt};
        crypto::SeededRandom random(1);
        return practice_copies(bundles, trust, random).value();
    }
};

}  // namespace

TEST_CASE("whatever is done to copies of small logs is found where it was done") {
    Evening evening;
    const auto logs = evening.copies();
    std::size_t played = 0;
    for (std::size_t i = 0; i < drill_count; ++i) {
        const auto result = play(static_cast<Drill>(i), logs);
        INFO(name(result.drill));
        played += result.played ? 1U : 0U;
        CHECK((!result.played || result.as_it_should()));
    }
    CHECK(played ==
          drill_count - 1);  // nothing here is three days old, so no receipt can be missed
}

TEST_CASE("a fork that two partners hold is named with both, without the log itself") {
    Evening evening;
    const auto result = play(Drill::FORK_SHOWN_TO_TWO_PARTNERS, evening.copies());
    REQUIRE(result.played);
    REQUIRE(result.found);
    CHECK(result.organisation == evening.group.card().organisation);
    CHECK(result.found->partner ==
          evening.shelter.card().organisation + ", " + evening.board.card().organisation);
}

TEST_CASE("witnesses who are away for 71 hours are no finding, for 73 hours they are") {
    Evening evening;
    const auto logs = evening.copies();
    const auto shorter = play(Drill::WITNESSES_AWAY_71_HOURS, logs);
    CHECK(shorter.played);
    CHECK(shorter.harmless);
    CHECK_FALSE(shorter.found);
    const auto longer = play(Drill::WITNESSES_AWAY_73_HOURS, logs);
    REQUIRE(longer.found);
    CHECK(longer.found->kind == FindingKind::UNWITNESSED);
    CHECK(longer.found->leaf == longer.leaf);
}

TEST_CASE("a copy is cosigned by the copy of whoever cosigned the true log") {
    Evening evening;
    const auto logs = evening.copies();
    const std::vector<Bundle> bundles{logs[0].bundle()};
    const auto report = check(bundles, trust_of(logs));
    REQUIRE(report.logs.size() == 1);
    CHECK(report.logs[0].witnessed == logs[0].size());
    CHECK(report.findings.empty());
}
