// What the shared log says of an act: a fixed binary record without a person (protocol.md
// section 7; SPEC.md has the layout), and the 80-byte leaf that commits to it.
//
// leaf = "leeward-leaf/1\0\0" ‖ commit ‖ xref. commit = HMAC-SHA256(n, rec), n random. All kinds look
// the same. rec holds a second commitment, `link`, to the message: HMAC-SHA256(salt, mid ‖ H(body));
// the salt is derived from the record's key and dies with it, while rec and the tree stay.
#pragma once

#include <optional>
#include <string_view>

#include "crypto/hash.h"
#include "schema/ids.h"
#include "schema/time.h"

namespace leeward::schema {

// clang-format off
enum class EventKind : Byte {
    PAD = 0,       // says nothing; keeps sizes and rates even
    ACT = 1,       // a local change of state
    SEND = 2,      // a message, logged before it is sent
    RECEIPT = 3,   // a message of another node, stored
    VIEW = 4,      // somebody read what tier T1 or above holds
    ABANDONED = 5, // a logged message that was never receipted
    REFUSED = 6,   // an attempt that was refused
    ERASED = 7,    // a record's keys were destroyed
    RAISED = 8,    // a deadline called somebody
    STARTED = 9,   // the log's first leaf
    PRINT = 10,    // something confidential was put on paper, or into a file to be printed
    RESTORED = 11, // the log's first leaf after a restore: node/audit/closed_log.h
};
enum class Machine : Byte {
    NONE = 0, CASE = 1, NEED = 2, LEG = 3, RELEASE = 4, GRANT = 5, DELIVERY = 6, INCIDENT = 7,
    BREAK_GLASS = 8, CAPACITY = 9, NODE = 10, WITHDRAWAL = 11, PEOPLE = 12,
};
// clang-format on
[[nodiscard]] std::string_view name(EventKind kind);
[[nodiscard]] std::string_view name(Machine machine);

// How much of its own deadline an act had used.
enum class DeadlineBand : Byte { NONE = 0, HALF = 1, WHOLE = 2, LATE = 3 };
[[nodiscard]] DeadlineBand deadline_band(Time from, Time due, Time now);

using CodeTag = ByteArray<4>;  // the first 4 bytes of SHA-256 of a code's name
[[nodiscard]] CodeTag code_tag(std::string_view code);  // zero for ""
using OrganisationTag = ByteArray<16>;                  // the first 16 bytes of a NodeId
[[nodiscard]] OrganisationTag organisation_tag(const NodeId& node);
using FieldBitmap = ByteArray<24>;  // bit i of byte i/8, lowest first: catalogue field i

struct AuditRecord {
    EventKind kind = EventKind::PAD;
    Machine machine = Machine::NONE;
    Byte transition = 0;  // the number in the machine's table; 0 for none
    Byte from_state = 0;
    Byte to_state = 0;
    Byte tier = 0xff;  // 0…5 for L0, T0…T4; 255 for none
    Byte basis = 0;    // of a disclosure
    DeadlineBand band = DeadlineBand::NONE;
    Byte role = 0;  // of the operator; 0 for the node itself
    CodeTag reason{};
    CodeTag purpose{};
    std::uint32_t quarter = 0;  // unix time / 900
    OrganisationTag own{};
    OrganisationTag other{};  // zero for a local act
    FieldBitmap fields{};
    crypto::Hash release{};  // the commitment of the authority; of ABANDONED the xref of what it
                             // closes; zero for none
    crypto::Hash link{};     // to the message or record, under its own salt; zero where nothing
                             // but the node's own key could tie them

    friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

inline constexpr std::size_t audit_record_bytes = 142;
using AuditRecordBytes = ByteArray<audit_record_bytes>;
[[nodiscard]] AuditRecordBytes encode(const AuditRecord& record);
// Errc::malformed for another length, version, kind or machine.
Result<AuditRecord> decode_audit_record(BytesView bytes);

using LeafData = ByteArray<80>;
[[nodiscard]] crypto::Hash leaf_commitment(const ByteArray<32>& n, const AuditRecordBytes& rec);
[[nodiscard]] LeafData leaf_data(const crypto::Hash& commit, const crypto::Hash& xref);
// What a worker signs of each entry that she makes: "leeward/1 act\0" ‖ leaf.
[[nodiscard]] Bytes act_statement(const LeafData& leaf);
[[nodiscard]] crypto::Hash link_commitment(BytesView salt,
                                           const MessageId& mid,
                                           const crypto::Hash& body);
// xref of an exchange: HMAC-SHA256(xk, "leeward/1 xref" ‖ mid ‖ H(body)). The disclosure's leaf at
// one end and the receipt's at the other carry the same one.
[[nodiscard]] crypto::Hash exchange_xref(const ByteArray<32>& xk,
                                         const MessageId& mid,
                                         const crypto::Hash& body);

}  // namespace leeward::schema
