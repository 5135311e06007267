#include "node/exchange/accounting.h"

#include "node/exchange/grants.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/pages.h"

namespace leeward::node {

using schema::Tier;
using schema::Time;

Result<Json> grant_list(Desk& desk, Transaction& tx, const Json& args, Time) {
    const Pages pages(args);
    LEEWARD_ASSIGN(const auto grants, listed_grants(desk, tx, args, pages));
    Json list = Json::array();
    for (const auto& g : grants)
        list.push(grant_json(desk, g));
    return pages.answer("grants", std::move(list));
}

// Who has seen what, when, why and under which authority. It is hers; it is never transmitted.
Result<Json> case_accounting(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("id")));
    LEEWARD_ASSIGN(const auto grants, grants_of(tx, Whose::CASE, one.id.get()));
    Json shared = Json::array();
    for (const auto& g : grants)
        if (g.ever_sent()) shared.push(grant_json(desk, g));
    Json asked = Json::array();
    std::vector<schema::LegId> legs;
    {
        auto rows = tx.query(
            "SELECT l.id FROM leg l JOIN need n ON n.id=l.need WHERE n.case_id=? ORDER BY l.opened",
            one.id);
        while (rows.next())
            legs.push_back(rows.id<schema::LegId>(0));
        LEEWARD_TRY(rows.status());
    }
    for (const auto& id : legs) {
        LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, id));
        Json line = leg_json(desk, leg);
        line.set("opened", schema::unix_seconds(leg.opened));
        line.set("reached_them", leg.answer.counter > 0);
        if (const Json* card = leg.detail.find("card")) line.set("card", *card);
        asked.push(std::move(line));
    }
    View view{{}, View::Then::NOTHING, one.id.get(), {}, now};
    view.event.machine = schema::Machine::CASE;
    view.event.tier = static_cast<Byte>(Tier::L0);
    view.event.purpose = schema::code_tag("PURPOSE_ACCOUNTING");
    LEEWARD_TRY(saw(desk, tx, std::move(view)));
    return Json::object(
        {{"codename", one.codename},
         {"asked_without_identity", std::move(asked)},
         {"shared_with_identity", std::move(shared)},
         {"note", "This page belongs to the survivor. It is made here and sent nowhere."}});
}

}  // namespace leeward::node
