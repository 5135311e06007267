// Disclosing: one tier, to one recipient, under one live authority (domain.md section 3.4, G1t, G2t).
//
// A Disclosure is made only by authorize(), and authorize() is asked again before every delivery
// attempt. The recipient's own firm yes comes first; a yes by telephone never opens a tier. What is
// not on the release is not in the message: there are no digests of withheld fields.
#pragma once

#include <optional>
#include <string_view>

#include "node/exchange/grants.h"
#include "node/exchange/legs.h"
#include "node/exchange/releases.h"

namespace leeward::node {

// The one service that a purpose is about; the others go with whatever she was referred for.
[[nodiscard]] std::optional<schema::ServiceClass> service_of(std::string_view purpose);
// An organisation may be asked for more than one service: what she released for one says nothing of another.
[[nodiscard]] bool serves(const Release& release, const Leg& leg);

// Proof that the check was made. Only authorize() can make one.
class Disclosure {
public:
    [[nodiscard]] const schema::ReleaseId& release() const { return release_; }
    [[nodiscard]] const schema::NodeId& recipient() const { return recipient_; }
    [[nodiscard]] const schema::FieldSet& fields() const { return fields_; }
    [[nodiscard]] schema::Tier tier() const { return tier_; }

    // Pure. Errc::not_released, naming the first reason, unless `release` is in force at `now` and
    // still what was signed, is made out to the leg's recipient, for the service of the leg where its
    // purpose names one, covers every field wanted, and the leg has come far enough.
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

// Sends again by hand what a live release covers, what its recipient has said that it holds too: a restore may
// have lost it there. Otherwise it goes by itself, and again by itself if it was taken back or refused.
Result<Json> grant_send(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// G1t: the fields are chosen, nothing has left. One grant for what opens at the same moment and ends
// by the same clock, for each leg of the case at that recipient.
Outcome seal_grants(Desk& desk, Transaction& tx, const Release& release, schema::Time now);
// G2t, where the legs allow it.
Outcome release_became_live(Desk& desk, Transaction& tx, const Release& release, schema::Time now);
// Papers signed before the bed was firm are sent once it is; a leg that has ended closes its grants.
Outcome grants_follow(Desk& desk, Transaction& tx, const Leg& leg, schema::Time now);

// Its recipient has refused it until our log is witnessed again (UNWITNESSED): it is kept, and sent
// again, under the same authority, when that is so.
Outcome grant_was_refused(Transaction& tx, const schema::GrantId& id);
Outcome send_refused_grants(Desk& desk, Transaction& tx, schema::Time now);

// Asked before every attempt: the release lives, the leg is far enough, the fields are covered.
Outcome grant_may_leave(Desk& desk, Transaction& tx, const schema::GrantId& id, schema::Time now);

}  // namespace leeward::node
