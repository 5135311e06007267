#include "schema/need.h"

#include <rapidcheck.h>

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)
using L = LegState;
using N = NeedState;
using M = NeedMove;

namespace {

std::optional<NeedStep> due_of(N state,
                               std::vector<LegState> legs,
                               Candidates candidates = Candidates::SOME) {
    return derive(state, legs, candidates);
}

}  // namespace

TEST_CASE("a need takes exactly the transitions of its table") {
    const auto made = leeward::test::walk<N, M>(
        need_state_count, 25, [](auto move, auto from, auto to) { return next(move, from, to); });
    const std::string open =
        "DRAFT,READY,INQUIRING,OPTIONS,SELECTED,CONFIRMED,HANDOFF,PLACED,FOLLOW_UP,PAUSED,UNPLACED";
    std::string lines =
        "N1 DRAFT READY\n"
        "N3 READY INQUIRING\n"
        "N4 INQUIRING,UNPLACED OPTIONS\n"
        "N5 OPTIONS SELECTED\n"
        "N6 SELECTED CONFIRMED\n"
        "N7 SELECTED OPTIONS,INQUIRING\n"
        "N8 CONFIRMED HANDOFF\n"
        "N9 DRAFT,READY,INQUIRING,OPTIONS,SELECTED,CONFIRMED,HANDOFF,PAUSED,UNPLACED PLACED\n"
        "N10 HANDOFF OPTIONS,INQUIRING\n"
        "N11 PLACED FOLLOW_UP\n"
        "N12 READY,INQUIRING,OPTIONS,SELECTED,CONFIRMED PAUSED\n"
        "N14 DRAFT,READY,INQUIRING,OPTIONS,SELECTED,CONFIRMED,HANDOFF,PAUSED,UNPLACED CANCELLED\n"
        "N15 READY,INQUIRING,OPTIONS UNPLACED\n"
        "N16 UNPLACED INQUIRING\n"
        "N17 CLOSED,CANCELLED,WITHDRAWN READY\n"
        "N19 CONFIRMED,HANDOFF OPTIONS,INQUIRING\n"
        "N21 FOLLOW_UP CLOSED\n"
        "N22 PLACED CLOSED\n"
        "N23 PAUSED READY,INQUIRING,OPTIONS,SELECTED,CONFIRMED,HANDOFF\n"
        "N24 OPTIONS INQUIRING\n"
        "N25 READY,INQUIRING,OPTIONS,SELECTED,UNPLACED CONFIRMED\n";
    lines += "N13 " + open + " WITHDRAWN\nN20 " + open + " DUPLICATE_LINKED\n";
    lines += "N18 " + open + ",CLOSED,WITHDRAWN,CANCELLED,DUPLICATE_LINKED ENTERED_IN_ERROR";
    REQUIRE(made == leeward::test::expected(lines));
    leeward::test::require_words<N>(need_state_count, need_state_from);
    leeward::test::require_words<Priority>(3, priority_from);
    leeward::test::require_words<ServiceClass>(6, service_class_from);
}

TEST_CASE("a move with several ends is refused until the end is named") {
    REQUIRE_FALSE(next(M::N7, N::SELECTED));
    REQUIRE(next(M::N7, N::SELECTED, N::OPTIONS).value() == N::OPTIONS);
    REQUIRE(next(M::N1, N::DRAFT).value() == N::READY);
}

TEST_CASE("only a worker who heard the survivor records her choice or withdrawal") {
    for (const auto& row : need_transitions())
        if (row.move == M::N5 || row.move == M::N13)
            REQUIRE(row.who == Parties{Party::INV, Party::SRV});
}

