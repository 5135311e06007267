#include "node/exchange/mail_places.h"

#include <algorithm>
#include <charconv>

#include "crypto/base/hex.h"
#include "node/exchange/left_hosts.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using schema::Time;

constexpr std::string_view version_key = "own.mail.version";
constexpr std::size_t shown_digits = 12;  // of a host's key: enough to tell two apart

std::string short_name(const TransportPublicKey& server) {
    return hex::encode(server.get()).substr(0, shown_digits);
}

// Another name for each place, also at one host: no key is ever overwritten.
std::string place_key_name(const schema::Place& place) {
    return std::string(place_keys) +
           hex::encode(public_key_of(TransportSecretKey(place.key)).get());
}

// From rows of (server, endpoint, when it was left, its key's name). A host that was left and whose key is lost is
// not fetched from any more: that stops nothing else.
Result<std::vector<MailPlace>> read_places(Rows rows, const Keyring& keyring) {
    std::vector<MailPlace> places;
    while (rows.next()) {
        const TransportPublicKey server(rows.array<32>(0));
        const bool left = !rows.is_null(2);
        const auto key = keyring.get(rows.text(3));
        if (!key && left) continue;
        if (!key || key->size() != PlaceKey::size)
            return Error{Errc::corrupt, "the key of a mail host is missing from the keyring"};
        places.push_back(
            {rows.text(1), server, PlaceKey(key->reveal().first<PlaceKey::size>()), left});
    }
    LEEWARD_TRY(rows.status());
    return places;
}

constexpr std::string_view our_places =
    "SELECT server,endpoint,left_at,key_name FROM mail_place WHERE left_at IS NULL ORDER BY "
    "added,server";
constexpr std::string_view all_places =
    "SELECT server,endpoint,left_at,key_name FROM mail_place ORDER BY added,server";

Result<std::uint32_t> route_version(Transaction& tx) {
    auto rows = tx.query("SELECT value FROM meta WHERE key=?", version_key);
    if (!rows.next()) return std::uint32_t{0};
    return static_cast<std::uint32_t>(read_be(rows.blob(0)));
}

Result<std::uint32_t> next_version(Transaction& tx) {
    LEEWARD_ASSIGN(const std::uint32_t before, route_version(tx));
    Bytes value;
    append_be<4>(value, before + 1);
    LEEWARD_TRY(tx.run(
        "INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)", version_key, BytesView(value)));
    return before + 1;
}

schema::AuditRecord mail_event(const schema::NodeId& other) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::SEND;
    event.machine = schema::Machine::NODE;
    event.other = schema::organisation_tag(other);
    return event;
}

Result<ByteArray<16>> drawn_for(Desk& desk, Transaction& tx, const Peer& peer) {
    if (peer.guest) return *peer.guest;
    const auto drawn = desk.random.array<16>();
    LEEWARD_TRY(tx.run("UPDATE peer SET mail_guest=? WHERE node=?", drawn, peer.node()));
    LEEWARD_TRY(desk.peers.reload(tx, peer.node()));
    return drawn;
}

