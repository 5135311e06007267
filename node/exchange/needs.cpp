#include "node/exchange/needs.h"

#include "node/exchange/ask.h"
#include "node/exchange/candidates.h"
#include "node/exchange/follow_up.h"
#include "node/exchange/legs.h"
#include "node/exchange/meter.h"
#include "node/exchange/need_rows.h"
#include "node/exchange/need_to_know.h"
#include "node/exchange/pages.h"
#include "node/exchange/two_people.h"
#include "schema/record.h"

namespace leeward::node {
namespace {

using schema::CaseState;
using schema::NeedMove;
using schema::NeedState;
using schema::Tier;
using schema::Time;

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

namespace {

Json detail_of(const NeedText& text) {
    return Json::object({{"fields", text.fields}, {"wishes_asked", text.wishes_asked}});
}

Result<Bytes> seal_need(Desk& desk, const Need& need) {
    return desk.records.seal(
        case_record(need.case_id), need_place(need.id), as_bytes(need.detail.dump()));
}

Result<Json> shown(Desk& desk, Transaction& tx, const Need& need) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    Json json = need_json(need, one.codename);
    LEEWARD_ASSIGN(Json risk, need_risk(desk, tx, need));
    json.set("risk", std::move(risk));
    return json;
}

// N1: she was asked what she wants, or why that could not be is written down.
Outcome make_ready(Desk& desk, Transaction& tx, Need& need, Time now) {
    if (!need.detail.bool_at("wishes_asked"))
        return Error{Errc::invalid_argument,
                     "the survivor's wishes were not asked; ask, or record why not, before a need "
                     "is made. Nothing was saved."};
    return move_need(desk, tx, need, NeedMove::N1, std::nullopt, "", now);
}

// An emergency is written down and asked about in one act.
Outcome ask_at_once(Desk& desk, Transaction& tx, const Need& need, const Json& args, Time now) {
    Json ask = Json::object({{"id", schema::text(need.id)}});
    for (const std::string_view name : {"to", "leave-out", "override"})
        if (const Json* given = args.find(name)) ask.set(name, *given);
    if (ask.find("to") == nullptr) return Done{};
    const auto asked = need_ask(desk, tx, ask, now);
    return asked ? Outcome(Done{}) : Outcome(asked.error());
}

// What a second person was asked about has its number already.
schema::NeedId number_of_new(Desk& desk) {
    return desk.seconded ? schema::NeedId(to_array<16>(desk.seconded->subject))
                         : schema::new_id<schema::NeedId>(desk.random);
}

}  // namespace

Result<Json> need_new(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("case")));
    LEEWARD_ASSIGN(const NeedText text, read_need_text(args.text_at("need")));
    if (one.state != CaseState::OPEN)
        return Error{Errc::wrong_state, "this case is closed; reopen it first"};
    Need need;
    need.id = number_of_new(desk);
    need.case_id = one.id;
    need.service = text.service;
    need.priority = text.priority;
    need.state = NeedState::DRAFT;
    need.opened = need.since = now;
    need.detail = detail_of(text);
    LEEWARD_ASSIGN(const Bytes sealed, seal_need(desk, need));
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
    LEEWARD_TRY(save_need(tx, need));
    LEEWARD_TRY(open_case_again(desk, tx, one.id, "", now));
    if (args.bool_at("draft")) return shown(desk, tx, need);
    LEEWARD_TRY(make_ready(desk, tx, need, now));
    LEEWARD_TRY(ask_at_once(desk, tx, need, args, now));
    LEEWARD_ASSIGN(need, load_need(desk, tx, need.id));
    return shown(desk, tx, need);
}

