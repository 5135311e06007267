#include "node/exchange/resync_text.h"

#include "crypto/base/hex.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::ObjectReader;
using schema::Time;

constexpr std::size_t items_in_part = 40;  // of some 500 bytes each
constexpr std::int64_t max_unix = 253'402'300'799;
constexpr std::int64_t max_counter = 0xffff'ffff;
constexpr std::int64_t most_parts = 10'000;

std::uint32_t counter(ObjectReader& in, std::string_view key) {
    return static_cast<std::uint32_t>(in.number(key, 0, max_counter));
}
Time time(ObjectReader& in, std::string_view key) {
    return schema::from_unix(in.number(key, 0, max_unix));
}

// A word of a closed list; the first unknown one makes the whole malformed.
template <class T>
T word(ObjectReader& in, std::string_view key, std::optional<T> (*from)(std::string_view)) {
    const auto value = from(in.text(key, 32));
    if (!value) in.fail(key, "holds an unknown word");
    return value.value_or(T{});
}

Json leg_json(const ResyncLeg& leg) {
    Json json = Json::object({{"leg", schema::text(leg.id)},
                              {"yours", leg.yours},
                              {"ask", schema::name(leg.ask.value)},
                              {"ask_counter", leg.ask.counter},
                              {"ask_saw", leg.ask.saw},
                              {"answer", schema::name(leg.answer.value)},
                              {"answer_counter", leg.answer.counter},
                              {"answer_saw", leg.answer.saw},
                              {"service", schema::name(leg.service)},
                              {"priority", schema::name(leg.priority)},
                              {"alias", leg.alias},
                              {"opened", schema::unix_seconds(leg.opened)},
                              {"since", schema::unix_seconds(leg.since)},
                              {"hold_until", schema::unix_seconds(leg.hold_until)},
                              {"window_start", schema::unix_seconds(leg.window_start)},
                              {"window_end", schema::unix_seconds(leg.window_end)},
                              {"in", leg.in_seq},
                              {"out", leg.out_seq},
                              {"reason", leg.reason}});
    if (leg.return_counter > 0) json.set("return_counter", leg.return_counter);
    return json;
}

Result<ResyncLeg> leg_from(const Json& json) {
    ObjectReader in(json, "leg");
    ResyncLeg leg;
    leg.id = in.id<schema::LegId>("leg");
    leg.yours = in.flag("yours");
    leg.ask.value = word(in, "ask", schema::ask_from);
    leg.ask.counter = counter(in, "ask_counter");
    leg.ask.saw = counter(in, "ask_saw");
    leg.answer.value = word(in, "answer", schema::answer_from);
    leg.answer.counter = counter(in, "answer_counter");
    leg.answer.saw = counter(in, "answer_saw");
    leg.service = word(in, "service", schema::service_class_from);
    leg.priority = word(in, "priority", schema::priority_from);
    leg.alias = in.text("alias", 64);
    leg.opened = time(in, "opened");
    leg.since = time(in, "since");
    leg.hold_until = time(in, "hold_until");
    leg.window_start = time(in, "window_start");
    leg.window_end = time(in, "window_end");
    leg.in_seq = in.number("in", 0, schema::limits::highest_number);
    leg.out_seq = in.number("out", 0, schema::limits::highest_number);
    leg.reason = in.text("reason", 64);
    leg.return_counter = in.number_or("return_counter", 0, schema::limits::highest_number, 0);
    LEEWARD_TRY(in.finish());
    return leg;
}

Json grant_json(const ResyncGrant& grant) {
    return Json::object({{"grant", schema::text(grant.id)},
                         {"yours", grant.yours},
                         {"leg", schema::text(grant.leg)},
                         {"release", schema::text(grant.release)},
                         {"tier", schema::name(grant.tier)},
                         {"basis", schema::name(grant.basis)},
                         {"purpose", grant.purpose},
                         {"fields", hex::encode(grant.fields.bytes())},
                         {"discloser", schema::name(grant.discloser)},
                         {"discloser_counter", grant.discloser_counter},
                         {"recipient", schema::name(grant.recipient)},
                         {"recipient_counter", grant.recipient_counter},
                         {"created", schema::unix_seconds(grant.created)},
                         {"expires", schema::unix_seconds(grant.expires)}});
}