// Each partner learns its own keys and no other's.
Outcome tell(Desk& desk,
             Transaction& tx,
             const Peer& peer,
             const std::vector<MailPlace>& places,
             std::uint32_t version,
             Time now) {
    LEEWARD_ASSIGN(const auto drawn, drawn_for(desk, tx, peer));
    Outgoing message;
    message.to = peer.node();
    message.kind = schema::MessageKind::MAIL;
    message.message_class = MessageClass::CONTROL;
    message.body = schema::to_json(route_for(places, drawn, version)).dump();
    message.record = general_record;
    message.expires = now + left_host_stays;
    message.event = mail_event(peer.node());
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// Whoever has an offer that is out is told once it is accepted (tell_where_mail_goes).
Outcome tell_partners(Desk& desk, Transaction& tx, const std::vector<MailPlace>& places, Time now) {
    LEEWARD_ASSIGN(const std::uint32_t version, next_version(tx));
    for (const Peer* peer : desk.peers.all())
        if (peer->paired()) LEEWARD_TRY(tell(desk, tx, *peer, places, version, now));
    tx.on_commit([&desk] { desk.links_changed = true; });
    return Done{};
}

Outcome may_add(const std::vector<MailPlace>& places, const schema::Place& place) {
    LEEWARD_TRY(check_endpoint(place.endpoint));
    for (const auto& one : places)
        if (one.server.get() == place.server)
            return Error{Errc::already_exists,
                         "our mail goes to this host already; nothing was changed"};
    if (places.size() >= schema::most_places)
        return Error{Errc::wrong_state,
                     "our mail goes to two hosts already; remove one first with "
                     "'leeward mailhost remove'. Nothing was changed"};
    return Done{};
}

// Durable before the row that names it. That of a place there that was left, or of an attempt that failed, goes
// once no row names it (left_hosts.cpp).
Outcome keep_place_key(Desk& desk, const schema::Place& place) {
    if (desk.previewing) return Done{};
    std::vector<NamedKey> key;
    key.push_back({place_key_name(place), SecretBytes(place.key)});
    return desk.keyring.put(std::move(key));
}

Json place_json(const MailPlace& place) {
    return Json::object({{"endpoint", place.endpoint}, {"host", short_name(place.server)}});
}

// Until when at the latest each is fetched from.
Result<Json> left_json(Transaction& tx) {
    Json left = Json::array();
    auto rows = tx.query(
        "SELECT server,endpoint,left_at FROM mail_place WHERE left_at IS NOT NULL ORDER BY "
        "left_at,server");
    while (rows.next())
        left.push(Json::object(
            {{"endpoint", rows.text(1)},
             {"host", short_name(TransportPublicKey(rows.array<32>(0)))},
             {"fetched_until", rows.integer(2) + std::chrono::seconds(left_host_stays).count()}}));
    LEEWARD_TRY(rows.status());
    return left;
}

}  // namespace

Result<OwnMail> own_mail(Store& store, const Keyring& keyring) {
    OwnMail own;
    LEEWARD_ASSIGN(own.places, read_places(store.query(all_places), keyring));
    auto rows = store.query(
        "SELECT mail_guest FROM peer WHERE mail_guest IS NOT NULL UNION SELECT mail_guest FROM "
        "pending_offer WHERE mail_guest IS NOT NULL");
    while (rows.next())
        own.drawn.push_back(rows.array<16>(0));
    LEEWARD_TRY(rows.status());
    return own;
}

Result<Json> mailhost_add(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const schema::Place place, schema::read_place(args.text_at("place")));
    LEEWARD_ASSIGN(auto places, read_places(tx.query(our_places), desk.keyring));
    LEEWARD_TRY(may_add(places, place));
    LEEWARD_TRY(keep_place_key(desk, place));
    LEEWARD_TRY(
        tx.run("INSERT OR REPLACE INTO mail_place(server,endpoint,added,key_name) VALUES(?,?,?,?)",
               place.server,
               place.endpoint,
               schema::unix_seconds(now),
               place_key_name(place)));
    places.push_back({place.endpoint, TransportPublicKey(place.server), PlaceKey(place.key)});
    LEEWARD_TRY(tell_partners(desk, tx, places, now));
    Json answer = place_json(places.back());
    answer.set("hosts", places.size());
    answer.set("note",
               "delete the place file now: whoever holds it can take our mail away, unread");
    return answer;
}

