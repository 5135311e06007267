#include "node/exchange/revoke.h"

#include <algorithm>

#include "node/exchange/disclose.h"
#include "node/exchange/due_rows.h"
#include "node/exchange/exposed.h"
#include "node/exchange/introduce.h"
#include "node/exchange/legs.h"
#include "node/exchange/notices.h"
#include "node/exchange/succeed.h"
#include "node/exchange/two_people.h"
#include "node/exchange/vouching.h"
#include "schema/codes.h"
#include "schema/limits.h"
#include "schema/revocation.h"

namespace leeward::node {
namespace {

using schema::NodeId;
using schema::Revocation;
using schema::Time;
using std::chrono::hours;

constexpr auto heard_for = hours(24 * 28);  // longer than any prekey of ours that they hold lives
constexpr auto day = hours(24);
constexpr std::int64_t most_strangers = 256;
using Words = std::vector<std::string>;

Result<Revocation> judged(const Desk& desk, const Words& words, Time now) {
    std::vector<Revocation> opened;
    for (const auto& jws : words) {
        LEEWARD_ASSIGN(Revocation word, schema::open_revocation(jws));
        opened.push_back(std::move(word));
    }
    return schema::judge(opened,
                         [&](const NodeId& member) { return may_speak(desk, member, now); });
}

Json body_of(const Words& words) {
    Json list = Json::array();
    for (const auto& jws : words)
        list.push(jws);
    return Json::object({{"words", std::move(list)}});
}

Result<Words> words_of(std::string_view body) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(body, {schema::limits::body_bytes, 4}));
    Words words;
    for (const auto& item : json.array_at("words")) {
        if (item.as_string() == nullptr) return Error{Errc::malformed, "a word is a text"};
        words.push_back(*item.as_string());
    }
    if (words.empty() || words.size() > schema::revocation_words)
        return Error{Errc::malformed, "this is not a revocation"};
    return words;
}

// To every partner but the one whose keys they are and the one who told us.
Outcome tell_all(Desk& desk,
                 Transaction& tx,
                 const Words& words,
                 const NodeId& about,
                 const std::optional<NodeId>& told_by,
                 Time now) {
    std::vector<NodeId> peers;
    for (const Peer* peer : desk.peers.all())
        if (peer->paired() && peer->node() != about && peer->node() != told_by)
            peers.push_back(peer->node());
    if (peers.empty()) return Done{};
    Outgoing message;
    message.kind = schema::MessageKind::REVOKE;
    message.message_class = MessageClass::CONTROL;
    message.body = body_of(words).dump();
    message.record = general_record;
    message.expires = now + hours(24 * 60);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::NODE;
    return desk.outbox.put_to_all(tx, peers, message, now);
}

// ------------------------------------------------------------------ what is known

struct Standing {
    std::int64_t cards = 0;
    std::int64_t told = 0;  // cards
    Time taken{};           // what was told
};

Result<std::optional<Standing>> standing(Transaction& tx, const NodeId& node) {
    auto rows = tx.query("SELECT cards,told,taken FROM revocation WHERE node=?", node);
    std::optional<Standing> known;
    if (rows.next()) known = {rows.integer(0), rows.integer(1), schema::from_unix(rows.integer(2))};
    LEEWARD_TRY(rows.status());
    return known;
}

// Of organisations that may be met later. A root costs nothing to make, so they are not many.
Result<bool> has_room_for(const Desk& desk, Transaction& tx, const NodeId& node) {
    if (node == desk.self.node() || desk.peers.find(node) != nullptr) return true;
    auto rows =
        tx.query("SELECT count(*) FROM revocation WHERE node NOT IN (SELECT node FROM peer)");
    const bool room = rows.next() && rows.integer(0) < most_strangers;
    LEEWARD_TRY(rows.status());
    return room;
}

