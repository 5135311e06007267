#include "node/exchange/duplicates.h"

#include "node/exchange/need_rows.h"
#include "node/exchange/notices.h"
#include "schema/codes.h"
#include "schema/release_text.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::AskMove;
using schema::NeedMove;
using schema::Time;

// ------------------------------------------------------------------ within this organisation

std::string full_name(const Json& record) {
    return record.text_at("given_name") + " " + record.text_at("family_name");
}

bool same_text(const Json& a, const Json& b, std::string_view field) {
    return !a.text_at(field).empty() && a.text_at(field) == b.text_at(field);
}

bool same_name(const Json& a, const Json& b) {
    const bool given = !a.text_at("given_name").empty() && !b.text_at("given_name").empty();
    if (given && schema::names_match(full_name(a), full_name(b))) return true;
    return !a.text_at("preferred_name").empty() &&
           schema::names_match(a.text_at("preferred_name"), b.text_at("preferred_name"));
}

std::string_view why_alike(const Json& a, const Json& b) {
    const bool name = same_name(a, b);
    const bool born = same_text(a, b, "date_of_birth");
    if (name && born) return "the same name and date of birth";
    if (name) return "the same name";
    return born ? "the same date of birth" : "";
}

Result<std::vector<schema::CaseId>> all_cases(Transaction& tx) {
    std::vector<schema::CaseId> ids;
    auto rows = tx.query("SELECT id FROM survivor_case WHERE state<>? ORDER BY since DESC",
                         schema::CaseState::ERASED);
    while (rows.next())
        ids.push_back(rows.id<schema::CaseId>(0));
    LEEWARD_TRY(rows.status());
    return ids;
}

}  // namespace

Result<Json> look_alikes(Desk& desk,
                         Transaction& tx,
                         const Json& record,
                         const std::optional<schema::CaseId>& self) {
    LEEWARD_ASSIGN(const auto ids, all_cases(tx));
    Json found = Json::array();
    for (const auto& id : ids) {
        if (self && *self == id) continue;
        LEEWARD_ASSIGN(const Case other, load_case(desk, tx, id));
        const auto why = why_alike(record, other.record);
        if (why.empty()) continue;
        Json line = case_json(other);
        found.push(std::move(line.set("why", why)));
    }
    return found;
}

Result<Json> case_check(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Case one, find_case(desk, tx, args.text_at("id")));
    auto event = act(schema::Machine::CASE, 0, 0, 0, "");
    event.kind = schema::EventKind::VIEW;
    LEEWARD_TRY(log_event(desk, tx, event, now));
    LEEWARD_ASSIGN(Json found, look_alikes(desk, tx, one.record, one.id));
    return Json::object({{"codename", one.codename}, {"possible_duplicates", std::move(found)}});
}

// ------------------------------------------------------------------ between organisations

namespace {

constexpr std::string_view question = "POSSIBLE_DUPLICATE";
constexpr std::string_view agreed = "OPT_IN";
constexpr std::string_view contact = "CONTACT";

struct Pair {
    std::optional<schema::LegId> other;  // at the recipient only
    bool opted = false;
};

Result<std::optional<Pair>> find_pair(Transaction& tx, const schema::LegId& leg) {
    auto rows = tx.query("SELECT other,opted FROM duplicate WHERE leg=?", leg);
    if (!rows.next()) {
        LEEWARD_TRY(rows.status());
        return std::optional<Pair>();
    }
    Pair pair;
    if (!rows.is_null(0)) pair.other = rows.id<schema::LegId>(0);
    pair.opted = rows.integer(1) != 0;
    return std::optional(pair);
}

Outcome keep_pair(Transaction& tx,
                  const schema::LegId& leg,
                  const std::optional<schema::LegId>& other,
                  Time now) {
    return tx.run("INSERT INTO duplicate(leg,other,at) VALUES(?,?,?) ON CONFLICT(leg) DO NOTHING",
                  leg,
                  other,
                  schema::unix_seconds(now));
}

Outcome send(Desk& desk,
             Transaction& tx,
             const Leg& leg,
             Json body,
             schema::MessageClass message_class,
             Time now) {
    Outgoing message;
    message.to = leg.peer;
    message.kind = schema::MessageKind::DUPLICATE;
    message.message_class = message_class;
    message.leg = leg.id;
    message.body = body.dump();
    message.record =
        desk.records.exists(leg_record(leg.id)) ? leg_record(leg.id) : std::string(general_record);
    message.expires = now + std::chrono::hours(24 * 7);
    message.event.kind = schema::EventKind::SEND;
    message.event.machine = schema::Machine::LEG;
    message.event.tier = static_cast<Byte>(schema::Tier::T1);
    message.event.reason = schema::code_tag(question);
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

Outcome send_word(Desk& desk, Transaction& tx, const Leg& leg, std::string_view word, Time now) {
    return send(desk, tx, leg, Json::object({{"value", word}}), schema::MessageClass::CONTROL, now);
}

// Whom the one of two who have both agreed should phone: the other.
Outcome tell_contact(Desk& desk, Transaction& tx, const Leg& leg, const Leg& other, Time now) {
    const Peer* peer = desk.peers.find(other.peer);
    if (peer == nullptr) return Done{};
    return send(desk,
                tx,
                leg,
                Json::object({{"value", contact},
                              {"organisation", peer->card.organisation},
                              {"phone", peer->contact.duty_line},
                              {"hours", peer->contact.hours}}),
                schema::MessageClass::DISCLOSING,
                now);
}

Result<Json> ask_both(Desk& desk, Transaction& tx, const Leg& leg, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Leg other, find_leg(desk, tx, args.text_at("with")));
    if (leg.ours || other.ours || leg.id == other.id)
        return Error{Errc::invalid_argument, "name two different questions that we were asked"};
    if (leg.peer == other.peer)
        return Error{Errc::invalid_argument,
                     "both came from the same organisation: ask them. Nothing was sent."};
    for (const Leg* one : {&leg, &other}) {
        LEEWARD_ASSIGN(const auto asked, find_pair(tx, one->id));
        if (asked) return Error{Errc::already_exists, "that was asked already; nothing was sent"};
        LEEWARD_TRY(keep_pair(tx, one->id, one == &leg ? other.id : leg.id, now));
        LEEWARD_TRY(send_word(desk, tx, *one, question, now));
    }
    return Json::object(
        {{"note",
          "Both are asked whether they agree to talk; neither is told who the other "
          "is, unless both agree."}});
}

Result<Json> opt_in(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    LEEWARD_TRY(tx.run("UPDATE duplicate SET opted=1 WHERE leg=?", leg.id));
    LEEWARD_TRY(send_word(desk, tx, leg, agreed, now));
    LEEWARD_TRY(settle_notices(tx, leg.id.get()));
    return Json::object({{"note",
                          "We agreed. If the other one agrees too, both are told whom to phone. If "
                          "not, nothing more is heard."}});
}

Json standing(const Leg& leg, const Pair& pair) {
    Json json = Json::object({{"leg", schema::text(leg.id)}, {"agreed", pair.opted}});
    if (const Json* told = leg.detail.find("duplicate_contact")) json.set("phone_them", *told);
    return json;
}

}  // namespace

