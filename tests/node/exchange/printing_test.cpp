// What is put on paper, and what no report says.
#include <catch2/catch_test_macros.hpp>

#include "schema/catalogue.h"
#include "schema/numbers.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

const std::string canary = "CANARY-7f3a";

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// The words of a record that must stay where they belong: a canary in every field of text.
Json canary_record() {
    Json record = Json::object();
    for (const auto& spec : schema::catalogue()) {
        if (spec.tier == schema::Tier::T0 || spec.tier == schema::Tier::T1) continue;
        const std::string value = canary + "-" + std::string(spec.id);
        if (spec.type == schema::FieldType::TEXT) record.set(spec.id, value);
        if (spec.type == schema::FieldType::LIST && spec.values.empty())
            record.set(spec.id, Json(Json::Array{Json(value)}));
    }
    return record;
}

struct Housed {
    World world;
    TestNode& harbor;
    TestNode& lantern;
    std::string case_id;
    std::string need;
    std::string leg;
    std::string release;
    explicit Housed(std::uint64_t seed)
        : world(seed, {"investigation", "shelter"}), harbor(world.node(0)), lantern(world.node(1)) {
        case_id =
            harbor
                .must(
                    "case.new",
                    Json::object({{"record", canary_record().dump()}, {"duplicate-check", "none"}}))
                .text_at("id");
        need =
            harbor
                .must("need.new", Json::object({{"case", case_id}, {"need", sample_need().dump()}}))
                .text_at("id");
        leg = harbor
                  .must("need.ask",
                        Json::object({{"id", need}, {"to", Json(Json::Array{lantern.name()})}}))
                  .array_at("legs")
                  .front()
                  .text_at("id");
        world.pump();
        make_firm(world, harbor, lantern, {case_id, need, {leg}}, 0);
        release = sign_release(harbor, case_id, lantern);
        world.pump();
    }
    std::int64_t prints(TestNode& node) {
        std::int64_t n = 0;
        const Json shown = node.must("audit.show", Json::object({{"limit", 1000}}));
        for (const auto& one : shown.array_at("entries"))
            n += one.text_at("kind") == "PRINT" ? 1 : 0;
        return n;
    }
};

Json id_args(const std::string& id, std::string_view language) {
    return Json::object({{"id", id}, {"language", language}});
}

}  // namespace

TEST_CASE("A release is printed in both languages, and each printing is in the log") {
    Housed h(940);
    const Json english = h.harbor.must("release.print", id_args(h.release, "en"));
    const Json spanish = h.harbor.must("release.print", id_args(h.release, "es"));
    CHECK(holds(english.text_at("file"), "May we share this?"));
    CHECK(holds(english.text_at("file"), "The name she uses"));
    CHECK(holds(english.text_at("file"), "The survivor: yes, after it was read aloud"));
    CHECK(holds(spanish.text_at("file"), "¿Podemos compartir esto?"));
    CHECK_FALSE(holds(english.text_at("file"), canary));  // names of fields, never what they hold
    CHECK(h.prints(h.harbor) == 2);
    CHECK(h.harbor.must("audit.verify").bool_at("verified"));
}

TEST_CASE(
    "A referral is printed only with a purpose, by whom it was shared with, while it is open") {
    Housed h(941);
    const std::string grant = grant_of(h.lantern, "preferred_name");
    CHECK(h.lantern.refused("grant.print", Json::object({{"id", grant}})).code ==
          Errc::invalid_argument);
    Json args = id_args(grant, "es");
    args.set("purpose", "PURPOSE_INTAKE");
    const Json page = h.lantern.must("grant.print", args);
    h.world.pump();
    CHECK(holds(page.text_at("file"), canary + "-allergies"));
    CHECK_FALSE(holds(page.text_at("file"), canary + "-chronology"));
    CHECK(h.prints(h.lantern) == 1);
    CHECK(holds(h.harbor.must("grant.list").dump(), "OPENED"));
    CHECK(h.harbor.refused("grant.print", args).code == Errc::not_released);
    h.harbor.must("release.withdraw", Json::object({{"id", h.release}}));
    h.world.pump();
    CHECK(h.lantern.refused("grant.print", args).code == Errc::not_released);
    CHECK(h.prints(h.lantern) == 1);
}

TEST_CASE("What one reader does not need is left out of her sheet, which says that it is not all") {
    Housed h(945);
    Json args = id_args(grant_of(h.lantern, "preferred_name"), "en");
    args.set("purpose", "PURPOSE_INTAKE");
    args.set("leave-out", Json(Json::Array{Json("alergies")}));  // would print what was meant
    const Error typo = h.lantern.refused("grant.print", args);
    CHECK(typo.code == Errc::invalid_argument);
    CHECK_FALSE(holds(typo.detail, "alergies"));
    CHECK(h.prints(h.lantern) == 0);
    args.set("leave-out", Json(Json::Array{Json("allergies"), Json("chronology")}));
    const std::string sheet = h.lantern.must("grant.print", args).text_at("file");
    CHECK_FALSE(holds(sheet, canary + "-allergies"));
    CHECK_FALSE(holds(sheet, "Allergies"));
    CHECK(holds(sheet, canary + "-preferred_name"));
    CHECK(holds(sheet, "one thing that was shared"));  // the chronology never was
    CHECK(h.prints(h.lantern) == 1);
    CHECK(holds(h.lantern
                    .must("grant.open",
                          Json::object({{"id", args.text_at("id")}, {"purpose", "PURPOSE_INTAKE"}}))
                    .dump(),
                canary + "-allergies"));  // left out of the paper alone
}

