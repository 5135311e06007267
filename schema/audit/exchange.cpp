// Two logs that met: each message that one says it sent, the other says it received, under the same
// xref.
#include <algorithm>

#include "schema/audit/opened_log.h"

namespace leeward::schema {
namespace {

constexpr std::uint32_t receipt_quarters = 72 * 4;

bool is_receipt(EventKind kind) {
    return kind == EventKind::RECEIPT || kind == EventKind::REFUSED;
}
bool is_sent(EventKind kind) {
    return kind == EventKind::SEND;
}
bool is_abandoned(EventKind kind) {
    return kind == EventKind::ABANDONED;
}

// Of which message an entry is: ABANDONED names it inside its record.
const crypto::Hash& message_of(const OpenedLeaf& leaf) {
    return is_abandoned(leaf.record->kind) ? leaf.record->release : leaf.xref;
}

}  // namespace

ExchangeCheck::ExchangeCheck(std::span<const OpenedLog* const> logs) {
    for (const OpenedLog* log : logs)
        if (!side_of(log->tag())) sides_.push_back({log->tag(), log->card.organisation});
}

std::optional<Byte> ExchangeCheck::side_of(const OrganisationTag& tag) const {
    const auto found = std::find_if(
        sides_.begin(), sides_.end(), [&](const Side& side) { return side.tag == tag; });
    if (found == sides_.end()) return std::nullopt;
    return static_cast<Byte>(found - sides_.begin());
}

void ExchangeCheck::step(const OpenedLog& log, const OpenedLeaf& leaf) {
    Side& side = sides_[*side_of(log.tag())];
    if (leaf.index == 0 && !log.card.restored) side.from_the_start = true;
    if (!leaf.record) return;
    const AuditRecord& r = *leaf.record;
    if (r.quarter != 0) {
        side.from = std::min(side.from, r.quarter);
        side.to = std::max(side.to, r.quarter);
    }
    if (is_broadcast(r) || !(is_receipt(r.kind) || is_sent(r.kind) || is_abandoned(r.kind))) return;
    if (const auto partner = side_of(r.other))
        side.acts.push_back({message_of(leaf), leaf.index, r.quarter, r.kind, *partner});
}

const ExchangeCheck::Act* ExchangeCheck::find(const Side& side,
                                              const crypto::Hash& xref,
                                              bool (*wanted)(EventKind)) {
    auto at = std::lower_bound(
        side.acts.begin(), side.acts.end(), xref, [](const Act& act, const crypto::Hash& value) {
            return act.xref < value;
        });
    for (; at != side.acts.end() && at->xref == xref; ++at)
        if (wanted(at->kind)) return &*at;
    return nullptr;
}

void ExchangeCheck::judge(Findings& findings) {
    for (Side& side : sides_)
        std::sort(side.acts.begin(), side.acts.end(), [](const Act& a, const Act& b) {
            return a.xref < b.xref;
        });
    for (Byte i = 0; i < sides_.size(); ++i)
        for (const Act& act : sides_[i].acts)
            if (act.partner != i && is_sent(act.kind))
                sent(sides_[i], sides_[act.partner], act, findings);
            else if (act.partner != i && is_receipt(act.kind))
                received(i, sides_[act.partner], act, findings);
}

void ExchangeCheck::sent(const Side& here,
                         const Side& there,
                         const Act& act,
                         Findings& findings) const {
    const auto report = [&](FindingKind kind) {
        findings.add({kind, here.organisation, act.leaf, std::nullopt, there.organisation});
    };
    const bool abandoned = find(here, act.xref, is_abandoned) != nullptr;
    const Act* receipt = find(there, act.xref, is_receipt);
    if (receipt != nullptr && abandoned && receipt->kind == EventKind::RECEIPT)
        return report(FindingKind::ABANDONED_BUT_RECEIVED);
    if (receipt != nullptr || abandoned || act.quarter < there.from) return;
    if (std::uint64_t{act.quarter} + receipt_quarters <= std::min(here.to, there.to))
        report(FindingKind::RECEIPT_MISSING);
}

void ExchangeCheck::received(Byte here, Side& there, const Act& act, Findings& findings) {
    if (find(there, act.xref, is_sent) != nullptr) return;
    if (there.sought.size() < Findings::most)
        there.sought.emplace(act.xref, std::pair(here, act));
    else
        findings.skip();
}

bool ExchangeCheck::looks_into(const OpenedLog& log) const {
    return !sides_[*side_of(log.tag())].sought.empty();
}

void ExchangeCheck::look(const OpenedLog& log,
                         std::uint64_t index,
                         const BundleEntry& entry,
                         Findings& findings) {
    Side& there = sides_[*side_of(log.tag())];
    const auto found = there.sought.find(entry.xref);
    if (found == there.sought.end()) return;
    const auto record = decode_audit_record(entry.rec);
    if (!record || is_abandoned(record->kind)) return;
    if (is_sent(record->kind)) {  // said to everybody, or to another
        there.sought.erase(found);
        return;
    }
    findings.add({FindingKind::DISCLOSURE_DISGUISED,
                  there.organisation,
                  index,
                  std::nullopt,
                  sides_[found->second.first].organisation});
    there.sought.erase(found);
}

void ExchangeCheck::finish(Findings& findings) {
    for (const Side& there : sides_)
        for (const auto& [xref, by] : there.sought) {
            const Act& act = by.second;
            if (act.quarter < there.from || act.quarter > there.to) continue;
            // It may have been under way for three days when the sender's bundle began.
            if (!there.from_the_start && act.quarter < there.from + receipt_quarters)
                ++unjudged_;
            else
                findings.add({FindingKind::DISCLOSURE_UNDECLARED,
                              sides_[by.first].organisation,
                              act.leaf,
                              std::nullopt,
                              there.organisation});
        }
}

}  // namespace leeward::schema
