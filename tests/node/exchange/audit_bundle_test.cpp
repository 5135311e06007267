// What whole nodes hand to an auditor: that it stands alone, tells nobody, and that whatever is done
// to it afterwards is found.
#include <catch2/catch_test_macros.hpp>

#include "release_fixture.h"
#include "schema/audit/drill.h"
#include "tests/support/real_bundles.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

const std::vector<std::string> three{"investigation", "shelter", "shelter"};

// A placement at the first of two shelters, with a release and an identity that was read.
Asked place_somebody(World& world) {
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const Asked asked = ask(world, harbor, {&lantern, &world.node(2)});
    make_firm(world, harbor, lantern, asked, 0);
    sign_release(harbor, asked.case_id, lantern);
    world.pump();
    lantern.must("grant.open",
                 Json::object({{"id", only_grant(lantern)}, {"purpose", "PURPOSE_INTAKE"}}));
    world.pump();
    return asked;
}

schema::AuditReport checked(World& world, const Json& args = Json::object()) {
    return schema::check(bundles_of(world, args), trust_in(world));
}

std::string day(std::int64_t unix_seconds) {
    const auto t = std::chrono::sys_seconds(std::chrono::seconds(unix_seconds));
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(t));
    const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return std::to_string(static_cast<int>(date.year())) + "-" + two(unsigned(date.month())) + "-" +
           two(unsigned(date.day()));
}

}  // namespace

TEST_CASE("bundles of honest nodes agree, and what was disclosed is counted") {
    World world(901, three);
    place_somebody(world);
    world.pass(hours(2));
    const auto report = checked(world);
    CHECK(told(report) == std::vector<std::string>{});
    REQUIRE(report.logs.size() == 3);
    CHECK(report.logs[0].first == 0);
    CHECK(report.logs[0].sent_by_tier.at(3) == 1);
    CHECK(report.logs[0].heads >= 3);
    CHECK(report.logs[1].acts.at(schema::EventKind::RECEIPT) > 2);
}

TEST_CASE("bundles over four days, with lapses and erasures in them, agree") {
    World world(902, three);
    place_somebody(world);
    world.pass(hours(24 * 4));
    CHECK(told(checked(world)) == std::vector<std::string>{});
}

TEST_CASE(
    "what is said to every partner, fresh keys or another duty line, is no undeclared disclosure") {
    World world(908, three);
    const Json contact = Json::object({{"duty_line", "555-0177"},
                                       {"hours", "all hours"},
                                       {"deputy_line", "555-0178"},
                                       {"languages", "en"}});
    world.node(0).must("peer.contact", Json::object({{"set", contact.dump()}}));
    world.pass(hours(24 * 8), hours(4));
    CHECK(told(checked(world)) == std::vector<std::string>{});
}

TEST_CASE(
    "a release that was withdrawn, a night without one and an emergency stand in agreeing "
    "bundles") {
    Papers p(909);
    const std::string release = p.active();
    p.harbor.must("release.withdraw", with_id(release));
    p.world.pass(hours(1));
    const std::string access = p.lantern
                                   .must("access.ask",
                                         Json::object({{"leg", p.leg()},
                                                       {"fields", Json(Json::Array{"allergies"})},
                                                       {"harm", "HARM_MEDICAL_TONIGHT"}}))
                                   .text_at("id");
    p.world.pump();
    p.harbor.must("access.grant",
                  Json::object({{"id", access}, {"by-phone", "Grace"}, {"number", "555-0102"}}));
    p.world.pass(hours(9));
    const auto report = checked(p.world);
    CHECK(told(report) == std::vector<std::string>{});
    CHECK(report.logs[0].disclosures == 2);
}

TEST_CASE("a bundle that begins after the release shows the release with its proof") {
    World world(903, three);
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const std::string yesterday = day(world.clock().seconds());
    const Asked asked = ask(world, harbor, {&lantern});
    offer(world, lantern, asked.legs[0]);
    sign_release(harbor, asked.case_id, lantern);
    while (day(world.clock().seconds()) == yesterday)
        world.pass(hours(1));
    const std::string today = day(world.clock().seconds());
    choose(world, harbor, asked.need, asked.legs[0]);
    lantern.must("leg.confirm", Json::object({{"id", asked.legs[0]}}));
    world.pump();
    REQUIRE_FALSE(only_grant(lantern).empty());
    world.pass(hours(1));
    const auto bundle = bundle_of(harbor, Json::object({{"from", today}}));
    CHECK(bundle.before.size().get() > 0);
    CHECK_FALSE(bundle.earlier.empty());
    CHECK(told(checked(world, Json::object({{"from", today}}))) == std::vector<std::string>{});
}

TEST_CASE("a period without a published head, or one that ends before it begins, is refused") {
    World world(904, three);
    TestNode& harbor = world.node(0);
    CHECK(harbor.refused("audit.leaves", Json::object({{"until", "2001-01-01"}})).code ==
          Errc::not_found);
    CHECK(harbor
              .refused("audit.leaves",
                       Json::object({{"from", "2026-02-01"}, {"until", "2026-01-01"}}))
              .code == Errc::invalid_argument);
    CHECK(harbor.refused("audit.leaves", Json::object({{"from", "last week"}})).code ==
          Errc::invalid_argument);
}

TEST_CASE("a bundle is made by a supervisor, an auditor or an administrator, and the log says so") {
    World world(905, three);
    TestNode& harbor = world.node(0);
    CHECK(harbor.call_as({schema::Role::INVESTIGATOR}, "audit.leaves").error().code ==
          Errc::not_permitted);
    const auto before = harbor.count("SELECT max(idx) FROM leaf");
    REQUIRE(harbor.call_as({schema::Role::AUDITOR}, "audit.leaves"));
    CHECK(harbor.count("SELECT max(idx) FROM leaf") == before + 1);
}

TEST_CASE("no word of a record, no name and no working head is in a bundle") {
    World world(906, three);
    const Asked asked = place_somebody(world);
    world.pass(hours(1));
    for (std::size_t i = 0; i < world.size(); ++i) {
        const Bytes written = schema::write_bundle(bundle_of(world.node(i)));
        const std::string text = to_text(written);
        for (const std::string& word :
             {std::string("Renata"), std::string("Example"), asked.case_id, asked.legs[0]})
            CHECK(text.find(word) == std::string::npos);
        const auto raw = hex::decode(asked.legs[0]).value();
        CHECK(text.find(std::string(as_text(raw))) == std::string::npos);
        CHECK(bundle_of(world.node(i)).seen.empty());
    }
}

TEST_CASE("every tamper drill on true logs is found, named and located") {
    World world(907, three);
    place_somebody(world);
    world.pass(hours(24 * 4));
    const auto bundles = bundles_of(world);
    const auto logs = schema::practice_copies(bundles, trust_in(world), world.random());
    REQUIRE(logs);
    const auto honest = [&] {
        std::vector<schema::Bundle> out;
        for (const auto& log : *logs)
            out.push_back(log.bundle());
        return out;
    }();
    REQUIRE(told(schema::check(honest, schema::trust_of(*logs))) == std::vector<std::string>{});
    for (std::size_t i = 0; i < schema::drill_count; ++i) {
        const auto result = schema::play(static_cast<schema::Drill>(i), *logs);
        INFO(schema::name(result.drill));
        CHECK(result.played);
        CHECK(result.as_it_should());
    }
}

}  // namespace leeward::test
