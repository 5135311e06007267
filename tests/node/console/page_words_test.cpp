#include "node/console/page_words.h"

#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "schema/catalogue.h"
#include "schema/codes.h"

namespace leeward::test {

using schema::Json;
using schema::Language;

namespace {

using Names = std::vector<std::string>;

Names secrets_of(const Json& command) {
    Names names;
    for (const auto& arg : command.array_at("args"))
        if (arg.text_at("type") == "secret") names.push_back(arg.text_at("name"));
    return names;
}

bool takes_others(std::string_view command) {
    return command == "people.add" || command == "people.reset";
}

}  // namespace

TEST_CASE("every argument that is a code has its choices on the page") {
    for (const auto& command : schema::commands())
        for (const auto& arg : command.args) {
            if (arg.type != schema::ArgType::CODE) continue;
            CAPTURE(command.name, arg.name);
            CHECK_FALSE(node::codes_for(arg).empty());
        }
    const auto* decline = schema::find_command("leg.decline");
    const auto codes = node::codes_for(decline->args[1]);
    CHECK(std::count(codes.begin(), codes.end(), "DECLINE_NO_CAPACITY") == 1);
    CHECK(std::count(codes.begin(), codes.end(), "VACANCY_GONE") == 1);
    CHECK(std::count(codes.begin(), codes.end(), "EMERGENCY_CLOSURE") == 0);
}

TEST_CASE("a worker's page names the commands that she may give and no other") {
    const Json words =
        node::page_words(Language::EN, schema::RoleSet{schema::Role::SHELTER_INTAKE});
    std::set<std::string> names;
    for (const auto& command : words.array_at("commands"))
        names.insert(command.text_at("name"));
    CHECK(names.contains("leg.offer"));
    CHECK_FALSE(names.contains("need.ask"));
    CHECK_FALSE(names.contains("people.add"));
    CHECK_FALSE(names.contains("shift.start"));
    CHECK_FALSE(names.contains("console"));
}

TEST_CASE("the page has every field and every code, in the language asked for") {
    const Json en = node::page_words(Language::EN, schema::everyone);
    const Json es = node::page_words(Language::ES, schema::everyone);
    CHECK(en.array_at("fields").size() == schema::catalogue().size());
    CHECK(en.find("codes")->as_object()->size() == schema::codes().size());
    for (std::size_t i = 0; i < schema::catalogue().size(); ++i) {
        CAPTURE(schema::catalogue()[i].id);
        CHECK_FALSE(es.array_at("fields")[i].text_at("label").empty());
        CHECK(es.array_at("fields")[i].text_at("label") == schema::catalogue()[i].label_es);
    }
}

TEST_CASE("the page asks for her own passphrase once for a command that takes it") {
    const Json words = node::page_words(Language::EN, schema::everyone);
    int found = 0;
    for (const auto& command : words.array_at("commands")) {
        const auto* spec = schema::find_command(command.text_at("name"));
        if (!spec->own_passphrase) continue;
        ++found;
        CAPTURE(spec->name);
        CHECK(command.bool_at("asks_again"));
        for (const auto& arg : command.array_at("args"))
            CHECK_FALSE(arg.text_at("name").starts_with("passphrase-"));
        if (!takes_others(spec->name)) CHECK(secrets_of(command).empty());
    }
    CHECK(found == 10);
}

TEST_CASE("and for another's after it, where the command takes one") {
    const Json words = node::page_words(Language::EN, schema::everyone);
    for (const auto& command : words.array_at("commands")) {
        const auto name = command.text_at("name");
        if (name == "people.add")
            CHECK(secrets_of(command) == Names{"new-passphrase-fd", "new-passphrase-file"});
        if (name == "people.reset")
            CHECK(secrets_of(command) == Names{"with-passphrase-fd",
                                               "with-passphrase-file",
                                               "new-passphrase-fd",
                                               "new-passphrase-file"});
        if (name == "people.passphrase") CHECK(secrets_of(command).size() == 4);
    }
}

TEST_CASE(
    "what asks for the passphrase again is what leaves, lets in, erases, breaks glass or vouches") {
    const auto asks = [](std::string_view name) {
        return node::asks_again(*schema::find_command(name));
    };
    for (const auto* name : {"case.print",
                             "grant.print",
                             "release.print",
                             "grant.erase",
                             "audit.prove",
                             "node.retire",
                             "peer.accept",
                             "peer.verify",
                             "people.add",
                             "people.roles",
                             "access.ask",
                             "access.grant",
                             "identity.renew",
                             "approval.give",
                             "approval.refuse",
                             "approval.outside",
                             "leg.review",
                             "access.review",
                             "recovery.holder"}) {
        CAPTURE(name);
        CHECK(asks(name));
    }
    for (const auto* name : {"inbox",
                             "leg.offer",
                             "grant.open",
                             "release.withdraw",
                             "peer.list",
                             "people.list",
                             "access.deny",
                             "approval.list",
                             "recovery.holders",
                             "peer.contact",
                             "case.accounting"}) {
        CAPTURE(name);
        CHECK_FALSE(asks(name));
    }
}

}  // namespace leeward::test
