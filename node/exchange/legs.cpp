#include "node/exchange/legs.h"

#include <algorithm>

#include "node/exchange/disclose.h"
#include "node/exchange/ids.h"
#include "node/exchange/leg_timers.h"
#include "node/exchange/needs.h"
#include "schema/limits.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::Answer;
using schema::AnswerMove;
using schema::Ask;
using schema::AskMove;
using schema::Json;
using schema::LegState;
using schema::Time;

constexpr std::string_view columns =
    "SELECT id,peer,ours,need,alias,service,priority,ask,ask_counter,ask_saw,answer,answer_counter,"
    "answer_saw,shown,sent,opened,since,answer_from,hold_until,window_start,window_end,in_seq,"
    "timer,"
    "raised,freed,erased,erase_by,reason,papers,detail FROM leg ";

std::string place(const schema::LegId& id) {
    return "leg/" + schema::text(id);
}

Time time_at(const Rows& rows, int column) {
    return schema::from_unix(rows.integer(column));
}

Leg read_leg(Rows& rows) {
    Leg leg;
    leg.id = rows.id<schema::LegId>(0);
    leg.peer = rows.id<schema::NodeId>(1);
    leg.ours = rows.integer(2) != 0;
    if (!rows.is_null(3)) leg.need = rows.id<schema::NeedId>(3);
    leg.alias = rows.text(4);
    leg.service = static_cast<schema::ServiceClass>(rows.integer(5));
    leg.priority = static_cast<schema::Priority>(rows.integer(6));
    leg.ask = {static_cast<Ask>(rows.integer(7)),
               static_cast<std::uint32_t>(rows.integer(8)),
               static_cast<std::uint32_t>(rows.integer(9))};
    leg.answer = {static_cast<Answer>(rows.integer(10)),
                  static_cast<std::uint32_t>(rows.integer(11)),
                  static_cast<std::uint32_t>(rows.integer(12))};
    leg.shown = static_cast<LegState>(rows.integer(13));
    leg.sent = rows.integer(14) != 0;
    leg.opened = time_at(rows, 15);
    leg.since = time_at(rows, 16);
    leg.answer_from = time_at(rows, 17);
    leg.hold_until = time_at(rows, 18);
    leg.window_start = time_at(rows, 19);
    leg.window_end = time_at(rows, 20);
    leg.in_seq = static_cast<std::uint64_t>(rows.integer(21));
    leg.timer = time_at(rows, 22);
    leg.raised = time_at(rows, 23);
    leg.freed = rows.integer(24) != 0;
    leg.erased = time_at(rows, 25);
    leg.erase_by = time_at(rows, 26);
    leg.reason = rows.text(27);
    leg.papers = rows.text(28);
    return leg;
}

Result<Json> open_detail(Desk& desk, const schema::LegId& id, BytesView sealed) {
    if (sealed.empty() || !desk.records.exists(leg_record(id))) return Json();
    LEEWARD_ASSIGN(const SecretBytes text, desk.records.open(leg_record(id), place(id), sealed));
    return schema::parse_json(as_text(text.reveal()));
}

Result<std::vector<Leg>> read_all(Desk& desk, Rows rows) {
    std::vector<Leg> legs;
    while (rows.next()) {
        legs.push_back(read_leg(rows));
        LEEWARD_ASSIGN(legs.back().detail, open_detail(desk, legs.back().id, rows.blob(29)));
    }
    LEEWARD_TRY(rows.status());
    return legs;
}

const std::string& select(std::string_view rest) {
    static std::map<std::string_view, std::string> made;
    auto& text = made[rest];
    if (text.empty()) text = std::string(columns) + std::string(rest);
    return text;
}

Result<Bytes> seal_detail(Desk& desk, const Leg& leg) {
    if (leg.detail.is_null() || !desk.records.exists(leg_record(leg.id))) return Bytes{};
    return desk.records.seal(leg_record(leg.id), place(leg.id), as_bytes(leg.detail.dump()));
}

}  // namespace

