#include "schema/node_card.h"

#include <algorithm>

#include "crypto/jws.h"
#include "schema/limits.h"

namespace leeward::schema {
namespace {

constexpr std::string_view node_label{"leeward/1 node\0", 15};
constexpr std::int64_t max_unix = 253'402'300'799;  // the end of the year 9999

Time read_time(ObjectReader& reader, std::string_view key) {
    return from_unix(reader.number(key, 0, max_unix));
}

template <class Key>
Key read_key(ObjectReader& reader, std::string_view key) {
    return Key(reader.hex_array<std::tuple_size_v<typename Key::value_type>>(key));
}

Json restored_json(const LogBefore& before) {
    return Json::object({{"log_origin", before.origin},
                         {"size", before.size},
                         {"log_root", hex::encode(before.root)}});
}

Result<std::optional<LogBefore>> restored_from(const Json* json) {
    if (json == nullptr) return std::optional<LogBefore>();
    ObjectReader reader(*json, "restored");
    LogBefore before;
    before.origin = reader.text("log_origin", 64);
    before.size = static_cast<std::uint64_t>(
        reader.number("size", 0, std::numeric_limits<std::int64_t>::max()));
    before.root = reader.hex_array<32>("log_root");
    LEEWARD_TRY(reader.finish());
    return std::optional(std::move(before));
}

Json card_json(const NodeCard& card) {
    Json roles = Json::array();
    for (const auto& role : card.roles)
        roles.push(role);
    Json json = Json::object({{"node", text(card.node)},
                              {"organisation", card.organisation},
                              {"roles", std::move(roles)},
                              {"root", hex::encode(card.root.get())},
                              {"signing", hex::encode(card.signing.get())},
                              {"log", hex::encode(card.log.get())},
                              {"log_origin", card.log_origin},
                              {"witness", hex::encode(card.witness.get())},
                              {"link", hex::encode(card.link)},
                              {"endpoint", card.endpoint},
                              {"nbf", unix_seconds(card.not_before)},
                              {"exp", unix_seconds(card.expires)},
                              {"version", card.version},
                              {"previous", hex::encode(card.previous)}});
    if (card.restored) json.set("restored", restored_json(*card.restored));
    return json;
}

Result<std::vector<std::string>> read_strings(const Json& json, std::size_t most, std::size_t max) {
    const auto* array = json.as_array();
    if (array == nullptr || array->size() > most)
        return Error{Errc::malformed, "a list of texts is missing or too long"};
    std::vector<std::string> out;
    for (const auto& item : *array) {
        if (item.as_string() == nullptr || item.as_string()->size() > max)
            return Error{Errc::malformed, "a list holds something that is not a short text"};
        out.push_back(*item.as_string());
    }
    return out;
}

Result<NodeCard> card_from(const Json& json) {
    ObjectReader reader(json, "card");
    NodeCard card;
    card.node = reader.id<NodeId>("node");
    card.organisation = reader.text("organisation", limits::name_bytes);
    auto roles = read_strings(reader.any("roles"), 8, 32);
    if (!roles) reader.fail("roles", "is not a list of roles");
    card.root = read_key<crypto::VerifyKey>(reader, "root");
    card.signing = read_key<crypto::VerifyKey>(reader, "signing");
    card.log = read_key<crypto::VerifyKey>(reader, "log");
    card.log_origin = reader.text("log_origin", 64);
    card.witness = read_key<crypto::VerifyKey>(reader, "witness");
    card.link = reader.hex_array<32>("link");
    card.endpoint = reader.text("endpoint", limits::endpoint_bytes);
    card.not_before = read_time(reader, "nbf");
    card.expires = read_time(reader, "exp");
    card.version = static_cast<std::uint32_t>(reader.number("version", 1, 1'000'000));
    card.previous = reader.hex_array<32>("previous");
    auto restored = restored_from(reader.any_if("restored"));
    LEEWARD_TRY(reader.finish());
    LEEWARD_ASSIGN(card.restored, std::move(restored));
    card.roles = std::move(roles).value();
    return card;
}

Json parsed_or_null(BytesView payload) {
    auto json = parse_json(as_text(payload));
    return json ? std::move(json).value() : Json();
}

bool keys_are_sound(const NodeCard& card) {
    return crypto::is_enrolable(card.root) && crypto::is_enrolable(card.signing) &&
           crypto::is_enrolable(card.log) && crypto::is_enrolable(card.witness) &&
           card.witness != card.log;
}

crypto::Hash roster_hash(const Roster& roster) {
    Bytes all = to_bytes(as_bytes("leeward/1 roster\n"));
    for (const auto& card : roster.cards) {
        append(all, as_bytes(card));
        all.push_back('\n');
    }
    return crypto::sha256(all);
}

}  // namespace

NodeId node_id_of(const crypto::VerifyKey& root) {
    return NodeId(crypto::sha256({as_bytes(node_label), root.get()}));
}

std::string sign_card(const NodeCard& card, const crypto::SigningKey& root) {
    return crypto::jws::sign(crypto::jws::typ::card, as_bytes(card_json(card).dump()), root);
}

// The card names its own root, and the NodeId is the root's hash: the signature binds the rest.
Result<NodeCard> open_card(std::string_view jws) {
    if (jws.size() > limits::card_bytes) return Error{Errc::too_large, "a card of over 4 KiB"};
    LEEWARD_ASSIGN(const Bytes claimed, crypto::jws::payload_unverified(jws));
    LEEWARD_ASSIGN(NodeCard card, card_from(parsed_or_null(claimed)));
    LEEWARD_TRY(crypto::jws::verify(jws, crypto::jws::typ::card, card.root, limits::card_bytes));
    if (card.node != node_id_of(card.root) || !keys_are_sound(card) ||
        card.expires <= card.not_before || card.expires - card.not_before > limits::card_lifetime)
        return Error{Errc::untrusted, "the card does not hold together"};
    return card;
}

KeyId key_id_of(const crypto::XWingPublicKey& key) {
    return to_array<8>(crypto::sha256(key.get()));
}

std::string sign_prekey(const Prekey& prekey, const crypto::SigningKey& signing) {
    const Json json = Json::object({{"iss", text(prekey.issuer)},
                                    {"e", prekey.epoch},
                                    {"kid", hex::encode(prekey.kid)},
                                    {"pk", base64url::encode(prekey.key.get())},
                                    {"nbf", unix_seconds(prekey.not_before)},
                                    {"exp", unix_seconds(prekey.expires)}});
    return crypto::jws::sign(crypto::jws::typ::prekey, as_bytes(json.dump()), signing);
}

Result<Prekey> open_prekey(std::string_view jws, const NodeCard& issuer) {
    LEEWARD_ASSIGN(
        const Bytes payload,
        crypto::jws::verify(jws, crypto::jws::typ::prekey, issuer.signing, limits::prekey_bytes));
    const Json json = parsed_or_null(payload);
    ObjectReader reader(json, "prekey");
    Prekey prekey;
    prekey.issuer = reader.id<NodeId>("iss");
    prekey.epoch = static_cast<crypto::Epoch>(reader.number("e", 0, 0xffff'ffff));
    prekey.kid = reader.hex_array<8>("kid");
    const Bytes key = reader.base64url("pk", crypto::XWingPublicKey::value_type{}.size());
    prekey.not_before = read_time(reader, "nbf");
    prekey.expires = read_time(reader, "exp");
    LEEWARD_TRY(reader.finish());
    if (key.size() != prekey.key.get().size()) return Error{Errc::malformed, "a short prekey"};
    std::copy(key.begin(), key.end(), prekey.key.get().begin());
    if (prekey.issuer != issuer.node || prekey.kid != key_id_of(prekey.key))
        return Error{Errc::untrusted, "the prekey does not hold together"};
    return prekey;
}

Json to_json(const Contact& contact) {
    return Json::object({{"duty_line", contact.duty_line},
                         {"hours", contact.hours},
                         {"deputy_line", contact.deputy_line},
                         {"languages", contact.languages}});
}

Result<Contact> contact_from(const Json& json) {
    ObjectReader reader(json, "contact");
    Contact contact;
    contact.duty_line = reader.text("duty_line", limits::name_bytes);
    contact.hours = reader.text_or("hours", limits::name_bytes, "");
    contact.deputy_line = reader.text_or("deputy_line", limits::name_bytes, "");
    contact.languages = reader.text_or("languages", limits::name_bytes, "");
    LEEWARD_TRY(reader.finish());
    return contact;
}

namespace {

Json offer_json(const Offer& offer) {
    Json prekeys = Json::array();
    for (const auto& prekey : offer.prekeys)
        prekeys.push(prekey);
    Json json = Json::object({{"leeward_offer", 1},
                              {"card", offer.card},
                              {"prekeys", std::move(prekeys)},
                              {"contribution", hex::encode(offer.contribution)},
                              {"epoch", offer.epoch},
                              {"contact", to_json(offer.contact)}});
    if (offer.mail.version != 0) json.set("mail", to_json(offer.mail));
    return json;
}

crypto::Hash offer_hash(const Offer& offer) {
    return crypto::sha256(as_bytes(offer_json(offer).dump()));
}

Outcome check_signature(const Offer& offer, const NodeCard& card) {
    LEEWARD_ASSIGN(
        const Bytes hash,
        crypto::jws::verify(offer.signature, crypto::jws::typ::offer, card.signing, 1024));
    if (equal(hash, offer_hash(offer))) return Done{};
    return Error{Errc::untrusted, "this offer was changed on its way; ask for a new one"};
}

}  // namespace

void sign_offer(Offer& offer, const crypto::SigningKey& key) {
    offer.signature = crypto::jws::sign(crypto::jws::typ::offer, offer_hash(offer), key);
}

std::string write_offer(const Offer& offer) {
    Json json = offer_json(offer);
    json.set("signature", offer.signature);
    return json.pretty() + "\n";
}

Result<OpenedOffer> read_offer(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, parse_json(text, {limits::offer_bytes, 8}));
    ObjectReader reader(json, "offer");
    OpenedOffer out;
    if (reader.number("leeward_offer", 0, 1'000'000) != 1 && reader.ok())
        return Error{Errc::unsupported, "an offer of another version; ask for a new one"};
    out.offer.card = reader.text("card", limits::card_bytes);
    auto prekeys = read_strings(reader.any("prekeys"), 4, limits::prekey_bytes);
    out.offer.contribution = reader.hex_array<32>("contribution");
    out.offer.epoch = static_cast<crypto::Epoch>(reader.number("epoch", 0, 0xffff'ffff));
    auto contact = contact_from(reader.any("contact"));
    const Json* mail = reader.any_if("mail");
    auto route = mail == nullptr ? Result<MailRoute>(MailRoute{}) : mail_route_from(*mail);
    out.offer.signature = reader.text("signature", 1024);
    LEEWARD_TRY(reader.finish());
    if (!prekeys) return std::move(prekeys).error();
    if (!contact) return std::move(contact).error();
    if (!route) return std::move(route).error();
    out.offer.mail = std::move(route).value();
    out.offer.prekeys = std::move(prekeys).value();
    out.offer.contact = std::move(contact).value();
    LEEWARD_ASSIGN(out.card, open_card(out.offer.card));
    LEEWARD_TRY(check_signature(out.offer, out.card));
    for (const auto& jws : out.offer.prekeys) {
        LEEWARD_ASSIGN(Prekey prekey, open_prekey(jws, out.card));
        out.prekeys.push_back(std::move(prekey));
    }
    if (out.prekeys.empty()) return Error{Errc::malformed, "an offer without a prekey"};
    return out;
}

std::string write_roster(const Roster& roster) {
    Json cards = Json::array();
    for (const auto& card : roster.cards)
        cards.push(card);
    Json signatures = Json::array();
    for (const auto& signature : roster.signatures)
        signatures.push(signature);
    return Json::object({{"leeward_roster", 1},
                         {"cards", std::move(cards)},
                         {"signatures", std::move(signatures)}})
               .pretty() +
           "\n";
}

Result<Roster> read_roster(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, parse_json(text, {limits::roster_bytes, 8}));
    ObjectReader reader(json, "roster");
    if (reader.number("leeward_roster", 0, 1'000'000) != 1 && reader.ok())
        return Error{Errc::unsupported, "a roster of another version"};
    auto cards = read_strings(reader.any("cards"), 256, limits::card_bytes);
    auto signatures = read_strings(reader.any("signatures"), 256, limits::card_bytes);
    LEEWARD_TRY(reader.finish());
    if (!cards) return std::move(cards).error();
    if (!signatures) return std::move(signatures).error();
    return Roster{std::move(cards).value(), std::move(signatures).value()};
}

Result<Roster> found_roster(std::vector<std::string> cards) {
    std::vector<std::pair<NodeId, std::string>> named;
    for (auto& jws : cards) {
        LEEWARD_ASSIGN(const NodeCard card, open_card(jws));
        named.emplace_back(card.node, std::move(jws));
    }
    std::sort(named.begin(), named.end());
    for (std::size_t i = 1; i < named.size(); ++i)
        if (named[i].first == named[i - 1].first)
            return Error{Errc::invalid_argument, "the same organisation twice in one roster"};
    if (named.size() < 2)
        return Error{Errc::invalid_argument, "a network is founded by two organisations or more"};
    Roster roster;
    for (auto& [node, jws] : named)
        roster.cards.push_back(std::move(jws));
    return roster;
}

std::string roster_signature(const Roster& roster,
                             const NodeId& node,
                             const crypto::SigningKey& root) {
    const Json json =
        Json::object({{"node", text(node)}, {"roster", hex::encode(roster_hash(roster))}});
    return crypto::jws::sign(crypto::jws::typ::roster, as_bytes(json.dump()), root);
}

namespace {

bool signed_by(const Roster& roster, const NodeCard& card) {
    const std::string expected =
        Json::object({{"node", text(card.node)}, {"roster", hex::encode(roster_hash(roster))}})
            .dump();
    return std::any_of(
        roster.signatures.begin(), roster.signatures.end(), [&](const std::string& jws) {
            const auto payload =
                crypto::jws::verify(jws, crypto::jws::typ::roster, card.root, limits::card_bytes);
            return payload && as_text(*payload) == expected;
        });
}

}  // namespace

Result<std::vector<NodeCard>> open_roster(const Roster& roster) {
    std::vector<NodeCard> cards;
    std::size_t missing = 0;
    for (const auto& jws : roster.cards) {
        LEEWARD_ASSIGN(NodeCard card, open_card(jws));
        if (!cards.empty() && !(cards.back().node < card.node))
            return Error{Errc::untrusted, "the roster is not in order"};
        if (!signed_by(roster, card)) ++missing;
        cards.push_back(std::move(card));
    }
    if (cards.size() < 2) return Error{Errc::untrusted, "a roster of fewer than two founders"};
    if (missing > 0)
        return Error{Errc::wrong_state,
                     std::to_string(missing) + " founder(s) have not signed this roster yet"};
    return cards;
}

}  // namespace leeward::schema
