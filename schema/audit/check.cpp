#include "schema/audit/check.h"

#include <algorithm>
#include <deque>

#include "schema/audit/opened_log.h"
#include "schema/grant.h"
#include "schema/restored_event.h"

namespace leeward::schema {
namespace {

constexpr std::uint32_t quarters_a_week = 7 * 24 * 4;

bool is_overdue_erasure(const AuditRecord& r) {
    return r.machine == Machine::GRANT && r.transition == static_cast<Byte>(GrantMove::G9t);
}

void count_week(LogCounts& counts, const AuditRecord& r) {
    const std::uint32_t week = r.quarter / quarters_a_week;
    if (counts.weeks.size() >= LogCounts::most_weeks && !counts.weeks.contains(week)) return;
    WeekCounts& in = counts.weeks[week];
    if (r.kind == EventKind::RECEIPT) ++in.received;
    if (r.kind == EventKind::SEND) ++in.sent;
}

void count(LogCounts& counts, const AuditRecord& r) {
    ++counts.acts[r.kind];
    if (r.kind == EventKind::SEND) ++counts.sent_by_tier[r.tier];
    if (is_disclosure(r)) ++counts.disclosures;
    if (r.band != DeadlineBand::NONE) ++counts.bands[{r.machine, r.band}];
    if (is_overdue_erasure(r)) ++counts.erasures_overdue;
    if (r.quarter == 0) return;
    count_week(counts, r);
    counts.from_quarter =
        counts.from_quarter == 0 ? r.quarter : std::min(counts.from_quarter, r.quarter);
    counts.to_quarter = std::max(counts.to_quarter, r.quarter);
}

void count_witnessed(LogCounts& counts, const OpenedLog& log) {
    for (const auto& head : log.heads) {
        if (!head.witnessed_at) {
            counts.asks_witnesses = true;
        } else if (*head.witnessed_at != 0) {
            counts.asks_witnesses = true;
            counts.witnessed = head.checkpoint.size.get();
            counts.witnessed_at = *head.witnessed_at;
        }
    }
}

// A head from before the first leaf of its bundle was compared with nothing here: it vouches for nothing.
CoveredLeaves covered_by(const LogCounts& log) {
    const std::uint64_t vouched = log.asks_witnesses ? log.witnessed : log.size;
    return {log.first, log.size, vouched >= log.first ? vouched : 0};
}

struct OpenBundle {
    const BundleFile* file = nullptr;
    BundleReader reader;
    OpenedLog log;
    std::optional<TreeCheck> tree{};
    LogCounts counts{};
};

Error named(const BundleFile& file, const Error& error) {
    return {error.code, file.name + ": " + error.detail};
}

Result<BundleReader> open_reader(const BundleFile& file) {
    auto source = file.open();
    if (!source) return named(file, source.error());
    auto reader = BundleReader::open(std::move(source).value());
    if (!reader) return named(file, reader.error());
    return std::move(reader).value();
}

// Each leaf of a bundle with its place.
template <class Use>
Outcome each_leaf(const BundleFile& file, BundleReader& reader, Use use) {
    for (std::uint64_t index = reader.header().before.size().get();; ++index) {
        const auto entry = reader.next();
        if (!entry) return named(file, entry.error());
        if (!*entry) return Done{};
        use(index, **entry);
    }
}

class Check {
public:
    explicit Check(const Trust& trust) : trust_(trust) {}

    void open(std::span<const DisclosureProof> proofs) {
        for (const auto& proof : proofs)
            if (auto opened = open_proof(proof, trust_, findings_))
                proofs_.push_back(std::move(*opened));
    }

    Outcome open(std::span<const BundleFile> files) {
        if (files.size() > most_bundles)
            return Error{Errc::too_large, "too many bundles for one check"};
        for (const auto& file : files) {
            LEEWARD_ASSIGN(auto reader, open_reader(file));
            if (auto log = open_log(reader.header(), trust_, findings_))
                bundles_.push_back({&file, std::move(reader), std::move(*log)});
        }
        std::vector<const OpenedLog*> logs;
        for (const auto& bundle : bundles_)
            logs.push_back(&bundle.log);
        exchanges_.emplace(logs);
        find_logs();
        find_seen_heads();
        find_proven_heads();
        find_logs_before();
        return Done{};
    }

