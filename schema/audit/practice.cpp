#include "schema/audit/practice.h"

#include <algorithm>
#include <map>

#include "crypto/checkpoint.h"
#include "crypto/tile.h"
#include "schema/audit_event.h"
#include "schema/witnessing.h"

namespace leeward::schema {
namespace {

using Tags = std::map<OrganisationTag, OrganisationTag>;

BundleEntry closed(const AuditRecord& record, const ByteArray<32>& n, const crypto::Hash& xref) {
    const AuditRecordBytes rec = encode(record);
    return {leaf_commitment(n, rec), xref, n, rec};
}

OrganisationTag renamed(const Tags& tags, const OrganisationTag& tag) {
    const auto found = tags.find(tag);
    return found == tags.end() ? tag : found->second;
}

// What does not open stays as it is.
BundleEntry renamed(const Tags& tags, const BundleEntry& entry) {
    auto record = decode_audit_record(entry.rec);
    if (!record || leaf_commitment(entry.n, entry.rec) != entry.commit) return entry;
    record->own = renamed(tags, record->own);
    record->other = renamed(tags, record->other);
    return closed(*record, entry.n, entry.xref);
}

std::shared_ptr<const crypto::SigningKey> new_key(crypto::Random& random) {
    crypto::SigningSeed seed;
    random.fill(seed.reveal());
    return std::make_shared<const crypto::SigningKey>(crypto::signing_key_from_seed(seed.reveal()));
}

PracticeLog with_new_keys(const NodeCard& card, crypto::Random& random) {
    PracticeLog log;
    const auto root = new_key(random);
    log.key = new_key(random);
    log.witness = new_key(random);
    log.card = card;
    log.card.root = crypto::verify_key_of(*root);
    log.card.node = node_id_of(log.card.root);
    log.card.log = crypto::verify_key_of(*log.key);
    log.card.witness = crypto::verify_key_of(*log.witness);
    log.card.log_origin = card.log_origin + "/practice";
    log.signed_card = sign_card(log.card, *root);
    return log;
}

// Whose copy stands for whose witness key.
struct Witnesses {
    std::vector<crypto::Vkey> true_keys;
    std::vector<std::shared_ptr<const crypto::SigningKey>> copies;
};

std::vector<PracticeHead> heads_of(const Bundle& bundle,
                                   const NodeCard& card,
                                   const Witnesses& witnesses) {
    const crypto::Vkey key{card.log_origin, crypto::NoteKeyType::ed25519, card.log};
    std::vector<PracticeHead> out;
    for (const auto& note : bundle.heads)
        if (const auto head = crypto::open_checkpoint(note, key, witnesses.true_keys)) {
            out.push_back({head->checkpoint.size.get()});
            for (const auto& by : head->cosignatures)
                out.back().cosigned.push_back({witnesses.copies[by.witness_index], by.at.get()});
        }
    return out;
}

// Where the bundle shows a leaf from before, that one; else one that says nothing.
std::vector<BundleEntry> leaves_before(const Bundle& bundle, const Tags& tags) {
    const BundleEntry nothing = closed(AuditRecord{}, {}, {});
    std::vector<BundleEntry> out(static_cast<std::size_t>(bundle.before.size().get()), nothing);
    for (const auto& earlier : bundle.earlier)
        if (earlier.index < out.size()) out[earlier.index] = renamed(tags, earlier.entry);
    return out;
}

void fill(PracticeLog& log,
          const Bundle& bundle,
          const NodeCard& card,
          const Witnesses& witnesses,
          const Tags& tags) {
    log.heads = heads_of(bundle, card, witnesses);
    log.before = leaves_before(bundle, tags);
    for (const auto& earlier : bundle.earlier)
        if (earlier.index < log.before.size()) log.earlier.push_back(earlier.index);
    log.entries.reserve(bundle.entries.size());
    for (const auto& entry : bundle.entries)
        log.entries.push_back(renamed(tags, entry));
}

const NodeCard* known(const NodeCard& card, const Trust& trust) {
    const auto found =
        std::find_if(trust.cards.begin(), trust.cards.end(), [&](const NodeCard& one) {
            return one.node == card.node && one.log == card.log;
        });
    return found == trust.cards.end() ? nullptr : &*found;
}

Result<std::vector<NodeCard>> cards_of(std::span<const Bundle> bundles, const Trust& trust) {
    std::vector<NodeCard> out;
    for (const auto& bundle : bundles) {
        if (bundle.before.size().get() > most_practice_leaves ||
            bundle.entries.size() > most_practice_leaves)
            return Error{Errc::too_large,
                         "too much to practise on: take bundles of a shorter time"};
        LEEWARD_ASSIGN(const auto card, open_card(bundle.card));
        if (known(card, trust) == nullptr)
            return Error{Errc::untrusted,
                         "a bundle of an organisation whose card you did not give"};
        for (const auto& one : out)
            if (one.node == card.node)
                return Error{Errc::already_exists, "two bundles of " + card.organisation};
        out.push_back(card);
    }
    return out;
}

// The whole tree in memory, for heads and paths.
class Tree {
public:
    explicit Tree(const PracticeLog& log)
        : tiles_(
              [this](unsigned level, std::uint64_t index) -> Result<Bytes> {
                  return full_.at({level, index});
              },
              [this](unsigned level, std::uint64_t index, BytesView tile) -> Outcome {
                  full_[{level, index}] = to_bytes(tile);
                  return Done{};
              }) {
        for (const auto* leaves : {&log.before, &log.entries})
            for (const auto& entry : *leaves)
                (void)tiles_.append(crypto::leaf_hash(entry.data()));
    }
    crypto::Hash root_at(std::uint64_t size) {
        return tiles_.root_at(crypto::TreeSize{size}).value();
    }
    crypto::Path path(std::uint64_t index, std::uint64_t size) {
        return tiles_.inclusion_path(crypto::LeafIndex{index}, crypto::TreeSize{size}).value();
    }

private:
    std::map<std::pair<unsigned, std::uint64_t>, Bytes> full_{};
    crypto::TileTree tiles_;
};

crypto::SignedNote signed_head(const PracticeLog& log, const crypto::Checkpoint& head) {
    return crypto::sign_checkpoint(head, *log.key);
}

std::string cosigned_head(const PracticeLog& log, const PracticeHead& head, Tree& tree) {
    auto note = signed_head(
        log, {log.card.log_origin, crypto::TreeSize{head.size}, tree.root_at(head.size)});
    for (const auto& one : head.cosigned)
        note.signatures.push_back(
            crypto::cosign_note(witness_vkey(crypto::verify_key_of(*one.by)).name,
                                *one.by,
                                crypto::CosignedAt{one.at},
                                note.text));
    return crypto::format_note(note);
}

}  // namespace

std::optional<AuditRecord> PracticeLog::record(std::size_t place) const {
    const auto record = decode_audit_record(entries.at(place).rec);
    return record ? std::optional(*record) : std::nullopt;
}

void PracticeLog::rewrite(std::size_t place, const AuditRecord& record) {
    const BundleEntry old = entries.at(place);
    entries[place] = closed(record, old.n, old.xref);
}

void PracticeLog::leave_out(std::size_t place) {
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(place));
    for (auto& head : heads)
        if (head.size > first() + place) --head.size;
}

