#include "schema/numbers.h"

#include <algorithm>
#include <array>
#include <map>

#include "schema/catalogue.h"
#include "schema/codes.h"
#include "schema/need.h"
#include "schema/suppression.h"

namespace leeward::schema {

// ------------------------------------------------------------------ when

std::string name(HalfYear period) {
    return std::to_string(period.year) + "-H" + std::to_string(period.half);
}

std::optional<HalfYear> half_year_from(std::string_view text) {
    if (text.size() != 7 || text.substr(4, 2) != "-H" || text[0] != '2') return std::nullopt;
    int year = 0;
    for (const char c : text.substr(0, 4)) {
        if (c < '0' || c > '9') return std::nullopt;
        year = 10 * year + (c - '0');
    }
    if (text[6] != '1' && text[6] != '2') return std::nullopt;
    return HalfYear{year, text[6] - '0'};
}

HalfYear half_year_of(Time t) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(t));
    return {static_cast<int>(day.year()), static_cast<unsigned>(day.month()) <= 6 ? 1 : 2};
}

HalfYear before(HalfYear period) {
    return period.half == 2 ? HalfYear{period.year, 1} : HalfYear{period.year - 1, 2};
}

Time begin_of(HalfYear period) {
    const std::chrono::month first(period.half == 1 ? 1 : 7);
    return std::chrono::sys_days(std::chrono::year(period.year) / first / 1);
}

Time end_of(HalfYear period) {
    return begin_of(period.half == 1 ? HalfYear{period.year, 2} : HalfYear{period.year + 1, 1});
}

Time counted_at(HalfYear period) {
    return end_of(period) + std::chrono::days(14);
}

// ------------------------------------------------------------------ what

namespace {

std::vector<std::string> codes_of(std::string_view family) {
    std::vector<std::string> out;
    for (const CodeSpec& spec : codes())
        if (is_code(family, spec.code)) out.push_back(spec.code);
    return out;
}

std::vector<std::string> with(std::vector<std::string> words, std::string_view last) {
    words.emplace_back(last);
    return words;
}

// Few and broad: an empty category has to hide among full ones and takes them with it.
Variable service_variable() {
    return {"service", {"PLACEMENT", "COUNSELLING", "OTHER"}};
}

Variable age_variable() {
    Variable out{"age_band", {}};
    if (const auto id = find_field("age_band"))
        for (const auto& value : field(*id).values)
            if (!says_nothing(value)) out.categories.push_back(value);
    out.categories.emplace_back("not_given");
    return out;
}

constexpr std::int64_t dear = 100'000;

}  // namespace

// How many survivors there were is asked for before all else.
Chain people_chain() {
    return {"people",
            {age_variable(),
             {"served", {"SERVED", "PARTLY_SERVED", "NOT_SERVED", "NO_LONGER_WANTED", "OPEN"}}},
            dear};
}

// How many needs could not be met is worth more than how many there were.
Chain needs_chain() {
    return {"needs",
            {service_variable(),
             {"result", {"MET", "UNMET", "WITHDRAWN", "CANCELLED", "OPEN"}, dear},
             {"priority", {"EMERGENCY", "URGENT", "ROUTINE"}}},
            10,
            Detail{1, "UNMET", "why", codes_of("UNMET_")}};
}

Chain outcomes_chain() {
    return {"closed needs", {service_variable(), {"outcome", codes_of("OUTCOME_")}}};
}

Chain answers_chain(std::vector<std::string> recipients) {
    return {"questions asked",
            {{"answered", {"within_half_the_time", "in_time", "late", "not_answered"}},
             {"recipient", std::move(recipients), 100, true},
             {"answer", {"OFFERED", "WAITLISTED", "DECLINED", "NONE"}}},
            10,
            Detail{2, "DECLINED", "reason", with(codes_of("DECLINE_"), "OTHER")}};
}

namespace {

struct Meaning {
    std::string_view answer;
    std::string_view why;
};
constexpr std::array<Meaning, 9> meanings{{{"OFFERED", "UNMET_SURVIVOR_DECLINED_ALL"},
                                           {"", "UNMET_NO_ANSWER"},
                                           {"DECLINE_NO_CAPACITY", "UNMET_NO_CAPACITY_ANYWHERE"},
                                           {"DECLINE_CAPACITY_STALE", "UNMET_NO_CAPACITY_ANYWHERE"},
                                           {"VACANCY_GONE", "UNMET_NO_CAPACITY_ANYWHERE"},
                                           {"DECLINE_CANNOT_MEET_ACCESS_NEED", "UNMET_ACCESS_NEED"},
                                           {"DECLINE_CANNOT_MEET_LANGUAGE_NOW", "UNMET_LANGUAGE"},
                                           {"DECLINE_GROUP_MIX_SAFETY", "UNMET_GROUP_TOGETHER"},
                                           {"NOT_SUITABLE_SAFETY", "UNMET_SAFETY_DISTANCE"}}};

std::string_view why_of(std::string_view answer) {
    for (const Meaning& one : meanings)
        if (one.answer == answer) return one.why;
    return "UNMET_NO_ELIGIBLE_PROGRAMME";
}

}  // namespace