    Outcome read() {
        for (const auto& [which, bundles] : logs_)
            LEEWARD_TRY(read_log(bundles));
        exchanges_->judge(findings_);
        for (auto& bundle : bundles_)
            if (exchanges_->looks_into(bundle.log)) LEEWARD_TRY(read_again(bundle));
        exchanges_->finish(findings_);
        check_forks();
        check_shown();
        check_gaps();
        return Done{};
    }

    AuditReport report() && {
        AuditReport out;
        for (auto& bundle : bundles_)
            out.logs.push_back(std::move(bundle.counts));
        out.more_findings = findings_.more();
        out.findings = std::move(findings_).sorted();
        out.unjudged = exchanges_->unjudged();
        for (const auto& proof : proofs_) {
            auto& covered = out.covered.emplace_back();
            for (std::size_t i = 0; i < bundles_.size(); ++i)
                if (which_log(bundles_[i].log.card) == which_log(proof.card))
                    covered.push_back(covered_by(out.logs[i]));
        }
        out.proofs = std::move(proofs_);
        return out;
    }

private:
    struct SeenHead {
        const OpenBundle* of = nullptr;
        crypto::Checkpoint checkpoint;
        std::string holder;  // empty: whoever was given a proof
    };
    // What partners, and those who were given a proof, hold of one log at one size.
    struct Shown {
        std::string organisation;
        std::map<crypto::Hash, std::string> roots;  // and who was shown each
    };

    using WhichLog = std::pair<std::string, ByteArray<32>>;  // origin and key
    static WhichLog which_log(const NodeCard& card) { return {card.log_origin, card.log.get()}; }
    void find_logs() {
        for (auto& bundle : bundles_)
            logs_[which_log(bundle.log.card)].push_back(&bundle);
        for (auto& [which, bundles] : logs_)
            std::stable_sort(bundles.begin(), bundles.end(), [](auto* a, auto* b) {
                return a->log.header.before.size() < b->log.header.before.size();
            });
    }

    // Heads of each log that anybody here holds, signed by it.
    void find_seen_heads() {
        for (const auto& holder : bundles_)
            for (const auto& note : holder.log.header.seen)
                for (const auto& of : bundles_)
                    if (const auto seen = crypto::open_checkpoint(note, of.log.key()))
                        seen_.push_back({&of, seen->checkpoint, holder.log.card.organisation});
        for (const auto& holder : bundles_)
            for (const auto& note : holder.log.header.seen)
                for (const auto& card : trust_.cards)
                    if (const auto seen = crypto::open_checkpoint(
                            note, {card.log_origin, crypto::NoteKeyType::ed25519, card.log}))
                        note_shown(card, seen->checkpoint, holder.log.card.organisation);
    }

    void note_shown(const NodeCard& card, const crypto::Checkpoint& head, const std::string& to) {
        Shown& shown = shown_[{which_log(card), head.size.get()}];
        shown.organisation = card.organisation;
        shown.roots.emplace(head.root, to);
    }

    // A proof was given to somebody too, who is not named.
    void find_proven_heads() {
        for (const auto& proof : proofs_)
            for (const auto& [size, root] : proof.heads) {
                const crypto::Checkpoint head{proof.card.log_origin, crypto::TreeSize{size}, root};
                note_shown(proof.card, head, {});
                for (const auto& of : bundles_)
                    if (which_log(of.log.card) == which_log(proof.card))
                        seen_.push_back({&of, head, {}});
            }
    }

