// Rows 1.16 to 1.26: the plan, the papers, the way there, and what is left of it a month later.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/rules.h"
#include "tests/scenarios/s1/placement.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

bool holds(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

void Placement::agrees_a_plan(std::string_view from, std::string_view to) {
    ada.does("proposes who comes, when, and the word at the door",
             "leg.plan",
             {{"id", leg(House::LAN)},
              {"window-start", moment(from)},
              {"window-end", moment(to)},
              {"roles", Json(Json::Array{"INVESTIGATOR"})},
              {"code-word", "lamplight"},
              {"person", "Ada"}});
    world().pump();
    cleo.does("agrees, and names who will be at the door",
              "leg.plan",
              {{"id", leg(House::LAN)}, {"person", "the night worker"}});
}

void Placement::planned() {
    step("1.16", "25:35", "How she gets there is agreed; no paper is needed for it");
    agrees_a_plan("38:15", "40:15");
    expect("OPEN/HANDOFF | NOT_SELECTED, HANDOFF_SCHEDULED, LAPSED");
    CHECK(ada.looks("release.list", {}).array_at("releases").empty());
    sees(House::HLR, "who will meet her; she is told");
}

void Placement::signs(Person& before,
                      const std::string& id,
                      std::string_view signer,
                      std::string_view name) {
    Args args{
        {"id", id}, {"signer", signer}, {"name", name}, {"read-back", true}, {"copy", "offered"}};
    if (signer == "GUARDIAN") args.emplace_back("authority", "AUTHORITY_PARENT");
    before.does("reads the text aloud; " + std::string(name) + " signs", "release.sign", args);
}

void Placement::signs_for(House house) {
    const Json drafted = ada.does("drafts a release to " + std::string(called_of(house)) + " alone",
                                  "release.new",
                                  {{"case", case_id},
                                   {"to", name_of(house)},
                                   {"fields", Json(Json::Array{"T2"})},
                                   {"purpose", "PURPOSE_PLACEMENT"},
                                   {"days", 30}});
    release = drafted.text_at("id");
    signs(ada, release, "MINOR", "she herself");
    world().pump();  // one signature of two
    CHECK(readable_grants() == 0);
    signs(ada, release, "GUARDIAN", "an aunt");
}

std::string Placement::grant_with(House house, std::string_view field) {
    const Json list = eye(house, "grant.list", {{"all", true}});
    for (const auto& one : list.array_at("grants"))
        for (const auto& name : one.array_at("fields"))
            if (*name.as_string() == field) return one.text_at("id");
    return "";
}

std::size_t Placement::readable_grants() {
    const Json list = eye(House::HLR, "grant.list", {{"all", true}});
    const auto& all = list.array_at("grants");
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Json& one) {
        return one.text_at("state") == "OPENABLE" || one.text_at("state") == "OPENED";
    }));
}

void Placement::released() {
    step("1.17", "25:40", "Only now is a paper signed: what, to whom, why, how long");
    signs_for(House::LAN);
    expect("″ | ″, ″, ″");
    CHECK(ada.looks("release.show", {{"id", release}}).text_at("state") == "ACTIVE");
    grant = grant_with(House::LAN, "given_name");
    meeting = grant_with(House::LAN, "handoff_meeting_place");
    CHECK_FALSE(grant.empty());
    CHECK_FALSE(meeting.empty());
}

void Placement::opened() {
    step("1.18", "25:42", "Lantern House, and no other, reads who is coming");
    const Json read = cleo.does(
        "opens it, and says why", "grant.open", {{"id", grant}, {"purpose", "PURPOSE_INTAKE"}});
    const Json record = member(read, "record");
    CHECK_FALSE(record.text_at("given_name").empty());
    const Json where = cleo.does(
        "reads where they meet", "grant.open", {{"id", meeting}, {"purpose", "PURPOSE_HANDOFF"}});
    CHECK_FALSE(member(where, "record").text_at("handoff_meeting_place").empty());
    for (const char* never : {"unsafe_persons", "chronology", "what_helped", "case_reference"})
        CHECK(record.find(never) == nullptr);
    expect("″ | ″, ″, ″");
    const Json held = ada.looks("grant.list", {});
    CHECK(item_with(member(held, "grants"), "id", grant).text_at("state") == "OPENED");
    CHECK(leaf_was_written(House::LAN, "VIEW"));
    CHECK(leaf_was_written(House::HLR, "RECEIPT"));
    nobody_saw("at Juniper House, Quay Cottage, Alder Court, that there is anything to open");
}

