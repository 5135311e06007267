#include "node/exchange/candidates.h"

#include <algorithm>

#include "schema/capacity.h"
#include "schema/letters.h"

namespace leeward::node {
namespace {

using schema::CapacityLevel;
using schema::Time;

bool gives(const Peer& peer, schema::ServiceClass service) {
    const std::string_view role =
        service == schema::ServiceClass::COUNSELLING ? "counselling" : "shelter";
    const auto& roles = peer.card.roles;
    return peer.active() && std::find(roles.begin(), roles.end(), role) != roles.end();
}

// Whoever was let go because another place was chosen never said no, and can be asked again.
bool was_asked(const std::vector<Leg>& legs, const Peer& peer) {
    return std::any_of(legs.begin(), legs.end(), [&](const Leg& leg) {
        return leg.peer == peer.node() && leg.shown != schema::LegState::NOT_SELECTED;
    });
}

struct Told {
    int rank = 3;  // room, perhaps, a list, nothing known, no room
    std::string_view shown = "nothing told";
};

int rank_of(CapacityLevel level) {
    switch (level) {
        case CapacityLevel::HAS:
            return 0;
        case CapacityLevel::NEEDS_ASSESSMENT:
            return 1;
        case CapacityLevel::NONE_WITH_WAITLIST:
            return 2;
        case CapacityLevel::NONE:
            break;
    }
    return 4;
}

Result<Told> told_by(Transaction& tx, const Peer& peer, const Need& need, Time now) {
    auto rows = tx.query(
        "SELECT statement FROM capacity WHERE node=? AND service=?", peer.node(), need.service);
    if (!rows.next()) return Told{};
    LEEWARD_ASSIGN(const Json json, schema::parse_json(rows.text(0)));
    LEEWARD_ASSIGN(const auto statement, schema::capacity_from_json(json));
    const bool stale = schema::is_stale(statement.as_of, now);
    return Told{stale ? Told{}.rank : rank_of(statement.level),
                schema::shown_capacity(statement.level, statement.as_of, now)};
}

}  // namespace

bool is_unsafe_organisation(const Json& case_record, std::string_view name) {
    const auto& list = case_record.array_at("unsafe_organisations");
    return std::any_of(list.begin(), list.end(), [&](const Json& entry) {
        return entry.as_string() != nullptr &&
               schema::plain_letters(*entry.as_string()) == schema::plain_letters(name);
    });
}

Result<std::vector<const Peer*>> candidates_left(Desk& desk,
                                                 Transaction& tx,
                                                 const Need& need,
                                                 const std::vector<Leg>& legs) {
    LEEWARD_ASSIGN(const Case one, load_case(desk, tx, need.case_id));
    std::vector<const Peer*> left;
    for (const Peer* peer : desk.peers.all())
        if (gives(*peer, need.service) && !was_asked(legs, *peer) &&
            !is_unsafe_organisation(one.record, peer->card.organisation))
            left.push_back(peer);
    return left;
}

Result<Json> candidates_json(
    Desk& desk, Transaction& tx, const Need& need, const std::vector<Leg>& legs, Time now) {
    LEEWARD_ASSIGN(const auto left, candidates_left(desk, tx, need, legs));
    std::vector<std::pair<int, Json>> ranked;
    for (const Peer* peer : left) {
        LEEWARD_ASSIGN(const Told told, told_by(tx, *peer, need, now));
        ranked.emplace_back(
            told.rank,
            Json::object({{"organisation", peer->card.organisation}, {"capacity", told.shown}}));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    Json list = Json::array();
    for (auto& [rank, line] : ranked)
        list.push(std::move(line));
    return list;
}

}  // namespace leeward::node
