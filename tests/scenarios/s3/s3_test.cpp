#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s3/trouble.h"

namespace leeward::test {

TEST_CASE(
    "S3: a wrong recipient, two referrers, an emergency, a child who does not arrive, a stolen "
    "machine") {
    Trouble s("S3", "Things go wrong");
    s.wrong_house();
    s.noticed();
    s.discarded();
    s.nothing_for_alder();
    s.known_twice();
    s.both_agree();
    s.northgate_stands_down();
    s.backed_up_at_lantern();
    s.under_way();
    s.emergency();
    s.read_in_the_emergency();
    s.they_leave();
    s.emergency_over();
    s.not_arrived();
    s.found_late();
    s.machine_stolen();
    s.old_keys_speak();
    s.reviewed();
    s.restored_at_lantern();
    s.asked_again_later();
    s.juniper_leaves();
    s.the_auditor();
}

}  // namespace leeward::test
