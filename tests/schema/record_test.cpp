#include "schema/record.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/schema/record_values.h"

using namespace leeward;
using namespace leeward::schema;

namespace {

std::string fault_of(const Json& record, Tier max) {
    const auto outcome = check_record(record, max);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::malformed);
    return outcome.error().detail;
}

Json one(std::string_view id, Json value) {
    return Json::object({{std::string(id), std::move(value)}});
}

}  // namespace

TEST_CASE("a right value of every field passes at its own tier and not below") {
    REQUIRE(rc::check([] {
        const FieldSpec& spec = catalogue()[*rc::gen::inRange<std::size_t>(0, catalogue().size())];
        const Json record = one(spec.id, tests::right_value(spec));
        RC_ASSERT(static_cast<bool>(check_record(record, spec.tier)));
        RC_ASSERT(static_cast<bool>(check_record(record, Tier::L0)));
        if (spec.tier == Tier::L0) RC_ASSERT(!check_record(record, Tier::T4));
        if (spec.tier > Tier::T0)
            RC_ASSERT(!check_record(record, static_cast<Tier>(static_cast<int>(spec.tier) - 1)));
    }));
}

TEST_CASE("a fault names the field and never its value") {
    CHECK(fault_of(Json::array(), Tier::T2) == "a record is an object of fields");
    CHECK(fault_of(one("Marigold", 1), Tier::T2) == "a field is not in the catalogue");
    CHECK(fault_of(one("priority", "Marigold"), Tier::T1) == "priority holds an unknown value");
    CHECK(fault_of(one("priority", 1), Tier::T1) == "priority has the wrong type");
    CHECK(fault_of(one("given_name", "Marigold"), Tier::T1) ==
          "given_name is T2, this may hold up to T1");
    CHECK(fault_of(one("unsafe_persons", Json::array()), Tier::T4) ==
          "unsafe_persons is L0, this may hold up to T4");
    CHECK(fault_of(one("given_name", std::string(2049, 'x')), Tier::T2) ==
          "given_name is too long");
    CHECK(fault_of(one("age_years", 121), Tier::T2) == "age_years is out of range");
    CHECK(fault_of(one("date_of_birth", "2011-02-30"), Tier::T2) == "date_of_birth is not a date");
    CHECK(fault_of(one("special_request", Json::Array{Json("Marigold")}), Tier::T1) ==
          "special_request holds an unknown value");
    CHECK(fault_of(one("leg_alias", "Marigold"), Tier::T1) == "leg_alias is not an id");
    CHECK(fault_of(one("questions_allowed", "yes"), Tier::T1) ==
          "questions_allowed has the wrong type");
}

TEST_CASE("redaction keeps what it may, in the order of the catalogue") {
    const Json record = Json::object(
        {{"pet", "a cat"}, {"given_name", "Marigold"}, {"priority", "urgent"}, {"no_field", 1}});
    const FieldSet keep{*find_field("priority"), *find_field("pet"), *find_field("diet")};
    CHECK(redact(record, keep).dump() == R"({"priority":"urgent","pet":"a cat"})");
    CHECK(redact(record, {}).dump() == "{}");
    CHECK(fields_of(redact(record, keep)).is_subset_of(keep));
}

TEST_CASE("the card holds the de-identified fields and nothing else") {
    const Json need = Json::object({{"start_window", "today"},
                                    {"given_name", "Marigold"},
                                    {"chronology", "long"},
                                    {"priority", "urgent"}});
    const Json card = t1_card(need);
    CHECK(card.dump() == R"({"priority":"urgent","start_window":"today"})");
    CHECK(check_record(card, Tier::T1));
}

TEST_CASE("the strictest tier of a set is local, else the highest") {
    const auto tier = [](std::initializer_list<std::string_view> ids) {
        FieldSet set;
        for (const auto id : ids)
            set.insert(*find_field(id));
        return strictest_tier(set);
    };
    CHECK(tier({}) == Tier::T0);
    CHECK(tier({"priority", "pet"}) == Tier::T2);
    CHECK(tier({"medication", "pet"}) == Tier::T3);
    CHECK(tier({"medication", "case_id"}) == Tier::L0);
}
