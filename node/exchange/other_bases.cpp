#include "node/exchange/other_bases.h"

#include <algorithm>

#include "node/exchange/drafting.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/signing.h"
#include "node/exchange/two_people.h"
#include "schema/codes.h"
#include "schema/grant.h"

namespace leeward::node {
namespace {

using schema::Basis;
using schema::FieldSet;
using schema::ReleaseMove;
using schema::Time;

Error invalid(std::string_view why) {
    return {Errc::invalid_argument, std::string(why) + "; nothing was saved"};
}

Error not_tonight(std::string_view why) {
    return {Errc::not_released,
            std::string(why) +
                ". Possible instead, with nothing disclosed: agree the plan and its code word, let "
                "her carry her own papers, telephone, an interim safe stay, or a guardian, agency "
                "or court that signs. Nothing was saved."};
}

Outcome allowed_here(Transaction& tx, const std::string& code) {
    if (code.empty()) return invalid("TONIGHT needs --jurisdiction");
    auto rows = tx.query("SELECT 1 FROM jurisdiction WHERE code=? AND tonight=1", code);
    const bool on = rows.next();
    LEEWARD_TRY(rows.status());
    if (on) return Done{};
    return not_tonight("TONIGHT is not switched on for " + code +
                       ": counsel has not filled it in (jurisdiction set)");
}

// The need whose shelter has made its bed firm, by its own word.
Result<schema::NeedId> placement_at(Transaction& tx, const Release& r) {
    auto rows = tx.query(
        "SELECT l.need,l.shown,l.answer FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? "
        "AND l.peer=? AND l.service=?",
        r.case_id,
        r.recipient,
        schema::ServiceClass::PLACEMENT);
    while (rows.next())
        if (schema::allows(static_cast<schema::LegState>(rows.integer(1)),
                           static_cast<schema::Answer>(rows.integer(2)),
                           schema::Tier::T2,
                           schema::ServiceClass::PLACEMENT))
            return rows.id<schema::NeedId>(0);
    LEEWARD_TRY(rows.status());
    return not_tonight("TONIGHT is for the shelter that has made its bed firm itself");
}

Outcome only_once(Desk& desk, Transaction& tx, const Release& r, const std::string& need) {
    LEEWARD_ASSIGN(const auto all, releases_of(desk, tx, r.case_id));
    for (const auto& other : all)
        if (other.basis == Basis::TONIGHT && other.starts != Time{} &&
            other.detail.text_at("need") == need)
            return not_tonight("TONIGHT was used for this placement already");
    return Done{};
}

Outcome all_of(std::string_view family, const Json::Array& codes, std::string_view what) {
    const bool fits = !codes.empty() && std::all_of(codes.begin(), codes.end(), [&](const Json& c) {
        return schema::is_code(family, *c.as_string());
    });
    if (fits) return Done{};
    return invalid(what);
}

Outcome ground_tonight(Desk& desk, Transaction& tx, Release& r, const Json& args) {
    LEEWARD_TRY(allowed_here(tx, args.text_at("jurisdiction")));
    LEEWARD_TRY(all_of("REACH_",
                       args.array_at("reach"),
                       "say with --reach how you tried to reach a guardian or the agency: REACH_ "
                       "codes, one for each attempt"));
    LEEWARD_ASSIGN(const auto need, placement_at(tx, r));
    LEEWARD_TRY(only_once(desk, tx, r, schema::text(need)));
    r.fields = r.fields & schema::tonight_fields();
    if (r.fields.empty()) return invalid("the case holds none of the fields of TONIGHT");
    r.detail.set("need", schema::text(need));
    r.detail.set("jurisdiction", args.text_at("jurisdiction"));
    r.detail.set("reach", Json(args.array_at("reach")));
    r.detail.set("minor_alone", true);
    return Done{};
}

Outcome names_each_field(const Json& args) {
    for (const auto& item : args.array_at("fields"))
        if (schema::tier_from(*item.as_string()))
            return invalid("this basis lists each field by name, no whole tier");
    return Done{};
}

// The survivor is told now, or a code says why not yet and until when.
Outcome ground_notice(Release& r, const Json& args, Time now) {
    const std::string notice = args.text_at("notice");
    const bool told = notice == "TOLD_SURVIVOR";
    if (!told && !notice.starts_with("TOLD_LATER_"))
        return invalid("say with --notice TOLD_SURVIVOR, or TOLD_LATER_… and --notice-days");
    if (!schema::is_code("TOLD_", notice)) return invalid("that is not a TOLD_ code");
    r.detail.set("notice", notice);
    if (told) return Done{};
    const std::int64_t days = args.int_at("notice-days");
    if (days < 1 || days > schema::release_hard_max_days)
        return invalid("say with --notice-days when she will be told, 1 to 90");
    r.detail.set("notice_due", schema::unix_seconds(now + std::chrono::hours(24 * days)));
    return Done{};
}

Outcome ground_compelled(Release& r, const Json& args, Time now) {
    LEEWARD_TRY(names_each_field(args));
    if (args.text_at("cite").empty())
        return invalid("say with --cite which law or order demands it: it is sealed here");
    if (args.text_at("safety").empty()) return invalid("say with --safety what keeps her safe");
    LEEWARD_TRY(ground_notice(r, args, now));
    r.detail.set("cite", args.text_at("cite"));
    r.detail.set("safety", args.text_at("safety"));
    return Done{};
}

}  // namespace

Outcome ground_draft(Desk& desk, Transaction& tx, Release& r, const Json& args, Time now) {
    switch (r.basis) {
        case Basis::RELEASE:
            return Done{};
        case Basis::TONIGHT:
            return ground_tonight(desk, tx, r, args);
        case Basis::STATUTORY_MANDATE:
        case Basis::COURT_ORDER:
            return ground_compelled(r, args, now);
        case Basis::EMERGENCY:
            break;
    }
    return invalid("an emergency is asked for by the organisation that needs it: access ask");
}

Result<Json> release_authorise(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Release r, find_release(desk, tx, args.text_at("id")));
    if (r.basis == Basis::RELEASE)
        return Error{Errc::not_released,
                     "this is a release: she and her guardian sign it, nobody authorises it for "
                     "them; nothing was changed"};
    const std::string harm = args.text_at("harm");
    if (r.basis == Basis::TONIGHT && !schema::is_code("HARM_", harm))
        return invalid("without her signature TONIGHT needs --harm HARM_…");
    const auto act = r.basis == Basis::TONIGHT ? schema::TwoPersonAct::TONIGHT_UNSIGNED
                                               : schema::TwoPersonAct::COMPELLED;
    LEEWARD_TRY(second_person(desk, tx, args, act, r.id.get(), now));
    LEEWARD_TRY(freeze_text(desk, tx, r, now));
    r.detail.set("authorised",
                 Json::object({{"at", schema::unix_seconds(now)},
                               {"by", schema::text(desk.actor.id)},
                               {"harm", harm}}));
    LEEWARD_TRY(move_release(desk, tx, r, ReleaseMove::R4, harm, now));
    LEEWARD_TRY(save_release(desk, tx, r));
    LEEWARD_TRY(take_effect(desk, tx, r, now));
    return release_json(desk, r);
}

