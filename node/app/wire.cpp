#include "node/app/wire.h"

#include "node/app/socket.h"
#include "schema/commands.h"

namespace leeward::node {
namespace {

using schema::Json;

Errc code_named(std::string_view name) {
    for (auto n = static_cast<std::uint8_t>(Errc::invalid_argument); name_of(Errc{n}) != "unknown";
         ++n)
        if (name_of(Errc{n}) == name) return Errc{n};
    return Errc::unsupported;
}

Error error_in(const Json& answer) {
    const Json* error = answer.find("error");
    if (error == nullptr) return Error{Errc::malformed, "the node's answer makes no sense"};
    return Error{code_named(error->text_at("code")), error->text_at("message")};
}

}  // namespace

std::string write_request(const Request& request) {
    Json json = Json::object({{"command", request.command},
                              {"args", request.args.is_null() ? Json::object() : request.args},
                              {"dry_run", request.act == Act::PREVIEW}});
    if (!request.as.empty()) json.set("as", request.as);
    if (request.secrets > 0) json.set("secrets", request.secrets);
    return json.dump();
}

Result<Request> read_request(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {.bytes = max_request}));
    schema::ObjectReader reader(json, "request");
    Request request;
    request.command = reader.text("command", 64);
    if (const Json* args = reader.any_if("args")) request.args = *args;
    request.act = reader.flag_or("dry_run", false) ? Act::PREVIEW : Act::PERFORM;
    request.as = reader.text_or("as", 64, "");
    request.secrets = static_cast<std::size_t>(
        reader.number_or("secrets", 0, static_cast<std::int64_t>(most_secrets), 0));
    LEEWARD_TRY(reader.finish());
    return request;
}

Json answer_of(const Result<Json>& result) {
    Json answer = Json::object(
        {{"schema_version", schema::api_schema_version}, {"ok", static_cast<bool>(result)}});
    if (result) return answer.set("result", *result);
    return answer.set(
        "error",
        Json::object({{"code", name_of(result.error().code)}, {"message", result.error().detail}}));
}

Result<Json> read_answer(std::string_view text) {
    LEEWARD_ASSIGN(const Json answer, schema::parse_json(text, {.bytes = max_answer}));
    if (answer.int_at("schema_version") != schema::api_schema_version)
        return Error{Errc::unsupported, "the node speaks another version than this program"};
    if (!answer.bool_at("ok")) return error_in(answer);
    const Json* result = answer.find("result");
    return result == nullptr ? Json() : *result;
}

}  // namespace leeward::node