void PracticeLog::add(const AuditRecord& record, const crypto::Hash& xref) {
    entries.push_back(closed(record, xref, xref));
    heads.push_back({size()});
}

std::uint64_t PracticeLog::last_head() const {
    std::uint64_t last = 0;
    for (const auto& head : heads)
        last = std::max(last, head.size);
    return last;
}

std::string PracticeLog::head_at(std::uint64_t at) const {
    Tree tree(*this);
    return crypto::format_note(
        signed_head(*this, {card.log_origin, crypto::TreeSize{at}, tree.root_at(at)}));
}

Bundle PracticeLog::bundle() const {
    Tree tree(*this);
    Bundle out;
    out.card = signed_card;
    for (const auto& entry : before)
        out.before.append(crypto::leaf_hash(entry.data()));
    for (const auto& head : heads)
        if (head.size <= size()) out.heads.push_back(cosigned_head(*this, head, tree));
    out.seen = seen;
    const std::uint64_t last = last_head();
    for (const std::uint64_t index : earlier)
        if (index < last) out.earlier.push_back({index, before[index], tree.path(index, last)});
    out.entries = entries;
    return out;
}

Result<std::vector<PracticeLog>> practice_copies(std::span<const Bundle> bundles,
                                                 const Trust& trust,
                                                 crypto::Random& random) {
    LEEWARD_ASSIGN(const auto cards, cards_of(bundles, trust));
    std::vector<PracticeLog> out;
    Tags tags;
    for (const auto& card : cards) {
        out.push_back(with_new_keys(card, random));
        tags[organisation_tag(card.node)] = organisation_tag(out.back().card.node);
    }
    Witnesses witnesses;
    for (std::size_t i = 0; i < out.size(); ++i) {
        witnesses.true_keys.push_back(witness_vkey(cards[i]));
        witnesses.copies.push_back(out[i].witness);
    }
    for (std::size_t i = 0; i < out.size(); ++i)
        fill(out[i], bundles[i], cards[i], witnesses, tags);
    return out;
}

Trust trust_of(std::span<const PracticeLog> logs) {
    Trust trust;
    for (const auto& log : logs)
        trust.cards.push_back(log.card);
    return trust;
}

}  // namespace leeward::schema