    // A log that a restore began names the newest head of the one before that anybody else was known to
    // hold: where that log's bundle is here too, it must have had that head. Only its own organisation can
    // say so of a log: a card may claim any origin.
    void find_logs_before() {
        for (const auto& bundle : bundles_) {
            const auto& before = bundle.log.card.restored;
            if (!before) continue;
            for (const auto& of : bundles_)
                if (of.log.card.node == bundle.log.card.node &&
                    of.log.card.log_origin == before->origin)
                    seen_.push_back({&of,
                                     {before->origin, crypto::TreeSize{before->size}, before->root},
                                     bundle.log.card.organisation});
        }
    }

    // What the card says of a log before this one, and what the first entry says, and nobody else.
    void check_restored(const OpenBundle& bundle, const OpenedLeaf& leaf) {
        const auto said = leaf.record ? restored_in(*leaf.record) : std::nullopt;
        const auto& before = bundle.log.card.restored;
        if (leaf.index != 0 && !said) return;
        if (leaf.index == 0 && !said && !before) return;
        const bool is_clear = leaf.index == 0 && said && before && said->is_of(*before);
        Finding finding = bundle.log.finding(
            is_clear ? FindingKind::ENTRIES_LOST : FindingKind::RESTORE_UNCLEAR, leaf.index);
        if (is_clear) {
            finding.leaf = said->came_back;
            if (said->size > said->came_back) finding.last_leaf = said->size - 1;
        }
        findings_.add(std::move(finding));
    }

    // Those of heads that others hold, and those at which a bundle of its log begins or ends.
    std::set<std::uint64_t> wanted_sizes(const OpenBundle& bundle) const {
        std::set<std::uint64_t> wanted;
        for (const auto& seen : seen_)
            if (seen.of == &bundle) wanted.insert(seen.checkpoint.size.get());
        for (const OpenBundle* of : logs_.at(which_log(bundle.log.card))) {
            wanted.insert(of->log.header.before.size().get());
            if (!of->log.heads.empty()) wanted.insert(of->log.heads.back().checkpoint.size.get());
        }
        return wanted;
    }

    Outcome read_log(const std::vector<OpenBundle*>& bundles) {
        AuthorityCheck authorities(findings_);
        for (OpenBundle* bundle : bundles)
            LEEWARD_TRY(read_one(*bundle, authorities));
        authorities.finish();
        return Done{};
    }

    Outcome read_one(OpenBundle& bundle, AuthorityCheck& authorities) {
        bundle.tree.emplace(bundle.log, wanted_sizes(bundle), findings_);
        TimeCheck times(bundle.log, findings_);
        WitnessCheck witnesses(bundle.log, findings_);
        authorities.begin(bundle.log);
        bundle.counts.organisation = bundle.log.card.organisation;
        bundle.counts.first = bundle.tree->size();
        bundle.counts.heads = bundle.log.heads.size();
        count_witnessed(bundle.counts, bundle.log);
        LEEWARD_TRY(each_leaf(
            *bundle.file, bundle.reader, [&](std::uint64_t index, const BundleEntry& entry) {
                bundle.tree->step(entry);
                const OpenedLeaf leaf = open_leaf(bundle.log, index, entry, findings_);
                times.step(leaf);
                witnesses.step(leaf);
                check_restored(bundle, leaf);
                authorities.step(leaf);
                exchanges_->step(bundle.log, leaf);
                if (leaf.record) count(bundle.counts, *leaf.record);
                if (leaf.record && is_disclosure(*leaf.record)) hold_against_proofs(bundle, leaf);
            }));
        bundle.tree->finish();
        witnesses.finish();
        bundle.counts.size = bundle.tree->size();
        return Done{};
    }

    Outcome read_again(OpenBundle& bundle) {
        LEEWARD_ASSIGN(auto reader, open_reader(*bundle.file));
        return each_leaf(*bundle.file, reader, [&](std::uint64_t index, const BundleEntry& entry) {
            exchanges_->look(bundle.log, index, entry, findings_);
        });
    }

    // A disclosure under her releases that the proof does not show.
    void hold_against_proofs(const OpenBundle& bundle, const OpenedLeaf& leaf) {
        for (const auto& proof : proofs_)
            if (which_log(proof.card) == which_log(bundle.log.card) &&
                proof.releases.contains(leaf.record->release) && !proof.leaves.contains(leaf.index))
                findings_.add(bundle.log.finding(FindingKind::PROOF_INCOMPLETE, leaf.index));
    }

