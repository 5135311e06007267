// A small log as an organisation would keep it, made by hand, and the bundle of it: for the drills.
#pragma once

#include "crypto/checkpoint.h"
#include "crypto/tile.h"
#include "crypto/tlog_proof.h"
#include "schema/audit/bundle.h"
#include "schema/audit/check.h"
#include "schema/audit/proof.h"
#include "schema/break_glass.h"
#include "schema/catalogue.h"
#include "schema/grant.h"
#include "schema/release.h"
#include "schema/restored_event.h"
#include "schema/witnessing.h"
#include "tests/schema/samples.h"

namespace leeward::schema::samples {

inline NodeCard card_of(Byte node) {
    NodeCard own = card(node);
    own.log_origin = "leeward/1/" + std::to_string(node);
    return own;
}
inline crypto::Hash some_hash(std::string_view seed) {
    return crypto::sha256(as_bytes(seed));
}

class SampleLog {
public:
    explicit SampleLog(Byte node) : node_(node), card_(card_of(node)) {}

    [[nodiscard]] OrganisationTag tag() const { return organisation_tag(card_.node); }
    [[nodiscard]] const NodeCard& card() const { return card_; }
    [[nodiscard]] std::uint64_t size() const { return bundle_.entries.size(); }
    std::uint32_t now = 1'983'333;  // in quarters

    std::uint64_t add(AuditRecord record, std::optional<crypto::Hash> xref = std::nullopt) {
        const auto index = size();
        record.quarter = now;
        record.own = tag();
        BundleEntry entry;
        entry.n = some_hash("n" + std::to_string(node_) + "/" + std::to_string(index));
        entry.rec = encode(record);
        entry.commit = leaf_commitment(entry.n, entry.rec);
        entry.xref = xref.value_or(some_hash("x" + std::to_string(node_) + std::to_string(index)));
        bundle_.entries.push_back(entry);
        return index;
    }

    std::uint64_t release(const crypto::Hash& release,
                          ReleaseMove move,
                          ReleaseState from,
                          ReleaseState to,
                          const SampleLog& recipient,
                          const FieldSet& fields) {
        AuditRecord r;
        r.kind = EventKind::ACT;
        r.machine = Machine::RELEASE;
        r.transition = static_cast<Byte>(move);
        r.from_state = static_cast<Byte>(from);
        r.to_state = static_cast<Byte>(to);
        r.other = recipient.tag();
        r.fields = logged_bitmap(fields);
        r.release = release;
        return add(r);
    }
    // Drafted, signed, in force.
    std::uint64_t activate(const crypto::Hash& id, const SampleLog& to, const FieldSet& fields) {
        using enum ReleaseState;
        release(id, ReleaseMove::R1, DRAFT, DRAFT, to, fields);
        release(id, ReleaseMove::R2, DRAFT, PENDING_SIGNATURES, to, fields);
        return release(id, ReleaseMove::R4, PENDING_SIGNATURES, ACTIVE, to, fields);
    }
    std::uint64_t disclose(const crypto::Hash& release,
                           const SampleLog& to,
                           const FieldSet& fields,
                           const crypto::Hash& xref) {
        AuditRecord r;
        r.kind = EventKind::SEND;
        r.machine = Machine::GRANT;
        r.transition = static_cast<Byte>(GrantMove::G2t);
        r.to_state = static_cast<Byte>(GrantState::OPENABLE);
        r.tier = 3;
        r.other = to.tag();
        r.fields = logged_bitmap(fields);
        r.release = release;
        return add(r, xref);
    }
    std::uint64_t receipt(const SampleLog& from, const crypto::Hash& xref) {
        AuditRecord r;
        r.kind = EventKind::RECEIPT;
        r.machine = Machine::GRANT;
        r.other = from.tag();
        return add(r, xref);
    }
    // As a restore begins a log; in truth it says the same at both places.
    void card_says_restored(const LogBefore& before) {
        card_.log_origin += "/restored";
        card_.restored = before;
    }
    std::uint64_t entry_says_restored(const LogBefore& before, std::uint64_t came_back) {
        return add(restored_event(before, came_back));
    }
    std::uint64_t pad() {
        AuditRecord r;
        return add(r);
    }

