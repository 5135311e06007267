#include "node/exchange/introduce.h"

#include <algorithm>

#include "node/exchange/exposed.h"
#include "node/exchange/frozen.h"
#include "node/exchange/mail_places.h"
#include "node/exchange/notices.h"
#include "node/exchange/resync.h"
#include "node/exchange/stories.h"
#include "node/exchange/succeed.h"
#include "node/mailbox/pair_keys.h"
#include "schema/codes.h"
#include "schema/limits.h"
#include "schema/words.h"

namespace leeward::node {
namespace {

schema::AuditRecord node_event(PeerAct act, const schema::NodeId& other) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NODE;
    event.transition = static_cast<Byte>(act);
    event.other = schema::organisation_tag(other);
    return event;
}

}  // namespace

std::vector<std::string> text_lines(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        if (line.find_first_not_of(" \r\t") != std::string_view::npos) out.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Outcome log_peer(
    Desk& desk, Transaction& tx, PeerAct act, const schema::NodeId& node, schema::Time now) {
    return log_event(desk, tx, node_event(act, node), now);
}

// Where two people meet, a card that does not follow from the one that is held is an error to be read.
Outcome keep_card(Desk& desk,
                  Transaction& tx,
                  const schema::NodeCard& card,
                  const std::string& jws,
                  schema::Time now) {
    LEEWARD_ASSIGN(const CardTaken taken, take_card(desk, tx, card, jws, now, HandedBy::PEOPLE));
    if (taken == CardTaken::REFUSED)
        return Error{Errc::untrusted,
                     "this card names an address that is none, or the link of another "
                     "organisation; nothing was changed. Phone them at a number that you know and "
                     "ask what happened."};
    if (taken != CardTaken::GAP && taken != CardTaken::CONFLICT) return Done{};
    return Error{Errc::untrusted,
                 "this card does not follow from the one that is held; nothing was changed. "
                 "Phone them at a number that you know and ask what happened."};
}

namespace {

using schema::NodeCard;
using schema::Time;

constexpr std::string_view contact_key = "own.contact";

Result<Json> begin_roster(Desk& desk, std::string_view cards, const crypto::SigningKey& root) {
    auto all = text_lines(cards);
    if (std::find(all.begin(), all.end(), desk.self.card_jws) == all.end())
        all.push_back(desk.self.card_jws);
    LEEWARD_ASSIGN(schema::Roster roster, schema::found_roster(std::move(all)));
    roster.signatures.push_back(schema::roster_signature(roster, desk.self.node(), root));
    return Json::object(
        {{"founders", roster.cards.size()}, {"signed", 1}, {"file", schema::write_roster(roster)}});
}

bool names_us(const Desk& desk, const schema::Roster& roster) {
    return std::find(roster.cards.begin(), roster.cards.end(), desk.self.card_jws) !=
           roster.cards.end();
}

Result<Json> sign_roster(Desk& desk, schema::Roster roster, const crypto::SigningKey& root) {
    const std::string ours = schema::roster_signature(roster, desk.self.node(), root);
    if (std::find(roster.signatures.begin(), roster.signatures.end(), ours) ==
        roster.signatures.end())
        roster.signatures.push_back(ours);
    return Json::object({{"founders", roster.cards.size()},
                         {"signed", roster.signatures.size()},
                         {"file", schema::write_roster(roster)}});
}

Result<Json> take_roster(Desk& desk, Transaction& tx, const schema::Roster& roster, Time now) {
    LEEWARD_ASSIGN(const auto cards, schema::open_roster(roster));
    Json names = Json::array();
    for (std::size_t i = 0; i < cards.size(); ++i) {
        if (cards[i].node == desk.self.node()) continue;
        LEEWARD_TRY(keep_card(desk, tx, cards[i], roster.cards[i], now));
        LEEWARD_TRY(tx.run("UPDATE peer SET founder=1 WHERE node=?", cards[i].node));
        LEEWARD_TRY(log_peer(desk, tx, PeerAct::FOUNDED, cards[i].node, now));
        LEEWARD_TRY(desk.peers.reload(tx, cards[i].node));
        names.push(cards[i].organisation);
    }
    return Json::object({{"founders", std::move(names)}});
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

struct PendingOffer {
    ByteArray<32> contribution{};
    crypto::Epoch epoch = 0;
    std::optional<ByteArray<16>> drawn;  // for its keys at our mail hosts, as the offer names them
};

// A card that was left on a stick does not bring back what its keys lost.
Outcome is_not_revoked(Transaction& tx, const NodeCard& card) {
    auto rows =
        tx.query("SELECT 1 FROM revocation WHERE node=? AND cards>=?", card.node, card.version);
    if (!rows.next()) return rows.status();
    return Error{Errc::untrusted,
                 "the keys of this card were revoked: somebody else may have them. Phone them at a "
                 "number that you know; they make new keys and a new offer. Nothing was changed"};
}

Result<PendingOffer> pending_offer(Transaction& tx, const std::string& label) {
    auto rows = tx.query("SELECT contribution,epoch,mail_guest FROM pending_offer WHERE label=?",
                         lower(label));
    if (!rows.next())
        return Error{Errc::not_found,
                     "no offer of ours for '" + label +
                         "' is out, and one that nobody accepts ends after two weeks; write one "
                         "with 'leeward peer offer --for', hand it over, then accept theirs. "
                         "Nothing was changed."};
    PendingOffer offer{rows.array<32>(0), static_cast<crypto::Epoch>(rows.integer(1)), {}};
    if (!rows.is_null(2)) offer.drawn = rows.array<16>(2);
    return offer;
}

}  // namespace

Result<Json> identity_show(Desk& desk, Transaction& tx, const Json&, Time) {
    const NodeCard& card = desk.self.card;
    Json roles = Json::array();
    for (const auto& role : card.roles)
        roles.push(role);
    LEEWARD_ASSIGN(const auto contact, own_contact(tx));
    return Json::object({{"organisation", card.organisation},
                         {"node", schema::text(card.node)},
                         {"roles", std::move(roles)},
                         {"endpoint", card.endpoint},
                         {"card_version", card.version},
                         {"card_expires", schema::unix_seconds(card.expires)},
                         {"contact", schema::to_json(contact)},
                         {"file", desk.self.card_jws + "\n"}});
}

Result<Json> peer_found(
    Desk& desk, Transaction& tx, const Json& args, Time now, const crypto::SigningKey& root) {
    const std::string cards = args.text_at("cards");
    const std::string text = args.text_at("roster");
    if (cards.empty() == text.empty())
        return Error{Errc::invalid_argument,
                     "say either --cards to begin a roster or --roster to go on with one"};
    if (!cards.empty()) return begin_roster(desk, cards, root);
    LEEWARD_ASSIGN(schema::Roster roster, schema::read_roster(text));
    if (!names_us(desk, roster))
        return Error{Errc::invalid_argument,
                     "this roster does not hold our card; nothing was signed or taken"};
    if (args.bool_at("accept")) return take_roster(desk, tx, roster, now);
    return sign_roster(desk, std::move(roster), root);
}

namespace {

// Where the clock was set since the last ones were made, there are none of this time yet.
Result<std::vector<std::string>> prekeys_to_offer(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_ASSIGN(const bool made, desk.prekeys.renew(tx, now, Time{}));
    if (made) LEEWARD_TRY(send_prekeys(desk, tx, now));
    return desk.prekeys.published(tx, now);
}

}  // namespace

Result<Json> peer_offer(Desk& desk, Transaction& tx, const Json& args, Time now) {
    const std::string label = args.text_at("for");
    schema::Offer offer;
    offer.card = desk.self.card_jws;
    LEEWARD_ASSIGN(offer.prekeys, prekeys_to_offer(desk, tx, now));
    offer.contribution = desk.random.array<32>();
    offer.epoch = crypto::epoch_of(schema::unix_seconds(now));
    LEEWARD_ASSIGN(offer.contact, own_contact(tx));
    if (offer.contact.duty_line.empty())
        return Error{Errc::wrong_state,
                     "no duty line is set: partners must know whom to phone. Set it with "
                     "'leeward peer contact --set'. Nothing was changed."};
    LEEWARD_ASSIGN(const OfferedMail mail, offer_mail(desk, tx));
    offer.mail = mail.route;
    schema::sign_offer(offer, desk.self.signing);
    LEEWARD_TRY(
        tx.run("INSERT OR REPLACE INTO pending_offer(label,contribution,epoch,written,"
               "mail_guest) VALUES(?,?,?,?,?)",
               lower(label),
               offer.contribution,
               offer.epoch,
               schema::unix_seconds(now),
               mail.drawn));
    Json answer =
        Json::object({{"for", label},
                      {"note",
                       "Hand this file over in person and delete it on both sides afterwards. "
                       "Whoever holds both offers of a pair can read what the pair sends."}});
    if (!desk.peers.named(label))
        answer.set("say",
                   "No organisation that we know is called so: right for one that joins later. "
                   "Otherwise write it again for the name in 'leeward peer list'.");
    answer.set("file", schema::write_offer(offer));
    return answer;
}

// The pair's first key, of the earlier of the two offers' epochs; later ones follow from it.
Result<Json> peer_accept(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const auto theirs, schema::read_offer(args.text_at("offer")));
    const NodeCard& card = theirs.card;
    if (card.node == desk.self.node())
        return Error{Errc::invalid_argument, "this is our own offer; hand it over instead"};
    if (card.expires < now)
        return Error{Errc::untrusted, "their card has expired; ask for a new offer"};
    LEEWARD_TRY(is_not_revoked(tx, card));
    LEEWARD_TRY(check_route(theirs.offer.mail));
    const std::string label = args.text_at("for").empty() ? card.organisation : args.text_at("for");
    LEEWARD_ASSIGN(const PendingOffer ours, pending_offer(tx, label));
    LEEWARD_TRY(keep_card(desk, tx, card, theirs.offer.card, now));
    const auto epoch = std::min(ours.epoch, theirs.offer.epoch);
    SecretBytes psk = crypto::psk_root(
        desk.self.node().get(), ours.contribution, card.node.get(), theirs.offer.contribution);
    LEEWARD_TRY(begin_pairing(desk.keyring, desk.random, tx, card.node, std::move(psk), epoch));
    const auto& mail = theirs.offer.mail;
    LEEWARD_TRY(tx.run("UPDATE peer SET contact=?,verified=0,mail=?,mail_guest=? WHERE node=?",
                       schema::to_json(theirs.offer.contact).dump(),
                       mail.version == 0 ? std::string() : schema::to_json(mail).dump(),
                       ours.drawn,
                       card.node));
    LEEWARD_TRY(tx.run("DELETE FROM pending_offer WHERE label=?", lower(label)));
    LEEWARD_TRY(desk.peers.reload(tx, card.node));
    for (const auto& jws : theirs.offer.prekeys) {
        const auto taken = desk.prekeys.take(tx, *desk.peers.find(card.node), jws, now);
        if (!taken) return taken.error();
    }
    LEEWARD_TRY(tell_where_mail_goes(desk, tx, *desk.peers.find(card.node), now));
    LEEWARD_TRY(log_peer(desk, tx, PeerAct::PAIRED, card.node, now));
    return Json::object({{"peer", card.organisation},
                         {"node", schema::text(card.node)},
                         {"contact", schema::to_json(theirs.offer.contact)},
                         {"next", "compare safety words: leeward peer verify"}});
}

// One is accepted until its first prekey has lapsed for a week (Prekeys::take). Whoever accepts it then has written
// theirs by then, which we accept for a week more.
Outcome end_offers(Desk& desk, Transaction& tx, Time safe_now) {
    const std::int64_t week = crypto::epoch_of(schema::unix_seconds(safe_now));
    LEEWARD_TRY(
        tx.run("DELETE FROM pending_offer WHERE written<?", (week - 2) * crypto::epoch_seconds));
    if (tx.changes() > 0) tx.on_commit([&desk] { desk.links_changed = true; });
    return Done{};
}

Result<Json> peer_verify(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(Peer * peer, desk.peers.named(args.text_at("peer")));
    const auto number = crypto::safety_number(desk.self.node().get(),
                                              desk.self.card.root.get(),
                                              peer->node().get(),
                                              peer->card.root.get());
    const std::string typed = args.text_at("words");
    if (typed.empty()) {
        const auto language =
            args.text_at("language") == "es" ? schema::Language::ES : schema::Language::EN;
        return Json::object({{"peer", peer->card.organisation},
                             {"read_aloud", schema::safety_words(number, language)},
                             {"contact", schema::to_json(peer->contact)}});
    }
    LEEWARD_ASSIGN(const auto heard, schema::parse_safety_words(typed));
    if (!schema::same_safety_number(heard, number))
        return Error{Errc::untrusted,
                     "the words do not agree: you are not talking to the organisation whose offer "
                     "this is, or a word was misheard. Nothing was changed. Read them again; if "
                     "they differ again, stop and phone a number that you know."};
    if (peer->revoked())
        return Error{Errc::wrong_state,
                     "their keys are revoked: exchange offers with their new ones first. Nothing "
                     "was changed"};
    LEEWARD_TRY(tx.run("UPDATE peer SET verified=1,alarm='' WHERE node=?", peer->node()));
    for (const auto* settled : {"PREKEY_CHANGED", "CARD_CONFLICT", "LOG_RESTORED", "KEYS_REVOKED"})
        LEEWARD_TRY(settle_notice(tx, settled, peer->node().get()));
    LEEWARD_TRY(desk.peers.reload(tx, peer->node()));
    LEEWARD_TRY(log_peer(desk, tx, PeerAct::WORDS_AGREED, peer->node(), now));
    if (peer->resync_owed != Time{}) {
        LEEWARD_TRY(send_resync(desk, tx, *peer, now));
        LEEWARD_TRY(desk.peers.reload(tx, peer->node()));
    }
    return Json::object({{"peer", peer->card.organisation}, {"verified", true}});
}

namespace {

std::string_view state_of(const Peer& peer, std::string_view alarm) {
    if (alarm == "RETIRED") return "has left";
    if (peer.revoked()) return "keys revoked";
    if (peer.suspended) return "suspended";
    if (peer.frozen) return "frozen";
    if (peer.active()) return "active";
    return peer.paired() ? "safety words not compared" : "not paired";
}

std::string_view said_of(const Peer& peer) {
    if (peer.revoked()) return "KEYS_REVOKED";
    if (peer.suspended) return "PARTNER_SUSPENDED";
    return peer.frozen ? "LOG_FROZEN" : "";
}

Json peer_json(Transaction& tx, const Peer& peer, Time now) {
    auto rows = tx.query("SELECT alarm,last_heard FROM peer WHERE node=?", peer.node());
    const bool found = rows.next();
    const std::string alarm = found ? rows.text(0) : "";
    Json roles = Json::array();
    for (const auto& role : peer.card.roles)
        roles.push(role);
    Json line = Json::object({{"name", peer.card.organisation},
                              {"node", schema::text(peer.node())},
                              {"roles", std::move(roles)},
                              {"state", state_of(peer, alarm)},
                              {"founder", peer.founder},
                              {"alarm", alarm},
                              {"last_heard", found ? rows.integer(1) : 0},
                              {"card_expired", peer.card.expires < now},
                              {"contact", schema::to_json(peer.contact)}});
    if (peer.on_probation(now))
        line.set("probation_until", schema::unix_seconds(peer.probation_until));
    if (const auto code = said_of(peer); !code.empty())
        line.set("say", schema::sentence(code, schema::Language::EN));
    return line;
}

}  // namespace

Result<Json> peer_show(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(args.text_at("peer")));
    Json shown = peer_json(tx, *peer, now);
    shown.set("card_version", peer->card.version);
    shown.set("card_expires", schema::unix_seconds(peer->card.expires));
    if (peer->resync_awaited != Time{})
        shown.set("waited_for_since", schema::unix_seconds(peer->resync_awaited));
    LEEWARD_ASSIGN(Json exposed, exposure_json(tx, *peer));
    if (!exposed.is_null()) shown.set("in_other_hands", std::move(exposed));
    LEEWARD_TRY(settle_notice(tx, "CARD_CHANGED", peer->node().get()));
    LEEWARD_ASSIGN(Json disputes, disputes_json(tx, peer->node()));
    shown.set("disputes", std::move(disputes));
    return shown;
}

