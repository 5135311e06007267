// Disclosing: one tier, to one recipient, under one live authority (domain.md section 3.4).
//
// A Disclosure is made only by authorize(), and authorize() is asked again before every delivery
// attempt. The recipient's own firm yes comes first; a yes by telephone never opens a tier. What is
// not on the release is not in the message: there are no digests of withheld fields.
#pragma once

#include "node/exchange/legs.h"
#include "node/exchange/releases.h"
#include "schema/grant.h"

namespace leeward::node {

// Proof that the check was made. Only authorize() can make one.
class Disclosure {
public:
    [[nodiscard]] const schema::ReleaseId& release() const { return release_; }
    [[nodiscard]] const schema::NodeId& recipient() const { return recipient_; }
    [[nodiscard]] const schema::FieldSet& fields() const { return fields_; }
    [[nodiscard]] schema::Tier tier() const { return tier_; }

    // Pure. Errc::not_released, naming the first reason, unless `release` is in force at `now`, is
    // made out to the leg's recipient, covers every field wanted, and the leg has come far enough.
    static Result<Disclosure> authorize(const Release& release,
                                        const Leg& leg,
                                        const schema::FieldSet& wanted,
                                        schema::Tier tier,
                                        schema::Time now);

private:
    Disclosure(const schema::ReleaseId& release,
               const schema::NodeId& recipient,
               const schema::FieldSet& fields,
               schema::Tier tier)
        : release_(release), recipient_(recipient), fields_(fields), tier_(tier) {}
    schema::ReleaseId release_;
    schema::NodeId recipient_;
    schema::FieldSet fields_;
    schema::Tier tier_;
};

Result<Json> grant_send(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// What follows from releases and legs by itself.
Outcome release_became_live(Desk& desk, Transaction& tx, const Release& release, schema::Time now);
Outcome grants_of_release_close(Desk& desk,
                                Transaction& tx,
                                const Release& release,
                                schema::Time now);
Outcome grants_follow(Desk& desk, Transaction& tx, const Leg& leg, schema::Time now);
// Erasures that were not attested in time.
Outcome fire_grant_timers(Desk& desk, Transaction& tx, schema::Time now);

// Asked before every attempt: the release lives, the leg is far enough, the fields are covered.
Outcome grant_may_leave(Desk& desk, Transaction& tx, const schema::GrantId& id, schema::Time now);

// The recipient's register: opened, erased, kept lawfully.
Result<Applied> take_grant_answer(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

}  // namespace leeward::node
