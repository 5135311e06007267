#include "tests/e2e/story.h"
#include "tests/support/words.h"

namespace leeward::test {

using schema::Json;

namespace {

// Everybody in it is invented; each word of it stands nowhere else.
Record write_record(Canaries& canaries) {
    Record record;
    const auto with = [&](std::string_view tier, std::string_view words) {
        return std::string(words) + " " + canaries.plant(tier);
    };
    record.unsafe_person = with("L0", "Mr Uncle");
    record.all = Json::object({
        {"unsafe_persons", Json(Json::Array{record.unsafe_person})},
        {"alleged_abusers", Json(Json::Array{with("L0", "The Driver")})},
        {"chronology", with("L0", "Found at the second of three places.")},
        {"survivor_location_now", with("L0", "The quiet room.")},
        {"preferred_name", with("T2", "Wren")},
        {"given_name", with("T2", "Renata")},
        {"family_name", with("T2", "Example")},
        {"safe_contact_method", "through_worker"},
        {"safe_contact_detail", with("T2", "Through desk 1.")},
        {"safe_contact_times", with("T2", "Afternoons.")},
        {"handoff_meeting_place", with("T2", "By the station clock.")},
        {"allergies", with("T2", "Nuts.")},
        {"medicine_tonight", with("T2", "The blue inhaler.")},
        {"child_wishes", with("T2", "Please call before you come.")},
        {"do_not_repeat", with("T2", "Not the story of the first night again.")},
        {"presenting_needs", Json(Json::Array{"sleep", "fear"})},
        {"session_preference", "in_person"},
        {"what_helped", with("T3", "Drawing.")},
        {"safety_plan_summary", with("T3", "Two people to call.")},
        {"case_reference", with("T4", "Operation")},
        {"methods_of_control", Json(Json::Array{with("T4", "debt")})},
    });
    return record;
}

std::string meter_text(const Json& risk) {
    std::vector<std::string> counted;
    std::vector<std::string> beside;
    for (const auto& field : risk.array_at("fields"))
        (member(field, "counts") == Json(true) ? counted : beside)
            .push_back(field_name(field.text_at("field")));
    return risk.text_at("bits") + " bits of the 8 that one shelter may be told, for " +
           listed(counted) + ". Shown beside it and never counted against her: " + listed(beside);
}

Json placement_fields() {
    return Json::object({{"age_band", "15_to_17"},
                         {"programme_gender_need", "girls"},
                         {"start_window", "today"},
                         {"length_expected", "up_to_90_days"},
                         {"special_request", Json(Json::Array{"can_discuss", "kin_contact"})},
                         {"support_level", "higher_staffing"},
                         {"access_needs", "step_free"},
                         {"language_support", "interpreter_needed"}});
}

}  // namespace

Json Story::leg_of(Who at, const std::string& id) {
    return item_with(member(stage_.try_run(at, {"leg", "list", "--all"}), "legs"), "id", id);
}
std::string Story::state_of(Who at, const std::string& leg) {
    return leg_of(at, leg).text_at("state");
}
void Story::wait_for_state(Who at, const std::string& leg, std::string_view state) {
    stage_.wait(called(at) + " shows a leg as " + std::string(state),
                [&] { return state_of(at, leg) == state; });
}
std::string Story::need_state(const std::string& need) {
    return stage_.run(Who::HARBOR, {"need", "show", need}).text_at("state");
}

void Story::open_a_case() {
    record_ = write_record(stage_.canaries());
    const auto file = stage_.desk(Who::HARBOR, "record.json");
    write_private(file, record_.all.dump());
    const Json opened =
        stage_.run(Who::HARBOR, {"case", "new", file.string(), "--duplicate-check", "none"});
    std::filesystem::remove(file);
    case_ = opened.text_at("id");
    codename_ = opened.text_at("codename");
    teller_.does(called(Who::HARBOR),
                 "opens a case. From here on it is called " + codename_ +
                     "; the record stays on this machine, under a key of its own");
    const auto need = stage_.desk(Who::HARBOR, "need.json");
    write_private(need,
                  Json::object({{"service", "PLACEMENT"},
                                {"priority", "URGENT"},
                                {"fields", placement_fields()},
                                {"wishes_asked", true}})
                      .dump());
    placement_ =
        stage_.run(Who::HARBOR, {"need", "new", need.string(), "--case", case_}).text_at("id");
    teller_.does(called(Who::HARBOR),
                 "writes down one need: a place, urgently. She was asked what "
                 "she wants first: \"please call before you come\"");
    teller_.unseen("anything of this, outside Harbor Light");
}

void Story::ask_three_shelters() {
    stage_.switch_off(Who::QUAY);
    teller_.aside("At Quay Cottage the computer is off tonight.");
    const std::string to = organisation(Who::JUNIPER) + "," + organisation(Who::LANTERN) + "," +
                           organisation(Who::QUAY);
    const Json error = stage_.refused(Who::HARBOR, {"need", "ask", placement_, "--to", to});
    teller_.sees(called(Who::HARBOR), error.text_at("message"));
    std::vector<std::string> ask{"need",
                                 "ask",
                                 placement_,
                                 "--to",
                                 to,
                                 "--leave-out",
                                 "length_expected,special_request,support_level",
                                 "--yes"};
    auto preview = ask;
    preview.emplace_back("--dry-run");
    const Json shown = stage_.run(Who::HARBOR, preview);
    teller_.sees(called(Who::HARBOR),
                 "before anything leaves, exactly what each will get: " +
                     fields_text(member(shown, "sent_to_each")));
    expect(stage_.run(Who::HARBOR, {"leg", "list", "--all"}).array_at("legs").empty(),
           "a dry run asks nobody");
    const Json asked = stage_.run(Who::HARBOR, ask);
    teller_.sees(called(Who::HARBOR),
                 "the meter, which says how far this could point to one child: " +
                     meter_text(member(asked, "risk")));
    const Json legs = member(asked, "legs");
    juniper_ = item_with(legs, "peer", organisation(Who::JUNIPER)).text_at("id");
    lantern_ = item_with(legs, "peer", organisation(Who::LANTERN)).text_at("id");
    quay_ = item_with(legs, "peer", organisation(Who::QUAY)).text_at("id");
    teller_.does(called(Who::HARBOR), "asks all three at once, each under another made-up name");
    wait_for_state(Who::HARBOR, juniper_, "DELIVERED");
    wait_for_state(Who::HARBOR, lantern_, "DELIVERED");
    expect(state_of(Who::HARBOR, quay_) == "QUEUED", "Quay Cottage has not been reached");
    teller_.sees(
        called(Who::HARBOR),
        "Juniper House: delivered · Lantern House: delivered · Quay Cottage: waiting here");
    teller_.unseen("a name, an exact age, a language, a place, or who else was asked");
}

void Story::one_declines_one_offers() {
    const Json card = stage_.run(Who::JUNIPER, {"leg", "show", juniper_});
    teller_.sees(
        called(Who::JUNIPER),
        "a card called " + card.text_at("alias") + ": " + fields_text(member(card, "card")));
    wait_for_state(Who::HARBOR, juniper_, "SEEN");
    teller_.sees(called(Who::HARBOR), "that at Juniper House a person opened it");
    stage_.run(Who::JUNIPER, {"leg", "decline", juniper_, "--code", "DECLINE_NO_CAPACITY"});
    teller_.does(called(Who::JUNIPER),
                 "says no with a code: DECLINE_NO_CAPACITY. It is about the house, not the child");
    wait_for_state(Who::HARBOR, juniper_, "DECLINED");

    const Json other = stage_.run(Who::LANTERN, {"leg", "show", lantern_});
    expect(other.text_at("alias") != card.text_at("alias"), "each shelter knows another name");
    teller_.sees(called(Who::LANTERN),
                 "the same card under another name, " + other.text_at("alias"));
    stage_.run(Who::LANTERN,
               {"leg",
                "offer",
                lantern_,
                "--hold-minutes",
                "2880",
                "--conditions",
                "CONDITION_INTAKE_HOURS_ONLY"});
    teller_.does(called(Who::LANTERN),
                 "holds a bed for two days, on one condition: arrival in intake hours");
    wait_for_state(Who::HARBOR, lantern_, "OFFERED");
    stage_.wait("the need has options", [&] { return need_state(placement_) == "OPTIONS"; });
    teller_.sees(called(Who::HARBOR),
                 "one offer to read to the survivor. She takes a day to think");
}

void Story::one_never_hears() {
    if (!stage_.clock().movable()) {
        teller_.aside(
            "Without libfaketime a day cannot pass here; Quay Cottage is simply called "
            "back.");
        stage_.run(Who::HARBOR, {"leg", "cancel", quay_, "--code", "CANCEL_NO_LONGER_NEEDED"});
    } else {
        move_clock(std::chrono::hours(25), "by 25 hours");
        wait_for_state(Who::HARBOR, quay_, "LAPSED");
        teller_.sees(called(Who::HARBOR),
                     "Quay Cottage was not reached within a day: the question has lapsed, and the "
                     "sealed letter that waited here is destroyed");
    }
    const auto before = stage_.bytes_through(Who::QUAY);
    stage_.switch_on(Who::QUAY);
    teller_.aside("The computer at Quay Cottage is switched on again.");
    stage_.wait("something reaches Quay Cottage",
                [&] { return stage_.bytes_through(Who::QUAY) > before; });
    stage_.wait("nothing waits for Quay Cottage any more", [&] {
        const Json status = stage_.try_run(Who::HARBOR, {"node", "status"});
        return status.find("waiting_to_be_delivered") != nullptr &&
               status.int_at("waiting_to_be_delivered") == 0;
    });
    const Json legs = stage_.run(Who::QUAY, {"leg", "list", "--all"});
    expect(legs.array_at("legs").empty(), "Quay Cottage holds no question");
    teller_.sees(called(Who::QUAY),
                 "an empty list. What came is a tombstone: it says that one "
                 "letter will not come, and nothing else");
    teller_.unseen("at Quay Cottage, that a child was looking for a bed last night");
}

void Story::ask_again() {
    const Json asked = stage_.run(Who::HARBOR,
                                  {"need",
                                   "ask",
                                   placement_,
                                   "--to",
                                   organisation(Who::QUAY),
                                   "--leave-out",
                                   "length_expected,special_request,support_level",
                                   "--yes"});
    quay_again_ = member(asked, "legs").as_array()->front().text_at("id");
    teller_.does(called(Who::HARBOR),
                 "asks Quay Cottage, now that it can hear, so that she has a "
                 "choice");
    wait_for_state(Who::QUAY, quay_again_, "DELIVERED");
    const Json card = stage_.run(Who::QUAY, {"leg", "show", quay_again_});
    teller_.sees(called(Who::QUAY), "a card called " + card.text_at("alias"));
    stage_.run(Who::QUAY, {"leg", "waitlist", quay_again_, "--band", "first_3"});
    teller_.does(called(Who::QUAY), "offers one of the first three places on its waiting list");
    wait_for_state(Who::HARBOR, quay_again_, "WAITLISTED");
}

void Story::choose() {
    stage_.run(Who::HARBOR,
               {"need",
                "choose",
                placement_,
                "--leg",
                lantern_,
                "--basis",
                "CHOICE_BASIS_IN_PERSON",
                "--read-back"});
    teller_.does(called(Who::HARBOR),
                 "reads both options to her, and back. She chooses Lantern House");
    wait_for_state(Who::LANTERN, lantern_, "SELECTED");
    const Json grants = stage_.run(Who::LANTERN, {"grant", "list"});
    expect(grants.array_at("grants").empty(), "a chosen shelter still knows nothing of her");
    stage_.run(Who::LANTERN, {"leg", "confirm", lantern_});
    teller_.does(called(Who::LANTERN), "confirms: the bed is firm");
    wait_for_state(Who::HARBOR, lantern_, "ACCEPTED");
    wait_for_state(Who::QUAY, quay_again_, "NOT_SELECTED");
    wait_for_state(Who::HARBOR, quay_again_, "NOT_SELECTED");
    teller_.sees(called(Who::QUAY),
                 "one wording, always the same: placed elsewhere or no longer "
                 "needed. The waiting-list place is free again by itself");
    stage_.wait("the need is confirmed", [&] { return need_state(placement_) == "CONFIRMED"; });
    teller_.unseen("at Quay Cottage or Juniper House, where she goes");
}

}  // namespace leeward::test