std::string leg_record(const schema::LegId& id) {
    return "leg/" + schema::text(id);
}

Result<Leg> load_leg(Desk& desk, Transaction& tx, const schema::LegId& id) {
    LEEWARD_ASSIGN(auto legs, read_all(desk, tx.query(select("WHERE id=?"), id)));
    if (legs.empty()) return Error{Errc::not_found, "no such leg on this node"};
    return std::move(legs.front());
}

Result<Leg> find_leg(Desk& desk, Transaction& tx, std::string_view text) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "leg", text));
    return load_leg(desk, tx, schema::LegId(to_array<16>(id)));
}

Result<std::vector<Leg>> legs_of(Desk& desk, Transaction& tx, const schema::NeedId& need) {
    return read_all(desk, tx.query(select("WHERE need=? ORDER BY opened,id"), need));
}

Outcome insert_leg(Desk& desk, Transaction& tx, const Leg& leg) {
    LEEWARD_ASSIGN(const Bytes sealed, seal_detail(desk, leg));
    return tx.run(
        "INSERT INTO leg(id,peer,ours,need,alias,service,priority,ask,ask_counter,ask_saw,answer,"
        "answer_counter,answer_saw,shown,opened,since,answer_from,timer,detail) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        leg.id,
        leg.peer,
        leg.ours,
        leg.need,
        leg.alias,
        leg.service,
        leg.priority,
        leg.ask.value,
        leg.ask.counter,
        leg.ask.saw,
        leg.answer.value,
        leg.answer.counter,
        leg.answer.saw,
        leg.shown,
        schema::unix_seconds(leg.opened),
        schema::unix_seconds(leg.since),
        schema::unix_seconds(leg.answer_from),
        schema::unix_seconds(leg.timer),
        BytesView(sealed));
}

Outcome save_leg(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    leg.timer = next_timer(leg, now);
    LEEWARD_ASSIGN(const Bytes sealed, seal_detail(desk, leg));
    return tx.run(
        "UPDATE leg SET ask=?,ask_counter=?,ask_saw=?,answer=?,answer_counter=?,answer_saw=?,"
        "shown=?,since=?,answer_from=?,hold_until=?,window_start=?,window_end=?,in_seq=?,timer=?,"
        "raised=?,freed=?,erased=?,erase_by=?,reason=?,papers=?,detail=? WHERE id=?",
        leg.ask.value,
        leg.ask.counter,
        leg.ask.saw,
        leg.answer.value,
        leg.answer.counter,
        leg.answer.saw,
        leg.shown,
        schema::unix_seconds(leg.since),
        schema::unix_seconds(leg.answer_from),
        schema::unix_seconds(leg.hold_until),
        schema::unix_seconds(leg.window_start),
        schema::unix_seconds(leg.window_end),
        static_cast<std::int64_t>(leg.in_seq),
        schema::unix_seconds(leg.timer),
        schema::unix_seconds(leg.raised),
        leg.freed,
        schema::unix_seconds(leg.erased),
        schema::unix_seconds(leg.erase_by),
        leg.reason,
        leg.papers,
        BytesView(sealed),
        leg.id);
}

