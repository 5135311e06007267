#include "schema/release.h"

#include <algorithm>
#include <utility>

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)
using enum ReleaseState;

namespace {

constexpr Signature minor_yes{Signer::MINOR, Standing::SAFE, Decision::AGREED, false};
constexpr Signature minor_able{Signer::MINOR, Standing::SAFE, Decision::AGREED, true};
constexpr Signature minor_no{Signer::MINOR, Standing::SAFE, Decision::REFUSED, false};
constexpr Signature guardian_yes{Signer::GUARDIAN, Standing::SAFE, Decision::AGREED, false};
constexpr Signature guardian_no{Signer::GUARDIAN, Standing::SAFE, Decision::REFUSED, false};
constexpr Signature unsafe_yes{Signer::GUARDIAN, Standing::UNSAFE, Decision::AGREED, false};
constexpr Signature unsafe_no{Signer::GUARDIAN, Standing::UNSAFE, Decision::REFUSED, false};
constexpr Signature agency_yes{
    Signer::AGENCY_REPRESENTATIVE, Standing::SAFE, Decision::AGREED, false};
constexpr Signature court_yes{Signer::COURT, Standing::SAFE, Decision::AGREED, false};

ReleaseState of(std::vector<Signature> signatures, Alone alone = Alone::NOT_LAWFUL) {
    return signed_state(signatures, alone);
}

}  // namespace

TEST_CASE("a release takes exactly the transitions of its table") {
    const auto made = leeward::test::walk<ReleaseState, ReleaseMove>(
        release_state_count, 11, [](auto move, auto from, auto) { return next(move, from); });
    REQUIRE(made == leeward::test::expected(
                        "R2 DRAFT PENDING_SIGNATURES\n"
                        "R3 PENDING_SIGNATURES CONFLICTED\n"
                        "R4 PENDING_SIGNATURES,CONFLICTED ACTIVE\n"
                        "R5 ACTIVE,NARROWED,EXPIRING NARROWED\n"
                        "R6 ACTIVE,NARROWED EXPIRING\n"
                        "R7 ACTIVE,NARROWED,EXPIRING EXPIRED\n"
                        "R8 ACTIVE,NARROWED,EXPIRING,PENDING_SIGNATURES,CONFLICTED WITHDRAWN\n"
                        "R9 ACTIVE,NARROWED,EXPIRING,CONFLICTED SUPERSEDED\n"
                        "R10 DRAFT,PENDING_SIGNATURES,CONFLICTED,ACTIVE,NARROWED,EXPIRING,EXPIRED,"
                        "WITHDRAWN,SUPERSEDED,VOID INVALIDATED\n"
                        "R11 DRAFT,PENDING_SIGNATURES,CONFLICTED VOID"));
    leeward::test::require_words<ReleaseState>(release_state_count, release_state_from);
    leeward::test::require_words<Basis>(5, basis_from);
    leeward::test::require_words<Signer>(4, signer_from);
    leeward::test::require_words<Standing>(2, standing_from);
    leeward::test::require_words<Decision>(4, decision_from);
}

TEST_CASE("only an active, narrowed or expiring release discloses") {
    for (std::size_t i = 0; i < release_state_count; ++i) {
        const auto state = static_cast<ReleaseState>(i);
        REQUIRE(live(state) == (state == ACTIVE || state == NARROWED || state == EXPIRING));
        REQUIRE_FALSE((live(state) && is_terminal(state)));
    }
}

TEST_CASE("a survivor withdraws by any worker") {
    for (const auto& row : release_transitions())
        if (row.move == ReleaseMove::R8) REQUIRE((row.who & any_worker) == any_worker);
}

