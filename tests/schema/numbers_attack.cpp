#include "tests/schema/numbers_attack.h"

#include <algorithm>
#include <deque>
#include <map>

namespace leeward::test {
namespace {

using schema::Chain;
using schema::Fact;
using schema::Json;

constexpr std::int64_t unknown = 1'000'000;

// A sum or a cell of the chain: at most two conditions and a detail.
struct Where {
    std::vector<std::pair<std::size_t, std::string>> categories{};
    std::optional<std::string> detail{};
};

Where where(const Chain& chain, const Number& number) {
    Where out;
    for (std::size_t v = 0; v < chain.variables.size(); ++v) {
        const auto& name = chain.variables[v].name;
        if (name == number.rows && number.row != schema::all_word)
            out.categories.emplace_back(v, number.row);
        if (name == number.columns && number.column != schema::all_word)
            out.categories.emplace_back(v, number.column);
    }
    if (chain.detail && number.rows == chain.detail->name) {
        out.categories.emplace_back(chain.detail->variable, chain.detail->category);
        if (number.row != schema::all_word) out.detail = number.row;
    }
    return out;
}

bool holds(const Where& where, const Fact& fact) {
    if (where.detail && fact.detail != *where.detail) return false;
    return std::all_of(where.categories.begin(), where.categories.end(), [&](const auto& one) {
        return fact.values[one.first] == one.second;
    });
}

std::int64_t count(const Where& where, const Population& people) {
    return std::count_if(
        people.begin(), people.end(), [&](const Fact& fact) { return holds(where, fact); });
}

// The chain as a network, its nodes by name, each edge a number.
struct Edge {
    std::string from;
    std::string to;
    Where where;
    std::int64_t flow = 0;
    std::int64_t least = 0;
    std::int64_t most = unknown;
};

class Network {
public:
    Network(const Chain& chain, const Population& truth, const std::vector<Number>& numbers)
        : chain_(chain) {
        add("end", "start", {}, truth);
        for (std::size_t v = 0; v < chain.variables.size(); ++v)
            for (const auto& c : chain.variables[v].categories)
                add_category(v, c, truth);
        for (std::size_t v = 0; v + 1 < chain.variables.size(); ++v)
            for (const auto& a : chain.variables[v].categories)
                for (const auto& b : chain.variables[v + 1].categories)
                    add(after(v, a), before(v + 1, b), {{{v, a}, {v + 1, b}}, {}}, truth);
        for (const Number& number : numbers)
            if (number.shown) know(where(chain, number), *number.shown);
    }

    bool reach(const Where& place, std::int64_t wanted) {
        Edge& edge = at(place);
        while (edge.flow != wanted) {
            const bool more = edge.flow < wanted;
            if (!move_one(more ? edge.to : edge.from, more ? edge.from : edge.to, &edge))
                return false;
            edge.flow += more ? 1 : -1;
        }
        return true;
    }

    Population population() {
        Population people;
        for (const auto& a : chain_.variables[0].categories)
            for (std::int64_t n = at({{{0, a}}, {}}).flow; n > 0; --n)
                people.push_back({{a}, {}});
        for (std::size_t v = 0; v < chain_.variables.size(); ++v) {
            give_details(people, v);
            if (v + 1 < chain_.variables.size()) give_next(people, v);
        }
        return people;
    }

private:
    [[nodiscard]] std::string before(std::size_t v, const std::string& c) const {
        return v == 0 ? "start" : std::to_string(v) + " before " + c;
    }
    [[nodiscard]] std::string after(std::size_t v, const std::string& c) const {
        return v + 1 == chain_.variables.size() ? "end" : std::to_string(v) + " after " + c;
    }
    void add(std::string from, std::string to, Where where, const Population& truth) {
        const auto flow = count(where, truth);
        edges_.push_back({std::move(from), std::move(to), std::move(where), flow});
    }
    void add_category(std::size_t v, const std::string& c, const Population& truth) {
        const auto& detail = chain_.detail;
        if (!detail || detail->variable != v || detail->category != c)
            return add(before(v, c), after(v, c), {{{v, c}}, {}}, truth);
        add(before(v, c), "middle", {{{v, c}}, {}}, truth);
        for (const auto& code : detail->codes)
            add("middle", after(v, c), {{{v, c}}, code}, truth);
    }
    Edge& at(const Where& place) {
        const auto same = [&](const Edge& edge) {
            return edge.where.detail == place.detail &&
                   edge.where.categories.size() == place.categories.size() &&
                   std::is_permutation(edge.where.categories.begin(),
                                       edge.where.categories.end(),
                                       place.categories.begin());
        };
        return *std::find_if(edges_.begin(), edges_.end(), same);
    }
    void know(const Where& place, std::int64_t shown) {
        Edge& edge = at(place);
        edge.least = std::max<std::int64_t>(11, shown - 2);
        edge.most = shown + 2;
    }