Result<Json> leg_duplicate(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Leg leg, find_leg(desk, tx, args.text_at("id")));
    if (!args.text_at("with").empty()) return ask_both(desk, tx, leg, args, now);
    LEEWARD_ASSIGN(const auto pair, find_pair(tx, leg.id));
    if (!pair) return Error{Errc::not_found, "nobody has said that she may be known twice"};
    if (!args.bool_at("agree")) return standing(leg, *pair);
    if (!leg.ours)
        return Error{Errc::invalid_argument, "the referrers agree or not; nothing was changed"};
    return opt_in(desk, tx, leg, now);
}

// ------------------------------------------------------------------ what the other side wrote

namespace {

struct Said {
    std::string value;
    Json contact = Json::object();
};

Result<Said> read(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {4096, 4}));
    schema::ObjectReader in(json, "duplicate");
    Said said;
    said.value = in.text("value", 32);
    for (const std::string_view key : {"organisation", "phone", "hours"}) {
        const std::string word = in.text_or(key, 256, "");
        if (!word.empty()) said.contact.set(key, word);
    }
    LEEWARD_TRY(in.finish());
    return said;
}

// A question about a leg of ours: a person decides, nobody waits for it.
Outcome take_question(Transaction& tx, const Leg& leg, Time now) {
    LEEWARD_TRY(keep_pair(tx, leg.id, std::nullopt, now));
    return raise(tx, "DUPLICATE_ASKED", leg.id.get(), leg.peer, now);
}

Outcome take_contact_of(Desk& desk, Transaction& tx, Leg& leg, const Said& said, Time now) {
    if (!leg.detail.is_null()) leg.detail.set("duplicate_contact", said.contact);
    LEEWARD_TRY(save_leg(desk, tx, leg));
    return raise(tx, "DUPLICATE_CONTACT", leg.id.get(), leg.peer, now);
}

// Only when both have agreed is either told anything.
Outcome take_agreement(Desk& desk, Transaction& tx, const Leg& leg, const Pair& pair, Time now) {
    if (pair.opted || !pair.other) return Done{};
    LEEWARD_TRY(tx.run("UPDATE duplicate SET opted=1 WHERE leg=?", leg.id));
    LEEWARD_ASSIGN(const auto theirs, find_pair(tx, *pair.other));
    if (!theirs || !theirs->opted) return Done{};
    LEEWARD_ASSIGN(const Leg other, load_leg(desk, tx, *pair.other));
    LEEWARD_TRY(tell_contact(desk, tx, leg, other, now));
    return tell_contact(desk, tx, other, leg, now);
}

}  // namespace

Result<Applied> take_duplicate(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const Applied refused{"SCHEMA", {}, {}};
    const auto said = read(message.body);
    auto leg = load_leg(desk, tx, message.header.leg);
    if (!said || !leg || leg->peer != peer.node()) return refused;
    LEEWARD_ASSIGN(const auto pair, find_pair(tx, leg->id));
    if (leg->ours && said->value == question) {
        LEEWARD_TRY(take_question(tx, *leg, now));
    } else if (leg->ours && said->value == contact && pair && pair->opted) {
        LEEWARD_TRY(take_contact_of(desk, tx, *leg, *said, now));
    } else if (!leg->ours && said->value == agreed && pair) {
        LEEWARD_TRY(take_agreement(desk, tx, *leg, *pair, now));
    } else {
        return refused;
    }
    Applied applied;
    applied.event.machine = schema::Machine::LEG;
    applied.event.reason = schema::code_tag(question);
    return applied;
}

}  // namespace leeward::node
