// An acceptance scenario over whole nodes: told step by step, checked after every step.
//
//     s.step("1.5", "0:20", "Juniper has no bed tonight, and offers its waiting list");
//     bea.does("opens the card", "leg.show", {{"id", s.leg(House::JUN)}});
//     bea.does("offers a place on the list", "leg.waitlist", {…});
//     s.expect("″ | WAITLISTED, DELIVERED, QUEUED");
//
// expect() lets everything arrive, asks both ends of every leg, and then holds the nodes to the rules
// G1 to G10 (rules.h). What happened is written down in the words of the field, as a transcript that
// people can read: transcripts/NAME.txt in the build folder, and on the screen with -s.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "schema/audit/finding.h"
#include "tests/scenarios/cast.h"
#include "tests/scenarios/wire.h"
#include "tests/support/canaries.h"
#include "tests/support/seat.h"
#include "tests/support/teller.h"

namespace leeward::test {

class Scenario;
class Rules;

using Args = Json::Object;

// A worker at her own desk. Her shift is begun anew when it has ended.
class Person {
public:
    Person(Scenario& scenario, House house, std::string name, std::string_view roles);

    // An act, told as "Ada | <what>" with the command under it. It must succeed.
    Json does(std::string_view what, std::string_view command, Args args = {});
    // She looks at something and nothing is told of it.
    Json looks(std::string_view command, Args args = {});
    // What would come of it; nothing does.
    Json previews(std::string_view what, std::string_view command, Args args = {});
    // She tries, and is told why not.
    Error refused(std::string_view what, std::string_view command, Args args = {});

    [[nodiscard]] House house() const { return house_; }
    [[nodiscard]] const std::string& name() const { return seat_.name(); }

private:
    Result<Json> call(std::string_view command, const Json& args);
    [[nodiscard]] std::string signature() const;  // "Ada, Harbor Light"

    Scenario& scenario_;
    House house_;
    Seat seat_;
};

class Scenario {
public:
    // `name` is the file's ("S1"), `title` what it is about. Those of `on_small_disks` have a disk of
    // their own that a test can fill (SmallDisk::possible() says where).
    Scenario(std::string name,
             std::string_view title,
             const std::vector<House>& houses,
             const std::vector<House>& on_small_disks = {});
    ~Scenario();
    Scenario(const Scenario&) = delete;
    Scenario& operator=(const Scenario&) = delete;

    // What the auditor finds from now on and ought to: that house's own bundle says it.
    void admits(House house, schema::FindingKind kind) { admitted_.insert({house, kind}); }
    [[nodiscard]] bool is_admitted(const schema::Finding& finding) const;

    // What happened before T+0; then T+0 is `later`, at the start of a quarter of an hour.
    void prologue(std::string_view what);
    void begin_after(std::chrono::seconds later);
    // A row of the table: the clock moves on to T+`at` ("25:40" in hours and minutes, "31d"), and
    // everything that falls due on the way happens.
    void step(std::string_view number, std::string_view at, std::string_view what);
    // Of the need that is followed: "OPEN/INQUIRING | WAITLISTED, DELIVERED, –"; "″" for as before,
    // "–" for a leg that does not exist. Fails the running test for each thing that is not so.
    void expect(std::string_view states);
    // What somebody sees, or nobody; for the transcript alone.
    void sees(House house, std::string_view what);
    void nobody_saw(std::string_view what);
    void aside(std::string_view what);

    // The need whose states expect() is about, at its referrer, and its columns.
    void follow(House referrer, std::string need, std::vector<House> columns);
    // The newest leg of the followed need there; "" if there is none.
    [[nodiscard]] std::string leg(House house);
    [[nodiscard]] const std::string& need() const { return need_; }

    // While one of these lives nothing is held to the rules but the wire: for rows that another test
    // checks, on the way to where a variant begins.
    class OnTheWay {
    public:
        explicit OnTheWay(Scenario& scenario) : scenario_(scenario) { ++scenario_.on_the_way_; }
        ~OnTheWay() { --scenario_.on_the_way_; }
        OnTheWay(const OnTheWay&) = delete;
        OnTheWay& operator=(const OnTheWay&) = delete;

    private:
        Scenario& scenario_;
    };

    // The machine is off, and nothing is lost of what it had; on again.
    void switch_off(House house);
    void switch_on(House house);

    [[nodiscard]] TestNode& node(House house);
    [[nodiscard]] SmallDisk& disk(House house);
    [[nodiscard]] bool takes_part(House house) const { return places_.contains(house); }
    [[nodiscard]] const std::vector<House>& houses() const { return houses_; }
    [[nodiscard]] World& world() { return *world_; }
    [[nodiscard]] Wire& wire() { return *wire_; }
    [[nodiscard]] Canaries& canaries() { return canaries_; }
    [[nodiscard]] Teller& teller() { return *teller_; }
    [[nodiscard]] std::int64_t seconds() { return world_->clock().seconds(); }
    // Unix seconds at T+`at`.
    [[nodiscard]] std::int64_t moment(std::string_view at) const;

    // Read by the test itself, with every role and no worker's name; shows no record.
    Json eye(House house, std::string_view command, Args args = {});
    // As that node shows the leg; null when it has none.
    Json leg_at(House house, const std::string& id);
    [[nodiscard]] std::vector<std::string> notices(House house);
    // What was printed where people can see it, for the search for words of the record.
    void printed(std::string_view text) { printed_ += std::string(text) + "\n"; }
    [[nodiscard]] const std::string& all_printed() const { return printed_; }

private:
    struct Shown {
        std::string case_and_need;
        std::vector<std::string> legs;
    };
    void move_to(std::int64_t moment);
    [[nodiscard]] Shown shown();
    [[nodiscard]] std::string state_at_both_ends(House house);
    void tell(const Shown& now);

    std::string name_;
    std::vector<House> houses_;
    std::map<House, std::size_t> places_;
    std::unique_ptr<World> world_;
    Canaries canaries_;
    std::ostringstream transcript_;
    std::unique_ptr<Teller> teller_;
    std::unique_ptr<Wire> wire_;
    std::unique_ptr<Rules> rules_;
    std::int64_t begin_;
    std::string number_ = "the beginning";
    House referrer_ = House::HLR;
    std::string need_;
    std::vector<House> columns_;
    Shown before_;
    std::set<std::pair<House, schema::FindingKind>> admitted_{};
    int on_the_way_ = 0;
    std::string printed_;
};

}  // namespace leeward::test
