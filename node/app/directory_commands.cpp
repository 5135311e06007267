#include "node/app/directory_commands.h"

#include "node/exchange/needs.h"

namespace leeward::node {
namespace {

constexpr std::size_t page_rows = 50;

Json entry_json(const schema::DirectoryEntry& entry) {
    return Json::object(
        {{"name", entry.name}, {"organisation", entry.organisation}, {"id", entry.service_id}});
}

Json match_json(const schema::Match& match) {
    Json json =
        match.entry != nullptr
            ? entry_json(*match.entry)
            : Json::object({{"name", match.peer->name}, {"organisation", match.peer->name}});
    json.set("peer", match.peer != nullptr);
    json.set("score", match.score);
    Json reasons = Json::array();
    for (const auto& reason : match.reasons) {
        Json one = Json::object({{"reason", schema::name(reason.code)}, {"points", reason.points}});
        if (reason.value != 0) one.set("value", reason.value);
        reasons.push(std::move(one));
    }
    json.set("reasons", std::move(reasons));
    return json;
}

Outcome take_access(schema::MatchQuery& query, std::string_view word) {
    if (word == "none" || word == "discuss" || word.empty()) return Done{};
    const auto feature = schema::feature_from(word);
    if (!feature)
        return Error{Errc::invalid_argument, "access is step_free, sensory or medical_on_site"};
    query.access = query.access | schema::Features{*feature};
    return Done{};
}

// The bands of a card are "12_to_14", those of a statement "12_14".
std::optional<schema::AgeBand> band_of(std::string_view word) {
    if (word == "12_to_14") word = "12_14";
    if (word == "15_to_17") word = "15_17";
    return schema::age_band_from(word);
}

Result<schema::MatchQuery> query_of_need(Desk& desk, std::string_view typed) {
    schema::MatchQuery query;
    LEEWARD_TRY(desk.store.write([&](Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(const Need need, find_need(desk, tx, typed));
        const Json* fields = need.detail.find("fields");
        if (fields == nullptr) return Error{Errc::not_found, "this need was erased"};
        query.service = need.service;
        query.age = band_of(fields->text_at("age_band"));
        query.interpreter = fields->text_at("language_support") == "interpreter_needed";
        LEEWARD_TRY(take_access(query, fields->text_at("access_needs")));
        const std::string programme = fields->text_at("programme_gender_need");
        if (programme == "girls") query.programme = schema::ProgrammeNeed::GIRLS;
        if (programme == "boys") query.programme = schema::ProgrammeNeed::BOYS;
        if (programme == "any_affirming") query.programme = schema::ProgrammeNeed::AFFIRMING;
        return Done{};
    }));
    return query;
}

Result<schema::MatchQuery> query_of_args(const Json& args) {
    schema::MatchQuery query;
    if (const std::string word = args.text_at("service"); !word.empty()) {
        const auto service = schema::service_class_from(word);
        if (!service) return Error{Errc::invalid_argument, "that service is not known"};
        query.service = *service;
    }
    if (const std::string word = args.text_at("age-band"); !word.empty()) {
        query.age = band_of(word);
        if (!query.age)
            return Error{Errc::invalid_argument, "the age band is under_12, 12_14 or 15_17"};
    }
    query.language = args.text_at("language");
    for (const auto& item : args.array_at("access"))
        LEEWARD_TRY(take_access(query, *item.as_string()));
    return query;
}

}  // namespace

Result<Json> directory_import(Directory& directory, const Json& args) {
    const std::string kind = args.text_at("kind").empty() ? "hsds" : args.text_at("kind");
    const std::string dataset =
        args.text_at("dataset").empty() ? "directory" : args.text_at("dataset");
    const std::filesystem::path file = args.text_at("file");
    Result<ImportReport> report =
        kind == "hsds"               ? directory.import_hsds(file, dataset)
        : kind == "toronto-programs" ? directory.import_toronto_programs(file, dataset)
        : kind == "toronto-capacity"
            ? directory.import_toronto_updates(file)
            : Result<ImportReport>(Error{Errc::invalid_argument,
                                         "the kind is hsds, toronto-programs or toronto-capacity"});
    if (!report) return std::move(report).error();
    return Json::object(
        {{"lines", report->lines}, {"services", report->services}, {"updates", report->updates}});
}

Result<Json> directory_list(Directory& directory, const Json& args) {
    const auto page = static_cast<std::size_t>(std::max<std::int64_t>(1, args.int_at("page")));
    LEEWARD_ASSIGN(const auto found, directory.list(page, page_rows, args.text_at("search")));
    Json list = Json::array();
    for (const auto& entry : found.entries)
        list.push(entry_json(entry));
    return Json::object({{"services", std::move(list)}, {"total", found.total}, {"page", page}});
}

Result<Json> directory_match(Directory& directory, Desk& desk, const Json& args, schema::Time now) {
    LEEWARD_ASSIGN(schema::MatchQuery query,
                   args.text_at("need").empty() ? query_of_args(args)
                                                : query_of_need(desk, args.text_at("need")));
    query.home_region = args.text_at("region");
    if (!query.home_region.empty()) query.distance = schema::DistanceNeed::NEAR;
    query.limit = args.int_at("limit") > 0 ? static_cast<std::size_t>(args.int_at("limit")) : 10;
    LEEWARD_ASSIGN(const auto result, directory.match(query, now));
    Json list = Json::array();
    for (const auto& match : result.matches)
        list.push(match_json(match));
    return Json::object({{"matches", std::move(list)},
                         {"considered", result.considered},
                         {"eligible", result.eligible},
                         {"left_out_not_active", result.not_active},
                         {"left_out_other_service", result.other_class},
                         {"left_out_age", result.age_range}});
}

}  // namespace leeward::node
