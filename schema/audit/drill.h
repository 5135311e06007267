// Tamper drills: one thing done to copies of true logs (practice.h), as somebody who cheats would do
// it, and whether the check finds it and says where.
#pragma once

#include "schema/audit/practice.h"
#include "schema/language.h"

namespace leeward::schema {

// clang-format off
enum class Drill : Byte {
    // with what was handed out
    LEAF_DELETED, LEAF_ALTERED, LEAVES_REORDERED, OPENING_SWAPPED, BUNDLE_WITH_A_GAP,
    // by an organisation that signs whatever it likes
    HEAD_ROLLED_BACK, LOG_FORKED, DISCLOSURE_UNLOGGED, RECEIPT_HIDDEN, ABANDONED_AND_RECEIVED,
    DISCLOSURE_AS_PADDING, RELEASE_BACKDATED, SENT_AFTER_WITHDRAWAL,
    // by one that gives the auditor nothing at all
    FORK_SHOWN_TO_TWO_PARTNERS,
    // by nobody: all witnesses away. At 71 hours nothing may be found
    WITNESSES_AWAY_71_HOURS, WITNESSES_AWAY_73_HOURS,
};
// clang-format on
inline constexpr std::size_t drill_count = 16;

[[nodiscard]] std::string_view name(Drill drill);
[[nodiscard]] std::optional<Drill> drill_from(std::string_view word);
[[nodiscard]] std::string_view what_was_done(Drill drill, Language language);

struct DrillResult {
    Drill drill{};
    bool played = false;             // false: these logs hold nothing that it could be done to
    bool harmless = false;           // nothing may be found: `found` is what was found all the same
    std::string organisation{};      // in whose log it must be found
    std::uint64_t leaf = 0;          // and where
    std::optional<Finding> found{};  // the finding that names it

    [[nodiscard]] bool as_it_should() const { return found.has_value() != harmless; }
};

[[nodiscard]] DrillResult play(Drill drill, std::span<const PracticeLog> logs);

}  // namespace leeward::schema
