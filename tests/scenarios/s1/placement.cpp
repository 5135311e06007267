// Rows 1.1 to 1.15: from the first question to a firm bed.
#include "tests/scenarios/s1/placement.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/scenarios/record.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

constexpr std::int64_t day = 86'400;
constexpr const char* too_much = "length_expected,special_request";

bool holds(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

Json placement_need() {
    return Json::object({{"service", "PLACEMENT"},
                         {"priority", "URGENT"},
                         {"fields",
                          Json::object({{"age_band", "15_to_17"},
                                        {"programme_gender_need", "girls"},
                                        {"start_window", "today"},
                                        {"length_expected", "up_to_90_days"},
                                        {"special_request", Json(Json::Array{"can_discuss"})},
                                        {"access_needs", "step_free"},
                                        {"language_support", "interpreter_needed"}})},
                         {"wishes_asked", true}});
}

Json all_three() {
    return Json(Json::Array{name_of(House::JUN), name_of(House::LAN), name_of(House::QUA)});
}

}  // namespace

Placement::Placement(std::string name, std::string_view title)
    : Scenario(std::move(name),
               title,
               {House::HLR, House::JUN, House::LAN, House::QUA, House::ALD, House::OMB}),
      ada(*this, House::HLR, "Ada", "INVESTIGATOR"),
      grace(*this, House::HLR, "Grace", "INVESTIGATION_SUPERVISOR"),
      bea(*this, House::JUN, "Bea", "SHELTER_INTAKE"),
      cleo(*this, House::LAN, "Cleo", "SHELTER_INTAKE"),
      lena(*this, House::LAN, "Lena", "SHELTER_SUPERVISOR"),
      mia(*this, House::QUA, "Mia", "SHELTER_INTAKE") {
    figures_of_the_evening();
}

void Placement::says_what_it_has(Person& who, std::string_view level, std::int64_t as_of) {
    Json statement = Json::object({{"service_class", "PLACEMENT"},
                                   {"ages", Json(Json::Array{"12_14", "15_17"})},
                                   {"capacity", level},
                                   {"features", Json(Json::Array{"step_free"})},
                                   {"as_of", as_of}});
    if (level == "has") statement.set("beds", 1);
    who.does("writes down what the house can take: " + std::string(level),
             "capacity.set",
             {{"statement", statement.dump()}});
}

void Placement::figures_of_the_evening() {
    Person alder(*this, House::ALD, "Dora", "SHELTER_INTAKE");
    prologue("Each house says what it can take, whoever may be looking");
    says_what_it_has(bea, "none_with_waitlist", seconds());
    says_what_it_has(cleo, "has", seconds());
    says_what_it_has(mia, "has", seconds() - 3 * day);
    says_what_it_has(alder, "has", seconds());
    begin_after(std::chrono::hours(1));
}

void Placement::written_down() {
    step("1.1",
         "0:00",
         "A girl is found; she is asked what she wants; what she needs is written down");
    const Json opened =
        ada.does("opens a case, after looking for another one of hers here",
                 "case.new",
                 {{"record", planted_record(canaries()).dump()}, {"duplicate-check", "none"}});
    case_id = opened.text_at("id");
    const Json alike = ada.looks("case.check", {{"id", case_id}});
    CHECK(alike.array_at("alike").empty());
    const Json need =
        ada.does("writes down one need: a place, urgently",
                 "need.new",
                 {{"case", case_id}, {"need", placement_need().dump()}, {"draft", true}});
    follow(House::HLR, need.text_at("id"), {House::JUN, House::LAN, House::QUA});
    nobody_saw("anything of this outside Harbor Light");
    expect("OPEN/DRAFT | –, –, –");
}

