#include "schema/grant.h"

namespace leeward::schema {
namespace {

using enum GrantState;
using G = GrantMove;
using P = Party;
using States = EnumSet<GrantState>;

constexpr States disclosed{SEALED, OPENABLE, OPENED};
constexpr States asked_back{ERASURE_REQUESTED, ERASURE_OVERDUE};
constexpr Parties sys{P::SYS};

// clang-format off
constexpr Table<G, GrantState, 10> table{{
    {G::G1t,  {},                  {SEALED},            sys, ""},
    {G::G2t,  {SEALED},            {OPENABLE},          sys, ""},
    {G::G3t,  {OPENABLE},          {OPENED},            {P::SHL, P::CNS}, ""},
    {G::G4t,  disclosed,           {REVOKED},           sys, ""},
    {G::G5t,  disclosed,           {EXPIRED},           sys, ""},
    {G::G6t,  {REVOKED, EXPIRED},  {ERASURE_REQUESTED}, sys, ""},
    {G::G7t,  asked_back,          {ERASURE_ATTESTED},  {P::SHL, P::SHL_S, P::CNS}, ""},
    {G::G8t,  asked_back,          {RETAINED_LAWFULLY}, {P::SHL_S}, ""},
    {G::G9t,  {ERASURE_REQUESTED}, {ERASURE_OVERDUE},   sys, ""},
    {G::G10t, {ERASURE_OVERDUE},   {UNREACHABLE},       {P::INV_S}, ""},
}};
constexpr Names<GrantDiscloser, 7> discloser_names{{
    "SEALED", "OPENABLE", "REVOKED", "EXPIRED", "ERASURE_REQUESTED", "ERASURE_OVERDUE",
    "UNREACHABLE",
}};
constexpr Names<GrantRecipient, 4> recipient_names{{
    "NONE", "OPENED", "ERASURE_ATTESTED", "RETAINED_LAWFULLY",
}};
constexpr Names<GrantState, grant_state_count> state_names{{
    "SEALED", "OPENABLE", "OPENED", "REVOKED", "EXPIRED", "ERASURE_REQUESTED", "ERASURE_OVERDUE",
    "UNREACHABLE", "ERASURE_ATTESTED", "RETAINED_LAWFULLY",
}};
constexpr Names<GrantMove, 11> move_names{{
    "", "G1t", "G2t", "G3t", "G4t", "G5t", "G6t", "G7t", "G8t", "G9t", "G10t",
}};
// clang-format on

static_assert(well_formed(table));
static_assert([] {
    for (unsigned i = 0; i < grant_state_count; ++i)
        if (const auto s = static_cast<GrantState>(i); !is_terminal(s) && !has_way_out(table, s))
            return false;
    return true;
}());
// What is closed is never opened again.
static_assert(!step(table, G::G3t, REVOKED) && !step(table, G::G2t, EXPIRED));

constexpr EnumSet<G> recipients_moves{G::G3t, G::G7t, G::G8t};

}  // namespace

std::string_view name(GrantDiscloser value) {
    return discloser_names.of(value);
}
std::string_view name(GrantRecipient value) {
    return recipient_names.of(value);
}
std::string_view name(GrantState state) {
    return state_names.of(state);
}
std::string_view name(GrantMove move) {
    return move_names.of(move);
}
std::optional<GrantDiscloser> grant_discloser_from(std::string_view word) {
    return discloser_names.find(word);
}
std::optional<GrantRecipient> grant_recipient_from(std::string_view word) {
    return recipient_names.find(word);
}
std::optional<GrantState> grant_state_from(std::string_view word) {
    return state_names.find(word);
}
std::span<const GrantTransition> grant_transitions() {
    return table;
}

Result<GrantState> next(GrantMove move, GrantState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("grant", name(from));
}

// The discloser's and the recipient's words are the shown states of the same name.
Result<GrantDiscloser> write_discloser(GrantMove move, GrantDiscloser own, GrantRecipient seen) {
    const GrantState before = shown(own, seen);
    if (recipients_moves.contains(move)) return refused("grant", name(before));
    LEEWARD_ASSIGN(const GrantState after, next(move, before));
    return *discloser_names.find(name(after));
}

Result<GrantRecipient> write_recipient(GrantMove move, GrantRecipient own, GrantDiscloser seen) {
    const GrantState before = shown(seen, own);
    if (!recipients_moves.contains(move)) return refused("grant", name(before));
    LEEWARD_ASSIGN(const GrantState after, next(move, before));
    return *recipient_names.find(name(after));
}

bool allows(LegState shown, Answer answer, Tier tier, ServiceClass service) {
    const bool open = !is_terminal(shown) && shown != LegState::CANCEL_REQUESTED &&
                      shown != LegState::MISDIRECTED;
    const bool firm = LegStates::range(LegState::ACCEPTED, LegState::ARRIVED).contains(shown) &&
                      accepted_or_later(answer);
    switch (tier) {
        case Tier::L0:
            return false;
        case Tier::T0:
            return true;
        case Tier::T1:
            return open;
        case Tier::T2:
        case Tier::T4:
            return firm;
        case Tier::T3:
            return firm && (service != ServiceClass::PLACEMENT || shown == LegState::ARRIVED);
    }
    return false;
}

}  // namespace leeward::schema
