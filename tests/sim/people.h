// What people do at the nodes of a universe: cases, questions, answers, choices, releases, withdrawals,
// arrivals, drawn from a seed. Much of what they try is refused, and that is part of it.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
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
    // Acts that were not refused, by command.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& done() const { return done_; }

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
        std::size_t need;      // in needs_
        std::size_t next = 0;  // of the steps that lead to a bed
    };

    std::uint64_t below(std::uint64_t n) { return dice_.number() % n; }
    template <class List>
    auto& any_of(List&& list) {
        return list[below(list.size())];
    }
    // One of the last two, mostly: most of a night is about what is going on.
    template <class List>
    auto& recent_of(List& list) {
        const auto some = below(4) == 0 ? list.size() : std::min<std::size_t>(2, list.size());
        return list[list.size() - 1 - below(some)];
    }
    Result<Json> attempt(SimNode& node, std::string_view command, const Json& args);
    SimNode* new_need();
    void ask(const Need& need);
    SimNode* go_on();
    bool take_step(const Leg& leg, SimNode& at, std::string_view command);
    const Leg* one_of(const Need& need);
    SimNode* about_a_need();
    bool choose(const Need& need, const Leg& leg);
    SimNode* about_a_leg();
    SimNode* papers();
    bool sign_papers(const Need& need, const SimNode& house);
    SimNode* somebody_reads();
    bool read_grants(SimNode& at);

    crypto::Random& dice_;
    std::vector<SimNode*> referrers_;
    std::vector<SimNode*> houses_;
    std::vector<Need> needs_;
    std::vector<Leg> legs_;
    std::map<std::string, std::uint64_t> done_;
};

}  // namespace leeward::sim
