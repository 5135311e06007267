#include "node/exchange/vouching.h"

#include <algorithm>
#include <set>

#include "node/exchange/introduce.h"
#include "node/exchange/two_people.h"
#include "schema/revocation.h"
#include "schema/vouch.h"

namespace leeward::node {
namespace {

using schema::NodeCard;
using schema::NodeId;
using schema::Time;

Result<NodeCard> candidate_card(const Desk& desk, std::string_view text, Time now) {
    const auto lines = text_lines(text);
    if (lines.size() != 1)
        return Error{Errc::invalid_argument, "say one card; nothing was changed"};
    LEEWARD_ASSIGN(NodeCard card, schema::open_card(lines.front()));
    if (card.node == desk.self.node())
        return Error{Errc::invalid_argument, "this is our own card; nothing was changed"};
    if (card.expires < now)
        return Error{Errc::untrusted, "this card has expired; ask for a new one"};
    return card;
}

// The members whose word counts, by their cards.
using Members = std::vector<NodeCard>;

// Its root speaks, so a node whose keys were revoked does not take its word away; a lost root does.
bool is_in_good_standing(const Peer& peer, Time now) {
    return peer.is_member() && !peer.frozen && !peer.on_probation(now) &&
           peer.revoked_cards != schema::every_card;
}

Members members_in_good_standing(const Desk& desk, Time now) {
    Members members{desk.self.card};
    for (const Peer* peer : desk.peers.all())
        if (is_in_good_standing(*peer, now)) members.push_back(peer->card);
    return members;
}

const NodeCard* find_member(const Members& members, const NodeId& node) {
    const auto found = std::find_if(
        members.begin(), members.end(), [&](const NodeCard& card) { return card.node == node; });
    return found == members.end() ? nullptr : &*found;
}

// Whose words among these count for the candidate. A word that is forged or for another is an error;
// one of a stranger or too old counts for nothing.
Result<std::set<NodeId>> who_vouches(const Members& members,
                                     std::string_view text,
                                     const NodeId& candidate,
                                     Time now) {
    std::set<NodeId> vouchers;
    for (const auto& jws : text_lines(text)) {
        LEEWARD_ASSIGN(const NodeId claimed, schema::voucher_of(jws));
        const NodeCard* member = find_member(members, claimed);
        if (member == nullptr) continue;
        LEEWARD_ASSIGN(const auto vouch, schema::open_vouch(jws, *member));
        if (vouch.candidate != candidate)
            return Error{Errc::untrusted,
                         "a vouch is for another organisation; nothing was changed"};
        if (vouch.given + schema::vouch_lifetime >= now && claimed != candidate)
            vouchers.insert(claimed);
    }
    return vouchers;
}

Outcome enough(const std::set<NodeId>& vouchers) {
    if (vouchers.size() >= schema::vouches_needed) return Done{};
    return Error{Errc::untrusted,
                 "it needs the vouches of two different member organisations that are not on "
                 "probation themselves, not older than 90 days; nothing was changed"};
}

// From now on a member, on probation for those who take it in.
Outcome take_in(
    Desk& desk, Transaction& tx, const NodeCard& card, const std::string& jws, Time now) {
    LEEWARD_TRY(keep_card(desk, tx, card, jws, now));
    LEEWARD_TRY(
        tx.run("UPDATE peer SET vouched=1,probation_until=? "
               "WHERE node=? AND founder=0 AND vouched=0",
               schema::unix_seconds(now + schema::probation),
               card.node));
    LEEWARD_TRY(log_peer(desk, tx, PeerAct::ADMITTED, card.node, now));
    return desk.peers.reload(tx, card.node);
}

Result<Json> admit_another(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const NodeCard card, candidate_card(desk, args.text_at("card"), now));
    LEEWARD_ASSIGN(
        const auto vouchers,
        who_vouches(members_in_good_standing(desk, now), args.text_at("vouches"), card.node, now));
    LEEWARD_TRY(enough(vouchers));
    LEEWARD_TRY(take_in(desk, tx, card, text_lines(args.text_at("card")).front(), now));
    return Json::object({{"peer", card.organisation},
                         {"probation_until", schema::unix_seconds(now + schema::probation)},
                         {"next", "exchange offers: leeward peer offer, leeward peer accept"}});
}

// Here the founders vouch for us; they are the members that we begin with.
Result<Json> join(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const auto roster, schema::read_roster(args.text_at("roster")));
    LEEWARD_ASSIGN(const auto founders, schema::open_roster(roster));
    LEEWARD_ASSIGN(const auto vouchers,
                   who_vouches(founders, args.text_at("vouches"), desk.self.node(), now));
    LEEWARD_TRY(enough(vouchers));
    Json names = Json::array();
    for (std::size_t i = 0; i < founders.size(); ++i) {
        if (founders[i].node == desk.self.node()) continue;
        LEEWARD_TRY(take_in(desk, tx, founders[i], roster.cards[i], now));
        names.push(founders[i].organisation);
    }
    return Json::object({{"members", std::move(names)},
                         {"probation_until", schema::unix_seconds(now + schema::probation)}});
}

}  // namespace

bool may_speak(const Desk& desk, const NodeId& member, Time now) {
    if (member == desk.self.node()) return true;
    const Peer* peer = desk.peers.find(member);
    return peer != nullptr && is_in_good_standing(*peer, now);
}

Result<Json> peer_vouch(
    Desk& desk, Transaction& tx, const Json& args, Time now, const crypto::SigningKey& root) {
    LEEWARD_ASSIGN(const NodeCard card, candidate_card(desk, args.text_at("card"), now));
    LEEWARD_TRY(second_person(desk, tx, args, schema::TwoPersonAct::VOUCH, card.node.get(), now));
    LEEWARD_TRY(log_peer(desk, tx, PeerAct::VOUCHED, card.node, now));
    return Json::object(
        {{"for", card.organisation},
         {"file", schema::sign_vouch({desk.self.node(), card.node, now}, root) + "\n"}});
}

Result<Json> peer_admit(Desk& desk, Transaction& tx, const Json& args, Time now) {
    if (args.text_at("card").empty() == args.text_at("roster").empty())
        return Error{Errc::invalid_argument,
                     "say --card of the one that joins or, if we are the one, --roster of the "
                     "founders; nothing was changed"};
    return args.text_at("card").empty() ? join(desk, tx, args, now)
                                        : admit_another(desk, tx, args, now);
}

Outcome not_on_probation(const Desk& desk, const schema::NodeId& node, Time now) {
    const Peer* peer = desk.peers.find(node);
    if (peer == nullptr || !peer->on_probation(now)) return Done{};
    return Error{Errc::not_released,
                 peer->card.organisation +
                     " and we are on probation with each other: for 30 days nothing goes that "
                     "names anybody. Plan by telephone"};
}

}  // namespace leeward::node