Result<Json> mailhost_remove(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(auto places, read_places(tx.query(our_places), desk.keyring));
    const std::string wanted = args.text_at("host");
    const auto at = std::find_if(places.begin(), places.end(), [&](const MailPlace& place) {
        return place.endpoint == wanted || short_name(place.server) == wanted;
    });
    if (at == places.end())
        return Error{Errc::not_found,
                     "our mail goes to no such host; see 'leeward mailhost list'. Nothing was "
                     "changed"};
    LEEWARD_TRY(leave_host(tx, at->server, now));
    Json answer = place_json(*at);
    places.erase(at);
    LEEWARD_TRY(tell_partners(desk, tx, places, now));
    answer.set("hosts", places.size());
    answer.set("fetched_until", schema::unix_seconds(now + left_host_stays));
    answer.set(
        "note",
        "mail is fetched there until every partner and every offer that is out needs it no "
        "more, at the latest until this day; 'leeward mailhost list' shows it until then. If "
        "that host is gone for good, 'leeward node doctor' says with whom to exchange "
        "offers again");
    return answer;
}

Result<Json> mailhost_list(Desk& desk, Transaction& tx, const Json&, Time) {
    LEEWARD_ASSIGN(const auto places, read_places(tx.query(our_places), desk.keyring));
    Json ours = Json::array();
    for (const auto& place : places)
        ours.push(place_json(place));
    Json theirs = Json::array();
    for (const Peer* peer : desk.peers.all())
        if (peer->is_hidden() && peer->paired())
            theirs.push(Json::object(
                {{"peer", peer->card.organisation}, {"hosts", peer->mail.places.size()}}));
    LEEWARD_ASSIGN(Json left, left_json(tx));
    return Json::object({{"our_mail", std::move(ours)},
                         {"left_hosts", std::move(left)},
                         {"hidden_partners", std::move(theirs)}});
}

Result<OfferedMail> offer_mail(Desk& desk, Transaction& tx) {
    LEEWARD_ASSIGN(const auto places, read_places(tx.query(our_places), desk.keyring));
    if (places.empty()) return OfferedMail{};
    LEEWARD_ASSIGN(const std::uint32_t version, route_version(tx));
    const auto drawn = desk.random.array<16>();
    tx.on_commit([&desk] { desk.links_changed = true; });
    return OfferedMail{route_for(places, drawn, version), drawn};
}

// As a newer version than any before: what was queued for the pair before this one may still come. With
// the keys that the offer named: at a host that stayed the partner is let in meanwhile.
Outcome tell_where_mail_goes(Desk& desk, Transaction& tx, const Peer& peer, Time now) {
    LEEWARD_ASSIGN(const std::uint32_t before, route_version(tx));
    if (before == 0) return Done{};
    LEEWARD_ASSIGN(const auto places, read_places(tx.query(our_places), desk.keyring));
    LEEWARD_ASSIGN(const std::uint32_t version, next_version(tx));
    tx.on_commit([&desk] { desk.links_changed = true; });
    return tell(desk, tx, peer, places, version, now);
}

Outcome check_route(const schema::MailRoute& route) {
    for (const auto& place : route.places)
        if (!check_endpoint(place.endpoint))
            return Error{Errc::untrusted,
                         "their mail would lie at an address that is none; nothing was changed. "
                         "Ask for a new offer"};
    return Done{};
}

// The newest counts, in whatever order they come.
Result<Applied> take_mail_route(Desk& desk,
                                Transaction& tx,
                                Peer& peer,
                                const schema::Message& message) {
    const auto json = schema::parse_json(message.body, {4096, 4});
    const auto route =
        json ? schema::mail_route_from(*json) : Result<schema::MailRoute>(Error{Errc::malformed});
    if (!route || !check_route(*route)) return Applied{"SCHEMA", {}, {}};
    Applied applied;
    applied.event.machine = schema::Machine::NODE;
    if (route->version <= peer.mail.version) return applied;
    LEEWARD_TRY(
        tx.run("UPDATE peer SET mail=? WHERE node=?", schema::to_json(*route).dump(), peer.node()));
    LEEWARD_TRY(desk.peers.reload(tx, peer.node()));
    tx.on_commit([&desk] { desk.links_changed = true; });
    return applied;
}

}  // namespace leeward::node