void Placement::measured() {
    step("1.2", "0:05", "How far do these details point to one child?");
    const Json need =
        ada.does("says that the draft is complete", "need.ready", {{"id", this->need()}});
    const Json risk = member(need, "risk");
    sees(House::HLR, "the meter: " + risk.text_at("bits") + " of " + risk.text_at("budget"));
    CHECK(risk.text_at("bits") == "10.2");
    const Error error =
        ada.refused("asks with all of it", "need.ask", {{"id", this->need()}, {"to", all_three()}});
    CHECK(error.detail.find("--leave-out") != std::string::npos);
    const Json less =
        ada.previews("looks what would be sent without length and wishes",
                     "need.ask",
                     {{"id", this->need()}, {"to", all_three()}, {"leave-out", listed(too_much)}});
    CHECK(member(less, "risk").text_at("bits") == "7.2");
    const Json sent = member(less, "sent_to_each");
    sees(House::HLR, "exactly what each would get: " + fields_text(sent));
    CHECK(sent.find("length_expected") == nullptr);
    CHECK(sent.text_at("access_needs") == "step_free");  // beside the meter, never counted
    expect("OPEN/READY | –, –, –");
}

void Placement::figures_held() {
    step("1.3", "0:06", "What the houses can take is known already; nobody was asked for it");
    const Json held = eye(House::HLR, "capacity.show");
    std::string line;
    for (const auto& one : held.array_at("capacity"))
        line +=
            (line.empty() ? "" : "\n") + one.text_at("organisation") + ": " + one.text_at("shown");
    sees(House::HLR, line);
    const auto shown = [&](House house) {
        return item_with(member(held, "capacity"), "organisation", name_of(house)).text_at("shown");
    };
    CHECK(shown(House::JUN) == "none_with_waitlist");
    CHECK(shown(House::LAN) == "has");
    CHECK(shown(House::QUA) == "stale");
    CHECK(shown(House::ALD) == "has");
    for (const auto& read : wire().read())
        CHECK(read.message.header.kind != schema::MessageKind::ASK);
    expect("″ | –, –, –");
}

void Placement::asks_all_three() {
    const Json asked =
        ada.does("asks all three in one act",
                 "need.ask",
                 {{"id", need()}, {"to", all_three()}, {"leave-out", listed(too_much)}});
    std::set<std::string> aliases;
    for (const auto& leg : asked.array_at("legs"))
        aliases.insert(leg.text_at("alias"));
    CHECK(aliases.size() == 3);
    CHECK(leg_at(House::HLR, leg(House::JUN)).text_at("state") == "QUEUED");
}

void Placement::asked() {
    step("1.4", "0:10", "Three shelters are asked for a bed, without saying for whom");
    switch_off(House::QUA);
    asks_all_three();
    expect("OPEN/INQUIRING | DELIVERED, DELIVERED, QUEUED");
    nobody_saw("a name, an exact age, a language, a place, or who else was asked");
}

void Placement::asked_while_all_are_there() {
    step("1.4", "0:10", "Three shelters are asked for a bed; all three are reached");
    asks_all_three();
    expect("OPEN/INQUIRING | DELIVERED, DELIVERED, DELIVERED");
}

void Placement::up_to_the_telephone() {
    const OnTheWay held(*this);
    written_down();
    measured();
    figures_held();
    asked();
    juniper_has_a_list();
    step("1.f",
         "1:10",
         "Quay Cottage has not been reached: its night worker picks up the telephone");
    CHECK(holds(notices(House::HLR), "PHONE_THEM"));
    ada.does("writes down who said yes, and the number that she called back",
             "leg.phone-accepted",
             {{"id", leg(House::QUA)}, {"person", "the night worker"}, {"number", "555-0140"}});
    expect("OPEN/CONFIRMED | WAITLISTED, DELIVERED, PHONE_ACCEPTED");
}

