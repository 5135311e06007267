#include "crypto/hash.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "crypto/base/hex.h"

using namespace leeward;

namespace {

Bytes from_hex(std::string_view text) {
    return hex::decode(text).value();
}

std::string hmac(BytesView key, BytesView data) {
    return hex::encode(crypto::hmac_sha256(key, {data}));
}

}  // namespace

// The examples of FIPS 180 (one block, two blocks, a million letters) and the empty message.
TEST_CASE("SHA-256 gives the digests of FIPS 180") {
    CHECK(hex::encode(crypto::sha256(as_bytes(""))) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex::encode(crypto::sha256(as_bytes("abc"))) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex::encode(crypto::sha256(
              as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hex::encode(crypto::sha256(as_bytes(std::string(1'000'000, 'a')))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 of parts is that of their concatenation") {
    CHECK(crypto::sha256({as_bytes("a"), as_bytes(""), as_bytes("bc")}) ==
          crypto::sha256(as_bytes("abc")));
    CHECK(crypto::hmac_sha256(as_bytes("key"), {as_bytes("a"), as_bytes("bc")}) ==
          crypto::hmac_sha256(as_bytes("key"), {as_bytes("abc")}));
}

// RFC 4231 sections 4.2 to 4.4, 4.7 and 4.8: short keys, and keys longer than a block.
TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231") {
    CHECK(hmac(Bytes(20, 0x0b), as_bytes("Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hmac(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hmac(Bytes(20, 0xaa), Bytes(50, 0xdd)) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK(hmac(from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), Bytes(50, 0xcd)) ==
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    CHECK(hmac(Bytes(131, 0xaa),
               as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(hmac(Bytes(131, 0xaa),
               as_bytes("This is a test using a larger than block-size key and a larger than "
                        "block-size data. The key needs to be hashed before being used by the "
                        "HMAC algorithm.")) ==
          "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}
