#include "schema/envelope.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "schema/limits.h"
#include "tests/schema/samples.h"

using namespace leeward;
using namespace leeward::schema;

namespace {

EnvelopeFrame frame() {
    return {samples::filled<16>(1), samples::filled<8>(2), {}, Bytes(8'192 + 16, 3)};
}

LeafProof some_proof() {
    LeafProof proof;
    proof.rec.fill(*rc::gen::arbitrary<Byte>());
    proof.n.fill(*rc::gen::arbitrary<Byte>());
    proof.salt.fill(*rc::gen::arbitrary<Byte>());
    proof.index = *rc::gen::arbitrary<std::uint64_t>();
    proof.path = crypto::Path(*rc::gen::inRange<std::size_t>(0, limits::path_hashes + 1),
                              samples::filled<32>(*rc::gen::arbitrary<Byte>()));
    return proof;
}

Inner some_inner() {
    Inner inner;
    inner.head = *rc::gen::arbitrary<std::string>();
    for (int i = *rc::gen::inRange(0, 9); i > 0; --i)
        inner.seen.push_back(*rc::gen::arbitrary<std::string>());
    for (int i = *rc::gen::inRange(0, 9); i > 0; --i) {
        const LeafProof proof = some_proof();
        const bool disowned = *rc::gen::arbitrary<bool>();
        inner.growth.push_back({proof.index, disowned, disowned ? crypto::Path() : proof.path});
    }
    if (*rc::gen::arbitrary<bool>()) {
        const LeafProof proof = some_proof();
        inner.witnessing.ask =
            AddCheckpoint{proof.index, proof.path, *rc::gen::arbitrary<std::string>()};
    }
    if (*rc::gen::arbitrary<bool>())
        inner.witnessing.answer = WitnessAnswer{static_cast<WitnessStatus>(*rc::gen::inRange(1, 8)),
                                                *rc::gen::arbitrary<std::uint64_t>(),
                                                *rc::gen::arbitrary<std::string>()};
    inner.witnessing.published = *rc::gen::arbitrary<std::string>();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        MessageItem item{*rc::gen::arbitrary<std::string>(), std::nullopt};
        if (*rc::gen::arbitrary<bool>()) item.proof = some_proof();
        inner.messages.push_back(std::move(item));
    }
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        const LeafProof leaf = some_proof();
        inner.receipts.push_back(
            {*rc::gen::arbitrary<std::string>(), {{leaf.n, leaf.index, leaf.path}}});
    }
    return inner;
}

}  // namespace

TEST_CASE("an inner reads back as it was written, item by item") {
    REQUIRE(rc::check([] {
        const Inner inner = some_inner();
        const auto read = decode_inner(encode(inner));
        RC_ASSERT(static_cast<bool>(read));
        RC_ASSERT(encode(*read) == encode(inner));
        RC_ASSERT(read->head == inner.head);
        RC_ASSERT(read->seen == inner.seen);
        RC_ASSERT(read->growth.size() == inner.growth.size());
        RC_ASSERT(read->witnessing == inner.witnessing);
        RC_ASSERT(read->messages.size() == inner.messages.size());
        for (std::size_t i = 0; i < inner.messages.size(); ++i) {
            RC_ASSERT(read->messages[i].jws == inner.messages[i].jws);
            RC_ASSERT(read->messages[i].proof.has_value() == inner.messages[i].proof.has_value());
        }
        RC_ASSERT(read->receipts.size() == inner.receipts.size());
    }));
}

TEST_CASE("an item takes as many bytes as the courier reckons") {
    REQUIRE(rc::check([] {
        const Inner inner = some_inner();
        std::size_t size = encoded_heads_size(inner);
        for (const auto& item : inner.messages)
            size += encoded_size(item);
        for (const auto& item : inner.receipts)
            size += encoded_size(item);
        RC_ASSERT(encode(inner).size() == size);
    }));
}

TEST_CASE("an inner cut anywhere, or with a byte more, is malformed") {
    const Bytes whole = encode(samples::inner());
    REQUIRE(decode_inner(whole));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto read = decode_inner(BytesView(whole).first(length));
        REQUIRE_FALSE(read);
        REQUIRE(read.error().code == Errc::malformed);
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK_FALSE(decode_inner(longer));
}