Outcome keep(Transaction& tx, const Revocation& word, const Words& words, const Standing& as) {
    return tx.run(
        "INSERT OR REPLACE INTO revocation(node,cards,told,since,taken,reason,words) "
        "VALUES(?,?,?,?,?,?,?)",
        word.node,
        as.cards,
        as.told,
        schema::unix_seconds(word.since),
        schema::unix_seconds(as.taken),
        word.reason,
        schema::write_revocations(words));
}

// Of an organisation that nobody here has met a word is kept, and nothing more follows until a day after the
// last: whoever revokes a root of her own making, card after card, costs each partner a word a day. That a root
// is lost is said once, and at once.
bool may_wait(const Desk& desk, const Revocation& word) {
    return word.node != desk.self.node() && desk.peers.find(word.node) == nullptr &&
           word.cards != schema::every_card;
}

// ------------------------------------------------------------------ what follows

// New keys that came first, by people, are not concerned; what was shared before them is.
Result<Time> shared_until(Transaction& tx, const Peer& about, Time now) {
    if (about.revoked()) return now + hours(1);
    auto rows = tx.query("SELECT card_since FROM peer WHERE node=?", about.node());
    const Time since = rows.next() ? schema::from_unix(rows.integer(0)) : now;
    LEEWARD_TRY(rows.status());
    return since;
}

// What stands is shared anew under new keys that people have met already, as it is when they meet later.
Outcome share_anew(Desk& desk, Transaction& tx, const NodeId& node, Time now) {
    std::vector<schema::LegId> ids;
    {
        auto rows = tx.query("SELECT id FROM leg WHERE peer=? AND ours=1 ORDER BY opened,id", node);
        while (rows.next())
            ids.push_back(rows.id<schema::LegId>(0));
        LEEWARD_TRY(rows.status());
    }
    for (const auto& id : ids) {
        LEEWARD_ASSIGN(const Leg leg, load_leg(desk, tx, id));
        LEEWARD_TRY(grants_follow(desk, tx, leg, now));
    }
    return Done{};
}

Outcome cut_off(Desk& desk, Transaction& tx, const Revocation& word, Time now) {
    Peer* about = desk.peers.find(word.node);
    if (about == nullptr) return Done{};
    const bool had_met = !about->psk.empty();
    LEEWARD_TRY(desk.peers.reload(tx, word.node));
    LEEWARD_ASSIGN(const Time until, shared_until(tx, *about, now));
    LEEWARD_TRY(close_grants_to(desk, tx, *about, Close::ALL, until, now));
    if (about->revoked()) {
        LEEWARD_TRY(tx.run("UPDATE peer SET verified=0 WHERE node=?", word.node));
        LEEWARD_TRY(call_back_first(tx, *about, "KEYS_REVOKED", now));
        about->verified = false;
        desk.links_changed = true;
    } else {
        LEEWARD_TRY(share_anew(desk, tx, word.node, now));
    }
    if (had_met) LEEWARD_TRY(open_key_incident(desk, tx, *about, word.cards, now));
    return log_peer(desk, tx, PeerAct::KEYS_REVOKED, word.node, now);
}

Outcome our_own(Desk& desk, Transaction& tx, const Revocation& word, Time now) {
    if (word.cards < desk.self.card.version) return Done{};
    LEEWARD_TRY(raise(tx, "OWN_KEYS_REVOKED", word.node.get(), std::nullopt, now));
    return log_peer(desk, tx, PeerAct::OWN_KEYS_REVOKED, word.node, now);
}

