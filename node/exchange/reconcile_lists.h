// What we have of a week with a partner, what it says that it has, and how the two differ; and how both
// are said (SPEC.md has the layout).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/outbox/exchanges.h"
#include "schema/audit/finding.h"

namespace leeward::node {

struct Mine {
    std::uint64_t leaf = 0;
    ExchangeState state = ExchangeState::UNDER_WAY;
    std::int64_t settled = 0;  // unix seconds since when it is in that state
};
// By xref, which is sorted by itself.
struct OwnHalf {
    std::map<crypto::Hash, Mine> sent;
    std::map<crypto::Hash, Mine> received;
};
Result<OwnHalf> own_half(Transaction& tx, const schema::NodeId& peer, std::int64_t epoch);

// H(sorted xrefs): of what was sent and not abandoned, of what was received.
struct WeekDigests {
    crypto::Hash sent{};
    crypto::Hash received{};
    // What one sent is what the other received.
    [[nodiscard]] bool fits(const WeekDigests& other) const {
        return sent == other.received && received == other.sent;
    }
    friend bool operator==(const WeekDigests&, const WeekDigests&) = default;
};
[[nodiscard]] WeekDigests digests_of(const OwnHalf& half);

// All of a week from `from` on, up to `to`; nothing: to the end. So each list stands for itself.
struct TheirList {
    crypto::Hash from{};
    std::optional<crypto::Hash> to{};
    std::map<crypto::Hash, ExchangeState> sent{};
    std::set<crypto::Hash> received{};

    [[nodiscard]] bool covers(const crypto::Hash& xref) const {
        return from <= xref && (!to || xref < *to);
    }
    friend bool operator==(const TheirList&, const TheirList&) = default;
};
// As many as it takes, each of which fits a message.
[[nodiscard]] std::vector<TheirList> lists_of(const OwnHalf& half);

// The body of a message RECONCILE: digests, or one of the lists.
struct ReconcileBody {
    std::int64_t week = 0;
    bool answer = false;  // the other one is to say what it has, too
    std::optional<WeekDigests> digests{};
    // Of a list: the time in the header of the message that it answers.
    std::int64_t answered = 0;
    std::optional<TheirList> list{};

    friend bool operator==(const ReconcileBody&, const ReconcileBody&) = default;
};
[[nodiscard]] std::string write_reconcile(const ReconcileBody& body);
Result<ReconcileBody> read_reconcile(std::string_view text);  // Errc::malformed

struct Difference {
    crypto::Hash xref{};
    schema::FindingKind kind{};
    bool ours = false;                    // our own log lacks it
    std::optional<std::uint64_t> leaf{};  // of our log
};
// `asked`: what was settled only then or later the partner may not have known when it wrote its list.
[[nodiscard]] std::vector<Difference> differences(const OwnHalf& mine,
                                                  const TheirList& theirs,
                                                  std::int64_t asked);

}  // namespace leeward::node
