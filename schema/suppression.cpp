#include "schema/suppression.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace leeward::schema {
namespace {

constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

// One step of a way on which people are moved: along a flow (it grows) or against it (it shrinks).
struct Step {
    std::size_t flow = 0;
    bool along = true;
    std::int64_t room = 0;
    std::int64_t price = 1;
};
using Way = std::vector<Step>;

class Suppression {
public:
    explicit Suppression(std::span<const Flow> flows) : flows_(flows) {
        for (std::size_t i = 0; i < flows.size(); ++i) {
            hidden_.push_back(flows[i].count < smallest_shown);
            touching_.resize(std::max({touching_.size(), flows[i].from + 1, flows[i].to + 1}));
            touching_[flows[i].from].push_back(i);
            touching_[flows[i].to].push_back(i);
        }
    }

    // Each number that is protected stays so when more is withheld: one round is enough.
    std::vector<bool> take() {
        for (std::size_t i = 0; i < flows_.size(); ++i) {
            if (flows_[i].count >= smallest_shown) continue;
            make_possible(i, 0);
            make_possible(i, smallest_shown);
        }
        return std::move(hidden_);
    }

private:
    // Moves people on the cheapest ways until `flow` would carry `wanted`, and withholds every number
    // that would have to change for it.
    void make_possible(std::size_t flow, std::int64_t wanted) {
        counts_.clear();
        for (const Flow& one : flows_)
            counts_.push_back(one.count);
        const bool grows = wanted > flows_[flow].count;
        const std::size_t start = grows ? flows_[flow].to : flows_[flow].from;
        const std::size_t end = grows ? flows_[flow].from : flows_[flow].to;
        for (auto left = std::abs(wanted - flows_[flow].count); left > 0;) {
            const Way way = cheapest_way(start, end, flow);
            if (way.empty()) return hidden_.assign(flows_.size(), true);
            left -= move_people(way, left);
        }
    }

    std::int64_t move_people(const Way& way, std::int64_t most) {
        for (const Step& step : way)
            most = std::min(most, step.room);
        for (const Step& step : way) {
            counts_[step.flow] += step.along ? most : -most;
            hidden_[step.flow] = true;
        }
        return most;
    }

    // As if what is shown were exact: that it is rounded hides still more.
    Step step_over(std::size_t flow, bool along) const {
        const std::int64_t room = along ? endless : counts_[flow];
        if (hidden_[flow]) return {flow, along, room, 1};
        return {flow, along, room, 1 + 16 * flows_[flow].count * flows_[flow].worth};
    }

    // Dijkstra; a scan for the nearest node is enough for tables of this size.
    Way cheapest_way(std::size_t start, std::size_t end, std::size_t without) const {
        std::vector<std::int64_t> price(touching_.size(), endless);
        std::vector<bool> done(touching_.size(), false);
        std::vector<Step> last(touching_.size());
        price[start] = 0;
        for (;;) {
            const auto here = nearest(price, done);
            if (here == touching_.size()) return {};
            if (here == end) return back_from(end, start, last);
            done[here] = true;
            for (const std::size_t flow : touching_[here]) {
                if (flow == without) continue;
                const bool along = flows_[flow].from == here;
                const std::size_t there = along ? flows_[flow].to : flows_[flow].from;
                const Step step = step_over(flow, along);
                if (step.room <= 0 || price[here] + step.price >= price[there]) continue;
                price[there] = price[here] + step.price;
                last[there] = step;
            }
        }
    }

    static std::size_t nearest(const std::vector<std::int64_t>& price,
                               const std::vector<bool>& done) {
        std::size_t best = price.size();
        for (std::size_t i = 0; i < price.size(); ++i)
            if (!done[i] && price[i] != endless && (best == price.size() || price[i] < price[best]))
                best = i;
        return best;
    }

    Way back_from(std::size_t end, std::size_t start, const std::vector<Step>& last) const {
        Way way;
        for (std::size_t at = end; at != start;) {
            const Step& step = last[at];
            way.push_back(step);
            at = step.along ? flows_[step.flow].from : flows_[step.flow].to;
        }
        return way;
    }

    std::span<const Flow> flows_;
    std::vector<bool> hidden_{};
    std::vector<std::vector<std::size_t>> touching_{};  // by node
    std::vector<std::int64_t> counts_{};                // with the people moved
};

}  // namespace

std::int64_t rounded(std::int64_t count) {
    return (count + shown_step / 2) / shown_step * shown_step;
}

std::vector<bool> withheld(std::span<const Flow> flows) {
    return Suppression(flows).take();
}

}  // namespace leeward::schema
