#include "schema/passphrase.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward;
using schema::check_passphrase;

TEST_CASE("a passphrase of twelve characters that are not all alike is taken") {
    CHECK(check_passphrase(as_bytes("lantern quay")));
    CHECK_FALSE(check_passphrase(as_bytes("lantern qua")));
    CHECK_FALSE(check_passphrase(as_bytes("aaaaaaaaaaaaaaaa")));
    CHECK_FALSE(check_passphrase(as_bytes("abcdabcdabcdabcd")));
    CHECK_FALSE(check_passphrase(as_bytes("ñandúñandú")));  // ten characters in fourteen bytes
    CHECK_FALSE(check_passphrase(as_bytes(std::string(1024, 'a') + "bcdef")));
}
