// The meter: how many bits a T1 card tells about one child (domain.md section 4.3), in thousandths of
// a bit. A value that says nothing (discuss, any, unknown, left out) costs none.
//
// Worst case: each value of a field as likely as any other. Where a node has closed 50 needs it counts
// its own: a value costs -log2 of how often it came, so a rare one costs more, and all of them
// together never less than -log2 of how often just this combination came.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "schema/record.h"

namespace leeward::schema {

inline constexpr std::uint32_t recipient_budget = 8'000;  // millibits to one recipient
inline constexpr std::uint32_t case_budget = 12'000;      // over all recipients and needs of a case

// What the closed needs of this node were like.
class Prevalence {
public:
    static constexpr std::size_t fewest_needs = 50;

    Prevalence() = default;  // nothing is known: the worst case
    explicit Prevalence(std::vector<Json> cards) : cards_(std::move(cards)) {}

    [[nodiscard]] bool is_known() const { return cards_.size() >= fewest_needs; }
    [[nodiscard]] std::size_t needs() const { return is_known() ? cards_.size() : 0; }
    // Of a card that says the same in these fields. Only when is_known().
    [[nodiscard]] std::uint32_t millibits(const Json& card, const FieldSet& fields) const;

private:
    std::vector<Json> cards_{};
};

struct FieldRisk {
    FieldId field = 0;
    std::uint32_t millibits = 0;
    bool counts = false;  // false: shown beside, never blocks (access, language, group)
};
struct Meter {
    std::vector<FieldRisk> fields;  // those that say something, in the order of the catalogue
    std::uint32_t counted = 0;      // millibits against the budget
    std::uint32_t beside = 0;       // millibits shown beside it
    std::size_t needs = 0;          // closed needs that it was counted from; 0: the worst case
};

[[nodiscard]] Meter measure(const Json& card, const Prevalence& local = {});
// Of all cards of a case together: a field that was said once is said.
[[nodiscard]] Meter measure_union(std::span<const Json> cards, const Prevalence& local = {});
[[nodiscard]] bool over_recipient_budget(const Meter& meter);
[[nodiscard]] bool over_case_budget(const Meter& meter);

// "7.2": the counted bits, to one place.
[[nodiscard]] std::string bits_text(const Meter& meter);
// {"bits": "7.2", "millibits", "beside_millibits", "fields": [{"field", "millibits", "counts"}]}, and
// "closed_needs" where it was counted from those.
[[nodiscard]] Json meter_json(const Meter& meter);
// That, and {"budget": "8.0", "over": false}: held against a budget in millibits.
[[nodiscard]] Json meter_json(const Meter& meter, std::uint32_t budget);

}  // namespace leeward::schema
