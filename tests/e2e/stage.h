// The stage of the story: five invented organisations on this machine, each a `leewardd` of its own
// with its own folder and its own relay, driven through the `leeward` command line alone.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "schema/json/json.h"
#include "tests/support/canaries.h"
#include "tests/support/clock.h"
#include "tests/support/process.h"
#include "tests/support/tap.h"

namespace leeward::test {

enum class Who : std::uint8_t { HARBOR, JUNIPER, LANTERN, QUAY, TIDE };
inline constexpr std::array everybody{
    Who::HARBOR, Who::JUNIPER, Who::LANTERN, Who::QUAY, Who::TIDE};
inline constexpr std::array shelters{Who::JUNIPER, Who::LANTERN, Who::QUAY};

[[nodiscard]] std::string organisation(Who who);  // "Harbor Light Recovery Unit"
[[nodiscard]] std::string called(Who who);        // "Harbor Light"

// The story cannot go on: what was tried and what came instead.
class StoryBroke : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Whether what a command says may hold words of the record: only where an authority was used.
enum class Words : std::uint8_t { NONE, AUTHORISED };

class Stage {
public:
    // `bin` holds leeward and leewardd; `folder` is made, and belongs to the stage.
    Stage(std::filesystem::path bin, std::filesystem::path folder);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    MovableClock& clock() { return clock_; }
    Canaries& canaries() { return canaries_; }

    void make_home(Who who);
    // Returns once the node answers.
    void start(Who who);
    void stop(Who who);
    [[nodiscard]] bool online(Who who) const;
    // The machine is off: no node, and nothing listens where peers look for it.
    void switch_off(Who who);
    void switch_on(Who who);

    // How a command ended and what it said.
    Finished call(Who who, std::vector<std::string> args, Words words);
    // The result of a command; StoryBroke when it is refused.
    schema::Json run(Who who, std::vector<std::string> args, Words words = Words::NONE);
    // The error of a command that must be refused; StoryBroke when it is not.
    schema::Json refused(Who who, std::vector<std::string> args);
    // For polling: a neutral Json when it fails.
    schema::Json try_run(Who who, std::vector<std::string> args);
    // StoryBroke, naming `what`, when it does not come true within half a minute.
    void wait(std::string_view what, const std::function<bool()>& condition);

    // What `leeward console` says to whoever sits at this machine; with a desktop the page opens by itself.
    [[nodiscard]] std::string open_console(Who who) const;

    // A file of the desk, in which records are written for one command only.
    [[nodiscard]] std::filesystem::path desk(Who who, std::string_view name) const;
    [[nodiscard]] std::filesystem::path home(Who who) const;
    [[nodiscard]] std::filesystem::path node_output(Who who) const;
    [[nodiscard]] std::filesystem::path wire() const { return folder_ / "wire"; }
    [[nodiscard]] std::filesystem::path said_to(Who who) const;  // one file a connection
    [[nodiscard]] std::uint16_t port(Who who) const;
    [[nodiscard]] std::uint64_t bytes_through(Who who) const;
    [[nodiscard]] pid_t pid(Who who) const;
    // The other nodes stand still (SIGSTOP) while `act` runs: what then changes at `who` comes of `act`, or of
    // what is due there by itself.
    void alone(Who who, const std::function<void()>& act);

    // What commands have said, but for what an authority allowed them to say; forgotten once taken.
    std::string take_unauthorised_output();

private:
    struct Party;
    Party& party(Who who);
    [[nodiscard]] const Party& party(Who who) const;
    [[nodiscard]] std::vector<std::string> environment() const;
    [[nodiscard]] Command command(Who who, std::vector<std::string> args) const;

    std::filesystem::path bin_;
    std::filesystem::path folder_;
    MovableClock clock_;
    Canaries canaries_;
    std::array<std::unique_ptr<Party>, everybody.size()> parties_;
    std::string unauthorised_output_;
};

}  // namespace leeward::test