Result<Json> peer_list(Desk& desk, Transaction& tx, const Json&, Time now) {
    Json peers = Json::array();
    for (const Peer* peer : desk.peers.all())
        peers.push(peer_json(tx, *peer, now));
    return Json::object({{"peers", std::move(peers)}});
}

Outcome set_own_contact(Transaction& tx, const schema::Contact& contact) {
    return tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)",
                  contact_key,
                  as_bytes(schema::to_json(contact).dump()));
}

Result<schema::Contact> own_contact(Transaction& tx) {
    auto rows = tx.query("SELECT value FROM meta WHERE key=?", contact_key);
    if (!rows.next()) return schema::Contact{};
    LEEWARD_ASSIGN(const Json json, schema::parse_json(as_text(rows.blob(0))));
    return schema::contact_from(json);
}

namespace {

Outcome tell_contact(Desk& desk, Transaction& tx, const schema::Contact& contact, Time now) {
    for (const Peer* peer : desk.peers.all()) {
        if (!peer->paired()) continue;
        Outgoing message;
        message.to = peer->node();
        message.kind = schema::MessageKind::CONTACT;
        message.message_class = MessageClass::CONTROL;
        message.body = schema::to_json(contact).dump();
        message.record = general_record;
        message.expires = now + std::chrono::hours(24 * 30);
        message.event = node_event(PeerAct::CONTACT_CHANGED, peer->node());
        message.event.kind = schema::EventKind::SEND;
        const auto put = desk.outbox.put(tx, message, now);
        if (!put) return put.error();
    }
    return Done{};
}

}  // namespace

Result<Json> peer_contact(Desk& desk, Transaction& tx, const Json& args, Time now) {
    if (const std::string set = args.text_at("set"); !set.empty()) {
        LEEWARD_TRY(require(desk.actor, schema::supervisors | schema::administrators));
        LEEWARD_ASSIGN(const Json json, schema::parse_json(set));
        LEEWARD_ASSIGN(const auto contact, schema::contact_from(json));
        LEEWARD_TRY(set_own_contact(tx, contact));
        LEEWARD_TRY(tell_contact(desk, tx, contact, now));
    }
    if (args.text_at("peer").empty()) {
        LEEWARD_ASSIGN(const auto contact, own_contact(tx));
        return Json::object({{"contact", schema::to_json(contact)}});
    }
    LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(args.text_at("peer")));
    return Json::object(
        {{"peer", peer->card.organisation}, {"contact", schema::to_json(peer->contact)}});
}

}  // namespace leeward::node
