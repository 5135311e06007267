#include "node/exchange/two_people.h"

#include <algorithm>

#include "node/exchange/ids.h"
#include "node/exchange/incidents.h"
#include "node/exchange/legs.h"
#include "node/exchange/notices.h"
#include "node/exchange/outside.h"
#include "node/exchange/pages.h"
#include "schema/commands.h"
#include "schema/deadline.h"
#include "schema/paper.h"

namespace leeward::node {
namespace {

using schema::ApprovalMove;
using schema::ApprovalState;
using schema::SecondPerson;
using schema::Time;
using schema::TwoPersonAct;

Approvals approvals(Desk& desk, Transaction& tx) {
    return {tx, desk.records, general_record};
}

Outcome log_move(Desk& desk,
                 Transaction& tx,
                 ApprovalMove move,
                 ApprovalState from,
                 ApprovalState to,
                 std::string_view reason,
                 Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::PEOPLE;
    event.transition = static_cast<Byte>(move);
    event.from_state = static_cast<Byte>(from);
    event.to_state = static_cast<Byte>(to);
    event.reason = schema::code_tag(reason);
    return log_event(desk, tx, event, now);
}

Approval begun(Desk& desk, TwoPersonAct act, ApprovalState state, BytesView subject, Time now) {
    Approval one;
    one.id = schema::new_id<schema::ApprovalId>(desk.random);
    one.act = act;
    one.state = state;
    one.requester = desk.actor.id;
    one.subject = to_bytes(subject);
    one.asked = one.raised = now;
    return one;
}

std::string name_of(const Desk& desk, const schema::OperatorId& id) {
    const Worker* worker = desk.workers.find(id);
    return worker == nullptr ? std::string() : worker->name;
}

// A key by its end, as the list of holders has it.
Json key_told_apart(std::string_view key) {
    constexpr std::size_t enough = 16;
    while (!key.empty() && key.back() <= ' ')
        key.remove_suffix(1);
    return "…" + std::string(key.substr(key.size() - std::min(key.size(), enough)));
}

bool is_key(const schema::ArgSpec& arg, std::string_view text) {
    return arg.name == "key" || text.starts_with("age1");
}

// What is asked for, as it was typed, but for files and what is secret.
Json asked_with(const schema::CommandSpec& command, const Json& args) {
    Json out = Json::object();
    for (const auto& arg : command.args) {
        const Json* value = args.find(arg.name);
        if (value == nullptr) continue;
        if (const std::string text = args.text_at(arg.name); is_key(arg, text))
            out.set(arg.name, key_told_apart(text));
        else if (arg.type != schema::ArgType::FILE && arg.type != schema::ArgType::SECRET)
            out.set(arg.name, *value);
    }
    return out;
}

// What waits keeps the whole command; what is in effect already, this much of it.
Json asks(const Approval& one) {
    if (const Json* kept = one.detail.find("asks")) return *kept;
    const auto* command = schema::find_command(one.detail.text_at("command"));
    const Json* args = one.detail.find("args");
    return command == nullptr || args == nullptr ? Json::object() : asked_with(*command, *args);
}

// Whoever asked, and whoever may say yes to it.
bool may_see_what(const Desk& desk, const Approval& one) {
    return desk.actor.id == one.requester || desk.actor.has_any(schema::rule_of(one.act).approvers);
}

Json shown(const Desk& desk, const Approval& one) {
    Json json = Json::object({{"id", schema::text(one.id)},
                              {"what", schema::name(one.act)},
                              {"state", schema::name(one.state)},
                              {"about", hex::encode(one.subject)},
                              {"asked_by", name_of(desk, one.requester)},
                              {"at", schema::unix_seconds(one.asked)},
                              {"due", schema::unix_seconds(one.due)},
                              {"who_may", schema::in_words(schema::rule_of(one.act).approvers)}});
    // The second person decides about somebody whom she knows by name.
    for (const Peer* peer : desk.peers.all())
        if (to_bytes(peer->node().get()) == one.subject) json.set("peer", peer->card.organisation);
    if (one.approver) json.set("second_person", name_of(desk, *one.approver));
    for (const auto key : {"by_phone", "number", "command"})
        if (const Json* said = one.detail.find(key)) json.set(key, *said);
    if (Json what = asks(one); may_see_what(desk, one) && !what.as_object()->empty())
        json.set("asks", std::move(what));
    return json;
}

SaidNo kept_no(const Approval& one) {
    return {one.detail.text_at("declined_by"), one.detail.int_at("declined_number"), {}};
}

// Empty of any other act, and once its card is erased with no review owed.
SaidNo present_no(Desk& desk, Transaction& tx, const Approval& one) {
    if (one.act != TwoPersonAct::DECLINE_REVIEW) return {};
    const auto leg = load_leg(desk, tx, schema::LegId(to_array<16>(one.subject)));
    return leg ? said_no(*leg) : SaidNo{};
}

// The request keeps it, for it may outlive the card.
void keep_no(Desk& desk, Transaction& tx, Approval& one) {
    const SaidNo no = present_no(desk, tx, one);
    if (!no.by.empty()) one.detail.set("declined_by", no.by).set("declined_number", no.number);
}

// Since somebody was asked, the no may have been returned and another said.
bool is_of_another_no(Desk& desk, Transaction& tx, const Approval& one) {
    const SaidNo kept = kept_no(one);
    const SaidNo present = present_no(desk, tx, one);
    return !kept.by.empty() && !present.by.empty() &&
           (kept.by != present.by || kept.number != present.number);
}

// Whoever said no is no second person for the review of it, whoever asks for that. Where nothing has been done
// yet, she is none either who has said another since.
bool is_her_own_no(Desk& desk,
                   Transaction& tx,
                   const Approval& one,
                   const schema::OperatorId& who) {
    const std::string kept = kept_no(one).by;
    const bool waits = one.state == ApprovalState::ASKED;
    return kept == schema::text(who) ||
           ((waits || kept.empty()) && present_no(desk, tx, one).by == schema::text(who));
}

// Whoever is named and works here must be another person, and one who may.
Result<std::optional<schema::OperatorId>> reached(Desk& desk,
                                                  Transaction& tx,
                                                  std::string_view name,
                                                  const Approval& one) {
    const auto approvers = schema::rule_of(one.act).approvers;
    const auto worker = desk.workers.named(name);
    if (!worker) return std::optional<schema::OperatorId>();
    if (worker->id == desk.actor.id)
        return Error{Errc::not_permitted,
                     "nobody approves her own request: telephone somebody else; nothing was "
                     "changed"};
    if ((worker->roles & approvers).empty())
        return Error{
            Errc::not_permitted,
            "the second person must be " + schema::in_words(approvers) + "; nothing was changed"};
    if (is_her_own_no(desk, tx, one, worker->id))
        return Error{Errc::not_permitted,
                     worker->name +
                         " said this no herself: telephone another supervisor; nothing was "
                         "changed"};
    return std::optional(worker->id);
}

// P1: in effect now, countersigned later.
Outcome by_phone(
    Desk& desk, Transaction& tx, const Json& args, TwoPersonAct act, BytesView subject, Time now) {
    if (args.text_at("number").empty())
        return Error{Errc::invalid_argument,
                     "say the call-back number too, with --number; nothing was changed"};
    Approval one = begun(desk, act, ApprovalState::PHONED, subject, now);
    one.detail = Json::object({{"by_phone", args.text_at("by-phone")},
                               {"number", args.text_at("number")},
                               {"asks", asked_with(*desk.command, args)}});
    keep_no(desk, tx, one);
    LEEWARD_ASSIGN(one.approver, reached(desk, tx, args.text_at("by-phone"), one));
    one.due = schema::approval_due(now, schema::end_of_next_working_day(now));
    LEEWARD_TRY(approvals(desk, tx).add(one));
    if (!one.approver) LEEWARD_TRY(ask_outside(desk, tx, one, now));
    LEEWARD_TRY(raise(tx, "COUNTERSIGN_PHONE_YES", one.id.get(), std::nullopt, now));
    return log_move(desk,
                    tx,
                    ApprovalMove::P1,
                    ApprovalState::PHONED,
                    ApprovalState::PHONED,
                    "APPROVAL_BY_PHONE",
                    now);
}

// P8: somebody looks at it by the end of the next working day.
Outcome afterwards(
    Desk& desk, Transaction& tx, const Json& args, TwoPersonAct act, BytesView subject, Time now) {
    Approval one = begun(desk, act, ApprovalState::TO_REVIEW, subject, now);
    one.due = schema::add_working_days(now, 1);
    one.detail = Json::object({{"asks", asked_with(*desk.command, args)}});
    LEEWARD_TRY(approvals(desk, tx).add(one));
    LEEWARD_TRY(raise(tx, "REVIEW_OVERRIDE", one.id.get(), std::nullopt, now));
    return log_move(desk,
                    tx,
                    ApprovalMove::P8,
                    ApprovalState::TO_REVIEW,
                    ApprovalState::TO_REVIEW,
                    args.text_at("override"),
                    now);
}

void note_refusal(Desk& desk, std::string_view reason) {
    desk.refusal = schema::AuditRecord{};
    desk.refusal->kind = schema::EventKind::REFUSED;
    desk.refusal->machine = schema::Machine::PEOPLE;
    desk.refusal->reason = schema::code_tag(reason);
}

// Her roles as they are now; never her own request, nor the review of her own no; and what was said by
// telephone is countersigned by the one who said it, for as long as she may.
Outcome may_answer(Desk& desk, Transaction& tx, const Approval& one) {
    const auto approvers = schema::rule_of(one.act).approvers;
    if (one.requester == desk.actor.id) {
        note_refusal(desk, "OWN_REQUEST");
        return Error{Errc::not_permitted,
                     "nobody approves her own request; nothing was changed, and the attempt is in "
                     "the log"};
    }
    if (!desk.actor.has_any(approvers)) {
        note_refusal(desk, "NOT_PERMITTED");
        return Error{Errc::not_permitted,
                     "this needs " + schema::in_words(approvers) + "; nothing was changed"};
    }
    if (is_her_own_no(desk, tx, one, desk.actor.id)) {
        note_refusal(desk, "NOT_PERMITTED");
        return Error{Errc::not_permitted,
                     "whoever said no does not review it herself: another supervisor does; nothing "
                     "was changed"};
    }
    if (!one.approver || *one.approver == desk.actor.id) return Done{};
    const Worker* named = desk.workers.find(*one.approver);
    if (named == nullptr || !named->works_here() || (named->roles & approvers).empty())
        return Done{};
    return Error{Errc::not_permitted,
                 named->name + " said yes by telephone and countersigns it; nothing was changed"};
}

Result<Approval> find_approval(Desk& desk, Transaction& tx, const Json& args) {
    LEEWARD_ASSIGN(const Bytes id, find_id(tx, "approval", args.text_at("id")));
    return approvals(desk, tx).load(schema::ApprovalId(to_array<16>(id)));
}

// A move by a person or the node; what waited for somebody waits no more once it has ended.
Outcome moved(Desk& desk,
              Transaction& tx,
              Approval& one,
              ApprovalMove move,
              std::string_view reason,
              Time now) {
    const ApprovalState before = one.state;
    LEEWARD_ASSIGN(one.state, schema::next(move, before));
    if (!desk.actor.is_node()) one.approver = desk.actor.id;
    LEEWARD_TRY(approvals(desk, tx).save(one));
    if (schema::is_terminal(one.state)) LEEWARD_TRY(settle_notices(tx, one.id.get()));
    return log_move(desk, tx, move, before, one.state, reason, now);
}

// The one who asked must still be somebody who may.
const Worker* still_may(const Desk& desk, const Approval& one) {
    const Worker* worker = desk.workers.find(one.requester);
    const auto* command = schema::find_command(one.detail.text_at("command"));
    const bool may = worker != nullptr && worker->works_here() && command != nullptr &&
                     !(worker->roles & command->roles).empty();
    return may ? worker : nullptr;
}

// A file that was made goes out as the answer's own, and so does where the node keeps it.
void hand_on_file(Json& done, Json& answer) {
    auto* members = done.as_object();
    if (members == nullptr) return;
    std::erase_if(*members, [&](auto& member) {
        if (member.first != "file" && member.first != "sealed_file") return false;
        answer.set(member.first, std::move(member.second));
        return true;
    });
}

Error names_another() {
    return {Errc::wrong_state,
            "what this names has changed since a second person was asked: nothing was done. Ask "
            "again"};
}

// The partners in the list of an inquiry, by their numbers: what one is called may change meanwhile.
Json partners_named(Desk& desk, const Json& args) {
    Json list = Json::array();
    for (const Json& name : args.array_at("to"))
        if (const auto peer = desk.peers.named(*name.as_string()))
            list.push(schema::text((*peer)->node()));
    return list;
}

bool names_the_same(Desk& desk, const Approval& one, const Json& args) {
    const Json* kept = one.detail.find("partners");
    return kept == nullptr || *kept == partners_named(desk, args);
}

Result<Json> nothing_done(
    Desk& desk, Transaction& tx, Approval& one, std::string_view why, Time now) {
    LEEWARD_TRY(moved(desk, tx, one, ApprovalMove::P10, "", now));
    LEEWARD_TRY(raise(tx, "SECOND_PERSON_VOID", one.id.get(), std::nullopt, now));
    Json json = shown(desk, one);
    json.set("note", why);
    return json;
}

Result<Json> done_at_last(
    Desk& desk, Transaction& tx, Approval& one, Time now, const Perform& perform) {
    const Worker* requester = still_may(desk, one);
    if (requester == nullptr)
        return nothing_done(
            desk, tx, one, "whoever asked may no longer do this; nothing was done", now);
    if (is_of_another_no(desk, tx, one))
        return nothing_done(desk,
                            tx,
                            one,
                            "the no that this was about is over, and another was said since; "
                            "nothing was done: whoever wants that one reviewed asks again",
                            now);
    const Json& args = *one.detail.find("args");
    if (!names_the_same(desk, one, args)) return names_another();
    LEEWARD_TRY(moved(desk, tx, one, ApprovalMove::P5, "APPROVAL_IN_PERSON", now));
    desk.seconded = Wanted{one.act, one.subject};
    auto done = perform(*requester, one.detail.text_at("command"), args);
    desk.seconded.reset();
    if (!done) return done;
    Json json = shown(desk, one);
    hand_on_file(*done, json);
    json.set("done", std::move(done).value());
    return json;
}

}  // namespace

namespace {

// What names the subject, however it was typed: that is compared by itself.
bool names_the_subject(std::string_view arg) {
    return arg == "id" || arg == "case" || arg == "peer";
}

bool holds_all_of(const Json& args, const Json& others) {
    const auto* all = others.as_object();
    return all == nullptr || std::all_of(all->begin(), all->end(), [&](const auto& other) {
               const Json* same = args.find(other.first);
               return names_the_subject(other.first) || (same != nullptr && *same == other.second);
           });
}

// What was asked for is asked for again as it was, of the same partners and about the same no.
Result<std::optional<Approval>> agreed_to(
    Desk& desk, Transaction& tx, const Json& args, TwoPersonAct act, BytesView subject) {
    LEEWARD_ASSIGN(auto agreed, approvals(desk, tx).agreed(act, subject, desk.actor.id));
    for (Approval& one : agreed)
        if (const Json* asked = one.detail.find("args");
            asked != nullptr && holds_all_of(*asked, args) && holds_all_of(args, *asked) &&
            names_the_same(desk, one, args) && !is_of_another_no(desk, tx, one))
            return std::optional(std::move(one));
    return std::optional<Approval>();
}

// A partner's supervisor stands behind it.
Outcome done_by_agreement(Desk& desk, Transaction& tx, Approval& one, Time now) {
    const ApprovalState before = one.state;
    LEEWARD_ASSIGN(one.state, schema::next(ApprovalMove::P5, before));
    LEEWARD_TRY(approvals(desk, tx).save(one));
    LEEWARD_TRY(settle_notices(tx, one.id.get()));
    return log_move(desk, tx, ApprovalMove::P5, before, one.state, "APPROVAL_COUNTERSIGNED", now);
}

Outcome is_what_was_agreed(const Wanted& agreed, TwoPersonAct act, BytesView subject) {
    const bool same = agreed.act == act && agreed.subject == to_bytes(subject);
    return same ? Outcome(Done{}) : names_another();
}

}  // namespace

Outcome second_person(
    Desk& desk, Transaction& tx, const Json& args, TwoPersonAct act, BytesView subject, Time now) {
    if (desk.actor.is_node()) return Done{};
    if (desk.seconded) return is_what_was_agreed(*desk.seconded, act, subject);
    LEEWARD_ASSIGN(auto agreed, agreed_to(desk, tx, args, act, subject));
    if (agreed) return done_by_agreement(desk, tx, *agreed, now);
    const auto& rule = schema::rule_of(act);
    if (rule.when == SecondPerson::AFTERWARDS) return afterwards(desk, tx, args, act, subject, now);
    if (rule.when == SecondPerson::NOW_OR_BY_PHONE && !args.text_at("by-phone").empty())
        return by_phone(desk, tx, args, act, subject, now);
    desk.wanted = Wanted{act, to_bytes(subject)};
    if (desk.previewing) return Done{};
    return Error{Errc::not_permitted,
                 "this needs a second person, " + schema::in_words(rule.approvers)};
}

Outcome nobody_is_asked(Desk& desk, Transaction& tx, BytesView subject) {
    LEEWARD_ASSIGN(const auto until, approvals(desk, tx).waits_until(subject));
    if (!until) return Done{};
    return Error{Errc::wrong_state,
                 "a second person is asked about it as it stands, or has agreed: have it done so, "
                 "have her say no before she agrees, or wait until " +
                     schema::date_text(*until, schema::Language::EN) + ". Nothing was saved."};
}

Result<Json> keep_request(
    Desk& desk, Transaction& tx, std::string_view command, const Json& args, Time now) {
    Approval one = begun(desk, desk.wanted->act, ApprovalState::ASKED, desk.wanted->subject, now);
    one.due = schema::approval_lapses(now);
    one.detail = Json::object({{"command", command}, {"args", args}});
    if (Json named = partners_named(desk, args); !named.as_array()->empty())
        one.detail.set("partners", std::move(named));
    keep_no(desk, tx, one);
    LEEWARD_TRY(approvals(desk, tx).add(one));
    LEEWARD_TRY(ask_outside(desk, tx, one, now));
    LEEWARD_TRY(raise(tx, "SECOND_PERSON_ASKED", one.id.get(), std::nullopt, now));
    LEEWARD_TRY(
        log_move(desk, tx, ApprovalMove::P4, ApprovalState::ASKED, ApprovalState::ASKED, "", now));
    Json json = shown(desk, one);
    json.set("needs_second_person", true);
    return json;
}

// Both lists a page at a time: there is more while there is of either.
Result<Json> approval_list(Desk& desk, Transaction& tx, const Json& args, Time now) {
    const Pages pages(args);
    const ListPart part{pages.limit(), pages.offset()};
    LEEWARD_ASSIGN(
        const auto found,
        args.bool_at("all") ? approvals(desk, tx).all(part) : approvals(desk, tx).open(part));
    Json list = Json::array();
    for (const Approval& one : found)
        list.push(shown(desk, one));
    Json json = pages.answer("approvals", std::move(list));
    LEEWARD_ASSIGN(Json asked, asked_of_us(desk, tx, part, now));
    if (Pages::cut(asked)) json.set("more", true);
    if (!asked.as_array()->empty()) json.set("for_partners", std::move(asked));
    return json;
}

Result<Json> approval_give(
    Desk& desk, Transaction& tx, const Json& args, Time now, const Perform& perform) {
    LEEWARD_ASSIGN(auto told,
                   answer_outside(desk, tx, args.text_at("id"), OutsideAnswer::AGREED, now));
    if (told) return std::move(*told);
    LEEWARD_ASSIGN(Approval one, find_approval(desk, tx, args));
    LEEWARD_TRY(may_answer(desk, tx, one));
    if (one.state == ApprovalState::ASKED) return done_at_last(desk, tx, one, now, perform);
    const auto move = one.state == ApprovalState::TO_REVIEW ? ApprovalMove::P9 : ApprovalMove::P2;
    LEEWARD_TRY(moved(desk, tx, one, move, "APPROVAL_COUNTERSIGNED", now));
    LEEWARD_TRY(contain_incidents_about(desk, tx, one.id.get(), "CONTAINED_COUNTERSIGNED", now));
    return shown(desk, one);
}

namespace {

Outcome becomes_incident(
    Desk& desk, Transaction& tx, const Approval& one, std::string_view kind, Time now) {
    return open_incident(desk, tx, kind, About{one.id.get()}, now);
}

}  // namespace

// A no to what is in effect already is an incident: it is not undone, people settle it.
Result<Json> approval_refuse(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(auto told,
                   answer_outside(desk, tx, args.text_at("id"), OutsideAnswer::REFUSED, now));
    if (told) return std::move(*told);
    LEEWARD_ASSIGN(Approval one, find_approval(desk, tx, args));
    LEEWARD_TRY(may_answer(desk, tx, one));
    const bool in_effect = one.state != ApprovalState::ASKED;
    LEEWARD_TRY(moved(desk, tx, one, ApprovalMove::P6, "", now));
    LEEWARD_TRY(in_effect ? becomes_incident(desk, tx, one, "INCIDENT_APPROVAL_DISPUTED", now)
                          : raise(tx, "SECOND_PERSON_REFUSED", one.id.get(), std::nullopt, now));
    return shown(desk, one);
}

namespace {

ApprovalMove move_of(OutsideAnswer answer, ApprovalState state) {
    if (answer == OutsideAnswer::REFUSED) return ApprovalMove::P6;
    if (state == ApprovalState::ASKED) return ApprovalMove::P11;
    return state == ApprovalState::TO_REVIEW ? ApprovalMove::P9 : ApprovalMove::P2;
}

Outcome follow(Desk& desk, Transaction& tx, const Approval& one, ApprovalMove move, Time now) {
    if (move == ApprovalMove::P11)
        return raise(tx, "SECOND_PERSON_AGREED", one.id.get(), one.outside, now);
    if (move != ApprovalMove::P6)
        return contain_incidents_about(desk, tx, one.id.get(), "CONTAINED_COUNTERSIGNED", now);
    return one.detail.find("command") == nullptr
               ? becomes_incident(desk, tx, one, "INCIDENT_APPROVAL_DISPUTED", now)
               : raise(tx, "SECOND_PERSON_REFUSED", one.id.get(), one.outside, now);
}

}  // namespace

// What is settled already stays so: her word may cross another's.
Result<Applied> take_approve(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, Time now) {
    const auto word = read_approve(message);
    if (!word) return Applied{"SCHEMA", {}, {}};
    auto found = approvals(desk, tx).load(word->id);
    if (!found || found->outside != peer.node()) return Applied{"RECIPIENT_MISMATCH", {}, {}};
    const ApprovalMove move = move_of(word->answer, found->state);
    if (schema::next(move, found->state)) {
        LEEWARD_TRY(settle_notices(tx, word->id.get()));
        LEEWARD_TRY(moved(desk, tx, *found, move, "APPROVAL_COUNTERSIGNED", now));
        LEEWARD_TRY(follow(desk, tx, *found, move, now));
    }
    Applied applied;
    applied.event.machine = schema::Machine::PEOPLE;
    applied.event.transition = static_cast<Byte>(move);
    applied.event.to_state = static_cast<Byte>(found->state);
    return applied;
}

namespace {

Outcome fire(Desk& desk, Transaction& tx, Approval& one, Time now) {
    const bool waits = one.state == ApprovalState::ASKED || one.state == ApprovalState::AGREED;
    if (waits && now >= one.due) return moved(desk, tx, one, ApprovalMove::P7, "", now);
    if (one.state == ApprovalState::PHONED && now >= one.due) {
        LEEWARD_TRY(moved(desk, tx, one, ApprovalMove::P3, "APPROVAL_NOT_COUNTERSIGNED", now));
        LEEWARD_TRY(settle_notices(tx, one.id.get()));
        return becomes_incident(desk, tx, one, "INCIDENT_NOT_COUNTERSIGNED", now);
    }
    if (one.state == ApprovalState::TO_REVIEW) one.due = now + std::chrono::hours(24);
    one.raised = now;
    LEEWARD_TRY(approvals(desk, tx).save(one));
    constexpr std::array codes{"SECOND_PERSON_ASKED", "COUNTERSIGN_PHONE_YES", "REVIEW_OVERRIDE"};
    const std::string_view code = one.state == ApprovalState::AGREED
                                      ? "SECOND_PERSON_AGREED"
                                      : codes.at(static_cast<std::size_t>(one.state));
    return call_for(desk,
                    tx,
                    schema::Machine::PEOPLE,
                    static_cast<Byte>(one.state),
                    code,
                    one.id.get(),
                    std::nullopt,
                    now);
}

}  // namespace

Outcome fire_approval_timers(Desk& desk, Transaction& tx, Time now) {
    LEEWARD_TRY(call_for_nothing_that_ran_out(tx, now));
    LEEWARD_ASSIGN(auto due, approvals(desk, tx).due(now));
    for (Approval& one : due)
        if (desk.turns.take("approval", one.id.get(), now)) LEEWARD_TRY(fire(desk, tx, one, now));
    return Done{};
}

}  // namespace leeward::node
