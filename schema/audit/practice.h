// Copies of true logs to practise on, under keys made for it. The organisations get other numbers and
// every leaf is opened and closed anew, so that nothing of a copy can be taken for the log that it was
// made from, and whoever makes one needs nobody's key. Acts, times and places in the log stay.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "schema/audit/check.h"

namespace leeward::schema {

// A head that an organisation publishes, and by whom and when it was cosigned.
struct PracticeHead {
    struct Cosigned {
        std::shared_ptr<const crypto::SigningKey> by;
        std::uint64_t at = 0;  // unix seconds
    };
    std::uint64_t size = 0;
    std::vector<Cosigned> cosigned{};
};

// An organisation that writes its log as it likes: everything can be changed until it is signed.
struct PracticeLog {
    NodeCard card;
    std::string signed_card;
    std::shared_ptr<const crypto::SigningKey> key;
    std::shared_ptr<const crypto::SigningKey> witness;  // with which it cosigns others' heads
    std::vector<BundleEntry> before;     // leaves from before the period, shown or made up
    std::vector<std::uint64_t> earlier;  // which of them are shown
    std::vector<BundleEntry> entries;    // of the period
    std::vector<PracticeHead> heads;
    std::vector<std::string> seen;

    [[nodiscard]] std::uint64_t first() const { return before.size(); }
    [[nodiscard]] std::uint64_t size() const { return before.size() + entries.size(); }
    // `place` counts within the period.
    [[nodiscard]] std::optional<AuditRecord> record(std::size_t place) const;
    void rewrite(std::size_t place, const AuditRecord& record);
    void leave_out(std::size_t place);
    void add(const AuditRecord& record, const crypto::Hash& xref);

    [[nodiscard]] std::uint64_t last_head() const;  // its size; 0 for none
    [[nodiscard]] std::string head_at(std::uint64_t size) const;
    [[nodiscard]] Bundle bundle() const;  // as it would hand it out
};

inline constexpr std::uint64_t most_practice_leaves = 200'000;

// One log for each bundle. Errc::too_large for more leaves than that; already_exists for two bundles of
// one log; untrusted for one whose card is not among `trust`.
Result<std::vector<PracticeLog>> practice_copies(std::span<const Bundle> bundles,
                                                 const Trust& trust,
                                                 crypto::Random& random);
[[nodiscard]] Trust trust_of(std::span<const PracticeLog> logs);

}  // namespace leeward::schema
