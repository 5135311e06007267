#include "node/exchange/handoff_set.h"

#include "node/exchange/due_rows.h"
#include "node/exchange/grant_ends.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "schema/record.h"

namespace leeward::node {
namespace {

using schema::Time;

constexpr schema::Duration day = std::chrono::hours(24);  // HANDOFF_SET

constexpr std::string_view arrivals = "arrival";
constexpr int arrivals_at_once = 64;

struct Arrival {
    schema::LegId leg;
    std::optional<schema::NeedId> need;
    Time at;
};

Rows arrived_a_day_ago(const Desk& desk, Transaction& tx, Time now) {
    return tx.query(
        "SELECT id FROM leg WHERE handoff_cleared=0 AND shown IN (?,?) AND since<=? "
        "ORDER BY id<=?,id",
        schema::LegState::ARRIVED,
        schema::LegState::ENDED,
        schema::unix_seconds(now - day),
        desk.turns.last(arrivals));
}

Result<Arrival> arrival(Transaction& tx, const schema::LegId& leg) {
    Arrival one{leg, {}, {}};
    auto rows = tx.query("SELECT need,since FROM leg WHERE id=?", leg);
    if (rows.next()) {
        if (!rows.is_null(0)) one.need = rows.id<schema::NeedId>(0);
        one.at = schema::from_unix(rows.integer(1));
    }
    LEEWARD_TRY(rows.status());
    return one;
}

// Out of our own record too: where she was met is nobody's business any more.
Outcome clear_own(Desk& desk, Transaction& tx, const schema::CaseId& id) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, id));
    const auto held = schema::fields_of(one.record) & schema::fields_of_group("handoff");
    if (held.empty()) return Done{};
    Json rest = Json::object();
    for (const auto& [key, value] : *one.record.as_object()) {
        const auto field = schema::find_field(key);
        if (!field || !held.contains(*field)) rest.set(key, value);
    }
    LEEWARD_ASSIGN(const Bytes sealed,
                   desk.records.seal(case_record(id), case_record(id), as_bytes(rest.dump())));
    return tx.run("UPDATE survivor_case SET sealed=? WHERE id=?", BytesView(sealed), id);
}

// Another way of the same survivor is being planned with it.
Result<bool> still_needed(Transaction& tx, const schema::CaseId& id, const schema::LegId& leg) {
    auto rows = tx.query(
        "SELECT 1 FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? AND l.id<>? AND "
        "l.shown BETWEEN ? AND ? LIMIT 1",
        id,
        leg,
        schema::LegState::PHONE_ACCEPTED,
        schema::LegState::NOT_ARRIVED);
    const bool found = rows.next();
    LEEWARD_TRY(rows.status());
    return found;
}

Outcome clear_at_referrer(Desk& desk, Transaction& tx, const Arrival& one, Time now) {
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::LEG, one.leg.get()));
    for (const auto& g : grants)
        if (g.handoff) LEEWARD_TRY(close_grant(desk, tx, g, schema::GrantMove::G5t, now));
    LEEWARD_ASSIGN(const Need need, load_need(desk, tx, *one.need));
    LEEWARD_ASSIGN(const bool needed, still_needed(tx, need.case_id, one.leg));
    if (needed) return Done{};
    LEEWARD_TRY(clear_own(desk, tx, need.case_id));
    return tx.run("UPDATE leg SET handoff_cleared=1 WHERE id=?", one.leg);
}

// What the recipient holds of it ends now; its own timer erases and attests it.
Outcome end_at_recipient(Transaction& tx, const Arrival& one) {
    LEEWARD_TRY(tx.run("UPDATE grant_of SET expires=min(expires,?) WHERE leg=? AND handoff=1",
                       schema::unix_seconds(one.at + day),
                       one.leg));
    return tx.run("UPDATE leg SET handoff_cleared=1 WHERE id=?", one.leg);
}

Outcome clear(Desk& desk, Transaction& tx, const schema::LegId& leg, Time now) {
    LEEWARD_ASSIGN(const Arrival one, arrival(tx, leg));
    return one.need ? clear_at_referrer(desk, tx, one, now) : end_at_recipient(tx, one);
}

}  // namespace

Outcome clear_handoff_sets(Desk& desk, Transaction& tx, Time now) {
    return each_in_rounds<schema::LegId>(
        desk,
        arrivals,
        arrived_a_day_ago(desk, tx, now),
        now,
        arrivals_at_once,
        [&](const schema::LegId& leg) { return clear(desk, tx, leg, now); });
}

}  // namespace leeward::node
