#include "schema/exit_code.h"

#include <catch2/catch_test_macros.hpp>

namespace {

using leeward::Errc;
using leeward::schema::exit_code;
using leeward::schema::number;

TEST_CASE("each kind of error ends with the documented number") {
    CHECK(number(exit_code(Errc::invalid_argument)) == 2);
    CHECK(number(exit_code(Errc::locked)) == 4);
    CHECK(number(exit_code(Errc::not_released)) == 5);
    CHECK(number(exit_code(Errc::untrusted)) == 5);
    CHECK(number(exit_code(Errc::not_permitted)) == 5);
    CHECK(number(exit_code(Errc::corrupt)) == 6);
    CHECK(number(exit_code(Errc::unreachable)) == 7);
    CHECK(number(exit_code(Errc::unsupported)) == 8);
    for (const auto code : {Errc::not_found,
                            Errc::already_exists,
                            Errc::wrong_state,
                            Errc::malformed,
                            Errc::too_large,
                            Errc::busy,
                            Errc::io,
                            Errc::disk_full})
        CHECK(number(exit_code(code)) == 1);
}

}  // namespace
