// What people do at the nodes of a universe: cases, questions, answers, choices, releases, withdrawals,
// arrivals, drawn from a seed. Most of what they try is refused, and that is part of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/sim/sim_node.h"

namespace leeward::sim {

class People {
public:
    // `referrers` and `houses` are disjoint and together all nodes.
    People(crypto::Random& dice, std::vector<SimNode*> referrers, std::vector<SimNode*> houses);

    // One act of somebody at a node that runs. The node, or null when nobody did anything.
    SimNode* act();
    // A first case and question at each referrer.
    void begin();
    [[nodiscard]] std::uint64_t done() const { return done_; }  // acts that were not refused

private:
    struct Need {
        SimNode* at;
        std::string id;
        std::string case_id;
    };
    struct Leg {
        SimNode* asked_by;
        SimNode* house;
        std::string id;
    };

    std::uint64_t below(std::uint64_t n) { return dice_.number() % n; }
    template <class List>
    const auto& any_of(const List& list) {
        return list[below(list.size())];
    }
    Result<Json> attempt(SimNode& node, std::string_view command, const Json& args);
    SimNode* new_need();
    void ask(const Need& need);
    SimNode* about_a_need();
    SimNode* about_a_leg();
    SimNode* papers();
    SimNode* read_grants();

    crypto::Random& dice_;
    std::vector<SimNode*> referrers_;
    std::vector<SimNode*> houses_;
    std::vector<Need> needs_;
    std::vector<Leg> legs_;
    std::uint64_t done_ = 0;
};

}  // namespace leeward::sim
