#include "cli/audit_drill.h"

#include "cli/answer.h"
#include "cli/arguments.h"
#include "cli/audit_files.h"
#include "cli/audit_key.h"
#include "schema/audit/drill.h"

namespace leeward::cli {
namespace {

using schema::Json;

Result<std::vector<schema::Bundle>> whole_bundles(const Json& args,
                                                  std::span<const crypto::age::Identity> keys) {
    constexpr std::size_t most =
        schema::bundle_header_bytes + schema::most_practice_leaves * schema::bundle_entry_bytes;
    std::vector<schema::Bundle> out;
    for (const auto& file : bundle_files(args, keys)) {
        const auto read = [&file]() -> Result<schema::Bundle> {
            LEEWARD_ASSIGN(auto source, file.open());
            LEEWARD_ASSIGN(const Bytes bytes, read_all(*source, most));
            return schema::read_bundle(bytes);
        };
        auto bundle = read();
        if (!bundle) return Error{bundle.error().code, file.name + ": " + bundle.error().detail};
        out.push_back(std::move(bundle).value());
    }
    return out;
}

Json json_of(const schema::DrillResult& result, schema::Language language) {
    Json out = Json::object({{"drill", schema::name(result.drill)},
                             {"done", schema::what_was_done(result.drill, language)}});
    if (!result.played) {
        out.set("played", false);
        return out;
    }
    out.set("organisation", result.organisation);
    out.set("leaf", result.leaf);
    out.set("found", result.found.has_value());
    if (result.harmless) out.set("nothing_should_be_found", true);
    if (!result.found) return out;
    out.set("finding", schema::name(result.found->kind));
    if (result.found->last_leaf)
        out.set("between",
                std::to_string(*result.found->leaf) + " and " +
                    std::to_string(*result.found->last_leaf));
    out.set("meaning", schema::explain(result.found->kind, language));
    return out;
}

Result<std::vector<schema::Drill>> wanted_drills(const Json& args) {
    std::vector<schema::Drill> out;
    const std::string one = args.text_at("drill");
    for (std::size_t i = 0; i < schema::drill_count; ++i) {
        const auto drill = static_cast<schema::Drill>(i);
        if (one.empty() || schema::name(drill) == one) out.push_back(drill);
    }
    if (out.empty()) return Error{Errc::invalid_argument, "there is no such drill"};
    return out;
}

}  // namespace

Result<schema::ExitCode> audit_drill(const CommandLine& line) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto drills, wanted_drills(args));
    LEEWARD_ASSIGN(const auto trust, read_trust(args));
    LEEWARD_ASSIGN(const auto keys, auditor_keys(line));
    LEEWARD_ASSIGN(const auto bundles, whole_bundles(args, keys));
    LEEWARD_ASSIGN(const auto logs,
                   schema::practice_copies(bundles, trust, crypto::system_random()));
    Json list = Json::array();
    std::int64_t played = 0;
    std::int64_t missed = 0;
    for (const auto drill : drills) {
        const auto result = schema::play(drill, logs);
        played += result.played ? 1 : 0;
        missed += result.played && !result.as_it_should() ? 1 : 0;
        list.push(json_of(result, language_of(line)));
    }
    print_answer(line,
                 Json::object({{"drills", std::move(list)},
                               {"played", played},
                               {"as_they_should", played - missed},
                               {"missed", missed}}));
    return missed == 0 ? schema::ExitCode::ok : schema::ExitCode::integrity;
}

}  // namespace leeward::cli