void Placement::on_paper() {
    step("1.19", "25:45", "Lantern House needs it on paper, for one reader");
    const Json printed = cleo.does(
        "prints it, and says why", "grant.print", {{"id", grant}, {"purpose", "PURPOSE_INTAKE"}});
    CHECK_FALSE(printed.text_at("file").empty());
    CHECK(leaf_was_written(House::LAN, "PRINT"));
    expect("″ | ″, ″, ″");
}

void Placement::the_way_back() {
    step("1.20", "26:00", "Whether Harbor Light may hear how she is: a paper of its own");
    const Json drafted = cleo.does("drafts the return path: whether she is in contact, no more",
                                   "release.new",
                                   {{"leg", leg(House::LAN)}, {"return", "COARSE"}});
    way_back = drafted.text_at("id");
    signs(cleo, way_back, "MINOR", "she herself");
    signs(cleo, way_back, "GUARDIAN", "an aunt");
    CHECK(cleo.looks("release.show", {{"id", way_back}}).text_at("state") == "ACTIVE");
    expect("″ | ″, ″, ″");
}

void Placement::under_way() {
    step("1.21", "38:30", "She is on her way");
    ada.does("says that they have left", "leg.departed", {{"id", leg(House::LAN)}});
    expect("OPEN/HANDOFF | ″, IN_TRANSIT, ″");
    step("1.21", "40:25", "The window is over by ten minutes: no alarm within the grace");
    expect("OPEN/HANDOFF | ″, IN_TRANSIT, ″");
    CHECK_FALSE(holds(notices(House::HLR), "NOT_ARRIVED"));
    CHECK_FALSE(holds(notices(House::LAN), "NOT_ARRIVED"));
}

void Placement::handed_over() {
    step("1.22", "40:25", "She is in the house");
    cleo.does("says: handed over", "leg.arrived", {{"id", leg(House::LAN)}});
    expect("OPEN/PLACED | NOT_SELECTED, ARRIVED, LAPSED");
}

void Placement::a_day_later() {
    step("1.23", "64:25", "Those who were asked keep nothing");
    expect("″ | ″, ″, ″");
    CHECK(leg_at(House::JUN, leg(House::JUN)).find("erased") != nullptr);
    CHECK(leaf_was_written(House::JUN, "ERASED"));
}

void Placement::followed_up() {
    step(
        "1.24", "88:30", "Two days after arrival she may be asked after, as far as she allowed it");
    expect("OPEN/FOLLOW_UP | ″, ARRIVED, ″");
    const Json held = eye(House::LAN, "grant.list", {{"all", true}});
    CHECK(item_with(member(held, "grants"), "id", meeting).text_at("state") == "ERASURE_ATTESTED");
    step("1.24", "9d", "The first follow-up is due");
    CHECK(holds(notices(House::HLR), "FOLLOW_UP_DUE"));
    cleo.does("tells that she is in contact",
              "leg.follow-up",
              {{"id", leg(House::LAN)}, {"contact", "yes"}});
    world().pump();
    ada.does("writes down what she heard",
             "need.follow-up",
             {{"id", need()}, {"outcome", "OUTCOME_STABLE_IN_PLACEMENT"}});
    expect("″ | ″, ARRIVED, ″");
    step("1.24",
         "33d",
         "Both papers have ended: the leg stays, the next follow-up has no authority");
    expect("″ | ″, ARRIVED, ″");
    CHECK(ada.looks("release.show", {{"id", release}}).text_at("state") == "EXPIRED");
    cleo.refused(
        "wants to read it once more", "grant.open", {{"id", grant}, {"purpose", "PURPOSE_INTAKE"}});
    CHECK(holds(notices(House::HLR), "FOLLOW_UP_NO_AUTHORITY"));
}

void Placement::closed() {
    step("1.25", "34d", "The search is closed; nobody may be asked how she is");
    ada.does("closes it: not disclosed",
             "need.close",
             {{"id", need()}, {"outcome", "OUTCOME_NOT_DISCLOSED"}});
    expect("CLOSED/CLOSED | NOT_SELECTED, ARRIVED, LAPSED");
}

void Placement::the_auditor() {
    step("1.26", "34d", "An auditor looks at all logs, without any key");
    const auto report = audit(*this);
    for (const auto& finding : report.findings)
        FAIL_CHECK(finding.organisation << ": " << schema::name(finding.kind));
    REQUIRE(report.logs.size() == houses().size());
    for (const auto& log : report.logs)
        sees(House::OMB, log.organisation + ": " + std::to_string(log.size) + " entries");
    nobody_saw("in any of them, a name, a place or which entry is whose");
    expect("″ | ″, ″, ″");
}

}  // namespace leeward::test