void Placement::juniper_has_a_list() {
    step("1.5", "0:20", "Juniper House has no bed tonight, and offers its waiting list");
    const Json card = bea.does("opens the card", "leg.show", {{"id", leg(House::JUN)}});
    CHECK(member(card, "card").text_at("age_band") == "15_to_17");
    bea.refused(
        "offers a bed that its own figures do not have", "leg.offer", {{"id", leg(House::JUN)}});
    bea.does("offers one of the first three places on the list",
             "leg.waitlist",
             {{"id", leg(House::JUN)}, {"band", "first_3"}});
    expect("″ | WAITLISTED, DELIVERED, QUEUED");
    const Json need = ada.looks("need.show", {{"id", this->need()}});
    CHECK(need.array_at("could_be_asked").empty());  // a slot is free, and nobody is left for it
    CHECK(item_with(member(need, "legs"), "id", leg(House::JUN)).text_at("band") == "first_3");
}

void Placement::lantern_looks() {
    step("1.6", "0:40", "At Lantern House a person opens the card");
    cleo.does("opens the card", "leg.show", {{"id", leg(House::LAN)}});
    expect("″ | WAITLISTED, SEEN, QUEUED");
}

void Placement::a_coded_question() {
    step("1.7", "0:45", "Lantern House asks something, in code");
    cleo.refused("writes her question as a sentence",
                 "leg.question",
                 {{"id", leg(House::LAN)}, {"code", "is she quiet at night?"}});
    cleo.does("asks whether staff must be awake at night",
              "leg.question",
              {{"id", leg(House::LAN)}, {"code", "Q_NIGHT_STAFF"}});
    expect("″ | ″, INFO_REQUESTED, ″");
    ada.does("cannot say", "leg.question", {{"id", leg(House::LAN)}, {"code", "A_CANNOT_SAY"}});
    expect("″ | ″, SEEN, ″");
}

void Placement::quay_does_not_answer() {
    step("1.8", "1:10", "Quay Cottage has not been reached for an hour");
    CHECK(holds(notices(House::HLR), "PHONE_THEM"));
    const Json contact = ada.looks("peer.contact", {{"peer", name_of(House::QUA)}});
    sees(House::HLR,
         "phone them, at " + member(contact, "contact").text_at("duty_line") +
             "; nobody picks up the telephone");
    expect("″ | WAITLISTED, SEEN, QUEUED");
}

void Placement::a_reviewed_no() {
    step("1.9", "1:30", "Lantern House says no, with a code that can hide discrimination");
    cleo.does("says no: level of care",
              "leg.decline",
              {{"id", leg(House::LAN)}, {"code", "DECLINE_LEVEL_OF_CARE_MISMATCH"}});
    expect("″ | WAITLISTED, DECLINE_UNDER_REVIEW, QUEUED");
    CHECK(leg_at(House::HLR, leg(House::LAN)).text_at("reason").empty());
    sees(House::HLR, "under review, and no reason");
}

void Placement::returned() {
    step("1.10", "2:00", "The supervisor of Lantern House returns it: staff can be added");
    lena.does("returns it", "leg.review", {{"id", leg(House::LAN)}, {"code", "REVIEW_RETURNED"}});
    expect("″ | ″, SEEN, ″");
}

void Placement::lantern_offers() {
    step("1.11", "2:10", "Lantern House holds a bed for a day");
    cleo.does(
        "offers it, for an intake before six",
        "leg.offer",
        {{"id", leg(House::LAN)}, {"conditions", Json(Json::Array{"CONDITION_INTAKE_BEFORE_18"})}});
    expect("OPEN/OPTIONS | WAITLISTED, OFFERED, QUEUED");
    CHECK(leg_at(House::HLR, leg(House::LAN)).int_at("hold_until") == moment("26:10"));
}

void Placement::quay_is_looked_for() {
    struct Call {
        std::string_view at;
        std::string_view code;
        std::string_view what;
    };
    constexpr std::array<Call, 3> calls{
        {{"4:10", "SLOT_FREE", "Somebody else could be asked in its place"},
         {"12:10", "PHONE_ON_CALL", "Half of the time is over: its on-call worker is to be phoned"},
         {"18:10", "PHONE_DEPUTY", "Three quarters: its deputy line"}}};
    for (const auto& call : calls) {
        step("1.12", call.at, std::string("Quay Cottage is still off. ") + std::string(call.what));
        CHECK(holds(notices(House::HLR), call.code));
        expect("″ | WAITLISTED, OFFERED, QUEUED");
    }
}

