#include "node/exchange/leg_bodies.h"

#include "schema/limits.h"

namespace leeward::node {
namespace {

constexpr std::int64_t max_unix = 253'402'300'799;

bool is_short_list(const Json& json) {
    const auto* items = json.as_array();
    if (items == nullptr || items->size() > 16) return false;
    for (const auto& item : *items)
        if (item.as_string() == nullptr || item.as_string()->size() > 64) return false;
    return true;
}

void keep_text(schema::ObjectReader& in, Json& kept, std::string_view key, std::size_t max) {
    const std::string text = in.text_or(key, max, "");
    if (!text.empty()) kept.set(key, text);
}
void keep_list(schema::ObjectReader& in, Json& kept, std::string_view key) {
    const Json* list = in.any_if(key);
    if (list == nullptr) return;
    if (is_short_list(*list))
        kept.set(key, *list);
    else
        in.fail(key, "is not a short list of texts");
}

// What was said, without its content.
void check_bare_word(schema::ObjectReader& in, const Json& kept, schema::Time until) {
    if (!in.flag_or("withheld", false)) return;
    if (!kept.as_object()->empty() || until != schema::Time{})
        in.fail("withheld", "comes with content");
}

}  // namespace

Result<AskBody> ask_body_of(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {schema::limits::body_bytes, 8}));
    schema::ObjectReader in(json, "ask");
    AskBody body;
    const auto value = schema::ask_from(in.text("value", 32));
    body.alias = in.text_or("alias", 64, "");
    const auto service = schema::service_class_from(in.text_or("service", 32, "PLACEMENT"));
    const auto priority = schema::priority_from(in.text_or("priority", 32, "ROUTINE"));
    body.reason = in.text_or("reason", 64, "");
    if (const Json* card = in.any_if("card")) body.kept.set("card", *card);
    keep_text(in, body.kept, "reply", 64);
    keep_text(in, body.kept, "code_word", 64);
    keep_text(in, body.kept, "person", schema::limits::name_bytes);
    keep_text(in, body.kept, "sentence", 512);
    keep_list(in, body.kept, "roles");
    body.window_start = schema::from_unix(in.number_or("window_start", 0, max_unix, 0));
    body.window_end = schema::from_unix(in.number_or("window_end", 0, max_unix, 0));
    check_bare_word(in, body.kept, body.window_end);
    LEEWARD_TRY(in.finish());
    if (!value || !service || !priority) return Error{Errc::malformed, "an unknown word"};
    body.value = *value;
    body.service = *service;
    body.priority = *priority;
    return body;
}
Result<AnswerBody> answer_body_of(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {schema::limits::body_bytes, 8}));
    schema::ObjectReader in(json, "answer");
    AnswerBody body;
    const auto value = schema::answer_from(in.text("value", 32));
    body.reason = in.text_or("reason", 64, "");
    body.hold_until = schema::from_unix(in.number_or("hold_until", 0, max_unix, 0));
    keep_list(in, body.kept, "conditions");
    keep_text(in, body.kept, "question", 64);
    keep_text(in, body.kept, "band", 32);
    keep_text(in, body.kept, "outcome", 64);
    keep_text(in, body.kept, "their_person", schema::limits::name_bytes);
    const std::int64_t as_of = in.number_or("capacity_as_of", 0, max_unix, 0);
    if (as_of != 0) body.kept.set("capacity_as_of", as_of);
    check_bare_word(in, body.kept, body.hold_until);
    LEEWARD_TRY(in.finish());
    if (!value) return Error{Errc::malformed, "an unknown word"};
    body.value = *value;
    return body;
}

}  // namespace leeward::node
