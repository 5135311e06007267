#include "schema/receipt.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "schema/limits.h"
#include "tests/schema/every_change.h"
#include "tests/schema/samples.h"

using namespace leeward;
using namespace leeward::schema;

namespace {

Result<Receipt> open(const std::string& jws) {
    return open_receipt(jws, samples::card(2).signing);
}

Result<Receipt> open_payload(const std::string& payload) {
    return open(
        crypto::jws::sign(crypto::jws::typ::receipt, as_bytes(payload), samples::node_key(2)));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("a receipt opens as it was signed, line by line") {
    REQUIRE(rc::check([] {
        Receipt receipt = samples::receipt();
        receipt.lines.clear();
        for (int i = *rc::gen::inRange(0, 5); i > 0; --i)
            receipt.lines.push_back({MessageId(samples::filled<16>(*rc::gen::arbitrary<Byte>())),
                                     samples::filled<32>(*rc::gen::arbitrary<Byte>()),
                                     *rc::gen::arbitrary<bool>() ? "" : "REFUSED_EXPIRED"});
        const auto opened = open(sign_receipt(receipt, samples::node_key(2)));
        RC_ASSERT(static_cast<bool>(opened));
        RC_ASSERT(opened->from == receipt.from);
        RC_ASSERT(opened->to == receipt.to);
        RC_ASSERT(opened->ench == receipt.ench);
        RC_ASSERT(opened->lines.size() == receipt.lines.size());
        for (std::size_t i = 0; i < receipt.lines.size(); ++i) {
            RC_ASSERT(opened->lines[i].mid == receipt.lines[i].mid);
            RC_ASSERT(opened->lines[i].xref == receipt.lines[i].xref);
            RC_ASSERT(opened->lines[i].refused == receipt.lines[i].refused);
        }
    }));
}

TEST_CASE("a receipt for a whole envelope opens") {
    Receipt receipt = samples::receipt();
    receipt.lines.assign(limits::messages_per_envelope, receipt.lines.front());
    CHECK(open(sign_receipt(receipt, samples::node_key(2))));
    receipt.lines.push_back(receipt.lines.front());
    CHECK_FALSE(open(sign_receipt(receipt, samples::node_key(2))));
}

TEST_CASE("a receipt that was cut or lengthened does not open") {
    refuses_every_truncation(samples::receipt_jws(), open);
}

TEST_CASE("a receipt with any bit turned over does not open") {
    refuses_every_flipped_bit(samples::receipt_jws(), open);
}

TEST_CASE("a receipt by another node is untrusted, one that holds nonsense malformed") {
    CHECK(open_receipt(samples::receipt_jws(), samples::card(1).signing).error().code ==
          Errc::untrusted);
    const std::string payload =
        to_text(crypto::jws::payload_unverified(samples::receipt_jws()).value());
    REQUIRE(open_payload(payload));
    for (const std::string& bad : {std::string(),
                                   std::string("{}"),
                                   replaced(payload, "\"ench\":\"", "\"ench\":\"00"),
                                   replaced(payload, "\"lines\":[", "\"lines\":[7,"),
                                   replaced(payload, "\"lines\":", "\"new\":1,\"lines\":"),
                                   replaced(payload, "\"refused\":", "\"refuse\":")}) {
        INFO(bad);
        const auto opened = open_payload(bad);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::malformed);
    }
}
