// From whoever sits at the socket to the worker who acts: her shift, her passphrase for one act, or,
// at a node that never had but one worker, the passphrase that unlocked the node.
#pragma once

#include <string_view>

#include "node/app/home.h"
#include "node/exchange/desk.h"
#include "node/people/shifts.h"

namespace leeward::node {

class SignIn {
public:
    SignIn(OpenedHome& home, Desk& desk) : home_(home), desk_(desk) {}

    // Writes down the worker of the first slot, where nobody is yet, and takes away slots that a crash
    // left without their worker. Before anything else.
    Outcome prepare(schema::Time now);

    // Who acts at this desk. Errc::locked when nobody is signed in there.
    Result<Actor> at(uid_t desk, schema::Time now) const;
    // Her own passphrase. Errc::not_found for nobody of that name, locked for a wrong passphrase,
    // which the log keeps. As long as one unlock, about 0.6 s.
    Result<Actor> by_passphrase(std::string_view name,
                                const SecretBytes& passphrase,
                                schema::Time now);

    [[nodiscard]] Shifts& shifts() { return shifts_; }

private:
    Outcome found_first_worker(schema::Time now);
    Outcome drop_slots_of_nobody();
    [[nodiscard]] const Worker* only_worker() const;

    OpenedHome& home_;
    Desk& desk_;
    Shifts shifts_;
    SharedKey only_worker_key_;
};

[[nodiscard]] Actor actor_of(const Worker& worker, SharedKey key);
// An entry about a worker, of the one who acts now.
Outcome log_people(
    Desk& desk, Transaction& tx, std::string_view reason, const Worker& about, schema::Time now);

// For as long as it lives, what the node does is that person's act, in the log too.
class Acting {
public:
    Acting(Desk& desk, const Actor& actor, schema::RoleSet as);
    ~Acting();
    Acting(const Acting&) = delete;
    Acting& operator=(const Acting&) = delete;

private:
    Desk& desk_;
    Actor before_;
};

}  // namespace leeward::node