// False where it says nothing new.
Result<bool> take(Desk& desk,
                  Transaction& tx,
                  const Revocation& word,
                  const Words& words,
                  const std::optional<NodeId>& told_by,
                  Time now) {
    LEEWARD_ASSIGN(const auto known, standing(tx, word.node));
    if (known && known->cards >= std::int64_t{word.cards}) return false;
    if (known && may_wait(desk, word) && known->taken <= now && now < known->taken + day) {
        LEEWARD_TRY(keep(tx, word, words, {word.cards, known->told, known->taken}));
        return true;
    }
    LEEWARD_ASSIGN(const bool room, has_room_for(desk, tx, word.node));
    if (!known && !room) return false;
    LEEWARD_TRY(keep(tx, word, words, {word.cards, word.cards, now}));
    LEEWARD_TRY(word.node == desk.self.node() ? our_own(desk, tx, word, now)
                                              : cut_off(desk, tx, word, now));
    LEEWARD_TRY(tell_all(desk, tx, words, word.node, told_by, now));
    return true;
}

Revocation word_by(const Desk& desk, const NodeId& about, const Json& args, Time now) {
    const auto since = args.int_at("since");
    return {about,
            desk.self.node(),
            schema::every_card,
            since == 0 ? now : schema::from_unix(since),
            now,
            args.text_at("reason")};
}

}  // namespace

Outcome check_revocation(const Json& args, Time now) {
    if (!schema::is_code("REVOKED_", args.text_at("reason")))
        return Error{Errc::invalid_argument, "that is not a REVOKED_ code; nothing was changed"};
    if (schema::from_unix(args.int_at("since")) <= now) return Done{};
    return Error{Errc::invalid_argument,
                 "say since when the keys may have been in other hands: a time that is past, as "
                 "'2026-11-24 21:30'; nothing was changed"};
}

Result<Json> identity_revoke(
    Desk& desk, Transaction& tx, const Json& args, Time now, const crypto::SigningKey& root) {
    LEEWARD_TRY(check_revocation(args, now));
    Revocation word = word_by(desk, desk.self.node(), args, now);
    word.cards = desk.self.card.version;
    const Words words{schema::sign_revocation(word, root)};
    LEEWARD_ASSIGN(const bool fresh, take(desk, tx, word, words, std::nullopt, now));
    if (!fresh)
        return Error{Errc::wrong_state,
                     "the keys of this card are revoked already; nothing was changed"};
    return Json::object(
        {{"organisation", desk.self.card.organisation},
         {"cards_revoked", word.cards},
         {"file", schema::write_revocations(words)},
         {"next",
          "all partners are told; carry the file to whom you cannot reach. This node reads on and "
          "is "
          "heard by nobody. For new keys: leeward backup create, leeward node down, leeward backup "
          "restore; then call each partner, exchange offers and compare words"}});
}

Result<Json> peer_disown(
    Desk& desk, Transaction& tx, const Json& args, Time now, const crypto::SigningKey& root) {
    LEEWARD_TRY(check_revocation(args, now));
    LEEWARD_ASSIGN(const Peer* peer, desk.peers.named(args.text_at("peer")));
    Words words;
    if (const std::string others = args.text_at("words"); !others.empty()) {
        LEEWARD_ASSIGN(words, schema::read_revocations(others));
    }
    LEEWARD_TRY(
        second_person(desk, tx, args, schema::TwoPersonAct::DISOWN, peer->node().get(), now));
    words.push_back(schema::sign_revocation(word_by(desk, peer->node(), args, now), root));
    LEEWARD_TRY(log_peer(desk, tx, PeerAct::DISOWNED, peer->node(), now));
    const bool counts = static_cast<bool>(judged(desk, words, now));
    return Json::object({{"peer", peer->card.organisation},
                         {"counts", counts},
                         {"file", schema::write_revocations(words)},
                         {"next",
                          counts ? "take it with 'leeward peer revoke': everybody hears of it"
                                 : "a second member adds its word: leeward peer disown --words"}});
}

