// G10: the table of deadlines, waited out.
#include <algorithm>
#include <array>

#include "schema/leg.h"
#include "schema/need.h"
#include "tests/scenarios/rules.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

using schema::Deadline;
using schema::DeadlineRow;
using schema::LegState;
using schema::NeedState;
using schema::TimerOwner;

bool owns(const Deadline& row, const Waits& waits) {
    if (row.owner == TimerOwner::BOTH) return true;
    return (row.owner == TimerOwner::REFERRER) == waits.referrer;
}

// Rows that count only under a condition which the state alone does not tell: they are tried where the
// condition is made (SPEC.md, Coverage).
constexpr std::array conditional{
    DeadlineRow::NEED_READY,      // the next step asks
    DeadlineRow::NEED_INQUIRING,  // while nobody is asked
    DeadlineRow::NEED_OPTIONS,    // once the last offer is gone
    DeadlineRow::NEED_SELECTED,   // once the choice fell through
    DeadlineRow::NEED_CONFIRMED,  // the leg's own row calls
    DeadlineRow::NEED_FOLLOW_UP,  // from day to day, as long as the return path lives
    DeadlineRow::NEED_FOLLOW_UP_END,
};

bool depends(DeadlineRow row, const Waits& waits) {
    if (std::find(conditional.begin(), conditional.end(), row) != conditional.end()) return true;
    if (row == DeadlineRow::LEG_ARRIVED) return waits.shown.text_at("answer") != "ARRIVED";
    return row == DeadlineRow::LEG_BY_PHONE_ONLY &&
           waits.state == static_cast<Byte>(LegState::ARRIVED) &&
           waits.shown.text_at("ask") != "PHONE_ARRIVED";
}

struct Due {
    const Deadline* row;
    std::int64_t at;
};

// When it falls due at the latest, counted from now: what it counts from is past.
std::optional<std::int64_t> latest(const Deadline& row, const Waits& waits, schema::Time now) {
    const auto due = schema::due(row.row, waits.priority, now);
    if (!due) return std::nullopt;
    const std::int64_t at = schema::unix_seconds(*due);
    const std::int64_t later = at - schema::unix_seconds(now);
    if (row.row == DeadlineRow::LEG_WINDOW)
        return std::max(waits.shown.int_at("window_end"), schema::unix_seconds(now)) + later;
    if (row.row == DeadlineRow::LEG_HOLD)
        return std::max(at, waits.shown.int_at("hold_until") + 300);
    return at;
}

std::vector<Due> dues_of(const Waits& waits, schema::Time now) {
    std::vector<Due> out;
    for (const DeadlineRow name : schema::deadlines_of(waits.machine, waits.state)) {
        const Deadline& row = schema::deadline(name);
        if (!owns(row, waits) || depends(name, waits)) continue;
        if (const auto at = latest(row, waits, now)) out.push_back({&row, *at});
    }
    std::stable_sort(
        out.begin(), out.end(), [](const Due& a, const Due& b) { return a.at < b.at; });
    return out;
}

const schema::RoleSet sees_all{schema::Role::INVESTIGATION_SUPERVISOR,
                               schema::Role::SHELTER_SUPERVISOR,
                               schema::Role::COUNSELLOR};

std::string state_in(TestNode& node, const Waits& waits) {
    const bool leg = waits.machine == schema::Machine::LEG;
    const auto list =
        node.call_as(sees_all, leg ? "leg.list" : "need.list", Json::object({{"all", true}}));
    if (!list) return list.error().detail;
    return item_with(member(*list, leg ? "legs" : "needs"), "id", waits.id).text_at("state");
}

bool called_about(TestNode& node, const Waits& waits) {
    const auto inbox = node.call_as(sees_all, "inbox", Json::object());
    if (!inbox) return false;
    return !item_with(member(*inbox, "notices"), "about", waits.id).is_null();
}

// Nobody else is there: each timer is its own node's.
TestNode& alone_in(World& world, House house) {
    std::size_t place = 0;
    for (std::size_t i = 0; i < world.size(); ++i) {
        if (world.node(i).name() == name_of(house))
            place = i;
        else
            world.node(i).close();
    }
    return world.node(place);
}

// Whether the row did what it says; `moved` that the state was left, by this row or another.
std::string fault_of(const Deadline& row, TestNode& node, const Waits& waits, bool moved) {
    const std::string where = std::string(called_of(waits.house)) + ": " +
                              waits.shown.text_at("state") + ", row " +
                              std::string(schema::name(row.row));
    if (moved) return "";
    if (!row.move.empty() && !row.then.empty()) return where + " did not move it";
    return called_about(node, waits) ? "" : where + " called nobody";
}

}  // namespace

std::vector<std::string> wait_it_out(Scenario& scenario, const Waits& waits) {
    std::vector<std::string> broken;
    const auto dues = dues_of(waits, scenario.world().clock().now());
    if (dues.empty()) return broken;
    const auto copy = scenario.world().copy();
    TestNode& node = alone_in(*copy, waits.house);
    for (const auto& due : dues) {
        copy->clock().move(std::chrono::seconds(due.at + 60 - copy->clock().seconds()));
        copy->pump();
        const bool moved = state_in(node, waits) != waits.shown.text_at("state");
        const std::string fault = fault_of(*due.row, node, waits, moved);
        if (!fault.empty()) broken.push_back(fault);
        if (moved) break;
    }
    return broken;
}

}  // namespace leeward::test