    // Moves one person from `start` to `end` over edges that a reader does not know better.
    bool move_one(const std::string& start, const std::string& end, const Edge* without) {
        std::map<std::string, std::pair<Edge*, int>> reached{{start, {nullptr, 0}}};
        std::deque<std::string> next{start};
        while (!next.empty() && !reached.contains(end)) {
            const std::string here = next.front();
            next.pop_front();
            for (Edge& edge : edges_) {
                if (&edge == without) continue;
                const bool along = edge.from == here && edge.flow < edge.most;
                const bool against = edge.to == here && edge.flow > edge.least;
                const std::string& there = along ? edge.to : edge.from;
                if ((!along && !against) || reached.contains(there)) continue;
                reached[there] = {&edge, along ? 1 : -1};
                next.push_back(there);
            }
        }
        if (!reached.contains(end)) return false;
        for (std::string at = end; at != start;) {
            auto [edge, by] = reached[at];
            edge->flow += by;
            at = by > 0 ? edge->from : edge->to;
        }
        return true;
    }

    void give_details(Population& people, std::size_t v) {
        const auto& detail = chain_.detail;
        if (!detail || detail->variable != v) return;
        std::deque<std::string> codes;
        for (const auto& code : detail->codes)
            codes.insert(codes.end(),
                         static_cast<std::size_t>(at({{{v, detail->category}}, code}).flow),
                         code);
        for (Fact& fact : people)
            if (fact.values[v] == detail->category && !codes.empty()) {
                fact.detail = codes.front();
                codes.pop_front();
            }
    }
    void give_next(Population& people, std::size_t v) {
        for (const auto& a : chain_.variables[v].categories) {
            std::deque<std::string> next;
            for (const auto& b : chain_.variables[v + 1].categories)
                next.insert(
                    next.end(), static_cast<std::size_t>(at({{{v, a}, {v + 1, b}}, {}}).flow), b);
            for (Fact& fact : people)
                if (fact.values[v] == a && !next.empty()) {
                    fact.values.push_back(next.front());
                    next.pop_front();
                }
        }
    }

    const Chain& chain_;
    std::vector<Edge> edges_{};
};

std::optional<std::int64_t> shown_of(const Json& count) {
    const auto* number = count.as_int();
    return number == nullptr ? std::nullopt : std::optional(*number);
}

}  // namespace

std::vector<Number> numbers_of(const Json::Array& tables) {
    std::vector<Number> out;
    for (const Json& table : tables) {
        const std::string rows = table.text_at("rows");
        for (const Json& line : table.array_at("counts"))
            for (const auto& [column, shown] : *line.as_object())
                if (column != rows)
                    out.push_back({rows,
                                   line.text_at(rows),
                                   table.text_at("columns"),
                                   column,
                                   shown_of(shown)});
    }
    return out;
}

std::int64_t count(const Chain& chain, const Population& people, const Number& number) {
    return count(where(chain, number), people);
}

bool fits(std::int64_t count, std::int64_t shown) {
    return count >= 11 && count >= shown - 2 && count <= shown + 2;
}

bool fits(const Chain& chain, const Population& people, const std::vector<Number>& numbers) {
    return std::all_of(numbers.begin(), numbers.end(), [&](const Number& number) {
        return !number.shown || fits(count(chain, people, number), *number.shown);
    });
}

std::optional<Population> another(const Chain& chain,
                                  const Population& truth,
                                  const std::vector<Number>& numbers,
                                  const Number& place,
                                  std::int64_t wanted) {
    Network network(chain, truth, numbers);
    if (!network.reach(where(chain, place), wanted)) return std::nullopt;
    return network.population();
}

std::vector<Number> exposed(const Chain& chain,
                            const Population& truth,
                            const std::vector<Number>& numbers) {
    std::vector<Number> out;
    for (const Number& number : numbers) {
        if (count(chain, truth, number) >= 11) continue;
        bool hidden = !number.shown;
        for (const std::int64_t wanted : {0, 11}) {
            const auto people = another(chain, truth, numbers, number, wanted);
            hidden = hidden && people && fits(chain, *people, numbers) &&
                     count(chain, *people, number) == wanted;
        }
        if (!hidden) out.push_back(number);
    }
    return out;
}

}  // namespace leeward::test
