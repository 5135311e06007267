#include "node/app/people_commands.h"

#include <algorithm>

#include "node/exchange/need_to_know.h"
#include "schema/approval.h"
#include "schema/case.h"
#include "schema/leg.h"
#include "schema/passphrase.h"

namespace leeward::node {
namespace {

using schema::Json;
using schema::Role;
using schema::RoleSet;

Result<const SecretBytes*> secret(const PeopleRoom& room, std::size_t i) {
    if (i < room.secrets.size() && !room.secrets[i].empty()) return &room.secrets[i];
    return Error{Errc::locked, "a passphrase is needed; nothing was changed"};
}

// "shelter-intake" and SHELTER_INTAKE are the same.
std::string as_role_name(std::string_view typed) {
    std::string name(typed);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        if (c == '-' || c == ' ') return '_';
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return name;
}

std::string names_of(RoleSet roles) {
    std::string out;
    for (const Role role : schema::members(roles))
        out += (out.empty() ? "" : ", ") + std::string(schema::name(role));
    return out;
}

Result<RoleSet> roles_in(const Desk& desk, const Json& args) {
    const RoleSet fit = schema::roles_that_fit(desk.self.card.roles) | RoleSet{Role::AUDITOR};
    RoleSet roles;
    for (const auto& one : args.array_at("roles")) {
        const auto role = schema::role_from(as_role_name(*one.as_string()));
        if (!role || !fit.contains(*role))
            return Error{
                Errc::invalid_argument,
                "the roles at this organisation are " + names_of(fit) + "; nothing was changed"};
        roles = roles | RoleSet{*role};
    }
    return roles;
}

Json shown(const PeopleRoom& room, const Worker& worker) {
    Json roles = Json::array();
    for (const Role role : schema::members(worker.roles))
        roles.push(schema::name(role));
    Json line = Json::object({{"name", worker.name},
                              {"roles", std::move(roles)},
                              {"team", worker.team},
                              {"since", worker.joined}});
    if (room.sign_in.shifts().on_duty(worker.id, room.now)) line.set("on_shift", true);
    if (!worker.works_here()) line.set("left_at", worker.left_at);
    if (worker.deputy)
        if (const Worker* deputy = room.desk.workers.find(*worker.deputy))
            line.set("deputy", deputy->name);
    return line;
}

Result<Worker> myself(const PeopleRoom& room) {
    if (const Worker* worker = room.desk.workers.find(room.desk.actor.id)) return *worker;
    return Error{Errc::locked, "nobody is signed in"};
}

// The act and its entry in the log; the table in memory follows. Signing in, and whoever leaves, do
// not wait for a full disk.
template <class Change>
Outcome change(PeopleRoom& room,
               std::string_view reason,
               Worker& about,
               const Change& work,
               Room space = Room::ORDINARY) {
    LEEWARD_TRY(room.desk.store.write(space, [&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(work(tx));
        return log_people(room.desk, tx, reason, about, room.now);
    }));
    return room.desk.workers.load(room.desk.store);
}

Outcome nothing_more(Transaction&) {
    return Done{};
}

// Somebody must be able to bring in the next worker.
Outcome keeps_an_administrator(const PeopleRoom& room, const Worker& about, RoleSet then) {
    const bool last = about.roles.contains(Role::ADMINISTRATOR) &&
                      room.desk.workers.count(Role::ADMINISTRATOR) == 1;
    if (!last || then.contains(Role::ADMINISTRATOR)) return Done{};
    return Error{Errc::wrong_state,
                 "she is the last administrator: make another one first; nothing was changed"};
}

Result<crypto::Slot> slot_for(PeopleRoom& room, const Worker& worker, const SecretBytes& secret) {
    LEEWARD_TRY(schema::check_passphrase(secret.reveal()));
    return room.make_slot(
        worker.id.get(), worker.name, secret.reveal(), room.home.root, room.desk.random);
}

// Her own key, as the slot that she has now gives it.
Result<crypto::OwnKey> own_key(PeopleRoom& room, const Worker& worker, const SecretBytes& secret) {
    LEEWARD_ASSIGN(auto opened,
                   room.home.keyring.keyfile().unlock(worker.id.get(), secret.reveal()));
    return std::move(opened.own);
}

// The same of a slot that nobody has yet.
Result<crypto::OwnKey> own_key_of(const crypto::Slot& slot, const SecretBytes& secret) {
    crypto::Keyfile keyfile;
    LEEWARD_TRY(keyfile.add(slot));
    LEEWARD_ASSIGN(auto opened, keyfile.unlock(slot.owner, secret.reveal()));
    return std::move(opened.own);
}

// From the second worker on, a desk needs a shift: whoever was alone until now goes on with hers.
void keep_signed_in(PeopleRoom& room) {
    const Actor& actor = room.desk.actor;
    if (room.sign_in.shifts().at(room.at, room.now) != nullptr || !actor.key) return;
    room.sign_in.shifts().start(room.at, {actor.id, actor.key, room.now, room.now + longest_shift});
}

Result<Json> people_list(PeopleRoom& room, const Json& args) {
    Json list = Json::array();
    for (const Worker& worker : room.desk.workers.all())
        if (worker.works_here() || args.bool_at("all")) list.push(shown(room, worker));
    return Json::object({{"people", std::move(list)}});
}

Result<Json> people_add(PeopleRoom& room, const Json& args) {
    LEEWARD_ASSIGN(const SecretBytes* passphrase, secret(room, 0));
    Worker worker;
    worker.id = schema::new_id<schema::OperatorId>(room.desk.random);
    worker.name = args.text_at("name");
    worker.team = args.text_at("team");
    worker.joined = schema::unix_seconds(room.now);
    LEEWARD_ASSIGN(worker.roles, roles_in(room.desk, args));
    if (room.desk.workers.named(worker.name))
        return Error{Errc::already_exists, "somebody of that name works here; nothing was changed"};
    LEEWARD_ASSIGN(crypto::Slot slot, slot_for(room, worker, *passphrase));
    LEEWARD_TRY(room.home.keyring.add_slot(std::move(slot)));
    const auto done = change(room, "WORKER_JOINED", worker, [&](Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(const auto own, own_key(room, worker, *passphrase));
        const auto key = enrol(tx, worker, own, room.desk.random);
        return key ? Outcome(Done{}) : Outcome(key.error());
    });
    if (!done) {
        // Else at the next start: in doubt she may be there, and her slot is all that opens her key.
        if (!room.desk.store.poisoned()) (void)room.home.keyring.remove_slot(worker.id.get());
        return done.error();
    }
    keep_signed_in(room);
    return shown(room, worker);
}

Result<Json> people_roles(PeopleRoom& room, const Json& args) {
    LEEWARD_ASSIGN(Worker worker, room.desk.workers.named(args.text_at("name")));
    LEEWARD_ASSIGN(const RoleSet roles, roles_in(room.desk, args));
    if (worker.id == room.desk.actor.id && room.desk.workers.count() > 1)
        return Error{Errc::not_permitted,
                     "nobody changes her own roles: another administrator does; nothing was "
                     "changed"};
    LEEWARD_TRY(keeps_an_administrator(room, worker, roles));
    LEEWARD_TRY(change(room, "ROLES_CHANGED", worker, [&](Transaction& tx) {
        return set_roles(tx, worker.id, roles);
    }));
    return shown(room, *room.desk.workers.find(worker.id));
}

Result<Json> people_team(PeopleRoom& room, const Json& args) {
    LEEWARD_ASSIGN(Worker worker, room.desk.workers.named(args.text_at("name")));
    LEEWARD_TRY(change(room, "TEAM_CHANGED", worker, [&](Transaction& tx) {
        return set_team(tx, worker.id, args.text_at("team"));
    }));
    return shown(room, *room.desk.workers.find(worker.id));
}

// Her own deputy is her own to name; another's is a supervisor's or an administrator's.
Result<Json> people_deputy(PeopleRoom& room, const Json& args) {
    LEEWARD_ASSIGN(Worker worker, room.desk.workers.named(args.text_at("name")));
    if (worker.id != room.desk.actor.id)
        LEEWARD_TRY(require(room.desk.actor, schema::supervisors | schema::administrators));
    std::optional<schema::OperatorId> deputy;
    if (!args.text_at("to").empty()) {
        LEEWARD_ASSIGN(const Worker named, room.desk.workers.named(args.text_at("to")));
        if ((named.roles & worker.roles).empty())
            return Error{Errc::invalid_argument,
                         "a deputy has a role of hers; nothing was changed"};
        deputy = named.id;
    }
    LEEWARD_TRY(change(room, "DEPUTY_CHANGED", worker, [&](Transaction& tx) {
        return set_deputy(tx, worker.id, deputy);
    }));
    return shown(room, *room.desk.workers.find(worker.id));
}

// Whoever takes over what is somebody's.
Result<std::optional<Worker>> heir_in(PeopleRoom& room, const Json& args) {
    if (args.text_at("hand-to").empty()) return std::optional<Worker>();
    LEEWARD_ASSIGN(Worker heir, room.desk.workers.named(args.text_at("hand-to")));
    return std::optional(std::move(heir));
}

Outcome pass_on(PeopleRoom& room,
                Transaction& tx,
                const Worker& from,
                const std::optional<Worker>& to) {
    if (!to) return Done{};
    if (to->id == from.id || (to->roles & from.roles & schema::workers).empty())
        return Error{Errc::invalid_argument,
                     "whoever takes over is another, with a role of hers; nothing was changed"};
    const auto passed = hand_over(tx, from.id, to->id, room.now);
    return passed ? Outcome(Done{}) : Outcome(passed.error());
}

// What she leaves open passes to somebody; what is over may stay hers.
Outcome has_nothing_left(Transaction& tx, const Worker& worker) {
    auto rows = tx.query(
        "SELECT 1 FROM assignment a LEFT JOIN survivor_case c ON c.id=a.subject "
        "LEFT JOIN leg l ON l.id=a.subject WHERE a.worker=? AND a.until=0 "
        "AND (c.state=? OR l.shown<?) LIMIT 1",
        worker.id,
        schema::CaseState::OPEN,
        schema::LegState::DECLINED);
    if (!rows.next()) return rows.status();
    return Error{Errc::wrong_state,
                 "open cases or inquiries are hers: say who takes over, with --hand-to; nothing "
                 "was changed"};
}

Result<Json> people_leave(PeopleRoom& room, const Json& args) {
    LEEWARD_ASSIGN(Worker worker, room.desk.workers.named(args.text_at("name")));
    LEEWARD_TRY(keeps_an_administrator(room, worker, {}));
    LEEWARD_ASSIGN(const auto heir, heir_in(room, args));
    const auto goes = [&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(pass_on(room, tx, worker, heir));
        if (!heir) LEEWARD_TRY(has_nothing_left(tx, worker));
        return leave(tx, worker.id, room.now);
    };
    LEEWARD_TRY(change(room, "WORKER_LEFT", worker, goes, Room::RESERVE));
    room.sign_in.shifts().end_all_of(worker.id);
    LEEWARD_TRY(room.home.keyring.remove_slot(worker.id.get()));
    return shown(room, *room.desk.workers.find(worker.id));
}

// The old passphrase, then the new one.
Result<Json> people_passphrase(PeopleRoom& room, const Json&) {
    LEEWARD_ASSIGN(const SecretBytes* old, secret(room, 0));
    LEEWARD_ASSIGN(const SecretBytes* fresh, secret(room, 1));
    LEEWARD_ASSIGN(Worker worker, myself(room));
    LEEWARD_TRY(room.home.keyring.settle());  // which passphrase an earlier change has left
    LEEWARD_ASSIGN(const auto before, own_key(room, worker, *old));
    LEEWARD_ASSIGN(const SharedKey key, open_key(worker, before));
    LEEWARD_ASSIGN(crypto::Slot slot, slot_for(room, worker, *fresh));
    LEEWARD_ASSIGN(const auto own, own_key_of(slot, *fresh));
    LEEWARD_TRY(change(room, "PASSPHRASE_CHANGED", worker, [&](Transaction& tx) {
        return seal_beside(tx, worker, *key, own, room.desk.random);
    }));
    LEEWARD_TRY(room.home.keyring.replace_slot(std::move(slot)));
    LEEWARD_TRY(room.desk.store.write(
        [&](Transaction& tx) -> Outcome { return seal_settled(tx, worker.id); }));
    LEEWARD_TRY(room.desk.workers.load(room.desk.store));
    return shown(room, *room.desk.workers.find(worker.id));
}

// Her slot and key are new; what she signed before stays valid. Two are there: the one who asks, and
// one who types her own passphrase.
Result<Json> people_reset(PeopleRoom& room, const Json& args) {
    LEEWARD_ASSIGN(const SecretBytes* seconds, secret(room, 0));
    LEEWARD_ASSIGN(const SecretBytes* fresh, secret(room, 1));
    LEEWARD_ASSIGN(Worker worker, room.desk.workers.named(args.text_at("name")));
    const auto approvers = schema::rule_of(schema::TwoPersonAct::PASSPHRASE_RESET).approvers;
    LEEWARD_ASSIGN(const Actor second,
                   room.sign_in.by_passphrase(args.text_at("with"), *seconds, room.now));
    if (second.id == room.desk.actor.id || second.id == worker.id ||
        worker.id == room.desk.actor.id)
        return Error{Errc::not_permitted,
                     "this takes two, and neither is the one whose passphrase it is; nothing was "
                     "changed"};
    LEEWARD_TRY(require(second, approvers));
    LEEWARD_ASSIGN(crypto::Slot slot, slot_for(room, worker, *fresh));
    LEEWARD_ASSIGN(const auto own, own_key_of(slot, *fresh));
    LEEWARD_TRY(change(room, "PASSPHRASE_RESET", worker, [&](Transaction& tx) -> Outcome {
        const auto key = renew_key(tx, worker, own, room.desk.random, room.now);
        if (!key) return key.error();
        const Acting agrees(room.desk, second, approvers);
        return log_people(room.desk, tx, "APPROVAL_IN_PERSON", worker, room.now);
    }));
    LEEWARD_TRY(room.home.keyring.replace_slot(std::move(slot)));
    room.sign_in.shifts().end_all_of(worker.id);
    return shown(room, *room.desk.workers.find(worker.id));
}

Result<Json> shift_end(PeopleRoom& room, const Json& args) {
    const Shift* shift = room.sign_in.shifts().at(room.at, room.now);
    if (shift == nullptr || shift->worker != room.desk.actor.id)
        return Error{Errc::wrong_state, "you are not on shift at this desk; nothing was changed"};
    LEEWARD_ASSIGN(Worker ending, myself(room));
    LEEWARD_ASSIGN(const auto heir, heir_in(room, args));
    const auto hands_over = [&](Transaction& tx) { return pass_on(room, tx, ending, heir); };
    LEEWARD_TRY(change(room, "SHIFT_ENDED", ending, hands_over, Room::RESERVE));
    room.sign_in.shifts().end(room.at);
    return Json::object({{"name", ending.name}, {"on_shift", false}});
}

Result<Json> shift_start(PeopleRoom& room, const Json& args) {
    LEEWARD_ASSIGN(const SecretBytes* passphrase, secret(room, 0));
    LEEWARD_ASSIGN(const Actor actor,
                   room.sign_in.by_passphrase(args.text_at("name"), *passphrase, room.now));
    Worker worker = *room.desk.workers.find(actor.id);
    const Acting herself(room.desk, actor, schema::everyone);
    LEEWARD_TRY(change(room, "SHIFT_STARTED", worker, nothing_more, Room::RESERVE));
    const auto until = room.now + longest_shift;
    room.sign_in.shifts().start(room.at, {actor.id, actor.key, room.now, until});
    return Json::object({{"name", worker.name}, {"until", schema::unix_seconds(until)}});
}

using Story = Result<Json> (*)(PeopleRoom&, const Json&);
struct Named {
    std::string_view command;
    Story story;
};
constexpr Named stories[] = {
    {"people.list", people_list},
    {"people.add", people_add},
    {"people.roles", people_roles},
    {"people.team", people_team},
    {"people.deputy", people_deputy},
    {"people.leave", people_leave},
    {"people.passphrase", people_passphrase},
    {"people.reset", people_reset},
    {"shift.start", shift_start},
    {"shift.end", shift_end},
};

}  // namespace

std::optional<Result<Json>> people_command(PeopleRoom& room,
                                           std::string_view command,
                                           const Json& args) {
    for (const auto& named : stories)
        if (named.command == command) return named.story(room, args);
    return std::nullopt;
}

}  // namespace leeward::node
