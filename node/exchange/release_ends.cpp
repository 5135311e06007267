#include "node/exchange/release_ends.h"

#include "node/exchange/disclose.h"
#include "node/exchange/due_rows.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/incidents.h"
#include "node/exchange/notices.h"
#include "node/exchange/return_path.h"
#include "schema/codes.h"
#include "schema/deadline.h"

namespace leeward::node {
namespace {

using schema::FieldSet;
using schema::ReleaseMove;
using schema::ReleaseState;
using schema::Time;

constexpr int releases_at_once = 64;

Result<FieldSet> listed_fields(const Json& args) {
    FieldSet out;
    for (const auto& item : args.array_at("fields")) {
        const auto field = schema::find_field(*item.as_string());
        if (!field)
            return Error{Errc::invalid_argument,
                         "'" + *item.as_string() + "' is not a field of the catalogue"};
        out.insert(*field);
    }
    return out;
}

// Kept beside the text that was signed, which does not change.
void keep_narrowed(Release& r, const FieldSet& gone, Time now) {
    Json list = Json(r.detail.array_at("narrowed"));
    for (const auto field : gone.members())
        list.push(
            Json::object({{"field", schema::field(field).id}, {"at", schema::unix_seconds(now)}}));
    r.detail.set("narrowed", std::move(list));
}

}  // namespace

Outcome end_release(
    Desk& desk, Transaction& tx, Release& r, ReleaseMove move, std::string_view reason, Time now) {
    LEEWARD_TRY(move_release(desk, tx, r, move, reason, now));
    LEEWARD_TRY(save_release(desk, tx, r));
    LEEWARD_TRY(settle_notice(tx, "RELEASE_ENDS_SOON", r.id.get()));
    LEEWARD_TRY(settle_notice(tx, "RELEASE_UNSIGNED", r.id.get()));
    if (r.leg) return r.starts == Time{} ? Outcome(Done{}) : return_path_changed(desk, tx, r, now);
    return grants_of_release_close(desk, tx, r, now);
}

Outcome narrow_release(Desk& desk,
                       Transaction& tx,
                       Release& r,
                       const FieldSet& gone,
                       std::string_view reason,
                       Time now) {
    r.fields = r.fields - gone;
    LEEWARD_TRY(move_release(desk, tx, r, ReleaseMove::R5, reason, now));
    keep_narrowed(r, gone, now);
    return save_release(desk, tx, r);
}

Result<Json> release_narrow(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Release r, find_release(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const FieldSet named, listed_fields(args));
    const FieldSet gone = named & r.fields;
    if (gone.empty())
        return Error{Errc::invalid_argument,
                     "this release covers none of these fields; nothing was changed"};
    if (gone == r.fields)
        return Error{Errc::invalid_argument,
                     "that is all that it covers: say release withdraw; nothing was changed"};
    LEEWARD_TRY(narrow_release(desk, tx, r, gone, "RELEASE_NARROWED", now));
    LEEWARD_TRY(grants_of_release_narrow(desk, tx, r, gone, now));
    Json json = release_json(desk, r);
    json.set("note",
             "These fields are no longer shared, and their erasure was asked for. What a person "
             "has read cannot be un-read. The rest goes on.");
    return json;
}

namespace {

// Whatever was disclosed under it should not have been: one incident for each grant that left.
Outcome incidents_of(Desk& desk, Transaction& tx, const Release& r, Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::RELEASE, r.id.get()));
    for (const auto& g : grants) {
        if (!g.ours || !g.ever_sent()) continue;
        const About about{g.id.get(), g.leg, g.case_id, g.peer};
        LEEWARD_TRY(open_incident(desk, tx, "INCIDENT_INVALID_RELEASE", about, now));
    }
    return Done{};
}

}  // namespace

Result<Json> release_invalidate(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_TRY(require(desk.actor, schema::supervisors));
    LEEWARD_ASSIGN(Release r, find_release(desk, tx, args.text_at("id")));
    const std::string code = args.text_at("code");
    if (code != "RELEASE_INVALID_SIGNER" && code != "RELEASE_NOT_UNDERSTOOD")
        return Error{Errc::invalid_argument,
                     "say RELEASE_INVALID_SIGNER or RELEASE_NOT_UNDERSTOOD; nothing was changed"};
    LEEWARD_TRY(end_release(desk, tx, r, ReleaseMove::R10, code, now));
    LEEWARD_TRY(incidents_of(desk, tx, r, now));
    Json json = release_json(desk, r);
    json.set("note",
             "It was never valid: what was shared under it is an incident now, see incident list. "
             "No bed was given up.");
    return json;
}

Result<Json> release_notice(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Release r, find_release(desk, tx, args.text_at("id")));
    if (r.basis == schema::Basis::RELEASE)
        return Error{Errc::wrong_state, "she signed this herself; nothing was changed"};
    const std::string code = args.text_at("code");
    if (!schema::is_code("TOLD_", code))
        return Error{Errc::invalid_argument, "that is not a TOLD_ code; nothing was changed"};
    r.detail.set("notice", code);
    if (code == "TOLD_SURVIVOR") r.detail.set("notice_due", 0);
    LEEWARD_TRY(save_release(desk, tx, r));
    LEEWARD_TRY(settle_notice(tx, "SURVIVOR_NOTICE_DUE", r.id.get()));
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::RELEASE;
    event.from_state = event.to_state = static_cast<Byte>(r.state);
    event.basis = static_cast<Byte>(r.basis);
    event.reason = schema::code_tag(code);  // no step: the authority itself is not named
    LEEWARD_TRY(log_event(desk, tx, event, now));
    return release_json(desk, r);
}