TEST_CASE("A sheet for a screen is the same sheet, makes no file, and its printing is in the log") {
    Housed h(946);
    Json args = id_args(grant_of(h.lantern, "preferred_name"), "es");
    args.set("purpose", "PURPOSE_INTAKE");
    const std::string file = h.lantern.must("grant.print", args).text_at("file");
    args.set("view", true);
    const Json view = h.lantern.must("grant.print", args);
    CHECK(view.find("file") == nullptr);
    const Json& paper = *view.find("paper");
    CHECK(paper.text_at("language") == "es");
    CHECK(paper.text_at("title") == "Derivación");
    CHECK_FALSE(holds(paper.find("cover")->dump(), canary));  // the first sheet names nobody
    std::size_t lines = 0;
    for (const auto& section : paper.array_at("sections"))
        for (const auto& line : section.array_at("lines")) {
            ++lines;
            CHECK(holds(file, ">" + line.text_at("value") + "<"));
        }
    CHECK(lines > 10);
    CHECK(h.prints(h.lantern) == 2);
}

TEST_CASE(
    "The survivor's accounting says who has read what and when, and what was asked without her "
    "name") {
    Housed h(942);
    const Json before = h.harbor.must("case.print", id_args(h.case_id, "en"));
    CHECK(holds(before.text_at("file"), "sent, not read"));
    h.lantern.must("grant.open",
                   Json::object({{"id", grant_of(h.lantern, "preferred_name")},
                                 {"purpose", "PURPOSE_INTAKE"}}));
    h.world.pump();
    const std::string page = h.harbor.must("case.print", id_args(h.case_id, "en")).text_at("file");
    CHECK(holds(page, "Who has seen what"));
    CHECK(holds(page, "<td>read</td>"));
    CHECK(holds(page, "To prepare for her arrival."));
    CHECK(holds(page, "Age band: 15 to 17"));
    CHECK(holds(page, "<td>" + h.lantern.name() + "</td>"));
    CHECK_FALSE(holds(page, canary));
    CHECK(h.prints(h.harbor) == 2);
    CHECK(holds(h.harbor.must("case.print", id_args(h.case_id, "es")).text_at("file"),
                "Quién ha visto qué"));
}

TEST_CASE("No report, no list, no export and no entry of the log holds a word of the record") {
    Housed h(943);
    h.lantern.must("grant.open",
                   Json::object({{"id", grant_of(h.lantern, "preferred_name")},
                                 {"purpose", "PURPOSE_INTAKE"}}));
    h.world.pump();
    h.world.clock().move(schema::counted_at({2026, 2}) -
                         schema::from_unix(h.world.clock().seconds()));
    for (TestNode* node : {&h.harbor, &h.lantern}) {
        for (const auto* report : {"stats.show",
                                   "audit.show",
                                   "node.status",
                                   "node.doctor",
                                   "inbox",
                                   "peer.list",
                                   "capacity.show",
                                   "case.list",
                                   "need.list",
                                   "leg.list",
                                   "release.list",
                                   "grant.list"}) {
            CAPTURE(report);
            const auto shown = node->call(report);
            if (shown) CHECK_FALSE(holds(shown->dump(), canary));
        }
        CHECK_FALSE(holds(node->must("stats.show", Json::object({{"csv", true}})).dump(), canary));
        for (const auto* column : {"SELECT count(*) FROM leaf WHERE instr(rec,?1)>0",
                                   "SELECT count(*) FROM notice WHERE instr(code,?1)>0",
                                   "SELECT count(*) FROM half_year WHERE instr(tables,?1)>0",
                                   "SELECT count(*) FROM survivor_case WHERE instr(sealed,?1)>0",
                                   "SELECT count(*) FROM grant_of WHERE instr(sealed,?1)>0"}) {
            auto rows = node->home().store.query(column, as_bytes(canary));
            REQUIRE(rows.next());
            CHECK(rows.integer(0) == 0);
        }
    }
}

TEST_CASE("No refusal repeats what was typed") {
    Housed h(944);
    const std::vector<std::pair<std::string, Json>> wrong{
        {"case.new",
         Json::object({{"record", "{\"" + canary + "\":1}"}, {"duplicate-check", "none"}})},
        {"case.new",
         Json::object(
             {{"record", "{\"allergies\":\"" + canary + "\",}"}, {"duplicate-check", "none"}})},
        {"case.new",
         Json::object(
             {{"record", "{\"gender\":\"" + canary + "\"}"}, {"duplicate-check", "none"}})},
        {"need.close", Json::object({{"id", h.need}, {"outcome", canary}})},
        {"leg.cancel", Json::object({{"id", h.leg}, {"code", canary}})},
        {"release.new",
         Json::object({{"case", h.case_id},
                       {"to", h.lantern.name()},
                       {"fields", Json(Json::Array{"T2"})},
                       {"purpose", canary}})},
        {"stats.show", Json::object({{"period", canary}})}};
    for (const auto& [command, args] : wrong) {
        CAPTURE(command);
        CHECK_FALSE(holds(h.harbor.refused(command, args).detail, canary));
    }
}

}  // namespace leeward::test
