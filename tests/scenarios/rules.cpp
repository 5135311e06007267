#include "tests/scenarios/rules.h"

#include <algorithm>

#include "schema/grant.h"
#include "schema/leg.h"
#include "schema/need.h"
#include "schema/release.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/process.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

constexpr std::string_view sqlite_header = "SQLite format 3";

// Lists that a worker with every role may see; none of them needs a purpose.
constexpr std::array<std::string_view, 16> screens{"case.list",
                                                   "need.list",
                                                   "leg.list",
                                                   "release.list",
                                                   "grant.list",
                                                   "approval.list",
                                                   "access.list",
                                                   "incident.list",
                                                   "retention.show",
                                                   "inbox",
                                                   "audit.show",
                                                   "capacity.show",
                                                   "peer.list",
                                                   "people.list",
                                                   "node.status",
                                                   "node.doctor"};

bool takes_all(std::string_view command) {
    return command == "case.list" || command == "need.list" || command == "leg.list" ||
           command == "grant.list" || command == "approval.list";
}

Args everything_of(std::string_view command) {
    return takes_all(command) ? Args{{"all", true}} : Args{};
}

std::vector<std::string> columns_of(TestNode& node, const std::string& table) {
    std::vector<std::string> out;
    auto rows = node.home().store.query("SELECT name FROM pragma_table_info(?)", table);
    while (rows.next())
        out.push_back(rows.text(0));
    return out;
}

std::vector<std::string> tables_of(TestNode& node) {
    std::vector<std::string> out;
    auto rows = node.home().store.query("SELECT name FROM sqlite_master WHERE type='table'");
    while (rows.next())
        out.push_back(rows.text(0));
    return out;
}

// What the store holds, its key known: every record in it must still be sealed under a key of its own.
std::string all_of(TestNode& node, const std::string& table) {
    const auto columns = columns_of(node, table);
    std::string out;
    auto rows = node.home().store.query("SELECT * FROM \"" + table + "\"");
    while (rows.next())
        for (int i = 0; i < static_cast<int>(columns.size()); ++i)
            out += to_text(rows.blob(i)) + "\n";
    return out;
}

}  // namespace

std::vector<std::string> Rules::after_step() {
    faults_ = scenario_.wire().take_faults();
    no_word_in_files();
    no_word_in_stores();
    no_word_on_screens();
    every_log_verifies();
    every_grant_rests();
    one_place_is_chosen();
    a_replay_changes_nothing();
    whatever_waits_has_a_deadline();
    return faults_;
}

void Rules::pass_over() {
    replayed_ = scenario_.wire().frames().size();
}

void Rules::fault(std::string_view rule, std::string what) {
    faults_.push_back(std::string(rule) + " " + std::move(what));
}

// ------------------------------------------------------------------ G1, G2

void Rules::no_word_in_files() {
    for (const House house : scenario_.houses()) {
        const auto& folder = scenario_.node(house).folder();
        for (const auto& found : scenario_.canaries().found_under(folder))
            fault("G1", found);
        const std::string store = read_text(folder / "store.db");
        if (store.empty() || store.rfind(sqlite_header, 0) == 0)
            fault("G2", "the store of " + std::string(called_of(house)) + " is not encrypted");
        if (store.find(passphrase_of_all) != std::string::npos)
            fault("G2", "the passphrase of " + std::string(called_of(house)) + " is in its store");
    }
}

void Rules::no_word_in_stores() {
    for (const House house : scenario_.houses()) {
        TestNode& node = scenario_.node(house);
        if (!node.running()) continue;
        for (const auto& table : tables_of(node))
            if (!scenario_.canaries().found_in(all_of(node, table)).empty())
                fault(
                    "G1",
                    "a word of the record is in " + table + " of " + std::string(called_of(house)));
    }
}

void Rules::no_word_on_screens() {
    for (const House house : scenario_.houses()) {
        if (!scenario_.node(house).running()) continue;
        for (const auto command : screens) {
            const Json shown = scenario_.eye(house, command, everything_of(command));
            if (!scenario_.canaries().found_in(shown.dump()).empty())
                fault("G1",
                      std::string(command) + " shows a word of the record at " +
                          std::string(called_of(house)));
        }
    }
    if (!scenario_.canaries().found_in(scenario_.all_printed()).empty())
        fault("G1", "an error shows a word of the record");
}

// ------------------------------------------------------------------ G4, G5

namespace {

bool covers(const Json& release, const Json& grant) {
    const auto released = texts(member(release, "fields"));
    const auto shared = texts(member(grant, "fields"));
    return std::all_of(shared.begin(), shared.end(), [&](const std::string& field) {
        return std::find(released.begin(), released.end(), field) != released.end();
    });
}

bool in_force(const std::string& state) {
    return state == "ACTIVE" || state == "NARROWED" || state == "EXPIRING";
}

bool readable(const std::string& state) {
    return state == "OPENABLE" || state == "OPENED";
}

bool is_chosen(const Json& leg) {
    const auto state = schema::leg_state_from(leg.text_at("state"));
    return state && schema::is_chosen(*state);
}

}  // namespace

// A grant without a release of its own (another basis) is judged as it leaves; here: what stands.
void Rules::every_grant_rests() {
    for (const House house : scenario_.houses()) {
        if (!scenario_.node(house).running()) continue;
        const Json grants = scenario_.eye(house, "grant.list", {{"all", true}});
        const Json releases = scenario_.eye(house, "release.list");
        for (const auto& grant : grants.array_at("grants")) {
            if (grant.text_at("direction") != "given") continue;
            const Json release =
                item_with(member(releases, "releases"), "id", grant.text_at("release"));
            const std::string which = "what " + grant.text_at("peer") + " was given ";
            if (release.is_null() || release.text_at("to") != grant.text_at("peer"))
                fault("G4", which + "rests on nothing");
            else if (!readable(grant.text_at("state")))
                continue;  // closed: its fields may have been taken out of the release since
            else if (!covers(release, grant))
                fault("G4", which + "is more than its release names");
            else if (!in_force(release.text_at("state")))
                fault("G4", which + "is open without a release in force");
        }
    }
}

