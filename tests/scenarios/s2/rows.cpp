// Rows 2.1 to 2.16.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/s2/consent.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

using States = std::vector<std::string>;

constexpr const char* counselling_fields =
    "T3,preferred_name,safe_contact_method,safe_contact_detail,safe_contact_times,"
    "safe_contact_code_word,safe_contact_must_not_know";

}  // namespace

void Consent::conflict() {
    step("2.1", "0:00", "She says yes, her father says no: nothing is sent");
    first = drafts(ada, House::JUN, "T2", "PURPOSE_PLACEMENT");
    signs(ada, first, "MINOR", "she herself");
    signs(ada,
          first,
          "GUARDIAN",
          "her father",
          {{"authority", "AUTHORITY_PARENT"}, {"refuse", true}});
    CHECK(state_of_release(first) == "CONFLICTED");
    expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    CHECK(grants(House::HLR, House::JUN) == States{"SEALED", "SEALED"});
    CHECK(eye(House::JUN, "grant.list", {{"all", true}}).array_at("grants").empty());
    nobody_saw("her name, outside Harbor Light");
}

void Consent::unsafe_signer() {
    step("2.2", "0:05", "Somebody from the list of unsafe persons offers to sign");
    const Error error = ada.refused("reads the text to him",
                                    "release.sign",
                                    {{"id", first},
                                     {"signer", "GUARDIAN"},
                                     {"name", "bruno example"},
                                     {"authority", "AUTHORITY_PARENT"},
                                     {"read-back", true}});
    CHECK(error.detail.find("RELEASE_INVALID_SIGNER") != std::string::npos);
    CHECK(error.detail.find("runo") == std::string::npos);
    const Json log = eye(House::HLR, "audit.show", {{"limit", 1000}});
    CHECK(log.dump().find("runo") == std::string::npos);
    CHECK_FALSE(item_with(member(log, "entries"), "kind", "REFUSED").is_null());
    expect("″ | ″, ″, ″");
}

void Consent::representative() {
    step("2.3", "0:20", "A representative whom the court has named signs, and she says yes to it");
    release = drafts(ada, House::JUN, "T2", "PURPOSE_PLACEMENT");
    signs(ada, release, "MINOR", "she herself", {{"capacity", whole_capacity()}});
    signs(ada,
          release,
          "AGENCY_REPRESENTATIVE",
          "her representative",
          {{"authority", "AUTHORITY_COURT_ORDER"}, {"copy", "given"}});
    expect("″ | ″, ″, ″");
    CHECK(state_of_release(release) == "ACTIVE");
    CHECK(state_of_release(first) == "SUPERSEDED");
}

void Consent::opened() {
    step("2.4", "0:25", "Juniper House reads who is coming; what it may tell later is asked apart");
    const Json read = reads_all(bea, "PURPOSE_INTAKE");
    for (const char* field : {"preferred_name", "allergies", "diet", "practice"})
        CHECK(read.find(field) != nullptr);
    CHECK(read.find("health_summary") == nullptr);
    CHECK(grants(House::JUN, House::HLR) == States{"OPENED", "OPENED"});
    way_back = bea.does("drafts what Juniper House may tell later",
                        "release.new",
                        {{"leg", leg(House::JUN)}, {"return", "COARSE"}})
                   .text_at("id");
    signs(bea, way_back, "MINOR", "she herself");
    signs(bea, way_back, "GUARDIAN", "an aunt", {{"authority", "AUTHORITY_LEGAL_GUARDIAN"}});
    expect("″ | ″, ″, ″");
}

void Consent::narrowed() {
    step("2.5", "1:00", "She does not want two of the fields shared any more");
    ada.does("takes diet and practice out, at once",
             "release.narrow",
             {{"id", release}, {"fields", listed("diet,practice")}});
    CHECK(state_of_release(release) == "NARROWED");
    expect("″ | ″, ″, ″");
    const Json read = reads_all(bea, "PURPOSE_PLACEMENT");
    CHECK(read.find("preferred_name") != nullptr);
    CHECK(read.find("diet") == nullptr);
    CHECK(read.find("practice") == nullptr);
}

