#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s2/consent.h"

namespace leeward::test {

TEST_CASE(
    "S2: signers who disagree, fields taken back, a withdrawal heard elsewhere, an end and a "
    "renewal") {
    Consent s("S2", "What she lets be told");
    s.conflict();
    s.unsafe_signer();
    s.representative();
    s.opened();
    s.narrowed();
    s.two_fields_erased();
    s.counsellor_reads();
    s.withdrawn_at_tide();
    s.juniper_comes_back();
    s.referral_copy_erased();
    s.wants_another_place();
    s.release_runs_out();
    s.renewed();
    s.who_has_seen_this();
    s.never_a_condition();
}

}  // namespace leeward::test
