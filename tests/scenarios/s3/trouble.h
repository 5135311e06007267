// Scenario 3, row by row: things going wrong. A wrong recipient, a survivor whom two referrers know,
// an emergency, a child who does not arrive, a stolen machine, a house that leaves the network.
#pragma once

#include "tests/scenarios/scenario.h"
#include "tests/support/holders.h"

namespace leeward::test {

class Trouble : public Scenario {
public:
    Trouble(std::string name,
            std::string_view title,
            const std::vector<House>& on_small_disks = {});

    Person ada;    // investigator at Harbor Light
    Person grace;  // supervisor there
    Person ines;   // supervisor there, who has no part in tonight
    Person bea;    // Juniper House
    Person rosa;   // supervisor there
    Person cleo;   // Lantern House
    Person lena;   // supervisor there
    Person dora;   // Alder Court
    Person tess;   // counsellor at Tide
    Person tom;    // supervisor there
    Person nora;   // investigator at Northgate
    Person olga;   // supervisor there

    std::string case_id;
    std::string placement;
    std::string counselling;
    std::string talk;                // its leg, at Tide
    std::string northern;            // Northgate's need
    std::string asked_by_northgate;  // its leg, at Juniper House
    std::string access;              // the emergency
    std::string released;            // to Lantern House
    HolderKeys holders;              // of Lantern House's backups
    node::BackupName backup;

    void wrong_house();                                // 3.1
    void noticed();                                    // 3.2
    void discarded();                                  // 3.3
    void nothing_for_alder();                          // 3.4
    void wrong_recipient(const std::string& release);  // 3.5
    void known_twice();                                // 3.6
    void both_agree();                                 // 3.7
    void northgate_stands_down();                      // 3.8
    void emergency();                                  // 3.10
    void read_in_the_emergency();                      // 3.11
    void emergency_over();                             // 3.12
    void reviewed();                                   // 3.13
    void under_way();                                  // before 3.16: a firm bed, an agreed way
    void they_leave();
    void not_arrived();           // 3.16
    void found_late();            // 3.17
    void machine_stolen();        // 3.18
    void old_keys_speak();        // 3.19
    void asked_again_later();     // 3.9
    void backed_up_at_lantern();  // before 3.20
    void restored_at_lantern();   // 3.20
    void juniper_leaves();        // 3.21
    void the_auditor();

    // What several rows start from.
    void asks(House house);
    void talks_to_tide();  // a counselling need, firm at Tide
    void firm_at_lantern();
    void meets_again(House here, House there);
    void shared_with_lantern();  // her name, released and signed
    void plans(std::string_view from, std::string_view to);
    std::string asks_for_emergency(std::string_view fields);
    void grants_by_telephone(const std::string& id, Person& who);
    [[nodiscard]] std::string state_of_access(House at, const std::string& id);
    [[nodiscard]] Json incident(House at, std::string_view kind);
    [[nodiscard]] bool called(House house, std::string_view code);
};

}  // namespace leeward::test
