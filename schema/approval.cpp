#include "schema/approval.h"

namespace leeward::schema {
namespace {

using enum ApprovalState;
using A = TwoPersonAct;
using P = ApprovalMove;
using W = SecondPerson;

constexpr RoleSet shelter_supervisor{Role::SHELTER_SUPERVISOR};
constexpr RoleSet investigation_supervisor{Role::INVESTIGATION_SUPERVISOR};
constexpr RoleSet who_leads = supervisors | administrators;

// clang-format off
constexpr std::array<ApprovalRule, two_person_act_count> rules{{
    {A::DECLINE_REVIEW,        W::NOW_OR_BY_PHONE, shelter_supervisor},
    {A::BED_LOST,              W::NOW_OR_BY_PHONE, shelter_supervisor},
    {A::BREAK_GLASS,           W::NOW_OR_BY_PHONE, supervisors},
    {A::TONIGHT_UNSIGNED,      W::NOW_OR_BY_PHONE, investigation_supervisor},
    {A::RISK_OVERRIDE,         W::AFTERWARDS,      investigation_supervisor},
    {A::RISK_OVERRIDE_ROUTINE, W::BEFOREHAND,      investigation_supervisor},
    {A::BULK_EXPORT,           W::BEFOREHAND,      who_leads},
    {A::RECOVERY,              W::BEFOREHAND,      who_leads},
    {A::POSTPONE_RETENTION,    W::BEFOREHAND,      supervisors},
    {A::VOUCH,                 W::BEFOREHAND,      who_leads},
    {A::PASSPHRASE_RESET,      W::BEFOREHAND,      who_leads},
    {A::COMPELLED,             W::NOW_OR_BY_PHONE, supervisors},
    {A::SETTLE_LOG,            W::BEFOREHAND,      who_leads},
    {A::SUSPEND_PEER,          W::NOW_OR_BY_PHONE, who_leads},
    {A::RESUME_PEER,           W::NOW_OR_BY_PHONE, who_leads},
    {A::REOPEN_PEER,           W::BEFOREHAND,      who_leads},
    {A::DISOWN,                W::BEFOREHAND,      who_leads},
    {A::RETIRE,                W::BEFOREHAND,      who_leads},
}};
constexpr Parties person = any_worker;
constexpr Parties node{Party::SYS};
constexpr Table<P, ApprovalState, 11> table{{
    {P::P1,  {},                {PHONED},        person, "APPROVAL_"},
    {P::P2,  {PHONED, OVERDUE}, {COUNTERSIGNED}, person, "APPROVAL_"},
    {P::P3,  {PHONED},          {OVERDUE},       node,   "APPROVAL_"},
    {P::P4,  {},                {ASKED},         person, ""},
    {P::P5,  {ASKED, AGREED},   {GIVEN},         person, "APPROVAL_"},
    {P::P6,  {ASKED, PHONED, TO_REVIEW, OVERDUE}, {REFUSED}, person, ""},
    {P::P7,  {ASKED, AGREED},   {LAPSED},        node,   ""},
    {P::P8,  {},                {TO_REVIEW},     person, "RISK_OVERRIDE_"},
    {P::P9,  {TO_REVIEW},       {REVIEWED},      person, "APPROVAL_"},
    {P::P10, {ASKED},           {VOID},          node,   ""},
    {P::P11, {ASKED},           {AGREED},        person, "APPROVAL_"},
}};
// clang-format on
static_assert(well_formed(table));
static_assert(has_way_out(table, ASKED) && has_way_out(table, PHONED) &&
              has_way_out(table, TO_REVIEW) && has_way_out(table, OVERDUE));

constexpr Names<A, two_person_act_count + 1> act_names{{"",
                                                        "DECLINE_REVIEW",
                                                        "BED_LOST",
                                                        "BREAK_GLASS",
                                                        "TONIGHT_UNSIGNED",
                                                        "RISK_OVERRIDE",
                                                        "RISK_OVERRIDE_ROUTINE",
                                                        "BULK_EXPORT",
                                                        "RECOVERY",
                                                        "POSTPONE_RETENTION",
                                                        "VOUCH",
                                                        "PASSPHRASE_RESET",
                                                        "COMPELLED",
                                                        "SETTLE_LOG",
                                                        "SUSPEND_PEER",
                                                        "RESUME_PEER",
                                                        "REOPEN_PEER",
                                                        "DISOWN",
                                                        "RETIRE"}};
constexpr Names<W, 3> when_names{{"NOW_OR_BY_PHONE", "AFTERWARDS", "BEFOREHAND"}};
constexpr Names<ApprovalState, approval_state_count> state_names{{"ASKED",
                                                                  "PHONED",
                                                                  "TO_REVIEW",
                                                                  "OVERDUE",
                                                                  "GIVEN",
                                                                  "COUNTERSIGNED",
                                                                  "REVIEWED",
                                                                  "REFUSED",
                                                                  "LAPSED",
                                                                  "VOID",
                                                                  "AGREED"}};

}  // namespace

std::span<const ApprovalRule> approval_rules() {
    return rules;
}
const ApprovalRule& rule_of(TwoPersonAct act) {
    return rules.at(static_cast<std::size_t>(act) - 1);
}
std::string_view name(TwoPersonAct act) {
    return act_names.of(act);
}
std::optional<TwoPersonAct> two_person_act_from(std::string_view word) {
    const auto found = act_names.find(word);
    return word.empty() ? std::nullopt : found;
}
std::string_view name(SecondPerson when) {
    return when_names.of(when);
}
std::string_view name(ApprovalState state) {
    return state_names.of(state);
}
std::span<const ApprovalTransition> approval_transitions() {
    return table;
}

Result<ApprovalState> next(ApprovalMove move, ApprovalState from) {
    if (const auto to = step(table, move, from)) return *to;
    return refused("approval", name(from));
}

Time approval_lapses(Time asked) {
    return asked + std::chrono::hours(72);
}

}  // namespace leeward::schema