void Rules::one_place_is_chosen() {
    for (const House house : {House::HLR, House::HRB2}) {
        if (!scenario_.takes_part(house) || !scenario_.node(house).running()) continue;
        const Json needs = scenario_.eye(house, "need.list", {{"all", true}});
        for (const auto& need : needs.array_at("needs")) {
            const Json shown = scenario_.eye(house, "need.show", {{"id", need.text_at("id")}});
            const auto& legs = shown.array_at("legs");
            if (std::count_if(legs.begin(), legs.end(), is_chosen) > 1)
                fault("G5", "more than one place of a need is chosen");
        }
    }
}

// ------------------------------------------------------------------ G6

namespace {

// All by which a replay could be noticed.
std::string state_of(Scenario& scenario, House house) {
    std::string out;
    for (const std::string_view command :
         {"case.list", "need.list", "leg.list", "grant.list", "inbox"})
        out += scenario.eye(house, command, everything_of(command)).dump() + "\n";
    TestNode& node = scenario.node(house);
    for (const char* table :
         {"leaf", "received", "outbox", "notice", "release", "incident", "access"})
        out += std::to_string(node.count("SELECT count(*) FROM " + std::string(table))) + " ";
    return out;
}

std::map<House, std::string> states_of(Scenario& scenario) {
    std::map<House, std::string> out;
    for (const House house : scenario.houses())
        if (scenario.node(house).running()) out[house] = state_of(scenario, house);
    return out;
}

}  // namespace

void Rules::a_replay_changes_nothing() {
    const auto before = states_of(scenario_);
    scenario_.wire().replay(replayed_);
    replayed_ = scenario_.wire().frames().size();
    for (const auto& [house, state] : states_of(scenario_))
        if (before.at(house) != state)
            fault("G6", "a replay changed something at " + std::string(called_of(house)));
}

// ------------------------------------------------------------------ G10

namespace {

std::optional<schema::Priority> priority_of(const Json& shown) {
    return schema::priority_from(shown.text_at("priority"));
}

std::vector<Waits> waiting_legs(Scenario& scenario, House house) {
    std::vector<Waits> out;
    const Json list = scenario.eye(house, "leg.list", {{"all", true}});
    for (const auto& leg : list.array_at("legs")) {
        const auto state = *schema::leg_state_from(leg.text_at("state"));
        if (schema::is_terminal(state)) continue;
        out.push_back({house,
                       schema::Machine::LEG,
                       static_cast<Byte>(state),
                       *priority_of(leg),
                       leg.text_at("side") == "referrer",
                       leg.text_at("id"),
                       leg});
    }
    return out;
}

std::vector<Waits> waiting_needs(Scenario& scenario, House house) {
    std::vector<Waits> out;
    const Json list = scenario.eye(house, "need.list", {{"all", true}});
    for (const auto& need : list.array_at("needs")) {
        const auto state = *schema::need_state_from(need.text_at("state"));
        if (schema::is_terminal(state)) continue;
        out.push_back({house,
                       schema::Machine::NEED,
                       static_cast<Byte>(state),
                       *priority_of(need),
                       true,
                       need.text_at("id"),
                       need});
    }
    return out;
}

// Releases and grants: that their states stand in the table. What the rows do is tried where they are
// built (SPEC.md, Coverage).
std::vector<std::string> papers_without_a_row(Scenario& scenario, House house) {
    std::vector<std::string> out;
    const Json releases = scenario.eye(house, "release.list");
    for (const auto& one : releases.array_at("releases")) {
        const auto state = schema::release_state_from(one.text_at("state"));
        if (state && !schema::is_terminal(*state) && schema::deadlines_of(*state).empty())
            out.push_back("a release that is " + one.text_at("state"));
    }
    const Json grants = scenario.eye(house, "grant.list");
    for (const auto& one : grants.array_at("grants")) {
        const auto state = schema::grant_state_from(one.text_at("state"));
        if (state && !schema::is_terminal(*state) && schema::deadlines_of(*state).empty())
            out.push_back("a grant that is " + one.text_at("state"));
    }
    return out;
}

std::string name_of_try(const Waits& waits) {
    return std::to_string(static_cast<int>(waits.machine)) + "/" + std::to_string(waits.state) +
           "/" + std::string(schema::name(waits.priority)) + (waits.referrer ? "/r" : "/s");
}

}  // namespace

void Rules::whatever_waits_has_a_deadline() {
    for (const House house : scenario_.houses()) {
        if (!scenario_.node(house).running()) continue;
        auto all = waiting_legs(scenario_, house);
        auto needs = waiting_needs(scenario_, house);
        all.insert(all.end(), needs.begin(), needs.end());
        for (const auto& waits : all) {
            if (schema::deadlines_of(waits.machine, waits.state).empty())
                fault("G10", waits.shown.text_at("state") + " has no row in the table");
            if (!tried_.insert(name_of_try(waits)).second) continue;
            for (auto& broken : wait_it_out(scenario_, waits))
                fault("G10", std::move(broken));
        }
        for (auto& one : papers_without_a_row(scenario_, house))
            fault("G10", one + " has no row in the table");
    }
}

}  // namespace leeward::test