void Placement::quay_lapses() {
    step("1.13", "24:10", "A day is over and Quay Cottage was never reached");
    expect("″ | WAITLISTED, OFFERED, LAPSED");
    CHECK(leg_at(House::HLR, leg(House::QUA)).text_at("reason") == "NOT_DELIVERED");
    CHECK(node(House::HLR).count("SELECT count(*) FROM outbox WHERE kind=1 AND counter=1") == 0);
    CHECK(leaf_was_written(House::HLR, "ABANDONED"));
    const std::size_t before = wire().read().size();
    step("1.13", "24:30", "Quay Cottage comes back, and finds nothing");
    switch_on(House::QUA);
    step("1.13", "24:50", "What reaches it holds no content");
    for (std::size_t i = before; i < wire().read().size(); ++i) {
        const auto& read = wire().read()[i];
        if (read.to != name_of(House::QUA)) continue;
        CHECK(read.message.body.find("card") == std::string::npos);
    }
    const Json theirs = leg_at(House::QUA, leg(House::QUA));
    CHECK((theirs.is_null() || theirs.text_at("state") == "LAPSED"));
    nobody_saw("at Quay Cottage, that a child was looking for a bed last night");
    expect("″ | WAITLISTED, OFFERED, LAPSED");
}

void Placement::chooses(House house) {
    ada.does("reads the options to her, and back; she chooses " + std::string(called_of(house)),
             "need.choose",
             {{"id", need()},
              {"leg", leg(house)},
              {"basis", "CHOICE_BASIS_IN_PERSON"},
              {"read-back", true}});
}

void Placement::she_chooses() {
    step("1.14", "25:00", "She took a day. She chooses");
    chooses(House::LAN);
    expect("OPEN/SELECTED | WAITLISTED, SELECTED, LAPSED");
}

void Placement::firm() {
    step("1.15", "25:30", "Lantern House makes it firm; Juniper House is told that it may let go");
    cleo.does("confirms the bed", "leg.confirm", {{"id", leg(House::LAN)}});
    expect("OPEN/CONFIRMED | NOT_SELECTED, ACCEPTED, LAPSED");
    const Json let_go = leg_at(House::JUN, leg(House::JUN));
    CHECK(let_go.text_at("answer") == "CANCEL_CONFIRMED");
    CHECK(let_go.dump().find(std::string(name_of(House::LAN))) == std::string::npos);
    CHECK(cleo.looks("grant.list", {{"all", true}}).array_at("grants").empty());
    cleo.refused("looks for her name already",
                 "grant.open",
                 {{"id", leg(House::LAN)}, {"purpose", "PURPOSE_INTAKE"}});
    nobody_saw("at Juniper House, where she goes; at Lantern House, who she is");
}

void Placement::up_to_the_offer() {
    const OnTheWay held(*this);
    written_down();
    measured();
    figures_held();
    asked();
    juniper_has_a_list();
    lantern_looks();
    a_coded_question();
    quay_does_not_answer();
    a_reviewed_no();
    returned();
    lantern_offers();
}

void Placement::up_to_the_lapse() {
    const OnTheWay held(*this);
    up_to_the_offer();
    quay_is_looked_for();
    quay_lapses();
}

void Placement::up_to_the_choice() {
    const OnTheWay held(*this);
    up_to_the_lapse();
    she_chooses();
}

void Placement::up_to_a_firm_bed() {
    const OnTheWay held(*this);
    up_to_the_choice();
    firm();
}

bool Placement::leaf_was_written(House house, std::string_view kind) {
    const Json shown = eye(house, "audit.show", {{"limit", 1000}});
    return !item_with(member(shown, "entries"), "kind", kind).is_null();
}

}  // namespace leeward::test
