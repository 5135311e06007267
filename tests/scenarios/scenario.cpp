#include "tests/scenarios/scenario.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include <catch2/catch_test_macros.hpp>

#include "schema/commands.h"
#include "tests/scenarios/rules.h"
#include "tests/scenarios/told.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view as_before = "″";
constexpr std::string_view no_leg = "–";

const schema::RoleSet everything{schema::Role::INVESTIGATOR,
                                 schema::Role::INVESTIGATION_SUPERVISOR,
                                 schema::Role::SHELTER_INTAKE,
                                 schema::Role::SHELTER_SUPERVISOR,
                                 schema::Role::COUNSELLOR,
                                 schema::Role::AUDITOR,
                                 schema::Role::ADMINISTRATOR};

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return "";
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> out;
    while (true) {
        const auto at = text.find(by);
        out.push_back(trimmed(text.substr(0, at)));
        if (at == std::string_view::npos) return out;
        text.remove_prefix(at + 1);
    }
}

// Short steps while much is due soon, long ones over weeks: a timer fires at the first look after it.
std::chrono::seconds stride(std::int64_t left) {
    constexpr std::int64_t hour = 3'600;
    if (left > 72 * hour) return hours(12);
    if (left > 6 * hour) return minutes(30);
    return minutes(5);
}

}  // namespace

// ------------------------------------------------------------------ a worker

Person::Person(Scenario& scenario, House house, std::string name, std::string_view roles)
    : scenario_(scenario), house_(house), seat_(scenario.node(house), std::move(name), roles) {}

std::string Person::signature() const {
    return seat_.name() + ", " + std::string(key_of(house_));
}

Result<Json> Person::call(std::string_view command, const Json& args) {
    auto done = seat_.call(command, args);
    if (done || done.error().code != Errc::locked) return done;
    REQUIRE(seat_.start_shift());
    return seat_.call(command, args);
}

Json Person::does(std::string_view what, std::string_view command, Args args) {
    const Json given(std::move(args));
    scenario_.teller().does(signature(), std::string(what) + "\n" + typed(command, given));
    auto done = call(command, given);
    if (!done) FAIL(signature() << ": " << command << ": " << done.error().detail);
    return std::move(done).value();
}

Json Person::looks(std::string_view command, Args args) {
    auto done = call(command, Json(std::move(args)));
    if (!done) FAIL(signature() << ": " << command << ": " << done.error().detail);
    return std::move(done).value();
}

Json Person::previews(std::string_view what, std::string_view command, Args args) {
    const Json given(std::move(args));
    scenario_.teller().does(signature(),
                            std::string(what) + "\n" + typed(command, given) + " --dry-run");
    return seat_.preview(command, given);
}

Error Person::refused(std::string_view what, std::string_view command, Args args) {
    const Json given(std::move(args));
    scenario_.teller().does(signature(), std::string(what) + "\n" + typed(command, given));
    const auto done = call(command, given);
    if (done) {
        FAIL_CHECK(signature() << ": " << command << " was not refused");
        return {};
    }
    scenario_.printed(done.error().detail);
    scenario_.teller().sees(signature(), "refused: " + done.error().detail);
    return done.error();
}

// ------------------------------------------------------------------ the scenario

Scenario::Scenario(std::string name,
                   std::string_view title,
                   const std::vector<House>& houses,
                   const std::vector<House>& on_small_disks)
    : name_(std::move(name)), houses_(houses) {
    std::vector<Founder> founders;
    for (const House house : houses) {
        places_[house] = founders.size();
        founders.push_back(founder_of(house));
    }
    std::vector<std::size_t> small;
    for (const House house : on_small_disks)
        small.push_back(places_.at(house));
    world_ = std::make_unique<World>(founders, 1, small);
    // On the quarter of an hour, as the figures of capacity are.
    world_->clock().move(std::chrono::seconds(900 - seconds() % 900));
    begin_ = seconds();
    teller_ = std::make_unique<PrintingTeller>(
        transcript_,
        PrintingTeller::Look::PLAIN,
        [this] { return seconds() - begin_; },
        PrintingTeller::Chapters::AS_TITLED);
    transcript_ << name_ << ". " << title << "\n";
    wire_ = std::make_unique<Wire>(*world_, canaries_);
    rules_ = std::make_unique<Rules>(*this);
}

Scenario::~Scenario() {
    const std::filesystem::path folder = LEEWARD_TRANSCRIPTS;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / (name_ + ".txt")) << transcript_.str();
    SUCCEED(transcript_.str());
}

SmallDisk& Scenario::disk(House house) {
    return world_->disk(places_.at(house));
}

TestNode& Scenario::node(House house) {
    return world_->node(places_.at(house));
}

std::int64_t Scenario::moment(std::string_view at) const {
    const std::string text(at);
    if (text.back() == 'd') return begin_ + std::stoll(text) * 86'400;
    const auto colon = text.find(':');
    return begin_ + std::stoll(text) * 3'600 + std::stoll(text.substr(colon + 1)) * 60;
}

