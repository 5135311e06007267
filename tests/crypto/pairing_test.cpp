#include "crypto/pairing.h"

#include <set>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/hex.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

ByteArray<32> filled(Byte value) {
    ByteArray<32> out{};
    out.fill(value);
    return out;
}
std::string hex_of(const SecretBytes& secret) {
    return hex::encode(secret.reveal());
}

const auto node_a = filled(0x11);
const auto node_b = filled(0x22);

SecretBytes root() {
    return psk_root(node_a, filled(0xa1), node_b, filled(0xb2));
}

}  // namespace

// Expected values from Python's hmac and hashlib, with HKDF written out as in RFC 5869:
//   extract(s, i) = hmac(s, i);  expand(k, info, n) = T1 ‖ T2 …, Ti = hmac(k, Ti-1 ‖ info ‖ i)
//   root = expand(extract(sha256(A ‖ B), rA ‖ rB), "leeward/1 psk", 32)
//   next = expand(extract("leeward/1 psk ratchet", psk), "", 32)
//   mbox, hpke, ctl = expand(root, label ‖ direction, n)
TEST_CASE("what a pair derives agrees with an independent HKDF") {
    const SecretBytes psk = root();
    CHECK(hex_of(psk) == "e5526ecac9dd7d2816de4fb3842cff7ee1856a2c48d97644cc260d0d7e8828ff");
    CHECK(hex_of(psk_next(psk)) ==
          "1fcc5b21985c8bfd83f3fff7e2b6d96397f5809382c39236e92dbc0b4ea34544");
    CHECK(hex_of(psk_at(psk, 0, 5)) ==
          "fbb1493eafd3c8dcb573c3b1e9e56e100cc2410c601cba3e5a00183535f03d91");
    CHECK(hex::encode(pair_id(node_a, node_b)) == "8c0fe629fd3048a6e06399ed49d1fc3f");
    CHECK(hex::encode(mailbox_id(psk, Direction::low_to_high)) ==
          "ff9045d68a9db75fa070d5e6faef9f25");
    CHECK(hex::encode(mailbox_id(psk, Direction::high_to_low)) ==
          "1dd83ff55120642421123ecc4be7cd5b");
    CHECK(hex_of(hpke_psk(psk, Direction::low_to_high)) ==
          "50c0866d13718624e59a2ff55080298527d90b380673d608fbad73303b6da04d");
    CHECK(hex_of(hpke_psk(psk, Direction::high_to_low)) ==
          "95f2cf8ca4f0fd92f1d2822745cdc3f66d1df8592ec487dfa342be7f0bed159c");
    CHECK(hex_of(control_key(psk, Direction::low_to_high)) ==
          "cbebeba7de9dd6ea4f45c585d66e096fbc84854288dde4275c42abcd7ecdd03c");
    CHECK(hex_of(control_key(psk, Direction::high_to_low)) ==
          "7a7ee6c7c289d8dd3be40aa1f6cb1ca60e73a8b220d83d14e6bff7cebc727321");
}

TEST_CASE("names that HPKE binds are laid out as the protocol has them") {
    const PairId pair = pair_id(node_a, node_b);
    CHECK(hex::encode(hpke_psk_id(pair, 2951, Direction::high_to_low)) ==
          "6c656577617264318c0fe629fd3048a6e06399ed49d1fc3f00000b8701");
    const ByteArray<8> kid{0, 1, 2, 3, 4, 5, 6, 7};
    CHECK(hex::encode(hpke_info(node_a, node_b, kid, 2951)) ==
          hex::encode(as_bytes("leeward/1 env")) + "0020" + hex::encode(node_a) + "0020" +
              hex::encode(node_b) + "000102030405060700000b87");
    CHECK(hex::encode(safety_number(node_a, filled(0x33), node_b, filled(0x44))) ==
          "46268120b1d978aece4ee4cdbee769efb9");
}

TEST_CASE("both ends derive the same, whoever calls") {
    REQUIRE(rc::check([](Byte a, Byte b, Byte ra, Byte rb) {
        RC_PRE(a != b);
        const auto na = filled(a);
        const auto nb = filled(b);
        const auto ca = filled(ra);
        const auto cb = filled(rb);
        RC_ASSERT(psk_root(na, ca, nb, cb) == psk_root(nb, cb, na, ca));
        RC_ASSERT(pair_id(na, nb) == pair_id(nb, na));
        RC_ASSERT(safety_number(na, ca, nb, cb) == safety_number(nb, cb, na, ca));
        RC_ASSERT(direction(na, nb) != direction(nb, na));
    }));
}

TEST_CASE("contributions, nodes and their keys each change what is derived") {
    const std::string psk = hex_of(root());
    CHECK(hex_of(psk_root(node_a, filled(0xb2), node_b, filled(0xa1))) != psk);
    CHECK(hex_of(psk_root(node_a, filled(0xa1), filled(0x23), filled(0xb2))) != psk);
    const auto number = safety_number(node_a, filled(0x33), node_b, filled(0x44));
    CHECK(safety_number(node_a, filled(0x34), node_b, filled(0x44)) != number);
    CHECK(safety_number(node_a, filled(0x33), node_b, filled(0x45)) != number);
}

TEST_CASE("no key or name serves two purposes, directions or epochs") {
    std::set<std::string> seen;
    for (const Epoch epoch : {0U, 1U, 2U}) {
        const SecretBytes psk = psk_at(root(), 0, epoch);
        for (const auto dir : {Direction::low_to_high, Direction::high_to_low}) {
            seen.insert(hex_of(hpke_psk(psk, dir)));
            seen.insert(hex_of(control_key(psk, dir)));
            seen.insert(hex::encode(mailbox_id(psk, dir)));
        }
        seen.insert(hex_of(psk));
    }
    CHECK(seen.size() == 3 * 7);
}

TEST_CASE("the ratchet goes forward in any steps, and standing still is no step") {
    REQUIRE(rc::check([] {
        const auto middle = *rc::gen::inRange<Epoch>(0, 20);
        const auto end = *rc::gen::inRange<Epoch>(middle, 30);
        const SecretBytes psk = root();
        RC_ASSERT(psk_at(psk_at(psk, 0, middle), middle, end) == psk_at(psk, 0, end));
        RC_ASSERT(psk_at(psk, end, end) == psk);
    }));
}

TEST_CASE("an epoch is a week") {
    CHECK(epoch_of(0) == 0);
    CHECK(epoch_of(604'799) == 0);
    CHECK(epoch_of(604'800) == 1);
    CHECK(epoch_of(1'785'000'000) == 2951);
}
