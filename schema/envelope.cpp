#include "schema/envelope.h"

#include "crypto/pad.h"
#include "schema/cursor.h"
#include "schema/limits.h"

namespace leeward::schema {
namespace {

constexpr std::string_view magic = "LW1";
constexpr std::string_view envelope_tag = "M";
constexpr std::string_view control_tag = "K";
constexpr Byte inner_version = 3;
constexpr Byte path_growth = 1;
constexpr Byte disowned_growth = 2;
constexpr Byte message_item = 1;
constexpr Byte proven_message_item = 2;
constexpr Byte receipt_item = 3;
constexpr std::size_t aead_tag_bytes = 16;

Bytes frame_prefix(std::string_view tag, const crypto::MailboxId& mailbox) {
    Bytes out = to_bytes(as_bytes(magic));
    append(out, as_bytes(tag));
    append(out, mailbox);
    return out;
}

bool is_tagged(const std::vector<Bytes>& parts, std::string_view tag, std::size_t count) {
    return parts.size() == count && as_text(parts[0]) == magic && as_text(parts[1]) == tag;
}

void append_text32(Bytes& out, std::string_view text) {
    append_be<4>(out, text.size());
    append(out, as_bytes(text));
}

void append_growth(Bytes& out, const Growth& growth) {
    append_be<8>(out, growth.from);
    out.push_back(growth.disowned ? disowned_growth : path_growth);
    if (!growth.disowned) append_path(out, growth.path);
}

void append_heads(Bytes& out, const Inner& inner) {
    append_lp16(out, as_bytes(inner.head));
    append_be<1>(out, inner.growth.size());
    for (const auto& growth : inner.growth)
        append_growth(out, growth);
    append_be<1>(out, inner.seen.size());
    for (const auto& note : inner.seen)
        append_lp16(out, as_bytes(note));
    append_witnessing(out, inner.witnessing);
}

// False for a growth of unknown kind, or too many of anything.
bool take_heads(Cursor& in, Inner& inner) {
    inner.head = in.text(2);
    const auto proofs = in.number(1);
    if (proofs > limits::growth_proofs) return false;
    for (std::uint64_t i = 0; i < proofs; ++i) {
        Growth growth;
        growth.from = in.number(8);
        const auto kind = in.number(1);
        if (kind != path_growth && kind != disowned_growth) return false;
        growth.disowned = kind == disowned_growth;
        if (!growth.disowned) growth.path = take_path(in);
        inner.growth.push_back(std::move(growth));
    }
    const auto seen = in.number(1);
    if (seen > limits::seen_heads) return false;
    for (std::uint64_t i = 0; i < seen; ++i)
        inner.seen.push_back(in.text(2));
    return take_witnessing(in, inner.witnessing);
}

void append_item(Bytes& out, const MessageItem& item) {
    out.push_back(item.proof ? proven_message_item : message_item);
    append_text32(out, item.jws);
    if (!item.proof) return;
    append(out, item.proof->rec);
    append(out, item.proof->n);
    append(out, item.proof->salt);
    append_be<8>(out, item.proof->index);
    append_path(out, item.proof->path);
}

void append_item(Bytes& out, const ReceiptItem& item) {
    out.push_back(receipt_item);
    append_text32(out, item.jws);
    append_be<2>(out, item.leaves.size());
    for (const auto& leaf : item.leaves) {
        append(out, leaf.commit);
        append_be<8>(out, leaf.index);
        append_path(out, leaf.path);
    }
}

MessageItem take_message(Cursor& in, bool proven) {
    MessageItem item;
    item.jws = in.text(4);
    if (!proven) return item;
    LeafProof proof;
    proof.rec = in.array<audit_record_bytes>();
    proof.n = in.array<32>();
    proof.salt = in.array<32>();
    proof.index = in.number(8);
    proof.path = take_path(in);
    item.proof = std::move(proof);
    return item;
}

ReceiptItem take_receipt(Cursor& in) {
    ReceiptItem item;
    item.jws = in.text(4);
    const auto count = in.number(2);
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        LeafReference leaf;
        leaf.commit = in.array<32>();
        leaf.index = in.number(8);
        leaf.path = take_path(in);
        item.leaves.push_back(std::move(leaf));
    }
    return item;
}

// False for an item of unknown kind.
bool take_item(Cursor& in, Inner& inner) {
    switch (in.number(1)) {
        case message_item:
            inner.messages.push_back(take_message(in, false));
            return true;
        case proven_message_item:
            inner.messages.push_back(take_message(in, true));
            return true;
        case receipt_item:
            inner.receipts.push_back(take_receipt(in));
            return true;
        default:
            return false;
    }
}

}  // namespace

