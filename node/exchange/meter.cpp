#include "node/exchange/meter.h"

#include <algorithm>
#include <cctype>

#include "node/exchange/legs.h"

namespace leeward::node {
namespace {

constexpr int newest_needs = 1000;

struct Sent {
    schema::NodeId peer;
    Json card;
};

// Everything that was asked about this case, of anybody, for any of its needs.
Result<std::vector<Sent>> sent_about(Desk& desk, Transaction& tx, const schema::CaseId& id) {
    std::vector<schema::NeedId> needs;
    {
        auto rows = tx.query("SELECT id FROM need WHERE case_id=?", id);
        while (rows.next())
            needs.push_back(rows.id<schema::NeedId>(0));
        LEEWARD_TRY(rows.status());
    }
    std::vector<Sent> out;
    for (const auto& need : needs) {
        LEEWARD_ASSIGN(const auto legs, legs_of(desk, tx, need));
        for (const auto& leg : legs)
            if (const Json* card = leg.detail.find("card"))
                out.push_back({leg.peer, told(*card, leg.priority)});
    }
    return out;
}

std::vector<Json> cards_for(const Json& card,
                            const std::vector<Sent>& sent,
                            const std::optional<schema::NodeId>& peer) {
    std::vector<Json> cards{card};
    for (const Sent& one : sent)
        if (!peer || one.peer == *peer) cards.push_back(one.card);
    return cards;
}

}  // namespace

Json told(Json card, schema::Priority priority) {
    std::string word(schema::name(priority));
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return card.set("priority", std::move(word));
}

Result<schema::Prevalence> prevalence(Desk& desk, Transaction& tx) {
    std::vector<schema::NeedId> ids;
    auto rows = tx.query("SELECT id FROM need WHERE state=? ORDER BY since DESC LIMIT ?",
                         schema::NeedState::CLOSED,
                         newest_needs);
    while (rows.next())
        ids.push_back(rows.id<schema::NeedId>(0));
    LEEWARD_TRY(rows.status());
    if (ids.size() < schema::Prevalence::fewest_needs) return schema::Prevalence();
    std::vector<Json> cards;
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(const Need need, load_need(desk, tx, id));
        if (const Json* fields = need.detail.find("fields"))
            cards.push_back(told(*fields, need.priority));
    }
    return schema::Prevalence(std::move(cards));
}

Result<Json> need_risk(Desk& desk, Transaction& tx, const Need& need) {
    LEEWARD_ASSIGN(const auto local, prevalence(desk, tx));
    const Json* fields = need.detail.find("fields");
    const Json card = told(fields == nullptr ? Json::object() : *fields, need.priority);
    return schema::meter_json(schema::measure(card, local), schema::recipient_budget);
}

const schema::Meter& Risk::highest() const {
    return *std::max_element(of_each.begin(), of_each.end(), [](const auto& a, const auto& b) {
        return a.counted < b.counted;
    });
}

bool Risk::over_budget() const {
    return schema::over_case_budget(of_case) ||
           std::any_of(of_each.begin(), of_each.end(), schema::over_recipient_budget);
}

Result<Risk> risk_of(Desk& desk,
                     Transaction& tx,
                     const Need& need,
                     const Json& card,
                     const std::vector<Peer*>& peers) {
    LEEWARD_ASSIGN(const auto local, prevalence(desk, tx));
    LEEWARD_ASSIGN(const auto sent, sent_about(desk, tx, need.case_id));
    const Json now_told = told(card, need.priority);
    Risk risk;
    for (const Peer* peer : peers)
        risk.of_each.push_back(
            schema::measure_union(cards_for(now_told, sent, peer->node()), local));
    risk.of_case = schema::measure_union(cards_for(now_told, sent, std::nullopt), local);
    return risk;
}

}  // namespace leeward::node