    // The head over what is there now, as it is published; cosigned by `witness` at `at`.
    std::string publish(std::optional<Byte> witness = std::nullopt, std::uint64_t at = 0) {
        crypto::Frontier tree = bundle_.before;
        for (const auto& entry : bundle_.entries)
            tree.append(crypto::leaf_hash(entry.data()));
        auto note = sign_checkpoint({card_.log_origin, tree.size(), tree.root()}, log_key(node_));
        if (witness)
            note.signatures.push_back(crypto::cosign_note("witness" + std::to_string(*witness),
                                                          key(static_cast<Byte>(50 + *witness)),
                                                          crypto::CosignedAt{at},
                                                          note.text));
        const std::string text = format_note(note);
        bundle_.heads.push_back(text);
        return text;
    }
    // Another organisation cosigns the newest head.
    void cosigned_by(Byte node, std::uint64_t at) {
        auto note = crypto::parse_note(bundle_.heads.back()).value();
        note.signatures.push_back(
            crypto::cosign_note(witness_vkey(verify_key_of(witness_key(node))).name,
                                witness_key(node),
                                crypto::CosignedAt{at},
                                note.text));
        bundle_.heads.back() = format_note(note);
    }
    Bundle bundle() {
        bundle_.card = sign_card(card_, root_key(node_));
        return bundle_;
    }
    // Of a log of which the bundle begins with the first leaf: the leaves in [first, size).
    Bundle bundle_of(std::uint64_t first, std::uint64_t size) {
        Bundle part = bundle();
        for (std::uint64_t i = 0; i < first; ++i)
            part.before.append(crypto::leaf_hash(part.entries[i].data()));
        part.entries.resize(size);
        part.entries.erase(part.entries.begin(),
                           part.entries.begin() + static_cast<std::ptrdiff_t>(first));
        std::erase_if(part.heads, [&](const std::string& note) {
            const auto opened = crypto::open_checkpoint(
                note, {card_.log_origin, crypto::NoteKeyType::ed25519, card_.log});
            return opened->checkpoint.size.get() > size || opened->checkpoint.size.get() < first;
        });
        return part;
    }

    Bundle bundle_;

private:
    Byte node_;
    NodeCard card_;
};

inline crypto::TileTree tree_of(const std::vector<BundleEntry>& entries) {
    crypto::TileTree tree(
        [](unsigned, std::uint64_t) -> Result<Bytes> { return Error{Errc::not_found}; },
        [](unsigned, std::uint64_t, BytesView) -> Outcome { return Done{}; });
    for (const auto& entry : entries)
        (void)tree.append(crypto::leaf_hash(entry.data()));
    return tree;
}
// A bundle of a part of this log carries one more leaf from before.
inline void carry_earlier(Bundle& part, const SampleLog& log, std::uint64_t leaf) {
    std::vector<BundleEntry> entries = log.bundle_.entries;
    entries.resize(part.before.size().get() + part.entries.size());
    auto tree = tree_of(entries);
    part.earlier.push_back({leaf,
                            entries.at(leaf),
                            tree.inclusion_path(crypto::LeafIndex{leaf}, tree.size()).value()});
}

// These leaves of a whole log, each with its path to the bundle's last head.
inline DisclosureProof proof_of(const Bundle& bundle,
                                const std::vector<std::uint64_t>& leaves,
                                std::vector<crypto::Hash> releases) {
    crypto::TileTree tree = tree_of(bundle.entries);
    DisclosureProof proof{bundle.card, std::move(releases), {}, {}};
    for (const std::uint64_t leaf : leaves)
        proof.acts.push_back(
            {bundle.entries.at(leaf),
             crypto::format_tlog_proof(
                 {std::nullopt,
                  crypto::LeafIndex{leaf},
                  tree.inclusion_path(crypto::LeafIndex{leaf}, tree.size()).value(),
                  bundle.heads.back()})});
    return proof;
}

inline std::vector<std::string_view> kinds(const AuditReport& report) {
    std::vector<std::string_view> out;
    for (const auto& finding : report.findings)
        out.push_back(name(finding.kind));
    return out;
}

}  // namespace leeward::schema::samples