Result<Json> peer_revoke(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Words words, schema::read_revocations(args.text_at("words")));
    LEEWARD_ASSIGN(const Revocation word, judged(desk, words, now));
    LEEWARD_ASSIGN(const bool fresh, take(desk, tx, word, words, std::nullopt, now));
    const Peer* peer = desk.peers.find(word.node);
    Json answer = Json::object({{"node", schema::text(word.node)}, {"new", fresh}});
    tell_cards(answer, word.cards);
    if (peer == nullptr) return answer;
    answer.set("peer", peer->card.organisation);
    answer.set("keys_revoked", peer->revoked());
    if (peer->revoked())
        answer.set("next",
                   std::string("phone them: beds and plans stand as they are. 'leeward peer show' "
                               "lists what was there; ") +
                       (word.cards == schema::every_card
                            ? "they can come back only as a new organisation, for which two "
                              "members vouch"
                            : "when they have new keys, exchange offers and compare words"));
    else
        answer.set("next",
                   "we hold a newer card of theirs than these words are about: nothing was closed. "
                   "Phone them, and ask whether this card is theirs");
    return answer;
}

Result<Applied> take_revoke(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto words = words_of(message.body);
    if (!words) return Applied{"SCHEMA", {}, {}};
    const auto word = judged(desk, *words, now);
    if (!word) return Applied{word.error().code == Errc::malformed ? "SCHEMA" : "NO_PROOF", {}, {}};
    LEEWARD_ASSIGN(const bool fresh, take(desk, tx, *word, *words, peer.node(), now));
    (void)fresh;
    Applied applied;
    applied.event.machine = schema::Machine::NODE;
    return applied;
}

namespace {

// Nothing of theirs was met when it came, and what is met since has other keys: partners are told, and that is all.
// A word that no longer counts, as members who have left said it, is kept and told to nobody.
Outcome tell_late(Desk& desk, Transaction& tx, const NodeId& node, Time now) {
    std::string kept;
    std::int64_t cards = 0;
    {
        auto rows = tx.query("SELECT words,cards FROM revocation WHERE node=?", node);
        if (rows.next()) {
            kept = rows.text(0);
            cards = rows.integer(1);
        }
        LEEWARD_TRY(rows.status());
    }
    LEEWARD_TRY(tx.run(
        "UPDATE revocation SET told=cards,taken=? WHERE node=?", schema::unix_seconds(now), node));
    LEEWARD_ASSIGN(const Words words, schema::read_revocations(kept));
    const auto word = judged(desk, words, now);
    if (!word || cards > std::int64_t{word->cards}) return Done{};
    return tell_all(desk, tx, words, node, std::nullopt, now);
}

// A restored node has nobody to tell until it has met its partners again.
bool has_partners(const Desk& desk) {
    const auto all = desk.peers.all();
    return std::any_of(all.begin(), all.end(), [](const Peer* peer) { return peer->paired(); });
}

}  // namespace

Outcome tell_late_revocations(Desk& desk, Transaction& tx, Time now) {
    if (!has_partners(desk)) return Done{};
    LEEWARD_TRY(each_due<NodeId>(
        desk,
        "revocation",
        tx.query(
            "SELECT node FROM revocation WHERE told<cards AND (taken<=? OR taken>?) ORDER BY node",
            schema::unix_seconds(now - day),
            schema::unix_seconds(now)),
        now,
        all_of_them,
        [&](const NodeId& node) { return tell_late(desk, tx, node, now); }));
    return Done{};
}

Outcome forget_revoked_pairs(Desk& desk, Transaction& tx, Time now) {
    std::vector<NodeId> over;
    auto rows = tx.query(
        "SELECT p.node FROM peer p JOIN revocation r ON r.node=p.node WHERE "
        "p.psk_epoch IS NOT NULL AND p.paired_card<=r.cards AND r.taken<=?",
        schema::unix_seconds(now - heard_for));
    while (rows.next())
        over.push_back(rows.id<NodeId>(0));
    LEEWARD_TRY(rows.status());
    for (const auto& node : over) {
        LEEWARD_TRY(tx.run("UPDATE peer SET psk_epoch=NULL WHERE node=?", node));
        LEEWARD_TRY(desk.peers.reload(tx, node));
    }
    return Done{};
}

}  // namespace leeward::node
