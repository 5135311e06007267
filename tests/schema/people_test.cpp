#include "schema/people.h"

#include <catch2/catch_test_macros.hpp>

#include "schema/commands.h"

namespace leeward::schema {
namespace {

TEST_CASE("every role is read back from its name, and the node is no role") {
    CHECK(everyone.size() == static_cast<int>(role_count));
    for (const Role role : members(everyone))
        CHECK(role_from(name(role)) == role);
    CHECK(name(Role{}) == "NODE");
    CHECK_FALSE(role_from("NODE"));
    CHECK_FALSE(role_from(""));
}

TEST_CASE("a set of roles is said as people say it") {
    CHECK(in_words({Role::SHELTER_SUPERVISOR}) == "a shelter supervisor");
    CHECK(in_words(referrers) == "an investigator or an investigation supervisor");
    CHECK(in_words(referrers, Language::ES) ==
          "una investigadora o una supervisora de investigación");
    CHECK(in_words(recipients) == "a shelter intake worker, a shelter supervisor or a counsellor");
}

TEST_CASE("the first operator can do everything that her organisation does") {
    const auto fit = [](std::vector<std::string> words) { return roles_that_fit(words); };
    CHECK(fit({"investigation"}) == (referrers | administrators));
    CHECK(fit({"shelter"}) ==
          RoleSet{Role::SHELTER_INTAKE, Role::SHELTER_SUPERVISOR, Role::ADMINISTRATOR});
    CHECK(fit({"counselling"}) ==
          RoleSet{Role::COUNSELLOR, Role::SHELTER_SUPERVISOR, Role::ADMINISTRATOR});
    CHECK(fit({"audit"}) == RoleSet{Role::AUDITOR, Role::ADMINISTRATOR});
    CHECK(fit({"shelter", "investigation"}) == (fit({"shelter"}) | fit({"investigation"})));
}

TEST_CASE("every command names who may give it, and no auditor or administrator touches a record") {
    for (const auto& command : commands()) {
        CAPTURE(command.name);
        CHECK_FALSE(command.roles.empty());
        const auto noun = command.name.substr(0, command.name.find('.'));
        if (noun == "case" || noun == "need" || noun == "leg" || noun == "release" ||
            noun == "grant")
            CHECK((command.roles & RoleSet{Role::AUDITOR, Role::ADMINISTRATOR}).empty());
    }
}

}  // namespace
}  // namespace leeward::schema
