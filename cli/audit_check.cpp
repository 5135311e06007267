#include "cli/audit_check.h"

#include <algorithm>

#include "cli/answer.h"
#include "cli/arguments.h"
#include "cli/audit_files.h"
#include "cli/audit_key.h"
#include "schema/tier.h"

namespace leeward::cli {
namespace {

using schema::EventKind;
using schema::ExitCode;
using schema::Json;

std::int64_t seconds(std::uint32_t quarter) {
    return std::int64_t{quarter} * 900;
}

template <class Key>
std::uint64_t at(const std::map<Key, std::uint64_t>& counts, Key key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
}

Json json_of(const schema::LogCounts& log) {
    Json out = Json::object({{"organisation", log.organisation},
                             {"first_leaf", log.first},
                             {"leaves", log.size - log.first},
                             {"from", seconds(log.from_quarter)},
                             {"until", seconds(log.to_quarter)},
                             {"sent", at(log.acts, EventKind::SEND)}});
    for (Byte tier = 2; tier <= 5; ++tier)
        if (const auto sent = at(log.sent_by_tier, tier))
            out.set("sent_" + std::string(schema::name(static_cast<schema::Tier>(tier))), sent);
    out.set("identities_shared", log.disclosures);
    if (log.asks_witnesses) {
        out.set("witnessed_leaves", log.witnessed);
        if (log.witnessed_at != 0) out.set("witnessed_at", log.witnessed_at);
    }
    out.set("received", at(log.acts, EventKind::RECEIPT));
    out.set("read", at(log.acts, EventKind::VIEW));
    out.set("refused", at(log.acts, EventKind::REFUSED));
    out.set("called_back", at(log.acts, EventKind::ABANDONED));
    out.set("erased", at(log.acts, EventKind::ERASED));
    out.set("late", log.in_band(schema::DeadlineBand::LATE));
    out.set("erasures_overdue", log.erasures_overdue);
    return out;
}

Json json_of(const schema::Finding& finding, schema::Language language) {
    Json out = Json::object(
        {{"finding", schema::name(finding.kind)}, {"organisation", finding.organisation}});
    if (finding.leaf) out.set("leaf", *finding.leaf);
    if (finding.last_leaf) out.set("last_leaf", *finding.last_leaf);
    if (!finding.partner.empty()) out.set("partner", finding.partner);
    out.set("meaning", schema::explain(finding.kind, language));
    return out;
}

// What the arguments name: bundles, and proofs, which are small and told apart by how they begin.
struct GivenFiles {
    std::vector<schema::BundleFile> bundles;
    std::vector<schema::DisclosureProof> proofs;
};

Result<GivenFiles> given_files(const Json& args, std::span<const crypto::age::Identity> keys) {
    GivenFiles out;
    for (auto& file : bundle_files(args, keys)) {
        auto proof = proof_in(file);
        if (!proof) return Error{proof.error().code, file.name + ": " + proof.error().detail};
        if (*proof)
            out.proofs.push_back(std::move(**proof));
        else
            out.bundles.push_back(std::move(file));
    }
    return out;
}

std::string organisation_of(const schema::OrganisationTag& tag, const schema::Trust& trust) {
    for (const auto& card : trust.cards)
        if (schema::organisation_tag(card.node) == tag) return card.organisation;
    return "an organisation without a card here";
}

Json json_of(const schema::ShownDisclosure& one, const schema::Trust& trust) {
    return Json::object({{"to", organisation_of(one.to, trust)},
                         {"at", seconds(one.quarter)},
                         {"leaf", one.leaf},
                         {"tier", schema::name(static_cast<schema::Tier>(one.tier))},
                         {"fields", one.fields}});
}

Json texts_of(const schema::OpenedProof& proof) {
    Json out = Json::array();
    for (const auto& opened : proof.opened)
        out.push(opened.text);
    return out;
}

using Covered = std::vector<schema::CoveredLeaves>;

// Up to which entry the bundles show all from the first on, under a head that enough witnesses have
// cosigned, in a bundle or in the proof. What stands behind that head its organisation can still replace.
std::uint64_t shown_up_to(Covered covered, const schema::OpenedProof& proof) {
    std::sort(covered.begin(), covered.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::uint64_t shown = 0;
    std::uint64_t witnessed = proof.witnessed ? proof.size : 0;
    for (const auto& leaves : covered) {
        if (leaves.first > shown) break;
        shown = std::max(shown, leaves.end);
        witnessed = std::max(witnessed, leaves.witnessed);
    }
    return std::min(shown, witnessed);
}

// Something in it is under a head that too few witnesses have cosigned.
bool waits_for_witnesses(const schema::OpenedProof& proof) {
    return !proof.leaves.empty() && !proof.witnessed;
}

std::string_view what_is_missing(const schema::OpenedProof& proof) {
    if (proof.releases.empty())
        return "this proof names no release, so that it shows nothing of what was shared: its "
               "maker says that it knows of none that was ever in force for this case";
    return waits_for_witnesses(proof)
               ? "that nothing else was shared under these releases is shown only once enough "
                 "witnesses have cosigned the head that this proof is under: ask for another in an "
                 "hour, and check it together with bundles of the whole log"
               : "that nothing else was shared under these releases is shown only together with "
                 "bundles of the whole log, up to a head that enough witnesses have cosigned, in "
                 "which nothing is found";
}

// Whoever makes a proof chooses what it names.
constexpr std::string_view of_these_alone =
    "that holds of the releases that this proof names. That they are all of hers is its maker's "
    "word: their text, which 'audit prove --open' shows, can be compared with her papers";

Json json_of(const schema::OpenedProof& proof,
             const Covered& covered,
             const schema::Trust& trust,
             bool all_is_well) {
    Json shared = Json::array();
    for (const auto& one : proof.disclosures)
        shared.push(json_of(one, trust));
    const std::uint64_t reached = shown_up_to(covered, proof);
    const bool nothing_else = all_is_well && !proof.releases.empty() &&
                              !waits_for_witnesses(proof) && reached > 0 && reached >= proof.size;
    Json out = Json::object({{"organisation", proof.card.organisation},
                             {"releases", proof.releases.size()},
                             {"disclosures", proof.disclosures.size()},
                             {"witnessed", proof.witnessed},
                             {"shared", std::move(shared)},
                             {"nothing_else_was_shared", nothing_else}});
    if (nothing_else) out.set("up_to_leaf", reached - 1);
    if (!proof.opened.empty()) out.set("release_texts", texts_of(proof));
    out.set("note", nothing_else ? of_these_alone : what_is_missing(proof));
    return out;
}

}  // namespace

Json json_of(const schema::AuditReport& report, schema::Language language) {
    Json logs = Json::array();
    for (const auto& log : report.logs)
        logs.push(json_of(log));
    Json findings = Json::array();
    for (const auto& finding : report.findings)
        findings.push(json_of(finding, language));
    Json out = Json::object({{"logs", std::move(logs)},
                             {"found", report.findings.size() + report.more_findings},
                             {"findings", std::move(findings)}});
    if (report.unjudged != 0) out.set("at_the_edge_of_a_bundle", report.unjudged);
    return out;
}

Result<ExitCode> audit_check(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto trust, read_trust(args));
    LEEWARD_ASSIGN(const auto keys, auditor_keys(line));
    LEEWARD_ASSIGN(const GivenFiles given, given_files(args, keys));
    LEEWARD_ASSIGN(const auto report, schema::check(given.bundles, trust, given.proofs));
    Json answer = json_of(report, language_of(line));
    Json proofs = Json::array();
    for (std::size_t i = 0; i < report.proofs.size(); ++i)
        proofs.push(json_of(report.proofs[i], report.covered[i], trust, report.findings.empty()));
    if (!report.proofs.empty()) answer.set("proofs", std::move(proofs));
    print_answer(line, answer);
    return report.findings.empty() ? ExitCode::ok : ExitCode::integrity;
}

Result<ExitCode> audit_explain(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    const auto kind = schema::finding_kind_from(args.text_at("finding"));
    if (!kind) return Error{Errc::invalid_argument, "there is no such finding"};
    print_answer(line,
                 Json::object({{"finding", schema::name(*kind)},
                               {"meaning", schema::explain(*kind, language_of(line))}}));
    return ExitCode::ok;
}

}  // namespace leeward::cli
