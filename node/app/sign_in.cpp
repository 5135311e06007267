#include "node/app/sign_in.h"

#include <utility>

namespace leeward::node {

using schema::Time;

namespace {

schema::RoleSet every_role_here(const Desk& desk) {
    return schema::roles_that_fit(desk.self.card.roles);
}

schema::AuditRecord refused_sign_in() {
    schema::AuditRecord event;
    event.kind = schema::EventKind::REFUSED;
    event.machine = schema::Machine::PEOPLE;
    event.reason = schema::code_tag("SIGN_IN_REFUSED");
    return event;
}

Author author_of(const Actor& actor) {
    return {static_cast<Byte>(actor.acting), actor.key};
}

}  // namespace

Actor actor_of(const Worker& worker, SharedKey key) {
    Actor actor;
    actor.id = worker.id;
    actor.roles = worker.roles;
    actor.key = std::move(key);
    return actor;
}

Outcome log_people(
    Desk& desk, Transaction& tx, std::string_view reason, const Worker& about, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::PEOPLE;
    event.reason = schema::code_tag(reason);
    event.link = worker_link(about.id, about.verify);
    return log_event(desk, tx, event, now);
}

Acting::Acting(Desk& desk, const Actor& actor, schema::RoleSet as)
    : desk_(desk), before_(std::exchange(desk.actor, actor)) {
    const auto fit = actor.roles & as;
    const auto shown = fit.empty() ? actor.roles : fit;
    desk_.actor.acting = shown.empty() ? schema::Role{} : shown.first();
    desk_.log.act_as(author_of(desk_.actor));
}

Acting::~Acting() {
    desk_.actor = std::move(before_);
    desk_.log.act_as(author_of(desk_.actor));
}

Outcome SignIn::prepare(Time now) {
    if (desk_.workers.all().empty()) LEEWARD_TRY(found_first_worker(now));
    LEEWARD_TRY(drop_slots_of_nobody());
    const Worker* opener = desk_.workers.find(schema::OperatorId(home_.opened_by));
    if (opener == nullptr || !opener->works_here()) return Done{};
    LEEWARD_ASSIGN(only_worker_key_, open_key(*opener, home_.own));
    return Done{};
}

// What `node init` made: a slot. Its owner gets every role that fits the organisation.
Outcome SignIn::found_first_worker(Time now) {
    Worker founder;
    founder.id = schema::OperatorId(home_.opened_by);
    for (const auto& slot : home_.keyring.keyfile().slots())
        if (slot.owner == home_.opened_by) founder.name = slot.label;
    founder.roles = every_role_here(desk_);
    founder.joined = schema::unix_seconds(now);
    LEEWARD_TRY(desk_.store.write(Room::RESERVE, [&](Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(SharedKey key, enrol(tx, founder, home_.own, desk_.random));
        const Acting herself(desk_, actor_of(founder, std::move(key)), schema::administrators);
        return log_people(desk_, tx, "WORKER_JOINED", founder, now);
    }));
    return desk_.workers.load(desk_.store);
}

Outcome SignIn::drop_slots_of_nobody() {
    std::vector<crypto::SlotOwner> nobodys;
    for (const auto& slot : home_.keyring.keyfile().slots()) {
        const Worker* owner = desk_.workers.find(schema::OperatorId(slot.owner));
        if (owner == nullptr || !owner->works_here()) nobodys.push_back(slot.owner);
    }
    for (const auto& owner : nobodys)
        LEEWARD_TRY(home_.keyring.remove_slot(owner));
    return Done{};
}

// As long as there never was another: whoever has left must not find the desk open.
const Worker* SignIn::only_worker() const {
    if (desk_.workers.all().size() != 1 || !only_worker_key_) return nullptr;
    return &desk_.workers.all().front();
}

Result<Actor> SignIn::at(uid_t desk, Time now) const {
    if (const Shift* shift = shifts_.at(desk, now))
        if (const Worker* worker = desk_.workers.find(shift->worker);
            worker != nullptr && worker->works_here())
            return actor_of(*worker, shift->key);
    if (const Worker* worker = only_worker()) return actor_of(*worker, only_worker_key_);
    return Error{Errc::locked,
                 "nobody is signed in at this desk; nothing was changed. Sign in: leeward shift "
                 "start NAME"};
}

Result<Actor> SignIn::by_passphrase(std::string_view name,
                                    const SecretBytes& passphrase,
                                    Time now) {
    LEEWARD_ASSIGN(const Worker worker, desk_.workers.named(name));
    auto opened = home_.keyring.keyfile().unlock(worker.id.get(), passphrase.reveal());
    if (!opened) {
        LEEWARD_TRY(desk_.store.write(Room::RESERVE, [&](Transaction& tx) -> Outcome {
            return log_event(desk_, tx, refused_sign_in(), now);
        }));
        return std::move(opened).error();
    }
    LEEWARD_ASSIGN(SharedKey key, open_key(worker, opened->own));
    return actor_of(worker, std::move(key));
}

}  // namespace leeward::node