Result<ResyncGrant> grant_from(const Json& json) {
    ObjectReader in(json, "grant");
    ResyncGrant grant;
    grant.id = in.id<schema::GrantId>("grant");
    grant.yours = in.flag("yours");
    grant.leg = in.id<schema::LegId>("leg");
    grant.release = in.id<schema::ReleaseId>("release");
    grant.tier = word(in, "tier", schema::tier_from);
    grant.basis = word(in, "basis", schema::basis_from);
    grant.purpose = in.text("purpose", 64);
    grant.fields = schema::FieldSet::from_bytes(in.hex_array<24>("fields"));
    grant.discloser = word(in, "discloser", schema::grant_discloser_from);
    grant.discloser_counter = counter(in, "discloser_counter");
    grant.recipient = word(in, "recipient", schema::grant_recipient_from);
    grant.recipient_counter = counter(in, "recipient_counter");
    grant.created = time(in, "created");
    grant.expires = time(in, "expires");
    LEEWARD_TRY(in.finish());
    return grant;
}

template <class Item>
Result<std::vector<Item>> list_from(const Json& json, Result<Item> (*from)(const Json&)) {
    const auto* list = json.as_array();
    if (list == nullptr || list->size() > 2 * items_in_part)
        return Error{Errc::malformed, "a list is missing or too long"};
    std::vector<Item> out;
    for (const auto& one : *list) {
        LEEWARD_ASSIGN(Item item, from(one));
        out.push_back(std::move(item));
    }
    return out;
}

}  // namespace

ResyncLeg resync_leg_of(Rows& rows) {
    const auto at = [&](int column) { return schema::from_unix(rows.integer(column)); };
    const auto number = [&](int column) {
        return static_cast<std::uint32_t>(rows.integer(column));
    };
    ResyncLeg leg;
    leg.id = rows.id<schema::LegId>(0);
    leg.yours = rows.integer(1) == 0;
    leg.ask = {static_cast<schema::Ask>(rows.integer(2)), number(3), number(4)};
    leg.answer = {static_cast<schema::Answer>(rows.integer(5)), number(6), number(7)};
    leg.service = static_cast<schema::ServiceClass>(rows.integer(8));
    leg.priority = static_cast<schema::Priority>(rows.integer(9));
    leg.alias = rows.text(10);
    leg.opened = at(11);
    leg.since = at(12);
    leg.hold_until = at(13);
    leg.window_start = at(14);
    leg.window_end = at(15);
    leg.in_seq = rows.integer(16);
    leg.out_seq = rows.integer(17);
    leg.reason = rows.text(18);
    if (!leg.yours) leg.return_counter = rows.integer(19);
    return leg;
}

std::vector<ResyncText> parts_of(const ResyncText& all) {
    std::vector<ResyncText> parts;
    auto leg = all.legs.begin();
    auto grant = all.grants.begin();
    do {
        ResyncText part{all.round, 0, 0, all.answer, {}, {}};
        while (leg != all.legs.end() && part.legs.size() < items_in_part)
            part.legs.push_back(*leg++);
        while (grant != all.grants.end() && part.legs.size() + part.grants.size() < items_in_part)
            part.grants.push_back(*grant++);
        parts.push_back(std::move(part));
    } while (leg != all.legs.end() || grant != all.grants.end());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].part = static_cast<std::int64_t>(i) + 1;
        parts[i].of = static_cast<std::int64_t>(parts.size());
    }
    return parts;
}

Json to_json(const ResyncText& text) {
    Json legs = Json::array();
    for (const auto& leg : text.legs)
        legs.push(leg_json(leg));
    Json grants = Json::array();
    for (const auto& grant : text.grants)
        grants.push(grant_json(grant));
    return Json::object({{"round", hex::encode(text.round)},
                         {"part", text.part},
                         {"of", text.of},
                         {"answer", text.answer},
                         {"legs", std::move(legs)},
                         {"grants", std::move(grants)}});
}

Result<ResyncText> read_resync(std::string_view body) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(body, {schema::limits::body_bytes, 6}));
    ObjectReader in(json, "resync");
    ResyncText text;
    text.round = in.hex_array<8>("round");
    text.of = in.number("of", 1, most_parts);
    text.part = in.number("part", 1, most_parts);
    if (text.part > text.of) in.fail("part", "is beyond the last");
    text.answer = in.flag("answer");
    auto legs = list_from<ResyncLeg>(in.any("legs"), leg_from);
    auto grants = list_from<ResyncGrant>(in.any("grants"), grant_from);
    LEEWARD_TRY(in.finish());
    LEEWARD_ASSIGN(text.legs, std::move(legs));
    LEEWARD_ASSIGN(text.grants, std::move(grants));
    return text;
}

}  // namespace leeward::node
