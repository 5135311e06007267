// The bytes that cross (protocol.md section 5; SPEC.md has the layouts).
//
// Frames: M carries a sealed batch, K is the only thing that is ever said before a seal opens.
// Inner: what an M frame seals. One working head of the sender's log, proofs that it grew out of heads
// that the recipient holds, heads of others' logs that the sender holds, what the two say to each
// other as log and witness (schema/witnessing.h), and up to 256 items: messages with the proof that
// their leaf is in that log, and receipts with the leaves that record them.
// Readers are strict: every length is checked before it is used, nothing may follow the last item,
// and any fault is Errc::malformed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/merkle.h"
#include "crypto/pairing.h"
#include "crypto/xwing.h"
#include "schema/audit_event.h"
#include "schema/node_card.h"
#include "schema/witnessing.h"

namespace leeward::schema {

struct EnvelopeFrame {
    crypto::MailboxId mailbox{};
    KeyId kid{};
    crypto::XWingCiphertext enc;
    Bytes ciphertext;
};
struct ControlFrame {
    crypto::MailboxId mailbox{};
    ByteArray<24> nonce{};
    Bytes ciphertext;
};

[[nodiscard]] std::vector<Bytes> write_frame(const EnvelopeFrame& frame);
[[nodiscard]] std::vector<Bytes> write_frame(const ControlFrame& frame);
enum class FrameKind { ENVELOPE, CONTROL, UNKNOWN };
[[nodiscard]] FrameKind kind_of(const std::vector<Bytes>& parts);
Result<EnvelopeFrame> read_envelope_frame(const std::vector<Bytes>& parts);
Result<ControlFrame> read_control_frame(const std::vector<Bytes>& parts);
// What HPKE binds besides its info: the frames before enc.
[[nodiscard]] Bytes envelope_aad(const crypto::MailboxId& mailbox, const KeyId& kid);
[[nodiscard]] Bytes control_aad(const crypto::MailboxId& mailbox);
// True if a ciphertext is as long as one of the four buckets and its tag.
[[nodiscard]] bool is_bucket_ciphertext(std::size_t bytes);

struct LeafProof {
    AuditRecordBytes rec{};
    ByteArray<32> n{};
    ByteArray<32> salt{};  // of the link commitment
    std::uint64_t index = 0;
    crypto::Path path;
};
struct LeafReference {  // a leaf that is shown to exist but not opened
    crypto::Hash commit{};
    std::uint64_t index = 0;
    crypto::Path path;
};

struct MessageItem {
    std::string jws;
    std::optional<LeafProof> proof;
};
struct ReceiptItem {
    std::string jws;
    std::vector<LeafReference> leaves;  // one per line of the receipt
};

// That the log had `from` leaves once, and that its head of then is a beginning of the one beside
// it. Disowned: it has no such head, as an honest log says that was set back to an old copy.
struct Growth {
    std::uint64_t from = 0;
    bool disowned = false;
    crypto::Path path;
};

struct Inner {
    std::string head;               // signed note: the sender's working head
    std::vector<Growth> growth;     // at most limits::growth_proofs
    std::vector<std::string> seen;  // signed notes: heads that the sender holds, of the recipient's
                                    // log first; at most limits::seen_heads
    Witnessing witnessing;
    std::vector<MessageItem> messages;
    std::vector<ReceiptItem> receipts;
};

[[nodiscard]] Bytes encode(const Inner& inner);
Result<Inner> decode_inner(BytesView bytes);
// How many bytes the heads take, and how many an item adds: the courier fills envelopes by it.
[[nodiscard]] std::size_t encoded_heads_size(const Inner& inner);
[[nodiscard]] std::size_t encoded_size(const MessageItem& item);
[[nodiscard]] std::size_t encoded_size(const ReceiptItem& item);

}  // namespace leeward::schema
