// A catalogue with one field more, and no other change: it is written down, counted, released by name,
// read by the one who may, printed, explained, and told to nobody else.
//
// This program is linked with a catalogue of its own in place of the one that is built in.
#include <fstream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "cli/topics.h"
#include "schema/catalogue.h"
#include "schema/embedded.h"
#include "schema/json_schema.h"
#include "tests/scenarios/record.h"
#include "tests/scenarios/rules.h"
#include "tests/support/canaries.h"
#include "tests/support/test_node.h"

namespace leeward::schema::embedded {
namespace {

constexpr std::string_view one_more = R"(,
    {"id": "favourite_song", "tier": "T2", "type": "text",
     "purpose": "placement", "retention": "referral_copy", "source": ["NEW"],
     "en": "A song that she likes", "es": "Una canción que le gusta"},
    {"id": "quiet_room", "tier": "T1", "type": "enum", "values": ["needed", "not_needed"],
     "risk_millibits": 1000, "counts": true,
     "purpose": "placement", "retention": "t1_copy", "source": ["NEW"],
     "en": "A quiet room", "es": "Una habitación tranquila"}
)";

std::string with_one_more() {
    std::ifstream in(LEEWARD_SOURCE_DIR "/schema/catalogue.json");
    std::ostringstream all;
    all << in.rdbuf();
    std::string text = all.str();
    return text.insert(text.rfind('}', text.rfind(']')) + 1, one_more);
}

const std::string catalogue_of_this_test = with_one_more();

}  // namespace

const std::string_view catalogue_json = catalogue_of_this_test;

}  // namespace leeward::schema::embedded

namespace leeward::test {
namespace {

using Catch::Matchers::ContainsSubstring;

Json with(Json object, std::string_view key, const Json& value) {
    object.set(key, value);
    return object;
}

}  // namespace

TEST_CASE("a field that is added to the catalogue needs no change of the program") {
    REQUIRE(schema::find_field("favourite_song"));
    World world(1, {"investigation", "shelter", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const Json record = with(sample_record(), "favourite_song", "The one about the lighthouse.");
    Asked asked;
    asked.case_id =
        harbor
            .must("case.new",
                  Json::object({{"record", record.dump()}, {"duplicate-check", "none"}}))
            .text_at("id");
    const Json need = with(sample_need(),
                           "fields",
                           Json::object({{"age_band", "15_to_17"}, {"quiet_room", "needed"}}));
    const Json made =
        harbor.must("need.new", Json::object({{"case", asked.case_id}, {"need", need.dump()}}));
    asked.need = made.text_at("id");
    CHECK(made.find("risk")->text_at("bits") == "4.6");  // priority 1.6, age 2.0, the new one 1.0

    Json to = Json::array();
    to.push(lantern.name()).push(world.node(2).name());
    const Json sent = harbor.must("need.ask", Json::object({{"id", asked.need}, {"to", to}}));
    for (const auto& leg : sent.array_at("legs"))
        asked.legs.push_back(leg.text_at("id"));
    world.pump();
    const Json card = lantern.must("leg.show", Json::object({{"id", asked.legs[0]}}));
    CHECK(card.find("card")->text_at("quiet_room") == "needed");
    CHECK(card.dump().find("lighthouse") == std::string::npos);

    make_firm(world, harbor, lantern, asked, 0);
    sign_release(harbor, asked.case_id, lantern, "favourite_song");
    world.pump();
    const std::string grant = only_grant(lantern);
    const Json opened =
        lantern.must("grant.open", Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}}));
    CHECK(opened.find("record")->text_at("favourite_song") == "The one about the lighthouse.");
    CHECK(opened.find("record")->as_object()->size() == 1);
    const Json paper = lantern.must(
        "grant.print",
        Json::object({{"id", grant}, {"purpose", "PURPOSE_INTAKE"}, {"language", "es"}}));
    CHECK_THAT(paper.text_at("file"), ContainsSubstring("Una canción que le gusta"));
    CHECK(
        world.node(2).must("grant.list", Json::object({{"all", true}})).array_at("grants").empty());
    CHECK(harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE("what is derived from the catalogue knows a field that was added") {
    CHECK_THAT(schema::record_schema(schema::Tier::T2).dump(), ContainsSubstring("favourite_song"));
    CHECK_THAT(cli::help_of_topic("fields"), ContainsSubstring("favourite_song"));
    CHECK_THAT(cli::help_of_topic("fields", schema::Language::ES),
               ContainsSubstring("Una habitación tranquila: needed, not_needed"));
    Canaries canaries;
    CHECK_FALSE(planted_record(canaries).text_at("favourite_song").empty());
}

}  // namespace leeward::test
