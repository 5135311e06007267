#include "crypto/pad.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

TEST_CASE("Padmé gives the lengths of the table") {
    for (const auto& pair : support::vectors("misc/padme.json", "pairs"))
        CHECK(padme(pair.at(0).get<std::uint64_t>()) == pair.at(1).get<std::uint64_t>());
}

// Nikitin et al., PoPETs 2019, algorithm 1, by hand.
TEST_CASE("Padmé rounds up to the multiple that the formula names") {
    CHECK(padme(0) == 0);
    CHECK(padme(1) == 1);
    CHECK(padme(9) == 10);
    CHECK(padme(129) == 144);
    CHECK(padme(1'025) == 1'088);
    CHECK(padme(std::uint64_t{1} << 62) == std::uint64_t{1} << 62);
}

TEST_CASE("Padmé never shortens, costs less than 12 percent and is stable") {
    REQUIRE(rc::check([] {
        const auto length = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 50);
        const std::uint64_t padded = padme(length);
        RC_ASSERT(padded >= length);
        RC_ASSERT((padded - length) * 100 <= length * 12);
        RC_ASSERT(padme(padded) == padded);
    }));
}

TEST_CASE("a message is padded to the smallest bucket that holds it") {
    const auto bucket_of = [](std::size_t inner) {
        return pad_to_bucket(Bytes(inner, 'x')).value().size();
    };
    CHECK(bucket_of(0) == 8'192);
    CHECK(bucket_of(8'188) == 8'192);
    CHECK(bucket_of(8'189) == 16'384);
    CHECK(bucket_of(16'380) == 16'384);
    CHECK(bucket_of(16'381) == 32'768);
    CHECK(bucket_of(32'765) == 65'536);
    CHECK(bucket_of(65'532) == 65'536);
    const auto refused = pad_to_bucket(Bytes(65'533, 'x'));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::too_large);
}

TEST_CASE("a bucket is the length, the inner bytes and zeros") {
    const SecretBytes bucket = pad_to_bucket(as_bytes("ab")).value();
    const Bytes expected{0, 0, 0, 2, 'a', 'b', 0, 0};
    CHECK(equal(BytesView(bucket.reveal()).first(8), expected));
}

TEST_CASE("a padded message comes back whole") {
    REQUIRE(rc::check([] {
        const auto size = *rc::gen::inRange<std::size_t>(0, max_inner_size + 1);
        Bytes inner(size, *rc::gen::arbitrary<Byte>());
        const auto bucket = pad_to_bucket(inner);
        RC_ASSERT(static_cast<bool>(bucket));
        const auto back = unpad(bucket->reveal());
        RC_ASSERT(static_cast<bool>(back));
        RC_ASSERT(equal(back->reveal(), inner));
    }));
}

TEST_CASE("a bucket of a wrong size, length or padding is refused") {
    const SecretBytes good = pad_to_bucket(as_bytes("hello")).value();
    const auto code = [](BytesView bucket) {
        const auto inner = unpad(bucket);
        REQUIRE_FALSE(inner);
        return inner.error().code;
    };
    CHECK(code({}) == Errc::malformed);
    CHECK(code(BytesView(good.reveal()).first(8'191)) == Errc::malformed);
    CHECK(code(Bytes(8'193, 0)) == Errc::malformed);

    for (const std::size_t at : {std::size_t{9}, std::size_t{4'096}, std::size_t{8'191}}) {
        Bytes dirty = to_bytes(good.reveal());
        dirty[at] = 1;
        CHECK(code(dirty) == Errc::malformed);
    }
    Bytes too_long = to_bytes(good.reveal());
    too_long[2] = 0x1f;
    too_long[3] = 0xfd;  // 8,189, one more than fits
    CHECK(code(too_long) == Errc::malformed);
    too_long[0] = 0xff;
    CHECK(code(too_long) == Errc::malformed);
}
