#include "crypto/age/payload.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/age/age.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

Bytes some_bytes(std::size_t size, std::uint64_t seed) {
    SeededRandom random(seed);
    Bytes out(size);
    random.fill(out);
    return out;
}

age::Sink into(Bytes& out) {
    return [&out](BytesView piece) -> Outcome {
        append(out, piece);
        return Done{};
    };
}

Bytes sealed_in_pieces(const age::Identity& to, BytesView plain, std::size_t piece) {
    const age::Recipient recipient = age::recipient_of(to);
    auto sealer = age::Sealer::begin(std::span(&recipient, 1), system_random());
    REQUIRE(sealer);
    Bytes out = sealer->start();
    for (; !plain.empty(); plain = plain.subspan(std::min(piece, plain.size())))
        REQUIRE(sealer->payload().add(plain.first(std::min(piece, plain.size())), into(out)));
    REQUIRE(sealer->payload().finish(into(out)));
    return out;
}

Result<Bytes> opened_in_pieces(const age::Identity& key, BytesView file, std::size_t piece) {
    auto opener = age::Opener::begin(file, std::span(&key, 1));
    if (!opener) return opener.error();
    Bytes out;
    BytesView rest = file.subspan(opener->payload_at());
    for (; !rest.empty(); rest = rest.subspan(std::min(piece, rest.size())))
        LEEWARD_TRY(opener->payload().add(rest.first(std::min(piece, rest.size())), into(out)));
    LEEWARD_TRY(opener->payload().finish(into(out)));
    return out;
}

}  // namespace

TEST_CASE("an age file made in pieces is one that opens whole, and the other way round") {
    const auto key = age::generate_identity(system_random());
    for (const std::size_t size : {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 131'072UL, 200'000UL}) {
        const Bytes plain = some_bytes(size, size + 1);
        for (const std::size_t piece : {1'000UL, 65'536UL, 70'000UL}) {
            const Bytes file = sealed_in_pieces(key, plain, piece);
            const auto whole = age::open(file, std::span(&key, 1));
            REQUIRE(whole);
            CHECK(equal(whole->reveal(), plain));
            const auto pieces = opened_in_pieces(key, file, piece);
            REQUIRE(pieces);
            CHECK(*pieces == plain);
        }
    }
}

TEST_CASE("an age file read in pieces that was cut or changed anywhere is never whole") {
    const auto key = age::generate_identity(system_random());
    const Bytes plain = some_bytes(150'000, 3);
    const Bytes file = sealed_in_pieces(key, plain, 64'000);
    REQUIRE(rc::check([&] {
        Bytes broken = file;
        const auto at = *rc::gen::inRange<std::size_t>(0, file.size());
        if (*rc::gen::arbitrary<bool>())
            broken.resize(at);
        else
            broken[at] = static_cast<Byte>(broken[at] ^ (1U << *rc::gen::inRange(0, 8)));
        RC_ASSERT(!opened_in_pieces(key, broken, 50'000));
    }));
}