void Scenario::move_to(std::int64_t moment) {
    world_->pump();
    while (seconds() < moment) {
        const std::int64_t left = moment - seconds();
        world_->clock().move(
            std::chrono::seconds(std::min<std::int64_t>(left, stride(left).count())));
        world_->pump();
    }
}

bool Scenario::is_admitted(const schema::Finding& finding) const {
    return std::any_of(admitted_.begin(), admitted_.end(), [&](const auto& one) {
        return name_of(one.first) == finding.organisation && one.second == finding.kind;
    });
}

void Scenario::prologue(std::string_view what) {
    teller_->chapter(what);
}

void Scenario::begin_after(std::chrono::seconds later) {
    move_to(seconds() + later.count());
    begin_ = seconds();
}

void Scenario::step(std::string_view number, std::string_view at, std::string_view what) {
    number_ = number;
    move_to(moment(at));
    teller_->chapter(number_ + "  T+" + std::string(at) + "  " + std::string(what));
}

void Scenario::sees(House house, std::string_view what) {
    teller_->sees(called_of(house), what);
}
void Scenario::nobody_saw(std::string_view what) {
    teller_->unseen(what);
}
void Scenario::aside(std::string_view what) {
    teller_->aside(what);
}

void Scenario::follow(House referrer, std::string need, std::vector<House> columns) {
    referrer_ = referrer;
    need_ = std::move(need);
    columns_ = std::move(columns);
    before_ = {};
}

Json Scenario::eye(House house, std::string_view command, Args args) {
    auto seen = node(house).call_as(everything, command, Json(std::move(args)));
    if (!seen) FAIL(called_of(house) << ": " << command << ": " << seen.error().detail);
    return std::move(seen).value();
}

Json Scenario::leg_at(House house, const std::string& id) {
    for (int page = 1;; ++page) {
        const Json list = eye(house, "leg.list", {{"all", true}, {"page", page}});
        if (list.array_at("legs").empty()) return {};
        if (Json found = item_with(member(list, "legs"), "id", id); !found.is_null()) return found;
    }
}

std::string Scenario::leg(House house) {
    std::string id;
    const Json need = eye(referrer_, "need.show", {{"id", need_}});
    for (const auto& one : need.array_at("legs"))
        if (one.text_at("peer") == name_of(house)) id = one.text_at("id");
    return id;
}

std::vector<std::string> Scenario::notices(House house) {
    std::vector<std::string> codes;
    const Json inbox = eye(house, "inbox");
    for (const auto& one : inbox.array_at("notices"))
        codes.push_back(one.text_at("code"));
    return codes;
}

void Scenario::switch_off(House house) {
    node(house).close();
    teller_->aside("At " + std::string(called_of(house)) + " the machine is off.");
}

void Scenario::switch_on(House house) {
    node(house).open();
    teller_->aside("At " + std::string(called_of(house)) + " the machine is on again.");
}

// ------------------------------------------------------------------ what is shown

// What reached nobody is shown by its referrer alone.
std::string Scenario::state_at_both_ends(House house) {
    const std::string id = leg(house);
    if (id.empty()) return std::string(no_leg);
    const Json ours = leg_at(referrer_, id);
    const std::string state = ours.text_at("state");
    if (!node(house).running()) return state;
    const Json theirs = leg_at(house, id);
    if (theirs.is_null() && ours.text_at("answer") == "NONE") return state;
    const std::string other = theirs.text_at("state");
    return other == state ? state : state + " here, " + other + " at " + std::string(key_of(house));
}

Scenario::Shown Scenario::shown() {
    const Json need = eye(referrer_, "need.show", {{"id", need_}});
    const Json cases = eye(referrer_, "case.list", {{"all", true}});
    const Json one = item_with(member(cases, "cases"), "id", need.text_at("case"));
    Shown out{one.text_at("state") + "/" + need.text_at("state"), {}};
    for (const House house : columns_)
        out.legs.push_back(state_at_both_ends(house));
    return out;
}

void Scenario::tell(const Shown& now) {
    std::string line = in_words_of_need(now.case_and_need);
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (now.legs[i] != no_leg)
            line +=
                "\n" + std::string(called_of(columns_[i])) + ": " + in_words_of_leg(now.legs[i]);
    teller_->sees(called_of(referrer_), line);
}

void Scenario::expect(std::string_view states) {
    world_->pump();
    const Shown now = shown();
    const auto parts = split(states, '|');
    const auto legs = split(parts.at(1), ',');
    REQUIRE(legs.size() == columns_.size());
    INFO("step " << number_ << " of " << name_);
    CHECK(now.case_and_need == (parts[0] == as_before ? before_.case_and_need : parts[0]));
    for (std::size_t i = 0; i < legs.size(); ++i) {
        INFO(called_of(columns_[i]));
        CHECK(now.legs[i] == (legs[i] == as_before ? before_.legs.at(i) : legs[i]));
    }
    tell(now);
    before_ = now;
    if (on_the_way_ > 0) return rules_->pass_over();
    for (const auto& broken : rules_->after_step()) {
        teller_->aside("BROKEN: " + broken);
        FAIL_CHECK(broken);
    }
}

}  // namespace leeward::test
