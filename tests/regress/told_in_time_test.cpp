// Found by a review: a clock a year ahead called once for her to be told what was shared without her signature. Once
// it was right, nobody was called about that again for a year.
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

constexpr hours day{24};
constexpr hours year{24 * 365};

// Shared under a mandate; she is to be told within three days.
void share_by_mandate(Papers& p) {
    Json args = p.draft_args(p.lantern, {"preferred_name"});
    args.set("basis", "BASIS_STATUTORY_MANDATE");
    args.set("cite", "Example Act, section 7");
    args.set("safety", "A worker stays with her.");
    args.set("notice", "TOLD_LATER_SAFETY");
    args.set("notice-days", 3);
    const std::string id = p.harbor.must("release.new", args).text_at("id");
    p.harbor.must("release.authorise",
                  Json::object({{"id", id}, {"by-phone", "Grace"}, {"number", "555-0102"}}));
}

std::int64_t calls(Papers& p) {
    return p.harbor.count(
        "SELECT coalesce(sum(repeats),0) FROM notice WHERE code='SURVIVOR_NOTICE_DUE'");
}

// Harbor alone works on by this clock; then it is right again.
void work_ahead(Papers& p) {
    p.harbor.step();
    p.world.clock().move(-year);
    p.harbor.step();
}

}  // namespace

TEST_CASE("that she must be told is called for each week, though a clock a year ahead has called") {
    Papers p(2641);
    share_by_mandate(p);
    p.world.pump();
    p.world.clock().move(year);
    work_ahead(p);
    REQUIRE(calls(p) == 1);
    p.world.pass(day * 6, hours(12));
    CHECK(calls(p) == 1);
    p.world.pass(day * 2, hours(12));
    CHECK(calls(p) == 2);
}

TEST_CASE("that she must be told of what a clock ahead has shared is called for within 90 days") {
    Papers p(2642);
    p.world.clock().move(year);
    share_by_mandate(p);
    work_ahead(p);
    REQUIRE(calls(p) == 0);
    p.world.pass(day * 91, hours(24));
    CHECK(calls(p) >= 1);
}

}  // namespace leeward::test
