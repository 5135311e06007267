#include "node/exchange/needs.h"

#include <algorithm>

#include "node/exchange/legs.h"
#include "node/exchange/need_rows.h"
#include "schema/codes.h"
#include "schema/record.h"
#include "schema/risk.h"

namespace leeward::node {
namespace {

using schema::AskMove;
using schema::CaseState;
using schema::NeedMove;
using schema::NeedState;
using schema::Tier;
using schema::Time;

constexpr std::int64_t page_rows = 50;

struct NeedText {
    schema::ServiceClass service{};
    schema::Priority priority{};
    Json fields;
    bool wishes_asked = false;
};

Result<NeedText> read_need_text(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {64 * 1024, 8}));
    schema::ObjectReader in(json, "need");
    const auto service = schema::service_class_from(in.text("service", 32));
    const auto priority = schema::priority_from(in.text("priority", 32));
    const Json fields = in.any("fields");
    const bool asked = in.flag("wishes_asked");
    LEEWARD_TRY(in.finish());
    if (!service) return Error{Errc::malformed, "need: the service is not known"};
    if (!priority) return Error{Errc::malformed, "need: priority is EMERGENCY, URGENT or ROUTINE"};
    LEEWARD_TRY(schema::check_record(fields, Tier::T1));
    if (!t1_card_is_valid(fields))
        return Error{Errc::malformed, "need: fields hold something that is not T1"};
    return NeedText{*service, *priority, fields, asked};
}

}  // namespace

bool t1_card_is_valid(const Json& card) {
    return static_cast<bool>(schema::check_record(card, Tier::T1)) &&
           schema::fields_of(card).is_subset_of(schema::fields_of_tier(Tier::T1));
}

Result<Json> need_new(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_ASSIGN(const NeedText text, read_need_text(args.text_at("need")));
    if (one.state != CaseState::OPEN)
        return Error{Errc::wrong_state, "this case is closed; reopen it first"};
    if (!text.wishes_asked)
        return Error{Errc::invalid_argument,
                     "the survivor's wishes were not asked; ask, or record why not, before a need "
                     "is made. Nothing was saved."};
    Need need;
    need.id = schema::new_id<schema::NeedId>(desk.random);
    need.case_id = one.id;
    need.service = text.service;
    need.priority = text.priority;
    need.state = NeedState::DRAFT;
    need.opened = need.since = now;
    need.detail = Json::object({{"fields", text.fields}, {"wishes_asked", true}});
    LEEWARD_ASSIGN(
        const Bytes sealed,
        desk.records.seal(case_record(one.id), need_place(need.id), as_bytes(need.detail.dump())));
    LEEWARD_TRY(
        tx.run("INSERT INTO need(id,case_id,service,priority,state,opened,since,sealed) "
               "VALUES(?,?,?,?,?,?,?,?)",
               need.id,
               need.case_id,
               need.service,
               need.priority,
               need.state,
               schema::unix_seconds(now),
               schema::unix_seconds(now),
               BytesView(sealed)));
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N1, std::nullopt, "", now));
    Json json = need_json(need, one.codename);
    json.set("risk", schema::meter_json(schema::measure(text.fields)));
    return json;
}

Result<Json> need_list(Desk&, Transaction& tx, const Json& args, Time) {
    const std::int64_t page = std::max<std::int64_t>(1, args.int_at("page"));
    auto rows = tx.query(
        "SELECT n.id,n.case_id,n.service,n.priority,n.state,n.opened,n.since,n.before_pause,"
        "n.outcome,n.raised,c.codename FROM need n JOIN survivor_case c ON c.id=n.case_id "
        "WHERE ? OR n.state<? ORDER BY n.state,n.since LIMIT ? OFFSET ?",
        args.bool_at("all"),
        NeedState::CLOSED,
        page_rows,
        (page - 1) * page_rows);
    Json needs = Json::array();
    while (rows.next()) {
        const Need need = read_need(rows);
        needs.push(need_json(need, rows.text(10)));
    }
    LEEWARD_TRY(rows.status());
    return Json::object({{"needs", std::move(needs)}, {"page", page}});
}

Result<Json> need_show(Desk& desk, Transaction& tx, const Json& args, Time) {
    LEEWARD_ASSIGN(const Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    Json json = need_json(need, one.codename);
    Json list = Json::array();
    for (const auto& leg : legs) {
        Json item = leg_json(desk, leg);
        for (const std::string_view key : {"conditions", "capacity_as_of", "band", "question"})
            if (const Json* value = leg.detail.find(key)) item.set(key, *value);
        list.push(std::move(item));
    }
    json.set("legs", std::move(list));
    if (const Json* fields = need.detail.find("fields")) {
        json.set("fields", *fields);
        json.set("risk", schema::meter_json(schema::measure(*fields)));
    }
    return json;
}

Result<Json> need_close(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string outcome = args.text_at("outcome");
    if (!schema::is_code("OUTCOME_", outcome))
        return Error{Errc::invalid_argument, "that is not an OUTCOME_ code; nothing was changed"};
    if (need.state == NeedState::PLACED)
        LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N11, std::nullopt, "", now));
    need.outcome = outcome;
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N21, std::nullopt, outcome, now));
    LEEWARD_TRY(case_follows(desk, tx, need.case_id, now));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    return need_json(need, one.codename);
}

// The survivor's word: no second person, no delay. Live legs before departure are asked to end.
Result<Json> need_withdraw(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    const std::string reason = args.text_at("reason");
    if (!schema::is_code("WITHDRAW_", reason))
        return Error{Errc::invalid_argument, "that is not a WITHDRAW_ code; nothing was changed"};
    LEEWARD_TRY(move_need(desk, tx, need, NeedMove::N13, std::nullopt, reason, now));
    LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need.id));
    for (const auto& listed : legs) {
        LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, listed.id));
        if (schema::is_terminal(leg.shown)) continue;
        const auto move = leg.sent ? AskMove::A13 : AskMove::A14;
        if (!schema::write_ask(move, leg.ask, leg.answer, !leg.sent)) continue;
        LEEWARD_TRY(write(desk, tx, leg, move, {Json::object(), reason}, now));
    }
    LEEWARD_TRY(case_follows(desk, tx, need.case_id, now));
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    return need_json(need, one.codename);
}
}  // namespace leeward::node
