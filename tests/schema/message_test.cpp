#include "schema/message.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "schema/limits.h"
#include "tests/schema/every_change.h"
#include "tests/schema/samples.h"

using namespace leeward;
using namespace leeward::schema;

namespace {

Result<Message> open(const std::string& jws) {
    return open_message(jws, samples::card(1).signing);
}

// A message whose payload is `payload`, well signed.
Result<Message> open_payload(const std::string& payload) {
    return open(
        crypto::jws::sign(crypto::jws::typ::message, as_bytes(payload), samples::node_key(1)));
}

std::string header_line() {
    const Bytes payload = crypto::jws::payload_unverified(samples::message_jws()).value();
    const std::string text = to_text(payload);
    return text.substr(0, text.find('\n'));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("a message opens as it was signed, body byte for byte") {
    REQUIRE(rc::check([](const std::string& body, std::uint32_t counter, std::uint64_t seq) {
        Message message = samples::message();
        message.body = body;
        message.header.counter = counter;
        message.header.seq = seq >> 1U;
        message.header.kind = static_cast<MessageKind>(*rc::gen::inRange(1, 13));
        const auto opened = open(sign_message(message, samples::node_key(1)));
        RC_ASSERT(static_cast<bool>(opened));
        RC_ASSERT(opened->body == body);
        const MessageHeader& h = opened->header;
        RC_ASSERT(h.counter == counter);
        RC_ASSERT(h.seq == message.header.seq);
        RC_ASSERT(h.kind == message.header.kind);
        RC_ASSERT(h.mid == message.header.mid);
        RC_ASSERT(h.from == message.header.from);
        RC_ASSERT(h.to == message.header.to);
        RC_ASSERT(h.kid == message.header.kid);
        RC_ASSERT(h.ench == message.header.ench);
        RC_ASSERT(h.leg == message.header.leg);
        RC_ASSERT(h.ts == message.header.ts);
        RC_ASSERT(h.exp == message.header.exp);
        RC_ASSERT(h.xk == message.header.xk);
        RC_ASSERT(sign_message(*opened, samples::node_key(1)) ==
                  sign_message(message, samples::node_key(1)));
    }));
}

TEST_CASE("a message that was cut or lengthened does not open") {
    refuses_every_truncation(samples::message_jws(), open);
}

TEST_CASE("a message with any bit turned over does not open") {
    refuses_every_flipped_bit(samples::message_jws(), open);
}

TEST_CASE("a message by another node, or of another typ, is untrusted") {
    CHECK(open_message(samples::message_jws(), samples::card(2).signing).error().code ==
          Errc::untrusted);
    CHECK(open(samples::receipt_jws()).error().code == Errc::untrusted);
}

TEST_CASE("a well-signed message that holds nonsense is malformed") {
    const std::string header = header_line();
    REQUIRE(open_payload(header + "\n{}"));
    for (const std::string& payload :
         {std::string(),
          header,
          std::string("[]\n{}"),
          header + header + "\n{}",
          replaced(header, "\"ASK\"", "\"GUESS\"") + "\n{}",
          replaced(header, "\"seq\":7", "\"seq\":-7") + "\n{}",
          replaced(header, "\"seq\":7", "\"seq\":7,\"new\":1") + "\n{}",
          replaced(header, "\"seq\":7", "\"seq\":7,\"seq\":7") + "\n{}",
          replaced(header, "\"counter\":3", "\"counter\":4294967296") + "\n{}",
          replaced(header, "\"kid\":\"", "\"kid\":\"00") + "\n{}",
          replaced(header, "\"seq\":7,", "") + "\n{}"}) {
        INFO(payload);
        const auto opened = open_payload(payload);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::malformed);
    }
}

TEST_CASE("a body over its limit is too large") {
    CHECK(open_payload(header_line() + "\n" + std::string(limits::body_bytes, 'x')));
    CHECK(open_payload(header_line() + "\n" + std::string(limits::body_bytes + 1, 'x'))
              .error()
              .code == Errc::too_large);
}
