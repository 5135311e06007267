// What an auditor can find, each with a sentence that a board can read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/language.h"
#include "schema/lifecycle.h"

namespace leeward::schema {

// clang-format off
enum class FindingKind : Byte {
    // the log itself
    CARD_UNKNOWN, HEAD_UNSIGNED, HEAD_ROLLED_BACK, BUNDLE_CUT, TREE_MISMATCH, OPENING_MISMATCH,
    LEAF_UNEXPLAINED, LEAF_FOREIGN, EARLIER_UNPROVEN, LOG_FORKED, UNWITNESSED, TIME_BACKDATED,
    TIME_RUNS_BACK,
    // disclosures and what they rest on
    AUTHORITY_MISSING, AUTHORITY_AFTERWARDS, AUTHORITY_ENDED, AFTER_WITHDRAWAL, OTHER_RECIPIENT,
    BEYOND_AUTHORITY, RELEASE_HISTORY_BROKEN,
    // both ends of an exchange
    RECEIPT_MISSING, DISCLOSURE_UNDECLARED, DISCLOSURE_DISGUISED, ABANDONED_BUT_RECEIVED,
    // several bundles of one log
    BUNDLE_GAP,
    // a proof of what was shared of one person (proof.h)
    PROOF_FALSE, PROOF_INCOMPLETE, RELEASE_TEXT_CHANGED,
    // a log that a restore began
    ENTRIES_LOST, RESTORE_UNCLEAR,
};
// clang-format on
inline constexpr std::size_t finding_kind_count = 30;

[[nodiscard]] std::string_view name(FindingKind kind);
[[nodiscard]] std::optional<FindingKind> finding_kind_from(std::string_view word);
// What it means and what to do about it, in plain words.
[[nodiscard]] std::string_view explain(FindingKind kind, Language language);

struct Finding {
    FindingKind kind{};
    std::string organisation;           // whose log
    std::optional<std::uint64_t> leaf;  // where; the first of several
    std::optional<std::uint64_t>
        last_leaf;        // where the place is only known to be between two heads
    std::string partner;  // the other end, where there is one

    friend bool operator==(const Finding&, const Finding&) = default;
};

// As many as a person can read; a bundle made to give millions of them takes no more memory.
class Findings {
public:
    static constexpr std::size_t most = 10'000;
    void add(Finding finding);
    void skip() { ++more_; }  // one that was not kept

    // By organisation, then by leaf, then by kind; none twice.
    [[nodiscard]] std::vector<Finding> sorted() &&;
    [[nodiscard]] std::uint64_t more() const { return more_; }

private:
    std::vector<Finding> list_{};
    std::uint64_t more_ = 0;
};

}  // namespace leeward::schema
