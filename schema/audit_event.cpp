#include "schema/audit_event.h"

#include <array>

namespace leeward::schema {
namespace {

constexpr Byte layout_version = 1;
constexpr std::string_view leaf_magic{"leeward-leaf/1\0\0", 16};
constexpr std::array<std::string_view, 12> kind_names{"PAD",
                                                      "ACT",
                                                      "SEND",
                                                      "RECEIPT",
                                                      "VIEW",
                                                      "ABANDONED",
                                                      "REFUSED",
                                                      "ERASED",
                                                      "RAISED",
                                                      "STARTED",
                                                      "PRINT",
                                                      "RESTORED"};
constexpr std::array<std::string_view, 13> machine_names{"NONE",
                                                         "CASE",
                                                         "NEED",
                                                         "LEG",
                                                         "RELEASE",
                                                         "GRANT",
                                                         "DELIVERY",
                                                         "INCIDENT",
                                                         "BREAK_GLASS",
                                                         "CAPACITY",
                                                         "NODE",
                                                         "WITHDRAWAL",
                                                         "PEOPLE"};

// Writes the fields one after another; reading is the mirror image.
class Writer {
public:
    explicit Writer(AuditRecordBytes& out) : at_(out.data()) {}
    void byte(Byte b) { *at_++ = b; }
    void bytes(BytesView view) { at_ = std::copy(view.begin(), view.end(), at_); }
    void be32(std::uint32_t v) {
        for (int shift = 24; shift >= 0; shift -= 8)
            byte(static_cast<Byte>(v >> shift));
    }

private:
    Byte* at_;
};

class Reader {
public:
    explicit Reader(BytesView in) : at_(in.data()) {}
    Byte byte() { return *at_++; }
    template <std::size_t N>
    void bytes(ByteArray<N>& out) {
        std::copy_n(at_, N, out.begin());
        at_ += N;
    }
    std::uint32_t be32() {
        const auto v = static_cast<std::uint32_t>(read_be({at_, 4}));
        at_ += 4;
        return v;
    }

private:
    const Byte* at_;
};

}  // namespace

std::string_view name(EventKind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}
std::string_view name(Machine machine) {
    return machine_names.at(static_cast<std::size_t>(machine));
}

DeadlineBand deadline_band(Time from, Time due, Time now) {
    if (due <= from) return DeadlineBand::NONE;
    if (now > due) return DeadlineBand::LATE;
    return (now - from) * 2 <= due - from ? DeadlineBand::HALF : DeadlineBand::WHOLE;
}

CodeTag code_tag(std::string_view code) {
    return code.empty() ? CodeTag{} : to_array<4>(crypto::sha256(as_bytes(code)));
}

OrganisationTag organisation_tag(const NodeId& node) {
    return to_array<16>(node.get());
}

AuditRecordBytes encode(const AuditRecord& r) {
    AuditRecordBytes out{};
    Writer w(out);
    w.byte(layout_version);
    w.byte(static_cast<Byte>(r.kind));
    w.byte(static_cast<Byte>(r.machine));
    w.byte(r.transition);
    w.byte(r.from_state);
    w.byte(r.to_state);
    w.byte(r.tier);
    w.byte(r.basis);
    w.byte(static_cast<Byte>(r.band));
    w.byte(r.role);
    w.bytes(r.reason);
    w.bytes(r.purpose);
    w.be32(r.quarter);
    w.bytes(r.own);
    w.bytes(r.other);
    w.bytes(r.fields);
    w.bytes(r.release);
    w.bytes(r.link);
    return out;
}

Result<AuditRecord> decode_audit_record(BytesView bytes) {
    if (bytes.size() != audit_record_bytes) return Error{Errc::malformed, "a record of odd length"};
    Reader in(bytes);
    AuditRecord r;
    if (in.byte() != layout_version) return Error{Errc::malformed, "a record of another version"};
    const Byte kind = in.byte();
    const Byte machine = in.byte();
    if (kind >= kind_names.size() || machine >= machine_names.size())
        return Error{Errc::malformed, "a record of unknown kind"};
    r.kind = static_cast<EventKind>(kind);
    r.machine = static_cast<Machine>(machine);
    r.transition = in.byte();
    r.from_state = in.byte();
    r.to_state = in.byte();
    r.tier = in.byte();
    r.basis = in.byte();
    const Byte band = in.byte();
    if (band > static_cast<Byte>(DeadlineBand::LATE))
        return Error{Errc::malformed, "a record with an unknown band"};
    r.band = static_cast<DeadlineBand>(band);
    r.role = in.byte();
    in.bytes(r.reason);
    in.bytes(r.purpose);
    r.quarter = in.be32();
    in.bytes(r.own);
    in.bytes(r.other);
    in.bytes(r.fields);
    in.bytes(r.release);
    in.bytes(r.link);
    return r;
}

crypto::Hash leaf_commitment(const ByteArray<32>& n, const AuditRecordBytes& rec) {
    return crypto::hmac_sha256(n, {rec});
}

LeafData leaf_data(const crypto::Hash& commit, const crypto::Hash& xref) {
    LeafData out{};
    auto at = std::copy(leaf_magic.begin(), leaf_magic.end(), out.begin());
    at = std::copy(commit.begin(), commit.end(), at);
    std::copy(xref.begin(), xref.end(), at);
    return out;
}

Bytes act_statement(const LeafData& leaf) {
    constexpr std::string_view context{"leeward/1 act\0", 14};
    Bytes out;
    out.reserve(context.size() + leaf.size());
    append(out, as_bytes(context));
    append(out, leaf);
    return out;
}

crypto::Hash link_commitment(BytesView salt, const MessageId& mid, const crypto::Hash& body) {
    return crypto::hmac_sha256(salt, {mid.get(), body});
}

crypto::Hash exchange_xref(const ByteArray<32>& xk,
                           const MessageId& mid,
                           const crypto::Hash& body) {
    return crypto::hmac_sha256(xk, {as_bytes("leeward/1 xref"), mid.get(), body});
}

}  // namespace leeward::schema
