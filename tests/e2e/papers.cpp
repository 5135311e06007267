#include "tests/e2e/story.h"
#include "tests/support/words.h"

namespace leeward::test {

using schema::Json;

void Story::sign(const std::string& release, std::string_view signer, std::string_view name) {
    std::vector<std::string> args{"release",
                                  "sign",
                                  release,
                                  "--signer",
                                  std::string(signer),
                                  "--name",
                                  std::string(name),
                                  "--read-back",
                                  "--copy",
                                  "offered"};
    if (signer == "MINOR") {
        args.emplace_back("--capacity");
        args.emplace_back(
            "CAPACITY_KNOWS_WHAT,CAPACITY_KNOWS_WHY,CAPACITY_CAN_WEIGH,CAPACITY_SAID_IT_BACK");
    } else {
        args.emplace_back("--authority");
        args.emplace_back("AUTHORITY_LEGAL_GUARDIAN");
    }
    stage_.run(Who::HARBOR, std::move(args));
}

std::string Story::wait_for_grant(Who at, std::string_view field) {
    std::string id;
    stage_.wait("something was shared with " + called(at), [&] {
        const Json list = stage_.try_run(at, {"grant", "list"});
        for (const auto& grant : list.array_at("grants"))
            for (const auto& name : texts(member(grant, "fields")))
                if (name == field) id = grant.text_at("id");
        return !id.empty();
    });
    return id;
}

Json Story::open_grant(Who at, const std::string& grant, std::string_view purpose) {
    return stage_.run(
        at, {"grant", "open", grant, "--purpose", std::string(purpose)}, Words::AUTHORISED);
}

void Story::sign_a_release() {
    const Json drafted = stage_.run(Who::HARBOR,
                                    {"release",
                                     "new",
                                     "--case",
                                     case_,
                                     "--to",
                                     organisation(Who::LANTERN),
                                     "--fields",
                                     "T2",
                                     "--purpose",
                                     "PURPOSE_PLACEMENT",
                                     "--days",
                                     "30"});
    const std::string release = drafted.text_at("id");
    teller_.does(called(Who::HARBOR),
                 "drafts a paper: one recipient, Lantern House; one purpose; " +
                     std::to_string(drafted.array_at("fields").size()) +
                     " fields by name; 30 days. It is read aloud");
    const Json error = stage_.refused(Who::HARBOR,
                                      {"release",
                                       "sign",
                                       release,
                                       "--signer",
                                       "GUARDIAN",
                                       "--name",
                                       record_.unsafe_person,
                                       "--read-back"});
    teller_.sees(called(Who::HARBOR),
                 "when a man on her list of unsafe persons wants to sign as guardian: " +
                     error.text_at("message"));
    sign(release, "MINOR", "the survivor herself");
    teller_.does("the survivor", "signs");
    expect(stage_.run(Who::LANTERN, {"grant", "list"}).array_at("grants").empty(),
           "one signature of two shares nothing");
    sign(release, "GUARDIAN", "an aunt she trusts");
    teller_.does("a safe guardian", "signs");
    const Json signed_one = stage_.run(Who::HARBOR, {"release", "show", release});
    expect(signed_one.text_at("state") == "ACTIVE", "both have signed: the release is in force");
}

void Story::open_the_identity() {
    const std::string grant = wait_for_grant(Who::LANTERN, "preferred_name");
    teller_.sees(called(Who::LANTERN),
                 "that something was shared, sealed: it opens with a purpose, "
                 "and both logs keep who opened it and why");
    const Json opened = open_grant(Who::LANTERN, grant, "PURPOSE_INTAKE");
    const Json record = member(opened, "record");
    teller_.sees(called(Who::LANTERN), fields_lines(record));
    expect(record.text_at("preferred_name") == record_.all.text_at("preferred_name"),
           "the chosen shelter reads the name that she goes by");
    const std::string way = wait_for_grant(Who::LANTERN, "handoff_meeting_place");
    (void)open_grant(Who::LANTERN, way, "PURPOSE_HANDOFF");
    teller_.sees(called(Who::LANTERN),
                 "where to meet her, sealed apart: it is erased a day after she has arrived");
    for (const char* never : {"unsafe_persons", "chronology", "what_helped", "case_reference"})
        expect(record.find(never) == nullptr, "nothing beyond the release was sent");
    for (const Who other : {Who::JUNIPER, Who::QUAY, Who::TIDE})
        expect(stage_.run(other, {"grant", "list", "--all"}).array_at("grants").empty(),
               "nobody else has anything to open");
    teller_.sees("the other three", "nothing: there is nothing there to open");
    stage_.wait("Harbor Light knows that it was opened", [&] {
        const Json list = stage_.try_run(Who::HARBOR, {"grant", "list"});
        return item_with(member(list, "grants"), "id", grant).text_at("state") == "OPENED";
    });
    teller_.sees(called(Who::HARBOR),
                 "that Lantern House has opened it, when, and for which purpose");
}

void Story::hand_over() {
    const std::int64_t now = stage_.clock().now();
    constexpr std::int64_t hour = 3'600;
    stage_.run(Who::HARBOR,
               {"leg",
                "plan",
                lantern_,
                "--window-start",
                std::to_string(now + hour),
                "--window-end",
                std::to_string(now + 3 * hour),
                "--roles",
                "INVESTIGATOR",
                "--code-word",
                "lamplight",
                "--person",
                "Ada, desk 1"});
    teller_.does(called(Who::HARBOR), "proposes who comes and when, and a word spoken at the door");
    stage_.wait("the plan is at Lantern House",
                [&] { return leg_of(Who::LANTERN, lantern_).find("window_end") != nullptr; });
    stage_.run(Who::LANTERN, {"leg", "plan", lantern_, "--person", "the night worker"});
    teller_.does(called(Who::LANTERN), "agrees, and names who will open the door");
    wait_for_state(Who::HARBOR, lantern_, "HANDOFF_SCHEDULED");
    move_clock(std::chrono::hours(1), "by an hour");
    stage_.run(Who::HARBOR, {"leg", "departed", lantern_});
    teller_.does(called(Who::HARBOR), "she is on her way");
    wait_for_state(Who::LANTERN, lantern_, "IN_TRANSIT");
    stage_.run(Who::LANTERN, {"leg", "arrived", lantern_});
    teller_.does(called(Who::LANTERN), "she is in the house");
    wait_for_state(Who::HARBOR, lantern_, "ARRIVED");
    stage_.wait("the need is placed", [&] { return need_state(placement_) == "PLACED"; });
    teller_.unseen("the address of Lantern House: it was never written anywhere");
}

void Story::counsel() {
    const auto file = stage_.desk(Who::HARBOR, "counselling.json");
    write_private(
        file,
        Json::object(
            {{"service", "COUNSELLING"},
             {"priority", "ROUTINE"},
             {"fields",
              Json::object({{"age_band", "15_to_17"}, {"language_support", "interpreter_needed"}})},
             {"wishes_asked", true}})
            .dump());
    counselling_ =
        stage_.run(Who::HARBOR, {"need", "new", file.string(), "--case", case_}).text_at("id");
    const Json asked = stage_.run(
        Who::HARBOR, {"need", "ask", counselling_, "--to", organisation(Who::TIDE), "--yes"});
    tide_ = member(asked, "legs").as_array()->front().text_at("id");
    teller_.does(called(Who::HARBOR),
                 "asks Tide Counselling, a need and a made-up name of its own");
    wait_for_state(Who::TIDE, tide_, "DELIVERED");
    stage_.run(Who::TIDE, {"leg", "show", tide_});
    stage_.run(Who::TIDE, {"leg", "offer", tide_});
    wait_for_state(Who::HARBOR, tide_, "OFFERED");
    stage_.run(Who::HARBOR,
               {"need",
                "choose",
                counselling_,
                "--leg",
                tide_,
                "--basis",
                "CHOICE_BASIS_WITH_INTERPRETER",
                "--read-back"});
    wait_for_state(Who::TIDE, tide_, "SELECTED");
    stage_.run(Who::TIDE, {"leg", "confirm", tide_});
    wait_for_state(Who::HARBOR, tide_, "ACCEPTED");
    teller_.does(called(Who::TIDE), "offers hours; the survivor says yes; Tide confirms");

    const Json drafted =
        stage_.run(Who::HARBOR,
                   {"release",
                    "new",
                    "--case",
                    case_,
                    "--to",
                    organisation(Who::TIDE),
                    "--fields",
                    "T3,preferred_name,safe_contact_method,safe_contact_detail,safe_contact_times",
                    "--purpose",
                    "PURPOSE_COUNSELLING",
                    "--days",
                    "30"});
    sign(drafted.text_at("id"), "MINOR", "the survivor herself");
    sign(drafted.text_at("id"), "GUARDIAN", "an aunt she trusts");
    teller_.does("both",
                 "sign a second paper: what a counsellor needs, the name she goes by, how to "
                 "reach her safely");
    const std::string grant = wait_for_grant(Who::TIDE, "what_helped");
    const Json record = member(open_grant(Who::TIDE, grant, "PURPOSE_COUNSELLING"), "record");
    teller_.sees(called(Who::TIDE), fields_lines(record));
    expect(record.find("what_helped") != nullptr, "the counsellor reads what was released to it");
    for (const char* never : {"given_name", "allergies", "handoff_meeting_place", "chronology"})
        expect(record.find(never) == nullptr, "the counsellor gets its own tier alone");
    expect(stage_.run(Who::TIDE, {"leg", "list", "--all"}).array_at("legs").size() == 1,
           "the counsellor knows of its own question alone");
    teller_.unseen(
        "at Tide Counselling, that a shelter is part of this; at Lantern House, that a "
        "counsellor is");
}

void Story::erase_the_cards() {
    move_clock(std::chrono::hours(26), "by 26 hours");
    if (!stage_.clock().movable()) return;
    const auto erased = [&](Who who, const std::string& leg) {
        return leg_of(who, leg).find("erased") != nullptr;
    };
    stage_.wait("Juniper House and Quay Cottage have erased their cards",
                [&] { return erased(Who::JUNIPER, juniper_) && erased(Who::QUAY, quay_again_); });
    const Json card = stage_.run(Who::JUNIPER, {"leg", "show", juniper_});
    expect(card.text_at("card") == "erased", "the card is gone");
    teller_.sees(called(Who::JUNIPER), "where the card was: erased. Nobody had to remember to");
    teller_.sees(called(Who::QUAY), "the same");
}

void Story::close() {
    stage_.run(Who::HARBOR,
               {"need", "close", placement_, "--outcome", "OUTCOME_STABLE_IN_PLACEMENT"});
    expect(need_state(placement_) == "CLOSED", "the need is closed");
    teller_.does(
        called(Who::HARBOR),
        "closes the search, with an outcome that she herself told: OUTCOME_STABLE_IN_PLACEMENT");
}

void Story::give_account() {
    const Json account = stage_.run(Who::HARBOR, {"case", "accounting", case_});
    teller_.does(called(Who::HARBOR), "prints this page for her. It is hers, and is sent nowhere:");
    for (const auto& line : account.array_at("asked_without_identity"))
        teller_.sees(
            "her page",
            "asked without a name: " + line.text_at("peer") + " → " + line.text_at("state"));
    for (const auto& line : account.array_at("shared_with_identity"))
        teller_.sees("her page",
                     "read by " + line.text_at("peer") + ", " + line.text_at("tier") + ", for " +
                         line.text_at("opened_for") + ": " + listed(texts(member(line, "fields"))));
    expect(account.array_at("asked_without_identity").size() == 5, "five questions were asked");
    expect(account.array_at("shared_with_identity").size() == 3,
           "two organisations read something, one of them also where to meet her");
    shared_ = static_cast<std::int64_t>(account.array_at("shared_with_identity").size());
}

}  // namespace leeward::test
