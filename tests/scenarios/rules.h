// What must hold after every step of every scenario, whatever it is about.
//
//     G1  no word of a record is where it was not released to
//     G2  no file of a node can be read without its key, and its key is nowhere
//     G3  every log verifies
//     G4  every grant rests on an authority that is in force
//     G5  at most one place of a need is chosen
//     G6  saying anything again changes nothing
//     G7  on what is closed only closing words travel
//     G8  sealed texts come in four sizes
//     G9  what an auditor gets holds no word of a record
//     G10 whatever waits, waits for a deadline that does what the table says
//
// G4, G7 and G8 are also judged at the moment a message leaves (wire.h).
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "schema/audit/check.h"
#include "schema/deadline.h"
#include "tests/scenarios/cast.h"

namespace leeward::test {

class Scenario;

class Rules {
public:
    explicit Rules(Scenario& scenario) : scenario_(scenario) {}

    // What does not hold, in words; empty when all of it does.
    [[nodiscard]] std::vector<std::string> after_step();
    // Of a row that another test holds to the rules: what crossed in it is not said again later.
    void pass_over();

private:
    void fault(std::string_view rule, std::string what);
    void no_word_in_files();               // G1, G2
    void no_word_in_stores();              // G1
    void no_word_on_screens();             // G1
    void every_log_verifies();             // G3, G9
    void every_grant_rests();              // G4
    void one_place_is_chosen();            // G5
    void a_replay_changes_nothing();       // G6
    void whatever_waits_has_a_deadline();  // G10

    Scenario& scenario_;
    std::vector<std::string> faults_;
    std::size_t replayed_ = 0;     // frames of the wire
    std::set<std::string> tried_;  // what G10 has waited for already
};

// What an auditor finds in the logs of all running nodes, without a key of any record.
[[nodiscard]] schema::AuditReport audit(Scenario& scenario);

// G10 of one state at one node: in a copy of the network where nothing passes, its clock moves on from
// row to row of the table, and each must do what it says. What it does not, in words.
struct Waits {
    House house;
    schema::Machine machine;
    Byte state;
    schema::Priority priority;
    bool referrer;   // of a leg: the side
    std::string id;  // of the need or leg
    Json shown;      // as its list shows it
};
[[nodiscard]] std::vector<std::string> wait_it_out(Scenario& scenario, const Waits& waits);

}  // namespace leeward::test