Result<Json> need_edit(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const NeedText text, read_need_text(args.text_at("need")));
    if (need.state != NeedState::DRAFT)
        return Error{Errc::wrong_state,
                     "this need is no draft any more: what was asked stays as it was asked. End it "
                     "and write a new one if it has changed. Nothing was saved."};
    LEEWARD_TRY(nobody_is_asked(desk, tx, need.id.get()));
    need.service = text.service;
    need.priority = text.priority;
    need.since = now;
    need.raised = {};
    need.detail = detail_of(text);
    LEEWARD_ASSIGN(const Bytes sealed, seal_need(desk, need));
    LEEWARD_TRY(tx.run("UPDATE need SET service=?,priority=?,sealed=? WHERE id=?",
                       need.service,
                       need.priority,
                       BytesView(sealed),
                       need.id));
    LEEWARD_TRY(save_need(tx, need));
    return shown(desk, tx, need);
}

Result<Json> need_ready(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Need need, find_need(desk, tx, args.text_at("id")));
    LEEWARD_TRY(make_ready(desk, tx, need, now));
    LEEWARD_TRY(ask_at_once(desk, tx, need, args, now));
    LEEWARD_ASSIGN(need, load_need(desk, tx, need.id));
    return shown(desk, tx, need);
}

Result<Json> need_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    const Pages pages(args);
    const Sight sight = sight_of(desk);
    auto rows = tx.query(
        "SELECT n.id,n.case_id,n.service,n.priority,n.state,n.opened,n.since,n.before_pause,"
        "n.outcome,n.raised,n.placed,n.followed,n.interim,c.codename FROM need n JOIN "
        "survivor_case c ON c.id=n.case_id "
        "WHERE (? OR n.state<?) "
        "AND (? OR NOT EXISTS(SELECT 1 FROM assignment a WHERE a.subject=c.id AND a.until=0 "
        "AND instr(?,hex(a.worker))=0)) ORDER BY n.state,n.since LIMIT ? OFFSET ?",
        args.bool_at("all"),
        NeedState::CLOSED,
        sight.everything,
        sight.workers,
        pages.limit(),
        pages.offset());
    Json needs = Json::array();
    while (rows.next()) {
        const Need need = read_need(rows);
        needs.push(need_json(need, rows.text(13)));
    }
    LEEWARD_TRY(rows.status());
    return pages.answer("needs", std::move(needs));
}

namespace {

bool may_ask_more(NeedState state) {
    return state == NeedState::READY || state == NeedState::INQUIRING ||
           state == NeedState::OPTIONS || state == NeedState::UNPLACED;
}

}  // namespace

namespace {

// What it tells of her is read only with a purpose, and the reading is an act in the log.
Outcome show_fields(Desk& desk,
                    Transaction& tx,
                    const Need& need,
                    const std::string& purpose,
                    Json& json,
                    Time now) {
    const Json* fields = need.detail.find("fields");
    if (purpose.empty() || fields == nullptr) return Done{};
    LEEWARD_TRY(is_purpose(purpose));
    const auto state = static_cast<Byte>(need.state);
    View view{act(schema::Machine::NEED, 0, state, state, ""),
              View::Then::NOTHING,
              need.id.get(),
              {},
              now};
    view.event.tier = static_cast<Byte>(schema::Tier::T1);
    view.event.purpose = schema::code_tag(purpose);
    LEEWARD_TRY(saw(desk, tx, std::move(view)));
    json.set("fields", *fields);
    LEEWARD_ASSIGN(Json risk, need_risk(desk, tx, need));
    json.set("risk", std::move(risk));
    return Done{};
}

}  // namespace

Result<Json> need_show(Desk& desk, Transaction& tx, const Json& args, Time now) {
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
    if (may_ask_more(need.state)) {
        LEEWARD_ASSIGN(Json left, candidates_json(desk, tx, need, legs, now));
        json.set("could_be_asked", std::move(left));
    }
    LEEWARD_ASSIGN(Json follow_up, follow_up_json(tx, need, now));
    if (!follow_up.is_null()) json.set("follow_up", std::move(follow_up));
    LEEWARD_TRY(show_fields(desk, tx, need, args.text_at("purpose"), json, now));
    return json;
}

}  // namespace leeward::node
