#include "cli/audit_check.h"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/arguments.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/wire.h"
#include "schema/tier.h"

namespace leeward::cli {
namespace {

using schema::EventKind;
using schema::ExitCode;
using schema::Json;

constexpr std::uintmax_t most_bytes = 1ULL << 31;

Result<Bytes> read_bundle_file(const std::string& name) {
    std::error_code fault;
    const auto size = std::filesystem::file_size(name, fault);
    if (fault) return Error{Errc::not_found, one_line(name) + " cannot be opened"};
    if (size > most_bytes) return Error{Errc::too_large, one_line(name) + " is over 2 GiB"};
    Bytes bytes(size);
    std::ifstream in(name, std::ios::binary);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!in) return Error{Errc::io, one_line(name) + " cannot be read"};
    return bytes;
}

Result<std::vector<schema::Bundle>> read_bundles(const Json& args) {
    std::vector<schema::Bundle> out;
    for (const auto& name : args.array_at("bundle")) {
        LEEWARD_ASSIGN(const Bytes bytes, read_bundle_file(*name.as_string()));
        auto bundle = schema::read_bundle(bytes);
        if (!bundle)
            return Error{bundle.error().code,
                         one_line(*name.as_string()) + ": " + bundle.error().detail};
        out.push_back(std::move(*bundle));
    }
    return out;
}

// One card a line, or the network's roster.
Result<std::vector<schema::NodeCard>> read_cards(const std::string& text) {
    if (text.starts_with('{')) {
        LEEWARD_ASSIGN(const auto roster, schema::read_roster(text));
        return schema::open_roster(roster);
    }
    std::vector<schema::NodeCard> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at) {
            LEEWARD_ASSIGN(auto card, schema::open_card(text.substr(at, end - at)));
            out.push_back(std::move(card));
        }
        at = end + 1;
    }
    return out;
}

Result<schema::Trust> read_trust(const Json& args) {
    schema::Trust trust;
    LEEWARD_ASSIGN(trust.cards, read_cards(args.text_at("cards")));
    if (args.find("policy") != nullptr) {
        LEEWARD_ASSIGN(auto policy, crypto::TlogPolicy::parse(args.text_at("policy")));
        trust.policy = std::move(policy);
    }
    return trust;
}

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
    out.set("received", at(log.acts, EventKind::RECEIPT));
    out.set("read", at(log.acts, EventKind::VIEW));
    out.set("refused", at(log.acts, EventKind::REFUSED));
    out.set("called_back", at(log.acts, EventKind::ABANDONED));
    out.set("erased", at(log.acts, EventKind::ERASED));
    out.set("late", at(log.bands, schema::DeadlineBand::LATE));
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

schema::Language language_of(const CommandLine& line) {
    return schema::language_from(line.options.lang).value_or(schema::Language::EN);
}

void print_result(const CommandLine& line, const Json& result) {
    if (line.options.json)
        std::cout << one_line(node::answer_of(result).dump()) << "\n";
    else
        std::cout << print(result, {terminal_columns(), false});
    std::cout << std::flush;
}

}  // namespace

Json json_of(const schema::AuditReport& report, schema::Language language) {
    Json logs = Json::array();
    for (const auto& log : report.logs)
        logs.push(json_of(log));
    Json findings = Json::array();
    for (const auto& finding : report.findings)
        findings.push(json_of(finding, language));
    return Json::object({{"logs", std::move(logs)},
                         {"found", report.findings.size()},
                         {"findings", std::move(findings)}});
}

Result<ExitCode> audit_check(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto bundles, read_bundles(args));
    LEEWARD_ASSIGN(const auto trust, read_trust(args));
    const auto report = schema::check(bundles, trust);
    print_result(line, json_of(report, language_of(line)));
    return report.findings.empty() ? ExitCode::ok : ExitCode::integrity;
}

Result<ExitCode> audit_explain(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    const auto kind = schema::finding_kind_from(args.text_at("finding"));
    if (!kind) return Error{Errc::invalid_argument, "there is no such finding"};
    print_result(line,
                 Json::object({{"finding", schema::name(*kind)},
                               {"meaning", schema::explain(*kind, language_of(line))}}));
    return ExitCode::ok;
}

}  // namespace leeward::cli