namespace {

// The shown state follows the registers; a new state starts a new clock and a new silence.
void show(Leg& leg, Time now) {
    const LegState before = leg.shown;
    leg.shown = schema::shown(leg.ask, leg.answer);
    if (leg.shown == before) return;
    leg.since = now;
    leg.raised = never;
    if (leg.shown == LegState::DELIVERED) leg.answer_from = now;
}

schema::AuditRecord leg_event(
    const Leg& leg, Byte number, LegState before, const Said& said, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::SEND;
    event.machine = schema::Machine::LEG;
    event.transition = number;
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(leg.shown);
    event.tier = static_cast<Byte>(schema::Tier::T1);
    event.reason = schema::code_tag(said.reason);
    event.band = schema::deadline_band(leg.since, leg.timer, now);
    return event;
}

// Members that a reader keeps: what belongs to the value, of the newest write.
void remember(Leg& leg, const Json& members) {
    if (leg.detail.is_null()) return;
    if (const auto* object = members.as_object())
        for (const auto& [key, value] : *object)
            leg.detail.set(key, value);
}

// What a side has said is not given up: while the other does not have it, the two show different
// things. Only what discloses ends by itself: an inquiry with its answer time, a plan with its window.
Time message_expiry(const Leg& leg,
                    schema::MessageKind kind,
                    schema::MessageClass message_class,
                    Time now) {
    const bool is_ask = kind == schema::MessageKind::ASK;
    if (is_ask && message_class == MessageClass::DISCLOSING)
        return std::max(now + answer_time(leg.priority) + std::chrono::hours(1),
                        leg.window_end + std::chrono::hours(24));
    return now + std::chrono::hours(24 * 60);
}

Outcome put_register(Desk& desk,
                     Transaction& tx,
                     const Leg& leg,
                     schema::MessageKind kind,
                     schema::MessageClass message_class,
                     std::uint32_t counter,
                     std::uint32_t saw,
                     Json body,
                     const schema::AuditRecord& event,
                     Time now) {
    Outgoing message;
    message.to = leg.peer;
    message.kind = kind;
    message.message_class = message_class;
    message.leg = leg.id;
    message.counter = counter;
    message.saw = saw;
    message.body = body.dump();
    message.record =
        desk.records.exists(leg_record(leg.id)) ? leg_record(leg.id) : std::string(general_record);
    message.expires = message_expiry(leg, kind, message_class, now);
    message.event = event;
    const auto put = desk.outbox.put(tx, message, now);
    return put ? Outcome(Done{}) : Outcome(put.error());
}

// A closing word that overtakes what was never sent takes its place: the inquiry is destroyed here,
// and a content-free tombstone uses its number.
Outcome recall_unsent(Desk& desk, Transaction& tx, const Leg& leg, Time now) {
    if (!schema::closes(leg.ask.value)) return Done{};
    return desk.outbox.abandon_leg(tx, leg.id, now);
}

}  // namespace

Outcome write(Desk& desk, Transaction& tx, Leg& leg, AskMove move, Said said, Time now) {
    const LegState before = leg.shown;
    LEEWARD_ASSIGN(leg.ask, schema::write_ask(move, leg.ask, leg.answer, !leg.sent));
    leg.shown = schema::shown(leg.ask, leg.answer);
    auto event = leg_event(leg, static_cast<Byte>(move), before, said, now);
    leg.shown = before;
    show(leg, now);
    leg.reason = said.reason;
    remember(leg, said.members);
    Json body = Json::object({{"value", schema::name(leg.ask.value)}});
    if (!said.reason.empty()) body.set("reason", said.reason);
    for (const auto& [key, value] : *said.members.as_object())
        body.set(key, value);
    LEEWARD_TRY(recall_unsent(desk, tx, leg, now));
    if (leg.ask.value == Ask::CANCEL_CLOSED && !leg.sent) {
        event.kind = schema::EventKind::ACT;
        LEEWARD_TRY(log_event(desk, tx, event, now));  // nothing ever left: nothing to say
    } else {
        LEEWARD_TRY(put_register(desk,
                                 tx,
                                 leg,
                                 schema::MessageKind::ASK,
                                 schema::class_of(leg.ask.value),
                                 leg.ask.counter,
                                 leg.ask.saw,
                                 std::move(body),
                                 event,
                                 now));
    }
    return settle(desk, tx, leg, now);
}

