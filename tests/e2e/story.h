// One placement, from the founding of the network to the survivor's own account of who saw what:
// played over a Stage, told to a Teller. The demonstration and the test play the same story.
#pragma once

#include <string>
#include <vector>

#include "tests/e2e/stage.h"
#include "tests/support/teller.h"

namespace leeward::test {

// Fields of the record by who may ever read them.
struct Record {
    schema::Json all = schema::Json::object();
    std::string unsafe_person;  // L0
};

class Story {
public:
    Story(Stage& stage, Teller& teller);

    struct Step {
        std::string_view name;
        void (Story::*play)();
    };
    [[nodiscard]] static const std::vector<Step>& steps();
    void play(const Step& step) { (this->*step.play)(); }

    // A file of the auditor's: "report.pdf".
    [[nodiscard]] std::filesystem::path auditors(std::string_view name) const;

    // What is known so far; empty until then.
    [[nodiscard]] std::vector<std::string> needs() const;

private:
    // founding.cpp
    void found_the_network();
    void meet_in_pairs();
    void publish_capacity();
    // placement.cpp
    void open_a_case();
    void ask_three_shelters();
    void one_declines_one_offers();
    void one_never_hears();
    void ask_again();
    void choose();
    // papers.cpp
    void sign_a_release();
    void open_the_identity();
    void hand_over();
    void counsel();
    void erase_the_cards();
    void close();
    void give_account();
    // auditing.cpp
    void audit();
    void compare();
    void prove_to_her();
    void tamper();

    [[nodiscard]] std::vector<std::string> auditing(
        std::string_view verb, const std::vector<std::filesystem::path>& files);
    void hand_out_bundles();
    void introduce(Who a, Who b);
    void compare_words(Who reader, Who listener);
    void set_capacity(Who who, std::string_view level);
    void move_clock(std::chrono::seconds by, std::string_view in_words);
    [[nodiscard]] schema::Json leg_of(Who at, const std::string& id);
    [[nodiscard]] std::string state_of(Who at, const std::string& leg);
    void wait_for_state(Who at, const std::string& leg, std::string_view state);
    [[nodiscard]] std::string need_state(const std::string& need);
    void sign(const std::string& release, std::string_view signer, std::string_view name);
    // The grant that holds this field.
    [[nodiscard]] std::string wait_for_grant(Who at, std::string_view field);
    [[nodiscard]] schema::Json open_grant(Who at,
                                          const std::string& grant,
                                          std::string_view purpose);
    void expect(bool holds, std::string_view what) const;

    Stage& stage_;
    Teller& teller_;
    Record record_;
    std::string case_;
    std::string codename_;
    std::string placement_;  // needs
    std::string counselling_;
    std::string juniper_;  // legs
    std::string lantern_;
    std::string quay_;        // the one that never arrived
    std::string quay_again_;  // the second question
    std::string tide_;
    std::int64_t shared_ = 0;  // how often something that says who she is was sent
};

}  // namespace leeward::test
