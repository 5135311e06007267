#include "tests/e2e/assertions.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "tests/e2e/replay.h"
#include "tests/support/words.h"

namespace leeward::test {

using schema::Json;

std::vector<std::string> Assertions::after_step(const std::vector<std::string>& needs) {
    faults_.clear();
    both_ends_agree();
    no_word_of_the_record();
    no_key_and_no_header();
    every_log_verifies();
    every_grant_has_its_release();
    for (const auto& need : needs)
        one_place_is_chosen(need);
    a_replay_changes_nothing();
    return faults_;
}

// ------------------------------------------------------------------ G1, G2

void Assertions::search(const std::filesystem::path& place) {
    for (const auto& found : stage_.canaries().found_under(place))
        fault("G1 " + found);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
        std::error_code gone;  // a running node renames what it has written
        const auto size = entry.file_size(gone);
        if (!gone && entry.is_regular_file(gone)) bytes_searched_ += size;
    }
}

void Assertions::no_word_of_the_record() {
    bytes_searched_ = 0;
    search(stage_.wire());
    for (const Who who : everybody) {
        search(stage_.home(who));
        for (const auto& form : stage_.canaries().found_in(read_text(stage_.node_output(who))))
            fault("G1 what " + called(who) + "'s node printed: " + form);
    }
    const std::string printed = stage_.take_unauthorised_output();
    bytes_searched_ += printed.size();
    for (const auto& form : stage_.canaries().found_in(printed))
        fault("G1 what a command printed: " + form);
}

void Assertions::no_key_and_no_header() {
    for (const Who who : everybody) {
        const std::string store = read_text(stage_.home(who) / "store.db");
        if (store.empty() || store.rfind("SQLite format 3", 0) == 0)
            fault("G2 " + called(who) + "'s store is missing or not encrypted");
        if (stage_.pid(who) <= 0) continue;
        const auto process = std::filesystem::path("/proc") / std::to_string(stage_.pid(who));
        // A node that may not be dumped hides its environment from its own user, too: then it is
        // empty here.
        for (const char* file : {"cmdline", "environ"})
            if (!stage_.canaries().found_in(read_text(process / file)).empty())
                fault("G2 " + called(who) + "'s passphrase is in its " + file);
    }
}

// ------------------------------------------------------------------ G3, G4, G5

void Assertions::every_log_verifies() {
    for (const Who who : everybody)
        if (stage_.online(who) && stage_.try_run(who, {"audit", "verify"}).is_null())
            fault("G3 the log of " + called(who) + " does not verify");
}

namespace {

bool covers(const Json& release, const Json& grant) {
    const auto released = texts(member(release, "fields"));
    const auto shared = texts(member(grant, "fields"));
    return std::all_of(shared.begin(), shared.end(), [&](const std::string& field) {
        return std::find(released.begin(), released.end(), field) != released.end();
    });
}

bool in_force(const std::string& state) {
    return state == "ACTIVE" || state == "EXPIRING";
}
bool readable(const std::string& state) {
    return state == "OPENABLE" || state == "OPENED";
}
bool chosen(const std::string& state) {
    constexpr std::array<std::string_view, 6> states{
        "SELECTED", "PHONE_ACCEPTED", "ACCEPTED", "HANDOFF_SCHEDULED", "IN_TRANSIT", "NOT_ARRIVED"};
    return std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

void Assertions::every_grant_has_its_release() {
    const Json grants = stage_.run(Who::HARBOR, {"grant", "list", "--all"});
    const Json releases = stage_.run(Who::HARBOR, {"release", "list"});
    for (const auto& grant : grants.array_at("grants")) {
        const Json release =
            item_with(member(releases, "releases"), "id", grant.text_at("release"));
        const std::string which = "G4 what " + grant.text_at("peer") + " was given ";
        if (release.is_null() || release.text_at("to") != grant.text_at("peer"))
            fault(which + "has no release to it");
        else if (!covers(release, grant))
            fault(which + "is more than its release names");
        else if (readable(grant.text_at("state")) && !in_force(release.text_at("state")))
            fault(which + "is open without a release in force");
    }
}

void Assertions::one_place_is_chosen(const std::string& need) {
    const Json shown = stage_.run(Who::HARBOR, {"need", "show", need});
    const auto& legs = shown.array_at("legs");
    const auto count = std::count_if(
        legs.begin(), legs.end(), [](const Json& leg) { return chosen(leg.text_at("state")); });
    if (count > 1) fault("G5 more than one place of a need is chosen");
}

// ------------------------------------------------------------------ G6

namespace {

Json all_legs(Stage& stage, Who who) {
    return member(stage.try_run(who, {"leg", "list", "--all"}), "legs");
}

std::string disagreement(Stage& stage) {
    const Json asked = all_legs(stage, Who::HARBOR);
    for (const Who who : everybody) {
        if (who == Who::HARBOR || !stage.online(who)) continue;
        const Json theirs = all_legs(stage, who);
        if (theirs.as_array() == nullptr) return called(who) + " does not answer";
        for (const auto& leg : *theirs.as_array()) {
            const Json ours = item_with(asked, "id", leg.text_at("id"));
            if (ours.text_at("state") != leg.text_at("state"))
                return called(who) + " shows " + leg.text_at("state") + ", Harbor Light shows " +
                       ours.text_at("state");
        }
    }
    return "";
}

// Everything by which a replay could be noticed.
std::string everything(Stage& stage, Who who) {
    std::string out;
    for (const auto& args : std::vector<std::vector<std::string>>{
             {"audit", "verify"}, {"leg", "list", "--all"}, {"grant", "list", "--all"}, {"inbox"}})
        out += stage.try_run(who, args).dump() + "\n";
    return out;
}

// Once what had come to it is taken and what is due is done: neither is a doing of a replay.
std::string at_rest(Stage& stage, Who who) {
    std::string seen = everything(stage, who);
    stage.wait(called(who) + "'s node comes to rest", [&] {
        (void)stage.try_run(who, {"node", "tick"});
        const std::string before = std::exchange(seen, everything(stage, who));
        return before == seen;
    });
    return seen;
}

// The first line that differs, as it was and as it is.
std::string difference(const std::string& before, const std::string& after) {
    std::istringstream was(before);
    std::istringstream is(after);
    std::string old_line;
    std::string new_line;
    while (std::getline(was, old_line) && std::getline(is, new_line))
        if (old_line != new_line) return old_line + "\n  is now\n" + new_line;
    return "nothing";
}

}  // namespace

void Assertions::both_ends_agree() {
    std::string last;
    constexpr auto deadline = std::chrono::seconds(30);
    const bool agree = eventually(deadline, [&] {
        last = disagreement(stage_);
        return last.empty();
    });
    if (!agree) fault("G6 " + last);
}

void Assertions::a_replay_changes_nothing() {
    for (const Who who : everybody) {
        if (!stage_.online(who) || !std::filesystem::exists(stage_.said_to(who))) continue;
        const std::string said = longest_file(stage_.said_to(who));
        if (said.empty()) continue;
        stage_.alone(who, [&] { replay_changes_nothing(who, said); });
    }
}

void Assertions::replay_changes_nothing(Who who, const std::string& said) {
    const std::string before = at_rest(stage_, who);
    if (!say_again(stage_.port(who), said))
        fault("G6 " + called(who) + "'s node keeps a replayed connection open");
    const std::string after = everything(stage_, who);
    if (after != before)
        fault("G6 a replay changed something at " + called(who) + ": " + difference(before, after));
}

}  // namespace leeward::test
