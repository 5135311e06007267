#include "tests/e2e/story.h"
#include "tests/support/words.h"

namespace leeward::test {

using schema::Json;

Story::Story(Stage& stage, Teller& teller) : stage_(stage), teller_(teller) {}

const std::vector<Story::Step>& Story::steps() {
    static const std::vector<Step> all{
        {"Five organisations found a network", &Story::found_the_network},
        {"Each pair meets, and compares safety words", &Story::meet_in_pairs},
        {"Shelters say what they can take, whoever may be looking", &Story::publish_capacity},
        {"A survivor is found, and asked what she wants", &Story::open_a_case},
        {"Three shelters are asked for a bed, without saying for whom", &Story::ask_three_shelters},
        {"One says no, one holds a bed", &Story::one_declines_one_offers},
        {"One never hears of it", &Story::one_never_hears},
        {"The one that came back is asked anew", &Story::ask_again},
        {"The survivor chooses, and the shelter makes it firm", &Story::choose},
        {"Only now is a paper signed", &Story::sign_a_release},
        {"One shelter, and no other, reads who is coming", &Story::open_the_identity},
        {"She is brought there", &Story::hand_over},
        {"A counsellor is asked, under a paper of its own", &Story::counsel},
        {"Those who were asked keep nothing", &Story::erase_the_cards},
        {"The search for a place is closed", &Story::close},
        {"The survivor's own account", &Story::give_account},
        {"An auditor reads every log and learns no name", &Story::audit},
        {"Two partners compare their logs, without her", &Story::compare},
        {"What was shared of her, proven to whom she likes", &Story::prove_to_her},
        {"What cheating looks like", &Story::tamper},
    };
    return all;
}

std::vector<std::string> Story::needs() const {
    std::vector<std::string> out;
    for (const auto& need : {placement_, counselling_})
        if (!need.empty()) out.push_back(need);
    return out;
}

void Story::expect(bool holds, std::string_view what) const {
    if (!holds) throw StoryBroke("this should have been so: " + std::string(what));
}

void Story::move_clock(std::chrono::seconds by, std::string_view in_words) {
    if (!stage_.clock().movable()) {
        teller_.aside(
            "libfaketime is not installed: the clock stays, and what would have come of it "
            "is left out.");
        return;
    }
    stage_.clock().advance(by);
    teller_.aside("The clock of this demonstration is moved forward " + std::string(in_words) +
                  ". (The nodes have no such switch: libfaketime does it from outside.)");
    for (const Who who : everybody)
        if (stage_.online(who)) stage_.run(who, {"node", "tick"});
}

// ------------------------------------------------------------------ founding

void Story::found_the_network() {
    std::string cards;
    for (const Who who : everybody) {
        stage_.make_home(who);
        stage_.start(who);
        const auto card = stage_.desk(Who::HARBOR, called(who) + ".card").string();
        stage_.run(who, {"identity", "show", "--out", card});
        cards += (cards.empty() ? "" : ",") + card;
        teller_.does(called(who),
                     "starts a node: its own machine, its own keys, its own encrypted store");
    }
    const auto roster = stage_.desk(Who::HARBOR, "founders.roster").string();
    stage_.run(Who::HARBOR, {"peer", "found", "--cards", cards, "--out", roster});
    teller_.does(called(Who::HARBOR), "writes a roster from the five cards and signs it");
    for (const Who who : everybody) {
        if (who == Who::HARBOR) continue;
        // Read and written by one command: the file goes from hand to hand.
        const auto next = roster + ".next";
        stage_.run(who, {"peer", "found", "--roster", roster, "--out", next});
        std::filesystem::rename(next, roster);
        teller_.does(called(who), "reads it and signs");
    }
    for (const Who who : everybody)
        stage_.run(who, {"peer", "found", "--roster", roster, "--accept"});
    teller_.does("all five",
                 "take the roster: all have signed. No company and no server is in it.");
}

// ------------------------------------------------------------------ pairs

void Story::introduce(Who a, Who b) {
    const auto from_a = stage_.desk(a, "for " + called(b) + ".offer").string();
    const auto from_b = stage_.desk(b, "for " + called(a) + ".offer").string();
    stage_.run(a, {"peer", "offer", "--for", organisation(b), "--out", from_a});
    stage_.run(b, {"peer", "offer", "--for", organisation(a), "--out", from_b});
    stage_.run(a, {"peer", "accept", from_b});
    stage_.run(b, {"peer", "accept", from_a});
    std::filesystem::remove(from_a);
    std::filesystem::remove(from_b);
}

void Story::compare_words(Who reader, Who listener) {
    const Json words = stage_.run(reader, {"peer", "verify", organisation(listener)});
    const Json aloud = member(words, "read_aloud");
    const std::string text = aloud.as_string() != nullptr ? *aloud.as_string() : [&] {
        std::string out;
        for (const auto& word : texts(aloud))
            out += (out.empty() ? "" : " ") + word;
        return out;
    }();
    expect(!text.empty(), "there are words to read aloud");
    stage_.run(listener, {"peer", "verify", organisation(reader), "--words", text});
    if (reader == Who::HARBOR && listener == Who::JUNIPER)
        teller_.does(called(reader), "reads aloud on the telephone: " + text);
}

void Story::meet_in_pairs() {
    for (const Who who : everybody) {
        if (who == Who::HARBOR) continue;
        introduce(Who::HARBOR, who);
        if (who == Who::JUNIPER) {
            teller_.does(called(Who::HARBOR),
                         "and Juniper House hand each other an offer on a stick, and delete it");
            const Json error =
                stage_.refused(Who::JUNIPER,
                               {"peer",
                                "verify",
                                organisation(Who::HARBOR),
                                "--words",
                                "abandon abandon abandon abandon abandon abandon abandon abandon "
                                "abandon abandon abandon abandon"});
            teller_.sees(called(who), "on typing other words: " + error.text_at("message"));
        }
        compare_words(Who::HARBOR, who);
        compare_words(who, Who::HARBOR);
        if (who != Who::JUNIPER)
            teller_.does(called(Who::HARBOR), "and " + called(who) + " do the same");
    }
    for (const Who who : shelters) {
        introduce(Who::TIDE, who);
        compare_words(Who::TIDE, who);
        compare_words(who, Who::TIDE);
    }
    teller_.does(called(Who::TIDE),
                 "and each of the shelters do the same: every log now has two witnesses");
    const Json contact = stage_.run(Who::HARBOR, {"peer", "contact", organisation(Who::LANTERN)});
    teller_.sees(called(Who::HARBOR),
                 "beside every prompt to phone Lantern House, its duty line: " +
                     member(contact, "contact").text_at("duty_line"));
}

// ------------------------------------------------------------------ capacity

void Story::set_capacity(Who who, std::string_view level) {
    Json statement = Json::object({{"service_class", "PLACEMENT"},
                                   {"ages", Json(Json::Array{"12_14", "15_17"})},
                                   {"capacity", level}});
    if (level == "has") statement.set("beds", 1);
    statement.set("features", Json(Json::Array{"step_free", "private_room"}));
    const auto file = stage_.desk(who, "tonight.json");
    write_private(file, statement.dump());
    stage_.run(who, {"capacity", "set", file.string()});
}

void Story::publish_capacity() {
    set_capacity(Who::JUNIPER, "none");
    set_capacity(Who::LANTERN, "has");
    set_capacity(Who::QUAY, "has");
    for (const Who who : shelters)
        teller_.does(called(who),
                     "writes down what it can take tonight; it goes to all partners on "
                     "the hour, changed or not");
    move_clock(std::chrono::hours(1), "by an hour, past the next full one");
    if (!stage_.clock().movable()) return;
    stage_.wait("Harbor Light holds three capacity statements", [&] {
        return stage_.try_run(Who::HARBOR, {"capacity", "show"}).array_at("capacity").size() == 3;
    });
    const Json known = stage_.run(Who::HARBOR, {"capacity", "show"});
    std::string text;
    for (const auto& one : known.array_at("capacity"))
        text +=
            (text.empty() ? "" : " · ") + one.text_at("organisation") + ": " + one.text_at("shown");
    teller_.sees(called(Who::HARBOR), text);
    teller_.unseen(
        "that anybody was looking: the figures are pushed by the clock, never asked for");
}

}  // namespace leeward::test
