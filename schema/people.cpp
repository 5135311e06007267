#include "schema/people.h"

#include <array>

namespace leeward::schema {
namespace {

constexpr Names<Role, role_count + 1> role_names{{"NODE",
                                                  "INVESTIGATOR",
                                                  "INVESTIGATION_SUPERVISOR",
                                                  "SHELTER_INTAKE",
                                                  "SHELTER_SUPERVISOR",
                                                  "COUNSELLOR",
                                                  "AUDITOR",
                                                  "ADMINISTRATOR"}};
constexpr Names<Role, role_count + 1> role_words{{"the node",
                                                  "an investigator",
                                                  "an investigation supervisor",
                                                  "a shelter intake worker",
                                                  "a shelter supervisor",
                                                  "a counsellor",
                                                  "an auditor",
                                                  "an administrator"}};

constexpr Names<Role, role_count + 1> role_words_es{{"el nodo",
                                                     "una investigadora",
                                                     "una supervisora de investigación",
                                                     "una trabajadora de acogida",
                                                     "una supervisora de acogida",
                                                     "una consejera",
                                                     "una auditora",
                                                     "una administradora"}};

struct Fit {
    std::string_view card_role;
    RoleSet roles;
};
constexpr std::array<Fit, 4> fits{{{"investigation", referrers},
                                   {"shelter", {Role::SHELTER_INTAKE, Role::SHELTER_SUPERVISOR}},
                                   {"counselling", {Role::COUNSELLOR, Role::SHELTER_SUPERVISOR}},
                                   {"audit", {Role::AUDITOR}}}};

}  // namespace

std::string_view name(Role role) {
    return role_names.of(role);
}

std::optional<Role> role_from(std::string_view word) {
    const auto found = role_names.find(word);
    return found == Role{} ? std::nullopt : found;
}

std::vector<Role> members(RoleSet roles) {
    std::vector<Role> out;
    for (auto left = roles; !left.empty(); left = left - RoleSet{left.first()})
        out.push_back(left.first());
    return out;
}

std::string in_words(RoleSet roles, Language language) {
    const bool spanish = language == Language::ES;
    const auto& words = spanish ? role_words_es : role_words;
    const auto all = members(roles);
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) out += i + 1 < all.size() ? ", " : spanish ? " o " : " or ";
        out += words.of(all[i]);
    }
    return out;
}

RoleSet roles_that_fit(std::span<const std::string> card_roles) {
    RoleSet roles = administrators;
    for (const auto& word : card_roles)
        for (const auto& fit : fits)
            if (fit.card_role == word) roles = roles | fit.roles;
    return roles;
}

}  // namespace leeward::schema
