// What every story works with: the store and keys of this node, who it is and whom it knows.
#pragma once

#include <optional>
#include <vector>

#include "node/audit/audit_log.h"
#include "node/exchange/turns.h"
#include "node/exchange/views.h"
#include "node/mailbox/identity.h"
#include "node/mailbox/peers.h"
#include "node/mailbox/prekeys.h"
#include "node/outbox/outbox.h"
#include "node/people/actor.h"
#include "node/people/workers.h"
#include "node/store/records.h"
#include "node/store/store.h"
#include "schema/approval.h"
#include "schema/commands.h"

namespace leeward::node {

// What a story needs a second person for: which act, and to what.
struct Wanted {
    schema::TwoPersonAct act{};
    Bytes subject{};
};

struct Desk {
    Store& store;
    Keyring& keyring;
    Records& records;
    AuditLog& log;
    Outbox& outbox;
    Peers& peers;
    Prekeys& prekeys;
    Identity& self;
    crypto::Random& random;
    Workers& workers;
    // An attempt that a story refused and that belongs in the log although nothing else of it is
    // kept: written after the roll-back.
    std::optional<schema::AuditRecord> refusal{};
    // While the log cannot be written: what was read, for the journal. Set by NodeApi alone.
    std::optional<std::vector<MadeView>> set_aside{};
    // Somebody's address or link key has changed: connections are to be looked at again.
    bool links_changed = false;
    // Who gives the present command; the node itself between commands. Set by NodeApi alone.
    Actor actor{};
    // Which it is. Set by NodeApi alone.
    const schema::CommandSpec* command = nullptr;
    // Of the present command (node/exchange/two_people.h): what a second person has agreed to, what
    // one is needed for, and whether it is a preview, which asks nobody.
    std::optional<Wanted> seconded{};
    std::optional<Wanted> wanted{};
    bool previewing = false;
    // The present command closes, warns or erases: whose work it is does not matter then.
    bool protects = false;
    // A page shows it anew by itself: nobody is there for certain. Set by NodeApi alone.
    bool automatic = false;
    // Of what is due. Used by deadlines alone.
    Turns turns{};
};

// The record that salts the links of what concerns no person: capacity, contacts, tombstones.
inline constexpr std::string_view general_record = "node/general";

// A leaf of a local act, with our own tag and the time's quarter filled in.
Outcome log_event(Desk& desk, Transaction& tx, schema::AuditRecord event, schema::Time now);

// A deadline calls somebody: a notice, and a RAISED leaf that says of which machine and state.
Outcome call_for(Desk& desk,
                 Transaction& tx,
                 schema::Machine machine,
                 Byte state,
                 std::string_view code,
                 BytesView subject,
                 const std::optional<schema::NodeId>& peer,
                 schema::Time now);

// A prekey that a peer has sent. One that takes another's place within its week is used for
// questions, but raises an alarm: until a call-back (peer.verify) no identity is sent there. One
// that is not sound changes nothing.
Outcome take_prekey(
    Desk& desk, Transaction& tx, Peer& peer, std::string_view jws, schema::Time now);

}  // namespace leeward::node