Outcome write(Desk& desk, Transaction& tx, Leg& leg, AnswerMove move, Said said, Time now) {
    const LegState before = leg.shown;
    LEEWARD_ASSIGN(leg.answer, schema::write_answer(move, leg.answer, leg.ask));
    leg.shown = schema::shown(leg.ask, leg.answer);
    const auto event = leg_event(leg, static_cast<Byte>(move), before, said, now);
    leg.shown = before;
    show(leg, now);
    leg.reason = said.reason;
    remember(leg, said.members);
    Json body = Json::object({{"value", schema::name(leg.answer.value)}});
    if (!said.reason.empty()) body.set("reason", said.reason);
    for (const auto& [key, value] : *said.members.as_object())
        body.set(key, value);
    const bool has_outcome = !said.members.text_at("outcome").empty();
    LEEWARD_TRY(put_register(desk,
                             tx,
                             leg,
                             schema::MessageKind::ANSWER,
                             schema::class_of(leg.answer.value, has_outcome),
                             leg.answer.counter,
                             leg.answer.saw,
                             std::move(body),
                             event,
                             now));
    return settle(desk, tx, leg, now);
}

// ------------------------------------------------------------------ what the other side wrote

namespace {

Applied refused(std::string code) {
    return {std::move(code), {}, {}};
}

schema::AuditRecord taken_event(const Leg& leg, LegState before, const std::string& reason) {
    schema::AuditRecord event;
    event.machine = schema::Machine::LEG;
    event.from_state = static_cast<Byte>(before);
    event.to_state = static_cast<Byte>(leg.shown);
    event.tier = static_cast<Byte>(schema::Tier::T1);
    event.reason = schema::code_tag(reason);
    return event;
}

// What an ask may carry, by name; each is checked by type and length, nothing else is taken.
struct AskBody {
    Ask value{};
    std::string alias;
    schema::ServiceClass service{};
    schema::Priority priority{};
    Json kept = Json::object();  // card, plan, reply: what belongs to the value
    std::string reason;
    Time window_start;
    Time window_end;
};

constexpr std::int64_t max_unix = 253'402'300'799;

bool is_short_list(const Json& json) {
    const auto* items = json.as_array();
    if (items == nullptr || items->size() > 16) return false;
    for (const auto& item : *items)
        if (item.as_string() == nullptr || item.as_string()->size() > 64) return false;
    return true;
}

void keep_text(schema::ObjectReader& in, Json& kept, std::string_view key, std::size_t max) {
    const std::string text = in.text_or(key, max, "");
    if (!text.empty()) kept.set(key, text);
}
void keep_list(schema::ObjectReader& in, Json& kept, std::string_view key) {
    const Json* list = in.any_if(key);
    if (list == nullptr) return;
    if (is_short_list(*list))
        kept.set(key, *list);
    else
        in.fail(key, "is not a short list of texts");
}

Result<AskBody> read_ask(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {schema::limits::body_bytes, 8}));
    schema::ObjectReader in(json, "ask");
    AskBody body;
    const auto value = schema::ask_from(in.text("value", 32));
    body.alias = in.text_or("alias", 64, "");
    const auto service = schema::service_class_from(in.text_or("service", 32, "PLACEMENT"));
    const auto priority = schema::priority_from(in.text_or("priority", 32, "ROUTINE"));
    body.reason = in.text_or("reason", 64, "");
    if (const Json* card = in.any_if("card")) body.kept.set("card", *card);
    keep_text(in, body.kept, "reply", 64);
    keep_text(in, body.kept, "code_word", 64);
    keep_text(in, body.kept, "person", schema::limits::name_bytes);
    keep_text(in, body.kept, "sentence", 512);
    keep_list(in, body.kept, "roles");
    body.window_start = schema::from_unix(in.number_or("window_start", 0, max_unix, 0));
    body.window_end = schema::from_unix(in.number_or("window_end", 0, max_unix, 0));
    LEEWARD_TRY(in.finish());
    if (!value || !service || !priority) return Error{Errc::malformed, "an unknown word"};
    body.value = *value;
    body.service = *service;
    body.priority = *priority;
    return body;
}

