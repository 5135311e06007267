#include "node/directory/rows.h"

#include <string>
#include <string_view>
#include <vector>

namespace leeward::node {
namespace {

using namespace leeward::schema;

template <class Enum>
std::int64_t bits_of(EnumSet<Enum> set, Enum last) {
    std::int64_t bits = 0;
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
        if (set.contains(static_cast<Enum>(i))) bits |= std::int64_t{1} << i;
    return bits;
}

template <class Enum>
EnumSet<Enum> set_of(std::int64_t bits, Enum last) {
    EnumSet<Enum> set;
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
        if ((bits >> i & 1) != 0) set = set | EnumSet<Enum>{static_cast<Enum>(i)};
    return set;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return lines;
}

std::optional<std::int64_t> integer_if(const Rows& rows, int column) {
    return rows.is_null(column) ? std::nullopt : std::optional(rows.integer(column));
}
std::optional<int> age_if(const Rows& rows, int column) {
    const auto age = integer_if(rows, column);
    return age ? std::optional(static_cast<int>(*age)) : std::nullopt;
}

// unit, available, maximum, updated from column `first` on.
std::optional<ListedCapacity> capacity_of(const Rows& rows, int first) {
    if (rows.is_null(first)) return std::nullopt;
    ListedCapacity capacity;
    capacity.unit = rows.text(first);
    capacity.available = rows.integer(first + 1);
    capacity.maximum = integer_if(rows, first + 2);
    capacity.updated = from_unix(rows.integer(first + 3));
    return capacity;
}

constexpr int unit_column = 12;
constexpr int kind_column = 16;

std::optional<ListedCapacity> newest_capacity(const Rows& rows) {
    auto listed = capacity_of(rows, unit_column);
    if (listed) listed->kind = static_cast<CapacityKind>(rows.integer(kind_column));
    auto updated = capacity_of(rows, service_column_count);
    const bool is_newer = updated && (!listed || listed->updated <= updated->updated);
    return is_newer ? updated : listed;
}

}  // namespace

Outcome put_service(Transaction& tx, const DirectoryEntry& e) {
    const auto& c = e.capacity;
    const auto of_capacity = [&](auto value) {
        return c ? std::optional<std::int64_t>(value(*c)) : std::nullopt;
    };
    return tx.run(
        "INSERT OR REPLACE INTO directory_service VALUES"
        "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)",
        e.service_id,
        e.dataset,
        e.organisation,
        e.name,
        e.programme,
        bits_of(e.classes, ServiceClass::OTHER),
        e.min_age,
        e.max_age,
        bits_of(e.audience, Audience::LIMITED_ENGLISH),
        bits_of(e.features, Feature::MEDICAL_ON_SITE),
        joined(e.languages),
        joined(e.regions),
        c ? std::optional(c->unit) : std::nullopt,
        of_capacity([](const ListedCapacity& l) { return l.available; }),
        c ? c->maximum : std::nullopt,
        of_capacity([](const ListedCapacity& l) { return unix_seconds(l.updated); }),
        of_capacity([](const ListedCapacity& l) { return static_cast<std::int64_t>(l.kind); }),
        e.location_withheld,
        e.status,
        e.assured);
}

DirectoryEntry service_of(const Rows& rows) {
    DirectoryEntry entry;
    entry.service_id = rows.text(0);
    entry.dataset = rows.text(1);
    entry.organisation = rows.text(2);
    entry.name = rows.text(3);
    entry.programme = rows.text(4);
    entry.classes = set_of(rows.integer(5), ServiceClass::OTHER);
    entry.min_age = age_if(rows, 6);
    entry.max_age = age_if(rows, 7);
    entry.audience = set_of(rows.integer(8), Audience::LIMITED_ENGLISH);
    entry.features = set_of(rows.integer(9), Feature::MEDICAL_ON_SITE);
    entry.languages = lines_of(rows.text(10));
    entry.regions = lines_of(rows.text(11));
    entry.capacity = newest_capacity(rows);
    entry.location_withheld = rows.integer(17) != 0;
    entry.status = static_cast<ServiceStatus>(rows.integer(18));
    entry.assured = rows.text(19);
    return entry;
}

}  // namespace leeward::node
