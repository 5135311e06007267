#include "schema/approval.h"

#include <set>

#include <catch2/catch_test_macros.hpp>

#include "schema/commands.h"

namespace leeward::schema {
namespace {

using A = TwoPersonAct;
using W = SecondPerson;

TEST_CASE("who needs a second person, and when, is as domain.md section 3.6a has it") {
    for (const A act : {A::DECLINE_REVIEW, A::BED_LOST, A::BREAK_GLASS, A::TONIGHT_UNSIGNED})
        CHECK(rule_of(act).when == W::NOW_OR_BY_PHONE);
    CHECK(rule_of(A::RISK_OVERRIDE).when == W::AFTERWARDS);
    for (const A act : {A::RISK_OVERRIDE_ROUTINE,
                        A::BULK_EXPORT,
                        A::RECOVERY,
                        A::POSTPONE_RETENTION,
                        A::VOUCH,
                        A::PASSPHRASE_RESET,
                        A::REOPEN_PEER,
                        A::DISOWN,
                        A::RETIRE})
        CHECK(rule_of(act).when == W::BEFOREHAND);
    CHECK(approval_rules().size() == two_person_act_count);
    for (const auto& rule : approval_rules()) {
        CHECK(rule_of(rule.act).act == rule.act);
        CHECK((rule.approvers - (supervisors | administrators)).empty());
    }
}

TEST_CASE("a request ends, and what ended stays so") {
    CHECK(next(ApprovalMove::P2, ApprovalState::PHONED).value() == ApprovalState::COUNTERSIGNED);
    CHECK(next(ApprovalMove::P2, ApprovalState::OVERDUE).value() == ApprovalState::COUNTERSIGNED);
    CHECK(next(ApprovalMove::P3, ApprovalState::PHONED).value() == ApprovalState::OVERDUE);
    CHECK(next(ApprovalMove::P5, ApprovalState::ASKED).value() == ApprovalState::GIVEN);
    CHECK_FALSE(next(ApprovalMove::P2, ApprovalState::ASKED));
    for (const auto& row : approval_transitions())
        for (std::size_t i = 0; i < approval_state_count; ++i)
            if (is_terminal(static_cast<ApprovalState>(i)))
                CHECK_FALSE(next(row.move, static_cast<ApprovalState>(i)));
}

TEST_CASE("every state and act has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < approval_state_count; ++i)
        names.insert(name(static_cast<ApprovalState>(i)));
    for (const auto& rule : approval_rules())
        names.insert(name(rule.act));
    CHECK(names.size() == approval_state_count + two_person_act_count);
}

TEST_CASE("no command that protects the survivor takes a second person") {
    for (const auto* command : {"need.withdraw",
                                "release.withdraw",
                                "grant.erase",
                                "leg.discard",
                                "leg.cancel",
                                "leg.missing",
                                "leg.arrived",
                                "grant.open",
                                "case.show"})
        for (const auto& arg : find_command(command)->args)
            CHECK(arg.name != "by-phone");
}

}  // namespace
}  // namespace leeward::schema