Result<Json> jurisdiction_set(Desk& desk, Transaction& tx, const Json& args, Time now) {
    if (args.text_at("counsel").empty() || args.text_at("reference").empty())
        return invalid("say who of counsel filled it in and where it is written");
    LEEWARD_TRY(
        tx.run("INSERT INTO jurisdiction(code,tonight,counsel,reference,entered) VALUES(?,?,?,?,?) "
               "ON CONFLICT(code) DO UPDATE SET tonight=excluded.tonight,counsel=excluded.counsel,"
               "reference=excluded.reference,entered=excluded.entered",
               args.text_at("code"),
               args.bool_at("tonight"),
               args.text_at("counsel"),
               args.text_at("reference"),
               schema::unix_seconds(now)));
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NODE;
    event.reason = schema::code_tag("BASIS_TONIGHT");
    event.to_state = args.bool_at("tonight") ? 1 : 0;
    LEEWARD_TRY(log_event(desk, tx, event, now));
    return jurisdiction_show(desk, tx, Json::object(), now);
}

Result<Json> jurisdiction_show(Desk&, Transaction& tx, const Json&, Time) {
    Json list = Json::array();
    auto rows =
        tx.query("SELECT code,tonight,counsel,reference,entered FROM jurisdiction ORDER BY code");
    while (rows.next())
        list.push(Json::object({{"code", rows.text(0)},
                                {"tonight", rows.integer(1) != 0},
                                {"counsel", rows.text(2)},
                                {"reference", rows.text(3)},
                                {"entered", rows.integer(4)}}));
    LEEWARD_TRY(rows.status());
    return Json::object({{"jurisdictions", std::move(list)},
                         {"note", "TONIGHT is off wherever counsel has filled in nothing."}});
}

}  // namespace leeward::node
