#include "schema/audit_event.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "crypto/base/hex.h"
#include "tests/schema/samples.h"

using namespace leeward;
using namespace leeward::schema;

TEST_CASE("a record is laid out as the specification has it") {
    // written out by hand, byte by byte; the tags are SHA-256 of the codes' names
    CHECK(hex::encode(encode(samples::audit_record())) ==
          "01020304050601090203bbfe9e091b8f6afa001e4470"
          "1111111111111111111111111111111122222222222222222222222222222222"
          "810000000000000000000000000000000000000000000000"
          "5555555555555555555555555555555555555555555555555555555555555555"
          "6666666666666666666666666666666666666666666666666666666666666666");
}

// Computed with hmac and hashlib of Python.
TEST_CASE("leaves and commitments are the HMACs of the protocol") {
    const auto n = samples::filled<32>(7);
    const auto commit = leaf_commitment(n, encode(samples::audit_record()));
    CHECK(hex::encode(commit) ==
          "f2601b190c7d583bec411082c2a7ad85bb6dabec0be6b6e177c70574b83c1ae1");
    const auto salt = samples::filled<32>(8);
    const MessageId mid(samples::filled<16>(9));
    const auto body = samples::filled<32>(10);
    CHECK(hex::encode(link_commitment(salt, mid, body)) ==
          "994817fb49f9e47e084aacc2e69868f788f76c16995547339975e09acfc2bb10");
    const auto xref = exchange_xref(salt, mid, body);
    CHECK(hex::encode(xref) == "4d18f5130f2c7fd5e8759c417ca38ed3ce6fdb0206bc658abd2a33534ebab9f6");
    CHECK(hex::encode(leaf_data(commit, xref)) == hex::encode(as_bytes("leeward-leaf/1")) + "0000" +
                                                      hex::encode(commit) + hex::encode(xref));
}

TEST_CASE("a record reads back as it was written") {
    REQUIRE(rc::check([](Byte any, std::uint32_t quarter) {
        AuditRecord record = samples::audit_record();
        record.kind = static_cast<EventKind>(*rc::gen::inRange(0, 10));
        record.machine = static_cast<Machine>(*rc::gen::inRange(0, 13));
        record.band = static_cast<DeadlineBand>(*rc::gen::inRange(0, 4));
        record.transition = any;
        record.tier = static_cast<Byte>(any ^ 0x55U);
        record.quarter = quarter;
        record.fields.fill(any);
        const auto read = decode_audit_record(encode(record));
        RC_ASSERT(static_cast<bool>(read));
        RC_ASSERT(*read == record);
    }));
}

TEST_CASE("a record cut anywhere, or with a byte more, is malformed") {
    const auto whole = encode(samples::audit_record());
    for (std::size_t length = 0; length < whole.size(); ++length)
        REQUIRE(decode_audit_record(BytesView(whole).first(length)).error().code ==
                Errc::malformed);
    Bytes longer = to_bytes(whole);
    longer.push_back(0);
    CHECK(decode_audit_record(longer).error().code == Errc::malformed);
}

TEST_CASE("a record with any bit turned over is malformed or another record") {
    const auto whole = encode(samples::audit_record());
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        AuditRecordBytes changed = whole;
        changed[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        const auto read = decode_audit_record(changed);
        if (!read) continue;
        REQUIRE(*read != samples::audit_record());
        REQUIRE(encode(*read) == changed);
    }
}

TEST_CASE("another version, kind, machine or band is malformed") {
    for (const auto& [at, value] : {std::pair<std::size_t, Byte>{0, 2}, {1, 12}, {2, 13}, {8, 4}}) {
        AuditRecordBytes changed = encode(samples::audit_record());
        changed[at] = value;
        CHECK(decode_audit_record(changed).error().code == Errc::malformed);
    }
}

TEST_CASE("a band says how much of its own deadline an act had used") {
    const Time from = samples::noon;
    const Time due = from + Duration(100);
    CHECK(deadline_band(from, from, from) == DeadlineBand::NONE);
    CHECK(deadline_band(from, due, from + Duration(50)) == DeadlineBand::HALF);
    CHECK(deadline_band(from, due, from + Duration(51)) == DeadlineBand::WHOLE);
    CHECK(deadline_band(from, due, due) == DeadlineBand::WHOLE);
    CHECK(deadline_band(from, due, due + Duration(1)) == DeadlineBand::LATE);
}
