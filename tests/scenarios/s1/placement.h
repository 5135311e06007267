// Scenario 1, row by row: a placement with no capacity, a shelter that is offline, a decline that is
// reviewed, then a warm handoff. The variants begin with some of these rows and go another way.
#pragma once

#include "tests/scenarios/scenario.h"

namespace leeward::test {

class Placement : public Scenario {
public:
    Placement(std::string name, std::string_view title);

    Person ada;    // investigator at Harbor Light
    Person grace;  // supervisor there
    Person bea;    // Juniper House
    Person cleo;   // Lantern House, nights
    Person lena;   // supervisor there
    Person mia;    // Quay Cottage

    std::string case_id;
    std::string release;  // T2 to Lantern House
    std::string grant;    // what it gave
    std::string meeting;  // where they meet, given apart
    std::string way_back;

    void figures_of_the_evening();  // before T+0
    void written_down();            // 1.1
    void measured();                // 1.2
    void figures_held();            // 1.3
    void asked();                   // 1.4
    void juniper_has_a_list();      // 1.5
    void lantern_looks();           // 1.6
    void a_coded_question();        // 1.7
    void quay_does_not_answer();    // 1.8
    void a_reviewed_no();           // 1.9
    void returned();                // 1.10
    void lantern_offers();          // 1.11
    void quay_is_looked_for();      // 1.12
    void quay_lapses();             // 1.13
    void she_chooses();             // 1.14
    void firm();                    // 1.15
    void planned();                 // 1.16
    void released();                // 1.17
    void opened();                  // 1.18
    void on_paper();                // 1.19
    void the_way_back();            // 1.20
    void under_way();               // 1.21
    void handed_over();             // 1.22
    void a_day_later();             // 1.23
    void followed_up();             // 1.24
    void closed();                  // 1.25
    void the_auditor();             // 1.26

    void up_to_the_offer();            // 1.1 to 1.11
    void up_to_the_lapse();            // 1.1 to 1.13
    void up_to_the_choice();           // 1.1 to 1.14
    void up_to_a_firm_bed();           // 1.1 to 1.15
    void asked_while_all_are_there();  // 1.4, Quay Cottage too
    void up_to_the_telephone();        // 1.1 to 1.5, then a yes by telephone from Quay Cottage

    void chooses(House house);
    void signs_for(House house);
    void agrees_a_plan(std::string_view from, std::string_view to);
    void signs(Person& before,
               const std::string& id,
               std::string_view signer,
               std::string_view name);
    // What Lantern House or another was given that holds this field; "" for nothing.
    [[nodiscard]] std::string grant_with(House house, std::string_view field);
    // How many of the grants that Harbor Light has made can be read.
    [[nodiscard]] std::size_t readable_grants();
    [[nodiscard]] bool leaf_was_written(House house, std::string_view kind);

private:
    void asks_all_three();
    void says_what_it_has(Person& who, std::string_view level, std::int64_t as_of);
};

class Emergency : public Scenario {
public:
    Emergency();

    Person ada;
    Person dora;  // Alder Court

    void asked_in_one_act();
    void phoned_after_ten_minutes();
    void two_more_after_fifteen();
    void the_first_answer_counts();
};

}  // namespace leeward::test
