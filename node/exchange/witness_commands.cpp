// What people see of witnesses: who they are, how it stands, and the policy that says how many.
#include "node/audit/published.h"
#include "node/exchange/witness_policy.h"
#include "node/exchange/witnessing.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::Time;

Result<Json> witness_line(Transaction& tx, const WitnessOf& witness) {
    auto rows = tx.query("SELECT held,answered FROM own_witness WHERE node=?", witness.node);
    Json line = Json::object(
        {{"organisation", witness.organisation}, {"key", crypto::format_vkey(witness.key)}});
    if (rows.next()) {
        line.set("cosigned_entries", rows.integer(0));
        if (rows.integer(1) != 0) line.set("answered_at", rows.integer(1));
    }
    LEEWARD_TRY(rows.status());
    return line;
}

// Of a partner's log: the newest head that its witnesses have cosigned, and since when it waits for
// another one.
Result<Json> partner_line(Transaction& tx, const Peer& peer, Time now) {
    auto rows = tx.query(
        "SELECT cosigned_size,coalesce((SELECT min(since) FROM uncovered_head u WHERE "
        "u.node=peer.node),0) FROM peer WHERE node=?",
        peer.node());
    Json line = Json::object({{"organisation", peer.card.organisation}});
    if (rows.next()) {
        line.set("cosigned_entries", rows.integer(0));
        if (rows.integer(1) != 0) line.set("waits_since", rows.integer(1));
    }
    LEEWARD_TRY(rows.status());
    LEEWARD_ASSIGN(const bool waits, is_unwitnessed(tx, peer, now));
    line.set("state", waits ? "UNWITNESSED" : "in order");
    return line;
}

Result<Json> ours(Desk& desk, Transaction& tx, Time now) {
    Json line = Json::object();
    LEEWARD_ASSIGN(const auto newest, newest_published(tx));
    if (newest) {
        line.set("published_at", schema::unix_seconds(newest->at));
        line.set("published_entries", newest->size);
    }
    LEEWARD_ASSIGN(const auto policy, witness_policy(desk, tx, desk.self.node(), now));
    LEEWARD_ASSIGN(const auto cosigned, newest_cosigned(tx, desk.log.vkey(), policy));
    if (cosigned) {
        line.set("witnessed_at", schema::unix_seconds(cosigned->at));
        line.set("witnessed_entries", cosigned->size);
    }
    return line;
}

Result<Json> witnessed_by_us(Desk& desk, Transaction& tx) {
    Json list = Json::array();
    auto rows = tx.query("SELECT log,size,at FROM witnessed ORDER BY log");
    while (rows.next()) {
        std::string organisation;
        for (const Peer* peer : desk.peers.all())
            if (crypto::format_vkey(peer->log()) == rows.text(0))
                organisation = peer->card.organisation;
        list.push(Json::object({{"organisation", organisation},
                                {"log", rows.text(0)},
                                {"entries", rows.integer(1)},
                                {"cosigned_at", rows.integer(2)}}));
    }
    LEEWARD_TRY(rows.status());
    return list;
}

}  // namespace

Result<Json> witness_list(Desk& desk, Transaction& tx, const Json&, Time now) {
    Json list = Json::array();
    for (const auto& witness : witnesses_for(desk, desk.self.node(), now)) {
        LEEWARD_ASSIGN(Json line, witness_line(tx, witness));
        list.push(std::move(line));
    }
    return Json::object({{"our_key", crypto::format_vkey(schema::witness_vkey(desk.self.card))},
                         {"our_log", crypto::format_vkey(desk.log.vkey())},
                         {"witnesses", std::move(list)}});
}

Result<Json> witness_status(Desk& desk, Transaction& tx, const Json&, Time now) {
    Json partners = Json::array();
    for (const Peer* peer : desk.peers.all()) {
        if (!peer->paired()) continue;
        LEEWARD_ASSIGN(Json line, partner_line(tx, *peer, now));
        partners.push(std::move(line));
    }
    LEEWARD_ASSIGN(Json own, ours(desk, tx, now));
    LEEWARD_ASSIGN(Json by_us, witnessed_by_us(desk, tx));
    return Json::object({{"our_log", std::move(own)},
                         {"partners", std::move(partners)},
                         {"cosigned_by_us", std::move(by_us)}});
}

Result<Json> witness_policy(Desk& desk, Transaction& tx, const Json& args, Time now) {
    if (args.find("set") != nullptr) LEEWARD_TRY(set_witness_policy(tx, args.text_at("set")));
    LEEWARD_ASSIGN(std::string text, witness_policy_text(desk, tx, desk.self.node(), now));
    return Json::object({{"file", std::move(text)}});
}

}  // namespace leeward::node
