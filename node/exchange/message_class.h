// How a message is treated on its way, and whether its log entry is of this very message
// (protocol.md section 5a: one table, by kind and value).
#pragma once

#include "schema/audit_event.h"
#include "schema/leg_rules.h"
#include "schema/message.h"
#include "schema/tier.h"

namespace leeward::node {

// A body that does not parse is DISCLOSING: it then needs a proof that it cannot have.
[[nodiscard]] schema::MessageClass class_of(const schema::Message& message);

// It says the value of a register without its content, which was taken back or has run out: CONTROL, but an
// offer, a yes or a departure all the same.
[[nodiscard]] bool is_bare_word(const schema::Message& message);

// It discloses T2 or above on a basis that can wait for a witness: not TONIGHT, not an emergency.
[[nodiscard]] bool names_somebody(const schema::Message& message);

// The opened record says what the message says: its machine, its tier, its release, its fields.
[[nodiscard]] bool opens_to_body(const schema::AuditRecord& record, const schema::Message& message);

}  // namespace leeward::node
