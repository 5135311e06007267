// Signed texts under attack: every truncation and every flipped bit of one.
#pragma once

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "crypto/base/bytes.h"

namespace leeward::schema {

// `open` gives a Result; it must fail for every change.
template <class Open>
void refuses_every_truncation(const std::string& whole, Open open) {
    REQUIRE(open(whole));
    for (std::size_t length = 0; length < whole.size(); ++length)
        REQUIRE_FALSE(open(whole.substr(0, length)));
    REQUIRE_FALSE(open(whole + "A"));
    REQUIRE_FALSE(open(whole + "\n"));
}
template <class Open>
void refuses_every_flipped_bit(const std::string& whole, Open open) {
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        std::string changed = whole;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        INFO("bit " << bit);
        REQUIRE_FALSE(open(changed));
    }
}

}  // namespace leeward::schema
