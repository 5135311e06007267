#include "schema/grant.h"

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)

TEST_CASE("a grant takes exactly the transitions of its table") {
    const auto made = leeward::test::walk<GrantState, GrantMove>(
        grant_state_count, 10, [](auto move, auto from, auto) { return next(move, from); });
    REQUIRE(made ==
            leeward::test::expected("G2t SEALED OPENABLE\n"
                                    "G3t OPENABLE OPENED\n"
                                    "G4t SEALED,OPENABLE,OPENED REVOKED\n"
                                    "G5t SEALED,OPENABLE,OPENED EXPIRED\n"
                                    "G6t REVOKED,EXPIRED ERASURE_REQUESTED\n"
                                    "G7t ERASURE_REQUESTED,ERASURE_OVERDUE ERASURE_ATTESTED\n"
                                    "G8t ERASURE_REQUESTED,ERASURE_OVERDUE RETAINED_LAWFULLY\n"
                                    "G9t ERASURE_REQUESTED ERASURE_OVERDUE\n"
                                    "G10t ERASURE_OVERDUE UNREACHABLE"));
    leeward::test::require_words<GrantState>(grant_state_count, grant_state_from);
    leeward::test::require_words<GrantDiscloser>(7, grant_discloser_from);
    leeward::test::require_words<GrantRecipient>(4, grant_recipient_from);
}

TEST_CASE("each move of a grant is written by one side alone, and both show the same") {
    for (unsigned m = 2; m <= 10; ++m)
        for (unsigned d = 0; d < 7; ++d)
            for (unsigned r = 0; r < 4; ++r) {
                const auto move = static_cast<GrantMove>(m);
                const auto discloser = static_cast<GrantDiscloser>(d);
                const auto recipient = static_cast<GrantRecipient>(r);
                const auto whole = next(move, shown(discloser, recipient));
                const auto mine = write_discloser(move, discloser, recipient);
                const auto theirs = write_recipient(move, recipient, discloser);
                REQUIRE_FALSE((mine && theirs));
                REQUIRE(static_cast<bool>(whole) == (mine || theirs));
                if (mine) REQUIRE(shown(*mine, recipient) == *whole);
                if (theirs) REQUIRE(shown(discloser, *theirs) == *whole);
            }
}

TEST_CASE("a closed grant is not shown open because it was opened before") {
    REQUIRE(shown(GrantDiscloser::REVOKED, GrantRecipient::OPENED) == GrantState::REVOKED);
    REQUIRE(shown(GrantDiscloser::OPENABLE, GrantRecipient::OPENED) == GrantState::OPENED);
    REQUIRE(shown(GrantDiscloser::ERASURE_OVERDUE, GrantRecipient::ERASURE_ATTESTED) ==
            GrantState::ERASURE_ATTESTED);
    REQUIRE_FALSE(readable(GrantState::REVOKED));
    REQUIRE(readable(GrantState::OPENED));
}

TEST_CASE("no tier with a name in it is allowed before the recipient's own firm yes") {
    for (unsigned s = 0; s < leg_state_count; ++s)
        for (unsigned n = 0; n < answer_count; ++n)
            for (const Tier tier : {Tier::T2, Tier::T3, Tier::T4}) {
                const auto state = static_cast<LegState>(s);
                const auto answer = static_cast<Answer>(n);
                const bool allowed = allows(state, answer, tier, ServiceClass::COUNSELLING);
                if (allowed) REQUIRE(accepted_or_later(answer));
                if (state < LegState::ACCEPTED || is_terminal(state)) REQUIRE_FALSE(allowed);
            }
    REQUIRE_FALSE(
        allows(LegState::PHONE_ACCEPTED, Answer::ACCEPTED, Tier::T2, ServiceClass::PLACEMENT));
    REQUIRE_FALSE(allows(LegState::IN_TRANSIT, Answer::OFFERED, Tier::T2, ServiceClass::PLACEMENT));
    REQUIRE(allows(LegState::IN_TRANSIT, Answer::PLAN_ACK, Tier::T2, ServiceClass::PLACEMENT));
}

TEST_CASE(
    "a shelter gets the clinical tier only once she is in the house, a counsellor when firm") {
    REQUIRE_FALSE(allows(LegState::ACCEPTED, Answer::ACCEPTED, Tier::T3, ServiceClass::PLACEMENT));
    REQUIRE(allows(LegState::ARRIVED, Answer::ARRIVED, Tier::T3, ServiceClass::PLACEMENT));
    REQUIRE(allows(LegState::ACCEPTED, Answer::ACCEPTED, Tier::T3, ServiceClass::COUNSELLING));
}

TEST_CASE("what is local never leaves, and a cancelled or misdirected leg gets nothing more") {
    REQUIRE_FALSE(allows(LegState::ARRIVED, Answer::ARRIVED, Tier::L0, ServiceClass::PLACEMENT));
    REQUIRE(allows(LegState::SEEN, Answer::SEEN, Tier::T1, ServiceClass::PLACEMENT));
    for (const LegState state :
         {LegState::CANCEL_REQUESTED, LegState::MISDIRECTED, LegState::LAPSED, LegState::ENDED})
        REQUIRE_FALSE(allows(state, Answer::ACCEPTED, Tier::T1, ServiceClass::PLACEMENT));
}