void Consent::two_fields_erased() {
    step("2.6", "1:02", "What was taken back is erased there, and Juniper House says so");
    const Json list = eye(House::HLR, "grant.list", {{"all", true}});
    const Json gone = item_with(member(list, "grants"), "state", "ERASURE_ATTESTED");
    auto fields = texts(member(gone, "fields"));
    std::sort(fields.begin(), fields.end());
    CHECK(fields == States{"diet", "practice"});
    const Json closing = member(gone, "closing");
    CHECK(closing.int_at("backups_by") <= seconds() + 30 * 86'400);
    sees(House::HLR, closing.text_at("statement"));
    expect("″ | ″, ″, ″");
}

void Consent::counsellor_reads() {
    step("2.7", "1:30", "The counsellor gets what a counsellor needs, and nothing of the place");
    to_tide = drafts(ada, House::TID, counselling_fields, "PURPOSE_COUNSELLING");
    signs(ada, to_tide, "MINOR", "she herself", {{"capacity", whole_capacity()}});
    signs(ada,
          to_tide,
          "AGENCY_REPRESENTATIVE",
          "her representative",
          {{"authority", "AUTHORITY_COURT_ORDER"}});
    expect("″ | ″, ″, ″");
    const Json read = reads_all(tess, "PURPOSE_COUNSELLING");
    CHECK(read.find("health_summary") != nullptr);
    CHECK(read.find("preferred_name") != nullptr);
    CHECK(read.find("safe_contact_detail") != nullptr);
    for (const char* never : {"given_name", "allergies", "handoff_meeting_place", "hiv_status"})
        CHECK(read.find(never) == nullptr);
    CHECK(eye(House::TID, "leg.list", {{"all", true}}).array_at("legs").size() == 1);
    CHECK(leg_at(House::TID, talk).text_at("alias") !=
          leg_at(House::JUN, leg(House::JUN)).text_at("alias"));
    nobody_saw("at Tide, that a place was looked for");
}

void Consent::withdrawn_at_tide() {
    step("2.9", "1:50", "Juniper House is off when one more paper is signed for it");
    switch_off(House::JUN);
    const std::string medical = drafts(ada, House::JUN, "medicine_tonight", "PURPOSE_MEDICAL");
    signs(ada, medical, "MINOR", "she herself", {{"capacity", whole_capacity()}});
    signs(ada,
          medical,
          "AGENCY_REPRESENTATIVE",
          "her representative",
          {{"authority", "AUTHORITY_COURT_ORDER"}});
    world().pump();
    CHECK(state_of_release(medical) == "ACTIVE");

    step("2.8", "2:00", "She tells her counsellor: stop sharing about my place");
    tess.does("writes it down and reads it back",
              "release.withdraw",
              {{"leg", talk}, {"scope", "PLACEMENT"}});
    expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    for (const auto& id : {release, medical})
        CHECK(state_of_release(id) == "WITHDRAWN");
    CHECK(state_of_release(to_tide) == "ACTIVE");
    CHECK(grants(House::TID, House::HLR) == States{"OPENED"});
    CHECK(eye(House::HLR, "approval.list", {{"all", true}}).array_at("approvals").empty());
    const Json log = eye(House::TID, "audit.show", {{"limit", 1000}});
    for (const auto& entry : log.array_at("entries"))
        if (entry.text_at("machine") != "NODE")  // who founded the network is known
            CHECK(entry.text_at("with") != name_of(House::JUN));
    CHECK(called(House::HLR, "WITHDRAWAL_HEARD"));
    sees(House::HLR, "papers withdrawn: phone. The bed is still held");
}

void Consent::juniper_comes_back() {
    step("2.10",
         "2:10",
         "Juniper House comes back: the withdrawal is there before anything is shown");
    const std::size_t before = wire().read().size();
    switch_on(House::JUN);
    step("2.10", "2:15", "What was still on its way never left");
    for (std::size_t i = before; i < wire().read().size(); ++i)
        CHECK(wire().read()[i].message.header.kind != schema::MessageKind::GRANT);
    const Json given = bea.looks("grant.list");
    for (const auto& grant : given.array_at("grants"))
        CHECK(grant.text_at("state") == "ERASURE_REQUESTED");  // nothing of it is shown
    expect("OPEN/CONFIRMED | ACCEPTED, –, –");
    CHECK(leg_at(House::JUN, leg(House::JUN)).text_at("papers") == "WITHDRAWN");
}

void Consent::referral_copy_erased() {
    step("2.11",
         "2:20",
         "The referral copy is erased there, and said plainly to be no more than that");
    const auto states = grants(House::HLR, House::JUN);
    CHECK(std::count(states.begin(), states.end(), "ERASURE_ATTESTED") >= 3);
    CHECK(std::count(states.begin(), states.end(), "OPENED") == 0);
    const Json list = eye(House::JUN, "grant.list", {{"all", true}});
    const Json read = item_with(member(list, "grants"), "opened_for", "PURPOSE_INTAKE");
    const std::string old = read.text_at("id");
    const Error error = bea.refused(
        "wants to read it once more", "grant.open", {{"id", old}, {"purpose", "PURPOSE_INTAKE"}});
    CHECK(error.code == Errc::not_released);
    expect("″ | ″, ″, ″");
}

void Consent::wants_another_place() {
    step("2.12", "2:30", "She wants another place; the search does not wait for Juniper House");
    ada.does("asks Juniper House to let the bed go",
             "leg.cancel",
             {{"id", leg(House::JUN)},
              {"code", "CANCEL_WANTS_OTHER_PLACE"},
              {"survivor", "CLIENT_PREFERS_OTHER"}});
    expect("OPEN/INQUIRING | CANCEL_REQUESTED, –, –");
    const std::string old_alias = leg_at(House::HLR, leg(House::JUN)).text_at("alias");
    ada.does("asks Lantern House",
             "need.ask",
             {{"id", placement}, {"to", Json(Json::Array{name_of(House::LAN)})}});
    expect("OPEN/INQUIRING | CANCEL_REQUESTED, DELIVERED, –");
    CHECK(leg_at(House::HLR, leg(House::LAN)).text_at("alias") != old_alias);
    bea.does("lets the bed go", "leg.cancel", {{"id", leg(House::JUN)}});
    expect("OPEN/INQUIRING | CANCEL_CONFIRMED, DELIVERED, –");
}

void Consent::release_runs_out() {
    follow(House::HLR, counselling, {House::TID});
    step("2.13",
         "24d",
         "What Tide was given will end; whoever reads it is told, without a word of it");
    CHECK(called(House::TID, "GRANT_ENDS_SOON"));
    CHECK(called(House::HLR, "RELEASE_ENDS_SOON"));
    CHECK(state_of_release(to_tide) == "EXPIRING");
    expect("OPEN/CONFIRMED | ACCEPTED");
    switch_off(House::HLR);
    step("2.13", "31d", "A month later it is over, although the two nodes cannot reach each other");
    const Json list = eye(House::TID, "grant.list", {{"all", true}});
    tess.refused("wants to read it",
                 "grant.open",
                 {{"id", list.array_at("grants").front().text_at("id")},
                  {"purpose", "PURPOSE_COUNSELLING"}});
    switch_on(House::HLR);
    expect("OPEN/CONFIRMED | ACCEPTED");
    CHECK(state_of_release(to_tide) == "EXPIRED");
}

void Consent::renewed() {
    step("2.14", "32d", "Going on needs another paper, read and signed anew");
    const std::string anew = drafts(ada, House::TID, counselling_fields, "PURPOSE_COUNSELLING");
    CHECK(anew != to_tide);
    signs(ada, anew, "MINOR", "she herself", {{"capacity", whole_capacity()}});
    signs(ada,
          anew,
          "AGENCY_REPRESENTATIVE",
          "her representative",
          {{"authority", "AUTHORITY_COURT_ORDER"}});
    expect("″ | ACCEPTED");
    CHECK(state_of_release(anew) == "ACTIVE");
    CHECK(reads_all(tess, "PURPOSE_COUNSELLING").find("health_summary") != nullptr);
}

void Consent::who_has_seen_this() {
    step("2.15", "32d", "She asks: who has seen this?");
    const std::size_t before = wire().frames().size();
    const Json account = ada.does("reads it to her", "case.accounting", {{"id", case_id}});
    CHECK(account.array_at("asked_without_identity").size() == 3);
    const auto& shared = account.array_at("shared_with_identity");
    const auto names = [&](House house) {
        return std::any_of(shared.begin(), shared.end(), [&](const Json& one) {
            return one.text_at("peer") == name_of(house) && !one.text_at("opened_for").empty();
        });
    };
    CHECK(names(House::JUN));
    CHECK(names(House::TID));
    CHECK_FALSE(names(House::LAN));
    for (const auto& one : shared)
        sees(House::HLR,
             one.text_at("peer") + ", " + one.text_at("tier") + ", " + one.text_at("basis") +
                 (one.text_at("opened_for").empty() ? ""
                                                    : ", read for " + one.text_at("opened_for")));
    const Json paper = ada.does("prints it for her alone", "case.print", {{"id", case_id}});
    CHECK_FALSE(paper.text_at("file").empty());
    CHECK(wire().frames().size() == before);
    expect("″ | ″");
}

void Consent::never_a_condition() {
    step("2.16", "32d", "Nobody can make it a condition");
    const Error error = ada.refused("looks for a box to tick",
                                    "release.new",
                                    {{"case", case_id},
                                     {"to", name_of(House::TID)},
                                     {"fields", listed("T3")},
                                     {"purpose", "PURPOSE_COUNSELLING"},
                                     {"required-for-service", true}});
    CHECK(error.code == Errc::invalid_argument);
    const Json shown = ada.looks("release.show", {{"id", to_tide}});
    CHECK(shown.text_at("text").find("get help") != std::string::npos);
    sees(House::HLR, "in each text the same sentence: she gets help whether she signs or not");
    expect("″ | ″");
}

}  // namespace leeward::test