std::string unmet_why(std::span<const std::string> answers) {
    std::map<std::string_view, std::size_t> times;
    for (const auto& answer : answers)
        ++times[why_of(answer)];
    std::string_view best = "UNMET_NO_ELIGIBLE_PROGRAMME";
    for (const auto& [why, count] : times)
        if (best == why || times[best] < count) best = why;
    return std::string(best);
}

// ------------------------------------------------------------------ how it is published

namespace {

std::size_t place_of(const std::vector<std::string>& words, std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() ? words.size() - 1
                                : static_cast<std::size_t>(found - words.begin());
}

// A chain's numbers as flows. The first variable's sums leave node 0, the last one's enter node 1,
// and the whole closes the circle; between them each category has a node before and one after.
class Counted {
public:
    Counted(const Chain& chain, std::span<const Fact> facts) : chain_(chain), facts_(facts) {
        whole_ = add(1, 0, static_cast<std::int64_t>(facts.size()), chain.worth);
        for (std::size_t v = 0; v < chain.variables.size(); ++v)
            add_sums(v);
        for (std::size_t v = 0; v + 1 < chain.variables.size(); ++v)
            add_cells(v);
        hidden_ = withheld(flows_);
    }

    [[nodiscard]] Json whole() const { return shown(whole_); }
    [[nodiscard]] Json sum(std::size_t variable, std::size_t category) const {
        return shown(sums_[variable][category]);
    }
    [[nodiscard]] Json cell(std::size_t variable, std::size_t row, std::size_t column) const {
        const auto columns = chain_.variables[variable + 1].categories.size();
        return shown(cells_[variable] + row * columns + column);
    }
    [[nodiscard]] Json detail(std::size_t code) const { return shown(details_ + code); }

private:
    [[nodiscard]] Json shown(std::size_t flow) const {
        return hidden_[flow] ? Json(withheld_word) : Json(rounded(flows_[flow].count));
    }
    std::size_t add(std::size_t from, std::size_t to, std::int64_t count, std::int64_t worth) {
        flows_.push_back({from, to, count, worth});
        return flows_.size() - 1;
    }
    enum Side : std::size_t { BEFORE, MIDDLE, AFTER };
    [[nodiscard]] std::size_t node(std::size_t variable, std::size_t category, Side side) const {
        if (variable == 0 && side == BEFORE) return 0;
        if (variable + 1 == chain_.variables.size() && side == AFTER) return 1;
        std::size_t first = 2;
        for (std::size_t v = 0; v < variable; ++v)
            first += 3 * chain_.variables[v].categories.size();
        return first + 3 * category + side;
    }
    template <class Holds>
    [[nodiscard]] std::int64_t count(const Holds& holds) const {
        return std::count_if(facts_.begin(), facts_.end(), holds);
    }
    [[nodiscard]] std::size_t category(const Fact& fact, std::size_t variable) const {
        return place_of(chain_.variables[variable].categories, fact.values[variable]);
    }

    void add_sums(std::size_t v) {
        sums_.emplace_back();
        for (std::size_t c = 0; c < chain_.variables[v].categories.size(); ++c) {
            const auto n = count([&](const Fact& fact) { return category(fact, v) == c; });
            const bool told_apart = chain_.detail && chain_.detail->variable == v &&
                                    chain_.detail->category == chain_.variables[v].categories[c];
            const std::size_t end = told_apart ? node(v, c, MIDDLE) : node(v, c, AFTER);
            sums_[v].push_back(add(node(v, c, BEFORE), end, n, chain_.variables[v].worth));
            if (told_apart) add_details(v, c);
        }
    }
    void add_details(std::size_t v, std::size_t c) {
        details_ = flows_.size();
        const auto& codes = chain_.detail->codes;
        for (std::size_t d = 0; d < codes.size(); ++d) {
            const auto n = count([&](const Fact& fact) {
                return category(fact, v) == c && place_of(codes, fact.detail) == d;
            });
            add(node(v, c, MIDDLE), node(v, c, AFTER), n, 1);
        }
    }
    void add_cells(std::size_t v) {
        cells_.push_back(flows_.size());
        const auto rows = chain_.variables[v].categories.size();
        const auto columns = chain_.variables[v + 1].categories.size();
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < columns; ++c)
                add(node(v, r, AFTER),
                    node(v + 1, c, BEFORE),
                    count([&](const Fact& fact) {
                        return category(fact, v) == r && category(fact, v + 1) == c;
                    }),
                    1);
    }