struct AnswerBody {
    Answer value{};
    Json kept = Json::object();
    std::string reason;
    Time hold_until;
};

Result<AnswerBody> read_answer(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, schema::parse_json(text, {schema::limits::body_bytes, 8}));
    schema::ObjectReader in(json, "answer");
    AnswerBody body;
    const auto value = schema::answer_from(in.text("value", 32));
    body.reason = in.text_or("reason", 64, "");
    body.hold_until = schema::from_unix(in.number_or("hold_until", 0, max_unix, 0));
    keep_list(in, body.kept, "conditions");
    keep_text(in, body.kept, "question", 64);
    keep_text(in, body.kept, "band", 32);
    keep_text(in, body.kept, "outcome", 64);
    keep_text(in, body.kept, "their_person", schema::limits::name_bytes);
    const std::int64_t as_of = in.number_or("capacity_as_of", 0, max_unix, 0);
    if (as_of != 0) body.kept.set("capacity_as_of", as_of);
    LEEWARD_TRY(in.finish());
    if (!value) return Error{Errc::malformed, "an unknown word"};
    body.value = *value;
    return body;
}

// A leg that is not known here yet. A closing word may arrive before its inquiry: it is kept, and
// the inquiry, when it comes, changes nothing.
Leg new_received(const Peer& peer, const schema::Message& message, const AskBody& body, Time now) {
    Leg leg;
    leg.id = message.header.leg;
    leg.peer = peer.node();
    leg.alias = body.alias;
    leg.service = body.service;
    leg.priority = body.priority;
    leg.opened = leg.since = leg.answer_from = now;
    if (schema::closes(body.value)) leg.detail = Json();
    return leg;
}

bool card_is_sound(const AskBody& body) {
    const Json* card = body.kept.find("card");
    return card != nullptr && t1_card_is_valid(*card);
}

void note_number(Leg& leg, std::uint64_t seq) {
    if (seq == leg.in_seq + 1) leg.in_seq = seq;
}

void take_register(Leg& leg, const schema::Message& message, const AskBody& body, Time now) {
    leg.ask = {body.value, message.header.counter, message.header.saw};
    if (leg.answer.value == Answer::NONE && body.value == Ask::OPEN)
        leg.answer = {Answer::STORED, 1, leg.ask.counter};  // W1: the receipt says so
    if (body.value == Ask::PHONE_ACCEPTED && leg.detail.is_null()) {
        leg.detail = Json::object();  // what was erased is alive again, without its card
        leg.erased = never;
    }
    remember(leg, body.kept);
    if (body.window_end != never) {
        leg.window_start = body.window_start;
        leg.window_end = body.window_end;
    }
    leg.reason = body.reason;
    show(leg, now);
}

// What the leg is called and is about, where only a later word has said so.
Outcome name_leg(Transaction& tx, Leg& leg, const AskBody& body) {
    leg.alias = body.alias;
    leg.service = body.service;
    leg.priority = body.priority;
    return tx.run("UPDATE leg SET alias=?,service=?,priority=? WHERE id=?",
                  leg.alias,
                  leg.service,
                  leg.priority,
                  leg.id);
}

// An inquiry that a later word has overtaken (a yes by telephone): what it says of the need belongs to
// the leg all the same, unless the leg has closed meanwhile.
Outcome take_overtaken(Transaction& tx, Leg& leg, const AskBody& body) {
    if (schema::closes(leg.ask.value) || leg.erased != never) return Done{};
    if (leg.detail.is_null()) leg.detail = Json::object();
    for (const auto& [key, value] : *body.kept.as_object())
        if (leg.detail.find(key) == nullptr) leg.detail.set(key, value);
    return name_leg(tx, leg, body);
}

}  // namespace

