// Reading as an act in the log. What is held can be read when the log cannot be written: the act then
// waits in a journal of its own and enters the log, as it was, at the next chance (protocol.md P9).
#pragma once

#include "node/audit/audit_log.h"
#include "node/audit/view_journal.h"
#include "node/store/store.h"
#include "schema/audit_event.h"
#include "schema/time.h"

namespace leeward::node {

struct Desk;

struct View {
    // What the first look at a record sets off, beside its entry in the log.
    enum class Then : Byte { NOTHING = 0, LEG_SEEN = 1, GRANT_OPENED = 2 };

    schema::AuditRecord event;
    Then then = Then::NOTHING;
    ByteArray<16> subject{};
    std::string purpose{};  // a PURPOSE_ code
    schema::Time at{};
};

// A reading whose entry is made, and signed by whoever read: it enters the log as it is.
struct MadeView {
    MadeEntry entry;
    View::Then then = View::Then::NOTHING;
    ByteArray<16> subject{};
    std::string purpose{};
    schema::Time at{};
};
[[nodiscard]] Bytes encode(const MadeView& view);  // at most ViewJournal::longest_entry
Result<MadeView> decode_view(BytesView bytes);     // Errc::malformed

// What it is read for, as a person says it. Errc::invalid_argument unless it is a PURPOSE_ code.
Outcome is_purpose(std::string_view code);
// A story's reading: into the log in its transaction, or set aside where Desk::set_aside says so.
Outcome saw(Desk& desk, Transaction& tx, View view);
// Everything that waits in the journal enters the log; it leaves the journal with the commit.
Outcome enter_views(Desk& desk, Transaction& tx, ViewJournal& journal);
// The last number that entered the log: what a crash left in the journal is not entered twice.
[[nodiscard]] std::uint64_t last_entered(Transaction& tx);

}  // namespace leeward::node