    const Chain& chain_;
    std::span<const Fact> facts_;
    std::vector<Flow> flows_{};
    std::vector<bool> hidden_{};
    std::size_t whole_ = 0;
    std::size_t details_ = 0;
    std::vector<std::vector<std::size_t>> sums_{};  // by variable and category
    std::vector<std::size_t> cells_{};              // the first of each pair of neighbours
};

Json table(std::string title, std::string_view rows, std::string_view columns, Json counts) {
    return Json::object({{"title", std::move(title)},
                         {"rows", rows},
                         {"columns", columns},
                         {"counts", std::move(counts)}});
}

// One table of two neighbours; `rows` is the one of them that goes down the side.
class PairTable {
public:
    PairTable(const Chain& chain, const Counted& counted, std::size_t first)
        : counted_(counted),
          first_(first),
          turned_(chain.variables[first + 1].names),
          rows_(chain.variables[first + (turned_ ? 1 : 0)]),
          columns_(chain.variables[first + (turned_ ? 0 : 1)]) {}

    [[nodiscard]] Json json(const std::string& what) const {
        Json counts = Json::array();
        for (std::size_t r = 0; r < rows_.categories.size(); ++r)
            counts.push(line(r));
        counts.push(last_line());
        return table(what + " by " + rows_.name + " and " + columns_.name,
                     rows_.name,
                     columns_.name,
                     std::move(counts));
    }

private:
    [[nodiscard]] Json line(std::size_t r) const {
        Json out = Json::object({{rows_.name, rows_.categories[r]}});
        for (std::size_t c = 0; c < columns_.categories.size(); ++c)
            out.set(columns_.categories[c],
                    turned_ ? counted_.cell(first_, c, r) : counted_.cell(first_, r, c));
        return out.set(all_word, counted_.sum(first_ + (turned_ ? 1 : 0), r));
    }
    [[nodiscard]] Json last_line() const {
        Json out = Json::object({{rows_.name, all_word}});
        for (std::size_t c = 0; c < columns_.categories.size(); ++c)
            out.set(columns_.categories[c], counted_.sum(first_ + (turned_ ? 0 : 1), c));
        return out.set(all_word, counted_.whole());
    }

    const Counted& counted_;
    std::size_t first_;
    bool turned_;
    const Variable& rows_;
    const Variable& columns_;
};

Json detail_table(const Chain& chain, const Counted& counted) {
    const Detail& detail = *chain.detail;
    const auto& categories = chain.variables[detail.variable].categories;
    Json counts = Json::array();
    const auto line = [&](std::string_view row, Json count) {
        counts.push(Json::object({{detail.name, row}}).set(all_word, std::move(count)));
    };
    for (std::size_t d = 0; d < detail.codes.size(); ++d)
        line(detail.codes[d], counted.detail(d));
    line(all_word, counted.sum(detail.variable, place_of(categories, detail.category)));
    return table(chain.what + ", " + detail.category + ", by " + detail.name,
                 detail.name,
                 "",
                 std::move(counts));
}

std::string csv_text(std::string_view text) {
    std::string out = "\"";
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
        out += '\'';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string csv_count(const Json& count) {
    const auto* number = count.as_int();
    return number != nullptr ? std::to_string(*number) : std::string(withheld_word);
}

}  // namespace

Json::Array tables(const Chain& chain, std::span<const Fact> facts) {
    const Counted counted(chain, facts);
    Json::Array out;
    for (std::size_t v = 0; v + 1 < chain.variables.size(); ++v)
        out.push_back(PairTable(chain, counted, v).json(chain.what));
    if (chain.detail) out.push_back(detail_table(chain, counted));
    return out;
}

std::string csv(const Json& tables) {
    std::string out = "table,row,column,count\r\n";
    if (tables.as_array() == nullptr) return out;
    for (const Json& one : *tables.as_array())
        for (const Json& line : one.array_at("counts"))
            for (const auto& [column, count] : *line.as_object())
                if (column != one.text_at("rows"))
                    out += csv_text(one.text_at("title")) + "," +
                           csv_text(line.text_at(one.text_at("rows"))) + "," + csv_text(column) +
                           "," + csv_count(count) + "\r\n";
    return out;
}

}  // namespace leeward::schema