Result<Applied> take_ask(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto body = read_ask(message.body);
    if (!body) return refused("SCHEMA");
    auto found = load_leg(desk, tx, message.header.leg);
    if (!found && found.error().code != Errc::not_found) return found.error();
    const bool fresh = !found;
    if (fresh && body->value == Ask::OPEN && !card_is_sound(*body)) return refused("SCHEMA");
    Leg leg = fresh ? new_received(peer, message, *body, now) : std::move(found).value();
    if (leg.ours || leg.peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    const LegState before = leg.shown;
    note_number(leg, message.header.seq);
    const bool newer = message.header.counter > leg.ask.counter;
    if (newer) take_register(leg, message, *body, now);
    if (!fresh && newer && leg.alias.empty() && !body->alias.empty())
        LEEWARD_TRY(name_leg(tx, leg, *body));
    if (!fresh && message.header.counter == 1 && card_is_sound(*body))
        LEEWARD_TRY(take_overtaken(tx, leg, *body));
    if (fresh) LEEWARD_TRY(insert_leg(desk, tx, leg));
    const auto event = taken_event(leg, before, body->reason);
    if (newer)
        LEEWARD_TRY(settle(desk, tx, leg, now));
    else
        LEEWARD_TRY(save_leg(desk, tx, leg, now));
    return Applied{{}, desk.records.exists(leg_record(leg.id)) ? leg_record(leg.id) : "", event};
}

Result<Applied> take_answer(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto body = read_answer(message.body);
    if (!body) return refused("SCHEMA");
    auto found = load_leg(desk, tx, message.header.leg);
    if (!found)
        return found.error().code == Errc::not_found ? Result<Applied>(refused("SCHEMA"))
                                                     : Result<Applied>(found.error());
    Leg leg = std::move(found).value();
    if (!leg.ours || leg.peer != peer.node()) return refused("RECIPIENT_MISMATCH");
    const LegState before = leg.shown;
    note_number(leg, message.header.seq);
    if (message.header.counter > leg.answer.counter) {
        leg.answer = {body->value, message.header.counter, message.header.saw};
        remember(leg, body->kept);
        if (body->hold_until != never) leg.hold_until = body->hold_until;
        leg.reason = body->reason;
        show(leg, now);
        const auto event = taken_event(leg, before, body->reason);
        LEEWARD_TRY(settle(desk, tx, leg, now));
        return Applied{{}, leg_record(leg.id), event};
    }
    LEEWARD_TRY(save_leg(desk, tx, leg, now));
    return Applied{{}, leg_record(leg.id), taken_event(leg, before, body->reason)};
}

Outcome take_stored(Desk& desk, Transaction& tx, const schema::LegId& id, Time now) {
    LEEWARD_ASSIGN(Leg leg, load_leg(desk, tx, id));
    if (leg.answer.value != Answer::NONE) return Done{};
    leg.answer = {Answer::STORED, 1, 1};
    show(leg, now);
    return settle(desk, tx, leg, now);
}

// ------------------------------------------------------------------ what follows by itself

namespace {

bool can(const Leg& leg, AskMove move) {
    return static_cast<bool>(schema::write_ask(move, leg.ask, leg.answer, !leg.sent));
}
bool can(const Leg& leg, AnswerMove move) {
    return static_cast<bool>(schema::write_answer(move, leg.answer, leg.ask));
}

bool was_firm(Answer answer) {
    return schema::accepted_or_later(answer);
}

// At the recipient: a cancel of what was never firm needs nobody, a choice that meets an earlier no
// is answered again at once.
Result<bool> settle_received(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    const bool cancel =
        leg.shown == LegState::CANCEL_REQUESTED || leg.shown == LegState::NOT_SELECTED ||
        leg.shown == LegState::CANCEL_UNCONFIRMED ||
        (leg.shown == LegState::CANCEL_CONFIRMED && leg.answer.value != Answer::CANCEL_CONFIRMED);
    if (cancel && !was_firm(leg.answer.value) && can(leg, AnswerMove::W19)) {
        LEEWARD_TRY(write(desk, tx, leg, AnswerMove::W19, {}, now));
        return true;
    }
    const bool crossed = leg.shown == LegState::SELECTED && leg.answer.value == Answer::DECLINED;
    if (crossed && can(leg, AnswerMove::W10)) {
        LEEWARD_TRY(write(desk, tx, leg, AnswerMove::W10, {Json::object(), leg.reason}, now));
        return true;
    }
    return false;
}

// At the referrer: a late offer is settled at once, a choice that fell through opens again.
Result<bool> settle_asked(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    if (leg.shown == LegState::LATE_OFFER) {
        LEEWARD_ASSIGN(const bool looking, still_looks(tx, *leg.need));
        LEEWARD_TRY(write(desk, tx, leg, looking ? AskMove::A10 : AskMove::A8, {}, now));
        return true;
    }
    const bool chose = leg.ask.value == Ask::SELECTED || leg.ask.value == Ask::PHONE_ACCEPTED;
    const bool fell_through = chose && !schema::is_chosen(leg.shown) &&
                              leg.shown != LegState::ARRIVED && can(leg, AskMove::A12);
    if (!fell_through) return false;
    const std::string reason = leg.reason;
    LEEWARD_TRY(write(desk, tx, leg, AskMove::A12, {}, now));
    return true;
}

// A leg that lives again, by a late offer, keeps its card; one that was discarded never does.
void mind_erasure_clock(Leg& leg, Time now) {
    if (!schema::is_terminal(leg.shown) && leg.answer.value != Answer::DISCARDED)
        leg.erase_by = never;
    if (leg.ours || leg.erased != never || leg.erase_by != never || !schema::is_terminal(leg.shown))
        return;
    leg.erase_by = now + erase_after(leg.priority);
}

}  // namespace

Outcome settle(Desk& desk, Transaction& tx, Leg& leg, Time now) {
    mind_erasure_clock(leg, now);
    LEEWARD_TRY(save_leg(desk, tx, leg, now));
    LEEWARD_ASSIGN(
        const bool moved,
        leg.ours ? settle_asked(desk, tx, leg, now) : settle_received(desk, tx, leg, now));
    if (moved) return Done{};  // that write has settled what followed
    if (leg.ours && leg.need) LEEWARD_TRY(need_follows(desk, tx, *leg.need, now));
    return grants_follow(desk, tx, leg, now);
}

Json leg_json(const Desk& desk, const Leg& leg) {
    const Peer* peer = desk.peers.find(leg.peer);
    Json json = Json::object({{"id", schema::text(leg.id)},
                              {"peer", peer == nullptr ? "" : peer->card.organisation},
                              {"alias", leg.alias},
                              {"side", leg.ours ? "referrer" : "recipient"},
                              {"service", schema::name(leg.service)},
                              {"priority", schema::name(leg.priority)},
                              {"state", schema::name(leg.shown)},
                              {"ask", schema::name(leg.ask.value)},
                              {"answer", schema::name(leg.answer.value)},
                              {"since", schema::unix_seconds(leg.since)}});
    if (leg.need) json.set("need", schema::text(*leg.need));
    if (!leg.reason.empty()) json.set("reason", leg.reason);
    if (!leg.papers.empty()) json.set("papers", leg.papers);
    if (leg.hold_until != never) json.set("hold_until", schema::unix_seconds(leg.hold_until));
    if (leg.window_end != never) {
        json.set("window_start", schema::unix_seconds(leg.window_start));
        json.set("window_end", schema::unix_seconds(leg.window_end));
    }
    if (leg.timer != never) json.set("due", schema::unix_seconds(leg.timer));
    if (leg.erased != never) json.set("erased", schema::unix_seconds(leg.erased));
    return json;
}

}  // namespace leeward::node
