#include "node/audit/witness.h"

#include "schema/limits.h"

namespace leeward::node {
namespace {

using crypto::Checkpoint;
using schema::AddCheckpoint;
using schema::WitnessAnswer;
using schema::WitnessStatus;

struct Held {
    std::uint64_t size = 0;
    crypto::Hash root = crypto::empty_root();
    std::string note;
    std::int64_t at = 0;  // when it was cosigned
};

Result<Held> held_of(Transaction& tx, const crypto::Vkey& log) {
    auto rows =
        tx.query("SELECT size,root,note,at FROM witnessed WHERE log=?", crypto::format_vkey(log));
    Held held;
    if (rows.next())
        held = {static_cast<std::uint64_t>(rows.integer(0)),
                rows.array<32>(1),
                rows.text(2),
                rows.integer(3)};
    LEEWARD_TRY(rows.status());
    return held;
}

// In the order in which the specification asks.
std::optional<WitnessStatus> refusal(const AddCheckpoint& request,
                                     const Checkpoint& head,
                                     const Held& held) {
    const std::uint64_t size = head.size.get();
    if (request.old > size || size > schema::limits::log_leaves) return WitnessStatus::BAD_REQUEST;
    if (request.old != held.size) return WitnessStatus::OTHER_SIZE;
    if (size == held.size)
        return head.root != held.root ? std::optional(WitnessStatus::OTHER_ROOT)
               : request.path.empty() ? std::nullopt
                                      : std::optional(WitnessStatus::BAD_PROOF);
    const bool grows =
        held.size == 0
            ? request.path.empty()
            : crypto::verify_consistency(
                  crypto::TreeSize{held.size}, head.size, request.path, held.root, head.root);
    return grows ? std::nullopt : std::optional(WitnessStatus::BAD_PROOF);
}

// What the log alone has signed: cosignatures of others are not this witness's to keep.
std::string signed_by_log(crypto::SignedNote note, const crypto::Vkey& log) {
    std::erase_if(note.signatures,
                  [&](const auto& one) { return one.name != log.name || one.id != log.id(); });
    return crypto::format_note(note);
}

}  // namespace

Result<WitnessAnswer> add_checkpoint(Transaction& tx,
                                     const crypto::SigningKey& witness,
                                     const crypto::Vkey& log,
                                     const AddCheckpoint& request,
                                     schema::Time now) {
    LEEWARD_ASSIGN(const Held held, held_of(tx, log));
    const auto refused = [&held](WitnessStatus status) {
        return WitnessAnswer{status, held.size, held.note};
    };
    const auto opened = crypto::open_checkpoint(request.note, log);
    if (!opened)
        return refused(opened.error().code == Errc::untrusted ? WitnessStatus::UNTRUSTED
                                                              : WitnessStatus::BAD_REQUEST);
    const Checkpoint& head = opened->checkpoint;
    if (const auto status = refusal(request, head, held)) return refused(*status);
    // Asked once more for what it has cosigned, it says the same: a later time would make whatever the
    // log has taken in since look backdated.
    const bool again = held.at != 0 && head.size.get() == held.size;
    const std::int64_t cosigned_at = again ? held.at : schema::unix_seconds(now);
    LEEWARD_TRY(tx.run("INSERT OR REPLACE INTO witnessed(log,size,root,note,at) VALUES(?,?,?,?,?)",
                       crypto::format_vkey(log),
                       static_cast<std::int64_t>(head.size.get()),
                       head.root,
                       signed_by_log(opened->note, log),
                       cosigned_at));
    const auto by = schema::witness_vkey(crypto::verify_key_of(witness));
    const crypto::CosignedAt at{static_cast<std::uint64_t>(cosigned_at)};
    return WitnessAnswer{WitnessStatus::COSIGNED,
                         head.size.get(),
                         crypto::format_signature_line(
                             crypto::cosign_note(by.name, witness, at, opened->note.text))};
}

Result<std::optional<std::string>> witnessed_head(Transaction& tx, const crypto::Vkey& log) {
    LEEWARD_ASSIGN(Held held, held_of(tx, log));
    if (held.note.empty()) return std::optional<std::string>();
    return std::optional(std::move(held.note));
}

}  // namespace leeward::node
