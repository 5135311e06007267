// The first entry of a log that a restore began: which log it follows, and what of that is lost
// (protocol.md section 8).
//
// RESTORED, always leaf 0. Its field bitmap holds two sizes of 8 bytes each, big-endian: that of the
// newest head of the log before which anybody else is known to hold, and how much of that log came
// back; `release` is that head's root, `link` the SHA-256 of that log's origin. The card of the node
// says the same but for what came back.
#pragma once

#include <optional>

#include "schema/audit_event.h"
#include "schema/node_card.h"

namespace leeward::schema {

[[nodiscard]] AuditRecord restored_event(const LogBefore& before, std::uint64_t came_back);

struct RestoredEvent {
    std::uint64_t size = 0;
    std::uint64_t came_back = 0;
    crypto::Hash root{};
    crypto::Hash origin{};  // hashed

    // Whether a card says the same of the log before.
    [[nodiscard]] bool is_of(const LogBefore& before) const;
};
// Nothing for an entry of another kind.
[[nodiscard]] std::optional<RestoredEvent> restored_in(const AuditRecord& record);

}  // namespace leeward::schema
