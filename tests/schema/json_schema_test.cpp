#include "schema/json_schema.h"

#include <catch2/catch_test_macros.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/schema/record_values.h"

using namespace leeward;
using namespace leeward::schema;

namespace {

class OtherTool {
public:
    explicit OtherTool(Tier max) : text_(nlohmann::json::parse(record_schema(max).dump())) {
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text_), schema_);
    }
    [[nodiscard]] bool accepts(const Json& record) const {
        const auto other = nlohmann::json::parse(record.dump());
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(other), nullptr);
    }

private:
    nlohmann::json text_;
    valijson::Schema schema_;
};

}  // namespace

TEST_CASE("what a record check accepts and refuses, the JSON Schema accepts and refuses") {
    for (const Tier max : {Tier::L0, Tier::T0, Tier::T1, Tier::T2, Tier::T3, Tier::T4}) {
        const OtherTool tool(max);
        REQUIRE(rc::check("up to " + std::string(name(max)), [&tool, max] {
            const Json record = tests::arbitrary_record();
            const bool ours = static_cast<bool>(check_record(record, max));
            RC_CLASSIFY(ours, "accepted");
            RC_ASSERT(tool.accepts(record) == ours);
        }));
    }
}

TEST_CASE("the JSON Schema is draft-07 and says what each field is called") {
    const Json schema = record_schema(Tier::T1);
    CHECK(schema.text_at("$schema") == "http://json-schema.org/draft-07/schema#");
    REQUIRE(schema.find("properties") != nullptr);
    CHECK(schema.find("properties")->find("age_band")->text_at("title") == "Age band");
    CHECK(schema.find("properties")->find("given_name") == nullptr);
    CHECK_FALSE(schema.bool_at("additionalProperties"));
}
