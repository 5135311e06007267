// What a person may be at a node. A worker has one role or several; each command names the roles that
// may give it (schema/commands.h), and a story asks for a narrower one where its table of
// transitions does (domain.md section 3).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/language.h"
#include "schema/lifecycle.h"

namespace leeward::schema {

// The log holds these as numbers; 0 there is the node itself.
enum class Role : Byte {
    INVESTIGATOR = 1,          // finds places for survivors: refers
    INVESTIGATION_SUPERVISOR,  // INV-S
    SHELTER_INTAKE,            // answers for a shelter: receives
    SHELTER_SUPERVISOR,        // SHL-S; of a counselling partner too
    COUNSELLOR,                // receives a counselling need
    AUDITOR,                   // reads what names nobody
    ADMINISTRATOR,             // keys, peers, backups; no records
};
inline constexpr std::size_t role_count = 7;
using RoleSet = EnumSet<Role>;

[[nodiscard]] std::string_view name(Role role);  // INVESTIGATION_SUPERVISOR; "NODE" for 0
[[nodiscard]] std::optional<Role> role_from(std::string_view word);
// The roles in the order of the enum.
[[nodiscard]] std::vector<Role> members(RoleSet roles);
// "a shelter supervisor", "an investigator or an investigation supervisor".
[[nodiscard]] std::string in_words(RoleSet roles, Language language = Language::EN);

inline constexpr RoleSet referrers{Role::INVESTIGATOR, Role::INVESTIGATION_SUPERVISOR};
inline constexpr RoleSet recipients{
    Role::SHELTER_INTAKE, Role::SHELTER_SUPERVISOR, Role::COUNSELLOR};
inline constexpr RoleSet supervisors{Role::INVESTIGATION_SUPERVISOR, Role::SHELTER_SUPERVISOR};
inline constexpr RoleSet administrators{Role::ADMINISTRATOR};
inline constexpr RoleSet workers = referrers | recipients;
inline constexpr RoleSet workers_and_administrators = workers | administrators;
inline constexpr RoleSet everyone = RoleSet::range(Role::INVESTIGATOR, Role::ADMINISTRATOR);

// Every role that an organisation with these card roles ("shelter", "investigation", "counselling",
// "audit") can fill, and ADMINISTRATOR: what its first operator gets.
[[nodiscard]] RoleSet roles_that_fit(std::span<const std::string> card_roles);

}  // namespace leeward::schema
