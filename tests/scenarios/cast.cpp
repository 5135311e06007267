#include "tests/scenarios/cast.h"

#include <array>

namespace leeward::test {
namespace {

struct Entry {
    std::string_view key;
    std::string_view name;
    std::string_view called;
    std::string_view role;
};
constexpr std::array<Entry, 9> entries{{
    {"HLR", "Harbor Light Recovery Unit", "Harbor Light", "investigation"},
    {"JUN", "Juniper House", "Juniper House", "shelter"},
    {"LAN", "Lantern House", "Lantern House", "shelter"},
    {"QUA", "Quay Cottage", "Quay Cottage", "shelter"},
    {"ALD", "Alder Court", "Alder Court", "shelter"},
    {"WIL", "Willow Rest", "Willow Rest", "shelter"},
    {"TID", "Tide Counselling", "Tide", "counselling"},
    {"HRB2", "Northgate Recovery Unit", "Northgate", "investigation"},
    {"OMB", "Ombuds Panel", "Ombuds Panel", "audit"},
}};

const Entry& of(House house) {
    return entries.at(static_cast<std::size_t>(house));
}

}  // namespace

std::string_view key_of(House house) {
    return of(house).key;
}
std::string_view name_of(House house) {
    return of(house).name;
}
std::string_view called_of(House house) {
    return of(house).called;
}
Founder founder_of(House house) {
    return {std::string(of(house).name), std::string(of(house).role)};
}

}  // namespace leeward::test