TEST_CASE("a need follows what its legs show") {
    REQUIRE(due_of(N::INQUIRING, {L::SEEN, L::OFFERED}) == NeedStep{M::N4, N::OPTIONS});
    REQUIRE(due_of(N::UNPLACED, {L::OFFERED}) == NeedStep{M::N4, N::OPTIONS});
    REQUIRE(due_of(N::OPTIONS, {L::LAPSED, L::SEEN}) == NeedStep{M::N24, N::INQUIRING});
    REQUIRE(due_of(N::SELECTED, {L::SELECTED, L::OFFERED}) == std::nullopt);
    REQUIRE(due_of(N::SELECTED, {L::ACCEPTED, L::OFFERED}) == NeedStep{M::N6, N::CONFIRMED});
    REQUIRE(due_of(N::SELECTED, {L::DECLINED, L::OFFERED}) == NeedStep{M::N7, N::OPTIONS});
    REQUIRE(due_of(N::SELECTED, {L::LAPSED, L::SEEN}) == NeedStep{M::N7, N::INQUIRING});
    REQUIRE(due_of(N::CONFIRMED, {L::HANDOFF_SCHEDULED}) == NeedStep{M::N8, N::HANDOFF});
    REQUIRE(due_of(N::CONFIRMED, {L::IN_TRANSIT}) == NeedStep{M::N8, N::HANDOFF});
    REQUIRE(due_of(N::CONFIRMED, {L::BED_LOST, L::OFFERED}) == NeedStep{M::N19, N::OPTIONS});
    REQUIRE(due_of(N::HANDOFF, {L::CANCEL_REQUESTED}) == NeedStep{M::N19, N::INQUIRING});
    REQUIRE(due_of(N::HANDOFF, {L::ACCEPTED}) == std::nullopt);  // a new plan is being agreed
    REQUIRE(due_of(N::HANDOFF, {L::NOT_ARRIVED}) == std::nullopt);
    REQUIRE(due_of(N::INQUIRING, {L::PHONE_ACCEPTED}) == NeedStep{M::N25, N::CONFIRMED});
}

TEST_CASE("a need is unplaced only when no leg lives and nobody is left to ask") {
    REQUIRE(due_of(N::INQUIRING, {L::DECLINED}, Candidates::NONE) == NeedStep{M::N15, N::UNPLACED});
    REQUIRE(due_of(N::INQUIRING, {L::DECLINED}, Candidates::SOME) == std::nullopt);
    REQUIRE(due_of(N::INQUIRING, {L::DECLINED, L::WAITLISTED}, Candidates::NONE) == std::nullopt);
}

TEST_CASE("a child in the house places the need from wherever it stands") {
    for (const N state : {N::READY,
                          N::INQUIRING,
                          N::OPTIONS,
                          N::SELECTED,
                          N::CONFIRMED,
                          N::HANDOFF,
                          N::PAUSED,
                          N::UNPLACED})
        REQUIRE(due_of(state, {L::ARRIVED, L::SEEN}) == NeedStep{M::N9, N::PLACED});
    REQUIRE(due_of(N::PLACED, {L::ARRIVED}) == std::nullopt);
    REQUIRE(due_of(N::CLOSED, {L::ARRIVED}) == std::nullopt);
}

TEST_CASE("a paused need moves for nothing but an arrival and goes on where its legs stand") {
    REQUIRE(due_of(N::PAUSED, {L::OFFERED, L::DECLINED}) == std::nullopt);
    const auto after = [](N before, std::vector<LegState> legs) { return resumed(before, legs); };
    REQUIRE(after(N::READY, {}) == N::READY);
    REQUIRE(after(N::OPTIONS, {L::LAPSED}) == N::INQUIRING);
    REQUIRE(after(N::INQUIRING, {L::OFFERED}) == N::OPTIONS);
    REQUIRE(after(N::OPTIONS, {L::SELECTED, L::OFFERED}) == N::SELECTED);
    REQUIRE(after(N::CONFIRMED, {L::PHONE_ACCEPTED}) == N::CONFIRMED);
    REQUIRE(after(N::CONFIRMED, {L::IN_TRANSIT}) == N::HANDOFF);
}

TEST_CASE("what is derived is always in the table, is the node's to do, and comes to an end") {
    REQUIRE(rc::check([] {
        auto state = static_cast<N>(*rc::gen::inRange(0, 16));
        const auto picks = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 25));
        std::vector<LegState> legs;
        for (const int pick : picks)
            legs.push_back(static_cast<LegState>(pick));
        const auto candidates = static_cast<Candidates>(*rc::gen::inRange(0, 2));
        int steps = 0;
        while (const auto step = derive(state, legs, candidates)) {
            RC_ASSERT(next(step->move, state, step->to).value() == step->to);
            for (const auto& row : need_transitions())
                if (row.move == step->move) RC_ASSERT(row.who.contains(Party::SYS));
            state = step->to;
            RC_ASSERT(++steps <= 4);
        }
    }));
}
