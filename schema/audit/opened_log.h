// A bundle whose tree, heads and openings were checked: what the further checks walk.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "schema/audit/check.h"

namespace leeward::schema {

struct PublishedHead {
    crypto::Checkpoint checkpoint;
    std::optional<std::uint64_t> cosigned_at;  // the earliest witness's time, unix seconds
};

struct OpenedLeaf {
    std::uint64_t index = 0;
    crypto::Hash xref{};
    std::optional<AuditRecord> record;  // nothing where the opening does not hold
};

struct OpenedLog {
    const Bundle* bundle = nullptr;
    NodeCard card;
    std::vector<PublishedHead> heads;  // those that verified
    std::vector<OpenedLeaf> earlier;   // proven leaves from before the period
    std::vector<OpenedLeaf> leaves;

    [[nodiscard]] OrganisationTag tag() const { return organisation_tag(card.node); }
    [[nodiscard]] Finding finding(FindingKind kind, std::uint64_t leaf) const {
        return {kind, card.organisation, leaf, std::nullopt, {}};
    }
};

using Findings = std::vector<Finding>;

// Signatures, growth, leaves against heads, openings, times. Nothing for a card that is not known.
std::optional<OpenedLog> open_log(const Bundle& bundle, const Trust& trust, Findings& findings);

// That each disclosure stands under an authority that was in force then and covers it.
void check_authorities(const OpenedLog& log, Findings& findings);

// That both ends of each exchange have it, and that nobody was shown another log.
void check_exchanges(std::span<const OpenedLog> logs, Findings& findings);
void check_forks(std::span<const OpenedLog> logs, Findings& findings);

}  // namespace leeward::schema
