// Found by a review: what is shared was looked for among the two hundred newest, ended ones and those of other teams
// included, and the rest was left out without a word; a notice about it led to a screen that knew nothing of it.
#include "node/exchange/grants.h"
#include "node/exchange/need_to_know.h"
#include "tests/node/exchange/release_fixture.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

constexpr int many = 250;

schema::GrantId number_of(const std::string& grant) {
    return schema::GrantId(*hex::decode_array<16>(grant));
}

// Newer ones than this one, of a leg of their own.
schema::LegId add_newer(TestNode& at, const std::string& one, schema::GrantRecipient stands) {
    const auto leg = schema::new_id<schema::LegId>(at.desk().random);
    const auto added = at.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(node::Grant grant, node::load_grant(tx, number_of(one)));
        grant.leg = leg;
        grant.recipient = stands;
        for (int i = 0; i < many; ++i) {
            grant.id = schema::new_id<schema::GrantId>(at.desk().random);
            grant.created += std::chrono::seconds(1);
            LEEWARD_TRY(node::insert_empty_grant(tx, grant));
        }
        return Done{};
    });
    REQUIRE(added);
    return leg;
}

void check_only(const Json& list, const std::string& one) {
    REQUIRE(list.array_at("grants").size() == 1);
    CHECK(list.array_at("grants").front().text_at("id") == one);
    CHECK_FALSE(list.bool_at("more"));
}

}  // namespace

TEST_CASE("what is still shared is found behind what has ended, and by itself") {
    Papers p(976);
    p.active();
    const std::string one = only_grant(p.lantern);
    add_newer(p.lantern, one, schema::GrantRecipient::ERASURE_ATTESTED);
    check_only(p.lantern.must("grant.list"), one);
    for (const auto& only : {Json::object({{"grant", one}, {"all", true}}),
                             Json::object({{"grant", one.substr(0, 12)}}),
                             Json::object({{"leg", p.leg()}, {"all", true}})})
        check_only(p.lantern.must("grant.list", only), one);
    const Json all = p.lantern.must("grant.list", Json::object({{"all", true}}));
    CHECK(all.array_at("grants").size() == 50);
    CHECK(all.bool_at("more"));
    check_only(p.lantern.must("grant.list", Json::object({{"all", true}, {"page", 6}})), one);
}

TEST_CASE("what is shared with others here takes no room in a worker's list") {
    Papers p(977);
    p.active();
    const std::string one = only_grant(p.lantern);
    Seat bea(p.lantern, "day desk", "SHELTER_INTAKE", "north");
    Seat cleo(p.lantern, "night desk", "SHELTER_INTAKE", "south");
    p.lantern.must("leg.assign", Json::object({{"id", p.leg()}, {"to", bea.name()}}));
    const auto leg = add_newer(p.lantern, one, schema::GrantRecipient::NONE);
    REQUIRE(p.lantern.home().store.write([&](node::Transaction& tx) -> Outcome {
        auto& desk = p.lantern.desk();
        LEEWARD_ASSIGN(const auto worker, desk.workers.named(cleo.name()));
        return node::assign(desk, tx, leg.get(), worker.id, p.world.clock().now());
    }));
    check_only(bea.must("grant.list"), one);
    const Json hers = cleo.must("grant.list");
    CHECK(hers.array_at("grants").size() == 50);
    CHECK(hers.bool_at("more"));
}

TEST_CASE("releases of others' cases take no room in a worker's list") {
    Papers p(979);
    p.draft();
    Seat bea(p.harbor, "day desk", "INVESTIGATOR", "north");
    Seat cleo(p.harbor, "night desk", "INVESTIGATOR", "south");
    p.harbor.must("case.assign", Json::object({{"id", p.asked.case_id}, {"to", bea.name()}}));
    CHECK(bea.must("release.list").array_at("releases").size() == 1);
    CHECK(cleo.must("release.list").array_at("releases").empty());
}

TEST_CASE("releases are listed a page at a time, and a case's whole") {
    Papers p(978);
    for (int i = 0; i < 51; ++i)
        p.draft();
    const Json first = p.harbor.must("release.list");
    CHECK(first.array_at("releases").size() == 50);
    CHECK(first.bool_at("more"));
    const Json second = p.harbor.must("release.list", Json::object({{"page", 2}}));
    CHECK(second.array_at("releases").size() == 1);
    CHECK_FALSE(second.bool_at("more"));
    const Json whole = p.harbor.must("release.list", Json::object({{"case", p.asked.case_id}}));
    CHECK(whole.array_at("releases").size() == 51);
    CHECK_FALSE(whole.bool_at("more"));
}

}  // namespace leeward::test