    // Two heads of one size over two trees are a fork whoever holds them, without a bundle of that log.
    void check_shown() {
        for (const auto& [head, shown] : shown_) {
            if (shown.roots.size() < 2) continue;
            std::set<std::string> holders;
            for (const auto& [root, holder] : shown.roots)
                holders.insert(holder);
            std::string names;
            for (const auto& holder : holders)
                names += (names.empty() ? "" : ", ") + holder;
            findings_.add({FindingKind::LOG_FORKED,
                           shown.organisation,
                           head.second,
                           std::nullopt,
                           std::move(names)});
        }
    }

    void check_forks() {
        for (const auto& seen : seen_) {
            const std::uint64_t size = seen.checkpoint.size.get();
            const auto root = seen.of->tree->root_at(size);
            if (root) shown_.erase({which_log(seen.of->log.card), size});  // judged here
            if (root && *root != seen.checkpoint.root)
                findings_.add({FindingKind::LOG_FORKED,
                               seen.of->log.card.organisation,
                               size,
                               std::nullopt,
                               seen.holder});
        }
    }

    void check_gaps() {
        for (const auto& [which, bundles] : logs_) {
            const OpenBundle* furthest = bundles.front();
            for (const OpenBundle* bundle : std::span(bundles).subspan(1)) {
                check_seam(*furthest, *bundle);
                if (bundle->counts.size > furthest->counts.size) furthest = bundle;
            }
        }
    }

    // Where the second begins and where the first of them ends, both must have the same tree.
    void check_seam(const OpenBundle& one, const OpenBundle& next) {
        const std::uint64_t from = next.counts.first;
        const std::string& organisation = one.log.card.organisation;
        if (one.counts.size < from)
            findings_.add({FindingKind::BUNDLE_GAP, organisation, one.counts.size, from - 1, {}});
        for (const std::uint64_t size : {from, std::min(one.counts.size, next.counts.size)}) {
            const auto root = one.tree->root_at(size);
            const auto other = next.tree->root_at(size);
            if (root && other && *root != *other)
                findings_.add({FindingKind::LOG_FORKED, organisation, size, std::nullopt, {}});
        }
    }

    const Trust& trust_;
    Findings findings_;
    std::deque<OpenBundle> bundles_;                     // each stays where it is
    std::map<WhichLog, std::vector<OpenBundle*>> logs_;  // each in the order of its leaves
    std::optional<ExchangeCheck> exchanges_;
    std::vector<SeenHead> seen_;
    std::map<std::pair<WhichLog, std::uint64_t>, Shown> shown_;  // by log and size
    std::vector<OpenedProof> proofs_;
};

}  // namespace

std::uint64_t LogCounts::in_band(DeadlineBand band) const {
    std::uint64_t sum = 0;
    for (const auto& [which, count] : bands)
        if (which.second == band) sum += count;
    return sum;
}

Result<AuditReport> check(std::span<const BundleFile> bundles,
                          const Trust& trust,
                          std::span<const DisclosureProof> proofs) {
    Check check(trust);
    check.open(proofs);
    LEEWARD_TRY(check.open(bundles));
    LEEWARD_TRY(check.read());
    return std::move(check).report();
}

AuditReport check(std::span<const Bundle> bundles,
                  const Trust& trust,
                  std::span<const DisclosureProof> proofs) {
    std::vector<Bytes> written;
    for (const auto& bundle : bundles)
        written.push_back(write_bundle(bundle));
    std::vector<BundleFile> files;
    for (const auto& bytes : written)
        files.push_back({"in memory", [&bytes]() -> Result<std::unique_ptr<ByteSource>> {
                             return std::unique_ptr<ByteSource>(
                                 std::make_unique<MemorySource>(bytes));
                         }});
    return check(std::span<const BundleFile>(files), trust, proofs).value();
}

}  // namespace leeward::schema
