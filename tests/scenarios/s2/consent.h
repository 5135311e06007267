// Scenario 2, row by row: one survivor, two needs. Signers who disagree, one who may never sign, fields
// that are taken back, a withdrawal that a counsellor hears, a release that ends, and its renewal.
#pragma once

#include "tests/scenarios/scenario.h"

namespace leeward::test {

class Consent : public Scenario {
public:
    Consent(std::string name, std::string_view title);

    Person ada;    // investigator at Harbor Light
    Person grace;  // supervisor there
    Person bea;    // Juniper House
    Person june;   // supervisor there
    Person cleo;   // Lantern House
    Person tess;   // counsellor at Tide

    std::string case_id;
    std::string placement;    // the need of a place
    std::string counselling;  // the need of counselling
    std::string talk;         // its leg, at Tide
    std::string first;        // the release about which its signers disagree
    std::string release;      // T2 to Juniper House
    std::string to_tide;      // T3 and two fields by name
    std::string way_back;     // from Juniper House

    void conflict();              // 2.1
    void unsafe_signer();         // 2.2
    void representative();        // 2.3
    void opened();                // 2.4
    void narrowed();              // 2.5
    void two_fields_erased();     // 2.6
    void counsellor_reads();      // 2.7
    void withdrawn_at_tide();     // 2.8, 2.9
    void juniper_comes_back();    // 2.10
    void referral_copy_erased();  // 2.11
    void wants_another_place();   // 2.12
    void release_runs_out();      // 2.13
    void renewed();               // 2.14
    void who_has_seen_this();     // 2.15
    void never_a_condition();     // 2.16

    // Rows 2.1 to 2.4 in short: papers in force at Juniper House, read there.
    void papers_in_force();
    void signed_and_read();
    // Both go to Juniper House; she has left.
    void under_way();

    std::string drafts(Person& who, House to, std::string_view fields, std::string_view purpose);
    void signs(Person& who,
               const std::string& id,
               std::string_view signer,
               std::string_view name,
               Args more = {});
    [[nodiscard]] std::string state_of_release(const std::string& id);
    // Of what was given to or received from a partner, in the order of the alphabet.
    [[nodiscard]] std::vector<std::string> grants(House at, House peer);
    // What is open there is read, with a purpose; all of it in one object.
    Json reads_all(Person& who, std::string_view purpose);
    [[nodiscard]] bool called(House house, std::string_view code);

private:
    void open_the_case();
    void find_a_place();
    void find_a_counsellor();
};

}  // namespace leeward::test