TEST_CASE("an inner with any bit turned over is malformed or says something else") {
    const Bytes whole = encode(samples::inner());
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        Bytes changed = whole;
        changed[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        const auto read = decode_inner(changed);
        if (read) REQUIRE(encode(*read) != whole);
    }
}

TEST_CASE("an inner that promises more items or hashes than the limits is malformed") {
    Bytes many = encode(Inner{});
    many[many.size() - 2] = 1;
    many[many.size() - 1] = 1;  // 257 items
    CHECK(decode_inner(many).error().code == Errc::malformed);

    Inner heads;
    heads.seen = std::vector<std::string>(limits::seen_heads + 1);
    CHECK(decode_inner(encode(heads)).error().code == Errc::malformed);
    heads.seen.clear();
    heads.growth = std::vector<Growth>(limits::growth_proofs + 1);
    CHECK(decode_inner(encode(heads)).error().code == Errc::malformed);

    Inner said;
    said.witnessing.answer = WitnessAnswer{static_cast<WitnessStatus>(8), 0, ""};
    CHECK(decode_inner(encode(said)).error().code == Errc::malformed);
    said.witnessing.answer.reset();
    said.witnessing.ask = AddCheckpoint{0, crypto::Path(limits::path_hashes + 1), ""};
    CHECK(decode_inner(encode(said)).error().code == Errc::malformed);

    Inner inner;
    inner.messages.push_back({"", LeafProof{}});
    inner.messages[0].proof->path = crypto::Path(limits::path_hashes + 1);
    CHECK(decode_inner(encode(inner)).error().code == Errc::malformed);
}

TEST_CASE("frames read back as they were written, and as nothing else") {
    const auto parts = write_frame(frame());
    CHECK(kind_of(parts) == FrameKind::ENVELOPE);
    const auto read = read_envelope_frame(parts);
    REQUIRE(read);
    CHECK(write_frame(*read) == parts);
    CHECK_FALSE(read_control_frame(parts));

    const auto control =
        write_frame(ControlFrame{samples::filled<16>(1), samples::filled<24>(2), Bytes(8'208, 3)});
    CHECK(kind_of(control) == FrameKind::CONTROL);
    REQUIRE(read_control_frame(control));
    CHECK(write_frame(*read_control_frame(control)) == control);
    CHECK_FALSE(read_envelope_frame(control));
}

TEST_CASE("a frame with a part missing, cut or longer is not a frame") {
    const auto parts = write_frame(frame());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto fewer = parts;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK_FALSE(read_envelope_frame(fewer));
        for (std::size_t length = 0; length < parts[i].size(); ++length) {
            auto cut = parts;
            cut[i].resize(length);
            REQUIRE_FALSE(read_envelope_frame(cut));
        }
        auto longer = parts;
        longer[i].push_back(0);
        CHECK_FALSE(read_envelope_frame(longer));
    }
    auto more = parts;
    more.emplace_back();
    CHECK_FALSE(read_envelope_frame(more));
    CHECK_FALSE(read_envelope_frame({}));
}

TEST_CASE("a bit of a frame turned over is seen, or bound by the seal") {
    const auto parts = write_frame(frame());
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t bit = 0; bit < parts[i].size() * 8; ++bit) {
            auto changed = parts;
            changed[i][bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
            const auto read = read_envelope_frame(changed);
            if (!read) continue;
            REQUIRE(i >= 2);  // the magic and the tag are fixed
            REQUIRE(envelope_aad(read->mailbox, read->kid) !=
                    envelope_aad(frame().mailbox, frame().kid));
        }
}

TEST_CASE("only the four buckets and their tag are lengths of a ciphertext") {
    for (const std::size_t bucket : {8'192U, 16'384U, 32'768U, 65'536U}) {
        CHECK(is_bucket_ciphertext(bucket + 16));
        CHECK_FALSE(is_bucket_ciphertext(bucket));
        CHECK_FALSE(is_bucket_ciphertext(bucket + 17));
    }
    CHECK_FALSE(is_bucket_ciphertext(0));
    CHECK_FALSE(is_bucket_ciphertext(16));
}
