#include "crypto/jws.h"

#include <algorithm>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/base64.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

SigningKey key_number(Byte number) {
    const ByteArray<32> seed{number};
    return signing_key_from_seed(seed);
}

// A JWS with a correct signature under any header that a sender may think of.
std::string signed_with_header(std::string_view header, std::string_view payload = "{}") {
    std::string out = base64url::encode(as_bytes(header));
    out += '.' + base64url::encode(as_bytes(payload));
    const Signature signature = crypto::sign(key_number(1), as_bytes(out));
    return out + '.' + base64url::encode(signature.get());
}

bool accepted(std::string_view jws) {
    return static_cast<bool>(jws::verify(jws, jws::typ::message, verify_key_of(key_number(1))));
}

}  // namespace

TEST_CASE("a signed object carries its payload and exactly our header") {
    const std::string text = jws::sign(jws::typ::card, as_bytes(R"({"a":1})"), key_number(1));
    const std::string header = text.substr(0, text.find('.'));
    CHECK(as_text(base64url::decode(header).value()) ==
          R"({"alg":"EdDSA","typ":"leeward-card+jwt"})");
    const auto payload = jws::verify(text, jws::typ::card, verify_key_of(key_number(1)));
    REQUIRE(payload);
    CHECK(as_text(*payload) == R"({"a":1})");
}

// RFC 8037 appendix A.4 signs with {"alg":"EdDSA"} alone: a good signature without a purpose.
TEST_CASE("the signature of RFC 8037 appendix A.4 holds, but we refuse it for want of a typ") {
    const std::string_view jws =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    const auto x = base64url::decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").value();
    const VerifyKey key(to_array<32>(x));
    const auto signature = base64url::decode(jws.substr(jws.rfind('.') + 1)).value();
    CHECK(crypto::verify(
        key, as_bytes(jws.substr(0, jws.rfind('.'))), Signature(to_array<64>(signature))));
    CHECK_FALSE(jws::verify(jws, jws::typ::message, key));
    CHECK(as_text(jws::payload_unverified(jws).value()) == "Example of Ed25519 signing");
}

TEST_CASE("the two header members may stand in either order, with whitespace") {
    CHECK(accepted(signed_with_header(R"({"alg":"EdDSA","typ":"leeward-msg+jwt"})")));
    CHECK(accepted(signed_with_header(R"({"typ":"leeward-msg+jwt","alg":"EdDSA"})")));
    CHECK(accepted(
        signed_with_header(" {\r\n\t\"alg\" : \"EdDSA\" , \"typ\" : \"leeward-msg+jwt\" } ")));
}

TEST_CASE("a header that says anything else is refused, however well it is signed") {
    const std::string_view headers[] = {
        "",
        "{}",
        "null",
        "[]",
        R"({"alg":"EdDSA"})",
        R"({"typ":"leeward-msg+jwt"})",
        R"({"alg":"none","typ":"leeward-msg+jwt"})",
        R"({"alg":"eddsa","typ":"leeward-msg+jwt"})",
        R"({"alg":"Ed25519","typ":"leeward-msg+jwt"})",
        R"({"alg":"EdDSA","typ":"leeward-card+jwt"})",
        R"({"alg":"EdDSA","typ":"LEEWARD-MSG+JWT"})",
        R"({"alg":"EdDSA","typ":"leeward-msg+jwt","kid":"1"})",
        R"({"alg":"EdDSA","typ":"leeward-msg+jwt","crit":["b64"],"b64":false})",
        R"({"alg":"EdDSA","typ":"leeward-msg+jwt","jwk":{}})",
        R"({"alg":"EdDSA","alg":"EdDSA"})",
        R"({"typ":"leeward-msg+jwt","typ":"leeward-msg+jwt"})",
        R"({"alg":"EdDSA","alg":"EdDSA","typ":"leeward-msg+jwt"})",
        R"({"alg":"EdDSA","typ":"leeward-msg\u002bjwt"})",
        R"({"\u0061lg":"EdDSA","typ":"leeward-msg+jwt"})",
        R"({"alg":"EdDSA","typ":"leeward-msg+jwt",})",
        R"({"alg":"EdDSA" "typ":"leeward-msg+jwt"})",
        R"({"alg":"EdDSA","typ":"leeward-msg+jwt"}{})",
        R"({"alg":"EdDSA","typ":"leeward-msg+jwt")",
        R"({"alg":"EdDSA","typ":"leeward-msg+jwt)",
        R"({"alg":["EdDSA"],"typ":"leeward-msg+jwt"})",
        "\xEF\xBB\xBF{\"alg\":\"EdDSA\",\"typ\":\"leeward-msg+jwt\"}",
    };
    for (const auto header : headers) {
        CAPTURE(header);
        CHECK_FALSE(accepted(signed_with_header(header)));
    }
}

TEST_CASE("a signature for one purpose does not serve for another, nor for another key") {
    const std::string text = jws::sign(jws::typ::message, as_bytes("{}"), key_number(1));
    CHECK(accepted(text));
    CHECK_FALSE(jws::verify(text, jws::typ::receipt, verify_key_of(key_number(1))));
    const auto other = jws::verify(text, jws::typ::message, verify_key_of(key_number(2)));
    REQUIRE_FALSE(other);
    CHECK(other.error().code == Errc::untrusted);
}

TEST_CASE("a signed object with any character changed, added or dropped is refused") {
    const std::string text = jws::sign(jws::typ::message, as_bytes("{\"n\":1}"), key_number(1));
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char c : {'A', 'B', '-', '.', '=', '\0'}) {
            std::string changed = text;
            changed[at] = c;
            CHECK((changed == text || !accepted(changed)));
        }
        std::string shorter = text;
        shorter.erase(at, 1);
        CHECK_FALSE(accepted(shorter));
    }
    for (const std::string& changed : {text + "=", text + ".", text + "\n", "." + text, " " + text})
        CHECK_FALSE(accepted(changed));
}

TEST_CASE("a signed object longer than allowed is refused before it is looked at") {
    const std::string text = jws::sign(jws::typ::message, Bytes(1000, 'x'), key_number(1));
    const VerifyKey key = verify_key_of(key_number(1));
    CHECK(jws::verify(text, jws::typ::message, key, text.size()));
    const auto refused = jws::verify(text, jws::typ::message, key, text.size() - 1);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::too_large);
    CHECK(jws::payload_unverified(text, text.size() - 1).error().code == Errc::too_large);
}

TEST_CASE("any payload comes back, verified or only read") {
    REQUIRE(rc::check([](const Bytes& payload) {
        const std::string text = jws::sign(jws::typ::head, payload, key_number(3));
        const auto verified = jws::verify(text, jws::typ::head, verify_key_of(key_number(3)));
        RC_ASSERT(static_cast<bool>(verified));
        RC_ASSERT(*verified == payload);
        RC_ASSERT(jws::payload_unverified(text).value() == payload);
    }));
}

TEST_CASE("no text at all is accepted unless it was signed") {
    REQUIRE(rc::check([](const std::string& a, const std::string& b, const std::string& c) {
        RC_ASSERT(!accepted(a));
        RC_ASSERT(!accepted(a + "." + b + "." + c));
        RC_ASSERT(!accepted(signed_with_header(a, b)));
    }));
}