std::vector<Bytes> write_frame(const EnvelopeFrame& frame) {
    return {to_bytes(as_bytes(magic)),
            to_bytes(as_bytes(envelope_tag)),
            to_bytes(frame.mailbox),
            to_bytes(frame.kid),
            to_bytes(frame.enc.get()),
            frame.ciphertext};
}

std::vector<Bytes> write_frame(const ControlFrame& frame) {
    return {to_bytes(as_bytes(magic)),
            to_bytes(as_bytes(control_tag)),
            to_bytes(frame.mailbox),
            to_bytes(frame.nonce),
            frame.ciphertext};
}

FrameKind kind_of(const std::vector<Bytes>& parts) {
    if (is_tagged(parts, envelope_tag, 6)) return FrameKind::ENVELOPE;
    if (is_tagged(parts, control_tag, 5)) return FrameKind::CONTROL;
    return FrameKind::UNKNOWN;
}

Result<EnvelopeFrame> read_envelope_frame(const std::vector<Bytes>& parts) {
    EnvelopeFrame frame;
    if (kind_of(parts) != FrameKind::ENVELOPE || parts[2].size() != frame.mailbox.size() ||
        parts[3].size() != frame.kid.size() || parts[4].size() != frame.enc.get().size() ||
        !is_bucket_ciphertext(parts[5].size()))
        return Error{Errc::malformed, "not an envelope frame"};
    frame.mailbox = to_array<16>(parts[2]);
    frame.kid = to_array<8>(parts[3]);
    std::copy(parts[4].begin(), parts[4].end(), frame.enc.get().begin());
    frame.ciphertext = parts[5];
    return frame;
}

Result<ControlFrame> read_control_frame(const std::vector<Bytes>& parts) {
    if (kind_of(parts) != FrameKind::CONTROL || parts[2].size() != 16 || parts[3].size() != 24 ||
        !is_bucket_ciphertext(parts[4].size()))
        return Error{Errc::malformed, "not a control frame"};
    return ControlFrame{to_array<16>(parts[2]), to_array<24>(parts[3]), parts[4]};
}

Bytes envelope_aad(const crypto::MailboxId& mailbox, const KeyId& kid) {
    Bytes aad = frame_prefix(envelope_tag, mailbox);
    append(aad, kid);
    return aad;
}

Bytes control_aad(const crypto::MailboxId& mailbox) {
    return frame_prefix(control_tag, mailbox);
}

bool is_bucket_ciphertext(std::size_t bytes) {
    return bytes > aead_tag_bytes && crypto::is_bucket_size(bytes - aead_tag_bytes);
}

Bytes encode(const Inner& inner) {
    Bytes out{inner_version};
    append_heads(out, inner);
    append_be<2>(out, inner.messages.size() + inner.receipts.size());
    for (const auto& item : inner.receipts)
        append_item(out, item);
    for (const auto& item : inner.messages)
        append_item(out, item);
    return out;
}

Result<Inner> decode_inner(BytesView bytes) {
    Cursor in(bytes);
    Inner inner;
    if (in.number(1) != inner_version) return Error{Errc::malformed, "an inner of another version"};
    if (!take_heads(in, inner)) return Error{Errc::malformed, "heads that do not parse"};
    const auto count = in.number(2);
    if (count > limits::messages_per_envelope) return Error{Errc::malformed, "too many items"};
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        if (!take_item(in, inner)) return Error{Errc::malformed, "an item of unknown kind"};
    if (!in.at_end()) return Error{Errc::malformed, "an inner of the wrong length"};
    return inner;
}

std::size_t encoded_heads_size(const Inner& inner) {
    std::size_t size = 1 + 2 + inner.head.size() + 1 + 1 + 2;
    for (const auto& growth : inner.growth)
        size += 8 + 1 + (growth.disowned ? 0 : 1 + 32 * growth.path.size());
    for (const auto& note : inner.seen)
        size += 2 + note.size();
    return size + encoded_size(inner.witnessing);
}

std::size_t encoded_size(const MessageItem& item) {
    const std::size_t proof =
        item.proof ? audit_record_bytes + 32 + 32 + 8 + 1 + 32 * item.proof->path.size() : 0;
    return 1 + 4 + item.jws.size() + proof;
}

std::size_t encoded_size(const ReceiptItem& item) {
    std::size_t size = 1 + 4 + item.jws.size() + 2;
    for (const auto& leaf : item.leaves)
        size += 32 + 8 + 1 + 32 * leaf.path.size();
    return size;
}

}  // namespace leeward::schema
