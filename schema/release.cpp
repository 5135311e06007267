#include "schema/release.h"

#include <algorithm>

namespace leeward::schema {
namespace {

using enum ReleaseState;
using R = ReleaseMove;
using P = Party;

constexpr ReleaseStates live_states = live_release_states;
constexpr ReleaseStates unsigned_states{DRAFT, PENDING_SIGNATURES, CONFLICTED};
constexpr ReleaseStates all_states = ReleaseStates::range(DRAFT, VOID);
constexpr Parties worker = any_worker;
constexpr Parties heard = any_worker | Parties{P::SRV};
constexpr Parties sys{P::SYS};

// Narrowing again keeps NARROWED; a release that was never valid may be found so at any time.
// clang-format off
constexpr Table<R, ReleaseState, 11> table{{
    {R::R1,  {}, {DRAFT}, worker, ""},
    {R::R2,  {DRAFT}, {PENDING_SIGNATURES}, worker, ""},
    {R::R3,  {PENDING_SIGNATURES}, {CONFLICTED}, sys, ""},
    {R::R4,  {PENDING_SIGNATURES, CONFLICTED}, {ACTIVE}, sys, ""},
    {R::R5,  {ACTIVE, NARROWED, EXPIRING}, {NARROWED}, heard, "RELEASE_NARROWED"},
    {R::R6,  {ACTIVE, NARROWED}, {EXPIRING}, sys, ""},
    {R::R7,  {ACTIVE, NARROWED, EXPIRING}, {EXPIRED}, sys, "RELEASE_EXPIRED"},
    {R::R8,  live_states | ReleaseStates{PENDING_SIGNATURES, CONFLICTED}, {WITHDRAWN}, heard,
     "WITHDRAW_"},
    {R::R9,  live_states | ReleaseStates{CONFLICTED}, {SUPERSEDED}, sys, ""},
    {R::R10, all_states - ReleaseStates{INVALIDATED}, {INVALIDATED}, {P::INV_S},
     "RELEASE_INVALID_SIGNER RELEASE_NOT_UNDERSTOOD"},
    {R::R11, unsigned_states, {VOID}, sys, "RELEASE_VOID"},
}};
constexpr Names<ReleaseState, release_state_count> state_names{{
    "DRAFT", "PENDING_SIGNATURES", "CONFLICTED", "ACTIVE", "NARROWED", "EXPIRING", "EXPIRED",
    "WITHDRAWN", "SUPERSEDED", "INVALIDATED", "VOID",
}};
constexpr Names<ReleaseMove, 12> move_names{{
    "", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11",
}};
constexpr Names<Basis, 5> basis_names{{
    "RELEASE", "TONIGHT", "EMERGENCY", "STATUTORY_MANDATE", "COURT_ORDER",
}};
constexpr Names<ReturnLevel, 3> level_names{{"NONE", "COARSE", "DETAIL"}};
constexpr Names<Signer, 4> signer_names{{"MINOR", "GUARDIAN", "AGENCY_REPRESENTATIVE", "COURT"}};
constexpr Names<Standing, 2> standing_names{{"SAFE", "UNSAFE"}};
constexpr Names<Decision, 4> decision_names{{"WAITING", "AGREED", "REFUSED", "WITHDREW"}};
// clang-format on

static_assert(well_formed(table));
static_assert([] {
    for (unsigned i = 0; i < release_state_count; ++i)
        if (const auto s = static_cast<ReleaseState>(i); !is_terminal(s) && !has_way_out(table, s))
            return false;
    return true;
}());
// Nothing that ended is ever live again.
static_assert([] {
    for (const auto& row : table)
        for (unsigned i = static_cast<unsigned>(EXPIRED); i < release_state_count; ++i)
            if (row.from.contains(static_cast<ReleaseState>(i)) &&
                !(row.to & live_release_states).empty())
                return false;
    return true;
}());

bool said(std::span<const Signature> signatures, Signer signer, Decision decision) {
    return std::any_of(signatures.begin(), signatures.end(), [&](const Signature& s) {
        return s.signer == signer && s.standing == Standing::SAFE && s.decision == decision;
    });
}

bool minor_understood(std::span<const Signature> signatures) {
    return std::any_of(signatures.begin(), signatures.end(), [](const Signature& s) {
        return s.signer == Signer::MINOR && s.standing == Standing::SAFE &&
               s.decision == Decision::AGREED && s.capacity_recorded;
    });
}

}  // namespace

std::string_view name(ReleaseState state) {
    return state_names.of(state);
}
std::string_view name(ReleaseMove move) {
    return move_names.of(move);
}
std::string_view name(Basis basis) {
    return basis_names.of(basis);
}
std::string_view name(ReturnLevel level) {
    return level_names.of(level);
}
std::optional<ReturnLevel> return_level_from(std::string_view word) {
    return level_names.find(word);
}
std::string_view name(Signer signer) {
    return signer_names.of(signer);
}
std::string_view name(Standing standing) {
    return standing_names.of(standing);
}
std::string_view name(Decision decision) {
    return decision_names.of(decision);
}
std::optional<ReleaseState> release_state_from(std::string_view word) {
    return state_names.find(word);
}
std::optional<Basis> basis_from(std::string_view word) {
    return basis_names.find(word);
}
std::optional<Signer> signer_from(std::string_view word) {
    return signer_names.find(word);
}
std::optional<Standing> standing_from(std::string_view word) {
    return standing_names.find(word);
}
std::optional<Decision> decision_from(std::string_view word) {
    return decision_names.find(word);
}
std::span<const ReleaseTransition> release_transitions() {
    return table;
}

Result<ReleaseState> next(ReleaseMove move, ReleaseState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("release", name(from));
}

bool shows_capacity(std::span<const std::string> codes) {
    const auto has = [&](std::string_view code) {
        return std::find(codes.begin(), codes.end(), code) != codes.end();
    };
    return !has("CAPACITY_NOT_NOW") && has("CAPACITY_KNOWS_WHAT") && has("CAPACITY_KNOWS_WHY") &&
           has("CAPACITY_CAN_WEIGH") && has("CAPACITY_SAID_IT_BACK");
}

bool gives_standing(std::string_view authority, Signer signer) {
    switch (signer) {
        case Signer::MINOR:
            return false;
        case Signer::GUARDIAN:
            return authority == "AUTHORITY_PARENT" || authority == "AUTHORITY_LEGAL_GUARDIAN";
        case Signer::AGENCY_REPRESENTATIVE:
            return authority == "AUTHORITY_AGENCY_CUSTODY" || authority == "AUTHORITY_COURT_ORDER";
        case Signer::COURT:
            return authority == "AUTHORITY_COURT_ORDER";
    }
    return false;
}

ReleaseState signed_state(std::span<const Signature> signatures, Alone alone) {
    const auto agreed = [&](Signer signer) { return said(signatures, signer, Decision::AGREED); };
    const auto against = [&](Signer signer) {
        return said(signatures, signer, Decision::REFUSED) ||
               said(signatures, signer, Decision::WITHDREW);
    };
    if (agreed(Signer::COURT)) return ACTIVE;
    if (alone == Alone::LAWFUL && minor_understood(signatures) && !against(Signer::MINOR))
        return ACTIVE;
    if (against(Signer::MINOR) || against(Signer::GUARDIAN) ||
        against(Signer::AGENCY_REPRESENTATIVE) || against(Signer::COURT))
        return CONFLICTED;
    const bool adult = agreed(Signer::GUARDIAN) || agreed(Signer::AGENCY_REPRESENTATIVE);
    return agreed(Signer::MINOR) && adult ? ACTIVE : PENDING_SIGNATURES;
}

}  // namespace leeward::schema