TEST_CASE("a minor and one safe guardian make a release, neither does alone") {
    REQUIRE(of({}) == PENDING_SIGNATURES);
    REQUIRE(of({minor_yes}) == PENDING_SIGNATURES);
    REQUIRE(of({guardian_yes}) == PENDING_SIGNATURES);
    REQUIRE(of({minor_yes, guardian_yes}) == ACTIVE);
    REQUIRE(of({minor_yes, guardian_no}) == CONFLICTED);
    REQUIRE(of({minor_no, guardian_yes}) == CONFLICTED);
}

TEST_CASE("an agency signs only with the minor's assent") {
    REQUIRE(of({agency_yes}) == PENDING_SIGNATURES);
    REQUIRE(of({agency_yes, minor_yes}) == ACTIVE);
    REQUIRE(of({agency_yes, minor_no}) == CONFLICTED);
}

TEST_CASE("a minor signs alone only where it is lawful and her capacity is recorded") {
    REQUIRE(of({minor_yes}, Alone::LAWFUL) == PENDING_SIGNATURES);
    REQUIRE(of({minor_able}, Alone::NOT_LAWFUL) == PENDING_SIGNATURES);
    REQUIRE(of({minor_able}, Alone::LAWFUL) == ACTIVE);
    REQUIRE(of({minor_able, guardian_no}, Alone::LAWFUL) == ACTIVE);
    REQUIRE(of({minor_able, guardian_no}, Alone::NOT_LAWFUL) == CONFLICTED);
    REQUIRE(of({minor_yes, guardian_yes}, Alone::LAWFUL) == ACTIVE);
}

TEST_CASE("what an unsafe person signs or refuses counts for nothing") {
    REQUIRE(of({minor_yes, unsafe_yes}) == PENDING_SIGNATURES);
    REQUIRE(of({minor_yes, guardian_yes, unsafe_no}) == ACTIVE);
    REQUIRE(of({minor_yes, unsafe_no}) == PENDING_SIGNATURES);
}

TEST_CASE("an order settles a conflict") {
    REQUIRE(of({minor_yes, guardian_no, court_yes}) == ACTIVE);
}

TEST_CASE("capacity is shown by a whole record, and never by one that says not now") {
    const std::vector<std::string> whole{
        "CAPACITY_KNOWS_WHAT", "CAPACITY_KNOWS_WHY", "CAPACITY_CAN_WEIGH", "CAPACITY_SAID_IT_BACK"};
    REQUIRE(shows_capacity(whole));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto lacking = whole;
        lacking.erase(lacking.begin() + static_cast<std::ptrdiff_t>(i));
        REQUIRE_FALSE(shows_capacity(lacking));
    }
    auto not_now = whole;
    not_now.emplace_back("CAPACITY_NOT_NOW");
    REQUIRE_FALSE(shows_capacity(not_now));
}

TEST_CASE("each adult signs by a right that fits, and no right lets an adult sign as the minor") {
    const std::vector<std::pair<Signer, std::string>> fitting{
        {Signer::GUARDIAN, "AUTHORITY_PARENT"},
        {Signer::GUARDIAN, "AUTHORITY_LEGAL_GUARDIAN"},
        {Signer::AGENCY_REPRESENTATIVE, "AUTHORITY_AGENCY_CUSTODY"},
        {Signer::AGENCY_REPRESENTATIVE, "AUTHORITY_COURT_ORDER"},
        {Signer::COURT, "AUTHORITY_COURT_ORDER"}};
    for (const auto signer :
         {Signer::MINOR, Signer::GUARDIAN, Signer::AGENCY_REPRESENTATIVE, Signer::COURT})
        for (const char* right : {"AUTHORITY_PARENT",
                                  "AUTHORITY_LEGAL_GUARDIAN",
                                  "AUTHORITY_AGENCY_CUSTODY",
                                  "AUTHORITY_COURT_ORDER",
                                  ""}) {
            const bool fits =
                std::find(fitting.begin(),
                          fitting.end(),
                          std::pair<Signer, std::string>(signer, right)) != fitting.end();
            REQUIRE(gives_standing(right, signer) == fits);
        }
}