// ------------------------------------------------------------------ by time

namespace {

Outcome call(Desk& desk, Transaction& tx, Release& r, std::string_view code, Time now) {
    r.raised = now;
    LEEWARD_TRY(save_release(desk, tx, r));
    return call_for(desk,
                    tx,
                    schema::Machine::RELEASE,
                    static_cast<Byte>(r.state),
                    code,
                    r.id.get(),
                    r.recipient,
                    now);
}

Outcome look_unsigned(Desk& desk, Transaction& tx, Release& r, Time now) {
    const auto end =
        schema::due(schema::DeadlineRow::RELEASE_UNSIGNED_END, schema::Priority::ROUTINE, r.since);
    if (*end <= now) return end_release(desk, tx, r, ReleaseMove::R11, "RELEASE_VOID", now);
    return call(desk, tx, r, "RELEASE_UNSIGNED", now);
}

constexpr schema::Duration notice_again = std::chrono::hours(24 * 7);

// What was shared without her is told to her in the end; a call each week until it was.
Outcome look_at_notice(Desk& desk, Transaction& tx, Release& r, Time now) {
    r.detail.set("notice_due", schema::unix_seconds(now + notice_again));
    LEEWARD_TRY(save_release(desk, tx, r));
    return call_for(desk,
                    tx,
                    schema::Machine::RELEASE,
                    static_cast<Byte>(r.state),
                    "SURVIVOR_NOTICE_DUE",
                    r.id.get(),
                    r.recipient,
                    now);
}

bool owes_notice(const Release& r, Time now) {
    const auto due = r.detail.int_at("notice_due");
    return r.starts != Time{} && due != 0 && schema::from_unix(due) <= now;
}

Outcome look_live(Desk& desk, Transaction& tx, Release& r, Time now) {
    if (r.expires <= now) return end_release(desk, tx, r, ReleaseMove::R7, "RELEASE_EXPIRED", now);
    if (r.state != ReleaseState::EXPIRING)
        LEEWARD_TRY(move_release(desk, tx, r, ReleaseMove::R6, "", now));
    return call(desk, tx, r, "RELEASE_ENDS_SOON", now);
}

Outcome look_at(Desk& desk, Transaction& tx, const schema::ReleaseId& id, Time now) {
    LEEWARD_ASSIGN(Release r, load_release(desk, tx, id));
    if (owes_notice(r, now)) return look_at_notice(desk, tx, r, now);
    return schema::live(r.state) ? look_live(desk, tx, r, now) : look_unsigned(desk, tx, r, now);
}

}  // namespace

// Saving one sets when it is looked at next.
Outcome fire_release_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_TRY(each_due<schema::ReleaseId>(
        desk,
        "release",
        tx.query("SELECT id FROM release WHERE timer>0 AND timer<=? AND sealed<>x'' ORDER BY timer",
                 schema::unix_seconds(now)),
        now,
        releases_at_once,
        [&](const schema::ReleaseId& id) { return look_at(desk, tx, id, now); }));
    return Done{};
}

namespace {

// The next call about what she must be told: within a week of the last, and before the first within the most
// days that people may choose.
Result<Time> latest_notice(Transaction& tx, const Release& r, Time reached) {
    auto called =
        tx.query("SELECT 1 FROM notice WHERE code='SURVIVOR_NOTICE_DUE' AND subject=?", r.id);
    const bool again = called.next();
    LEEWARD_TRY(called.status());
    return reached + (again ? notice_again : std::chrono::days(schema::release_hard_max_days));
}

Outcome follow_clock(Desk& desk, Transaction& tx, Release r, Time reached) {
    LEEWARD_ASSIGN(const Time latest, latest_notice(tx, r, reached));
    const bool calls_late = schema::from_unix(r.detail.int_at("notice_due")) > latest;
    if (!calls_late && std::max({r.since, r.raised, r.applied}) <= reached) return Done{};
    for (Time* moment : {&r.since, &r.raised, &r.applied})
        *moment = std::min(*moment, reached);
    if (calls_late) r.detail.set("notice_due", schema::unix_seconds(latest));
    return save_release(desk, tx, r);
}

}  // namespace

// Of what rests on no word of hers, the day on which she must be told is sealed: each is looked at.
Outcome releases_follow_clock(Desk& desk, Transaction& tx, Time reached, Time now) {
    LEEWARD_TRY(each_due<schema::ReleaseId>(
        desk,
        "release clock",
        tx.query("SELECT id FROM release WHERE sealed<>x'' AND (max(since,raised,applied)>? OR "
                 "(basis<>? AND timer>0))",
                 schema::unix_seconds(reached),
                 schema::Basis::RELEASE),
        now,
        all_of_them,
        [&](const schema::ReleaseId& id) -> Outcome {
            auto r = load_release(desk, tx, id);
            if (!r && r.error().code == Errc::corrupt) return Done{};  // met when it is due
            if (!r) return r.error();
            return follow_clock(desk, tx, std::move(*r), reached);
        }));
    return Done{};
}

}  // namespace leeward::node
