// What must hold after every step of the story: G1 to G6 of the acceptance scenarios (G3 without the
// auditor).
#pragma once

#include <string>
#include <vector>

#include "tests/e2e/stage.h"

namespace leeward::test {

class Assertions {
public:
    explicit Assertions(Stage& stage) : stage_(stage) {}

    // What does not hold, in words; empty when all of it does. `needs` are the needs of the story so
    // far.
    [[nodiscard]] std::vector<std::string> after_step(const std::vector<std::string>& needs);

    // G1: no word of the record, and no passphrase, in what passed between the nodes, in any file of
    // any node, in what any node or any command printed, but for what an opening was allowed to say.
    void no_word_of_the_record();
    // G2: no store shows a header of SQLite, no passphrase is on a command line or in an environment.
    void no_key_and_no_header();
    // G3: every log verifies from its leaves up.
    void every_log_verifies();
    // G4: whatever was shared stands on a release to its recipient that covers its fields; what is
    // open stands on one that is in force.
    void every_grant_has_its_release();
    // G5: at most one place of a need is chosen.
    void one_place_is_chosen(const std::string& need);
    // G6: both ends of every leg show the same once their messages have arrived.
    void both_ends_agree();
    // G6: what was said to a node, said again, changes nothing.
    void a_replay_changes_nothing();
    void replay_changes_nothing(Who who, const std::string& said);

    [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }
    // For the end of the story: how much was searched.
    [[nodiscard]] std::uint64_t bytes_searched() const { return bytes_searched_; }

private:
    void fault(std::string what) { faults_.push_back(std::move(what)); }
    void search(const std::filesystem::path& place);

    Stage& stage_;
    std::vector<std::string> faults_;
    std::uint64_t bytes_searched_ = 0;
};

}  // namespace leeward::test
