#include "tests/sim/people.h"

#include <array>

#include "tests/sim/broken.h"
#include "tests/support/founding.h"

namespace leeward::sim {
namespace {

constexpr std::size_t most_needs = 4;

enum class Side { HOUSE, REFERRER };

// What may be tried about a leg, whose it is to try, and the one argument that it needs besides.
struct Move {
    std::string_view command;
    Side side = Side::HOUSE;
    std::string_view key = "";
    std::string_view value = "";
};
constexpr std::array moves{
    Move{"leg.show"},
    Move{"leg.offer"},
    Move{"leg.confirm"},
    Move{"leg.plan", Side::REFERRER},
    Move{"leg.departed", Side::REFERRER},
    Move{"leg.arrived"},
    Move{"leg.ended"},
    Move{"leg.waitlist", Side::HOUSE, "band", "first_3"},
    Move{"leg.question", Side::HOUSE, "code", "Q_NIGHT_STAFF"},
    Move{"leg.decline", Side::HOUSE, "code", "DECLINE_NO_CAPACITY"},
    Move{"leg.decline", Side::HOUSE, "code", "DECLINE_OTHER_REVIEWED"},
    Move{"leg.review", Side::HOUSE, "code", "REVIEW_RETURNED"},
    Move{"leg.missing", Side::HOUSE, "code", "NOT_ARRIVED_UNABLE_TO_CONTACT"},
    Move{"leg.missing", Side::REFERRER, "code", "NOT_ARRIVED_UNABLE_TO_CONTACT"},
    Move{"leg.missing", Side::REFERRER, "code", "NOT_ARRIVED_UNABLE_TO_CONTACT"},
    Move{"leg.cancel", Side::REFERRER, "code", "CANCEL_NO_LONGER_NEEDED"},
    Move{"leg.discard", Side::HOUSE, "code", "MISDIRECT_WRONG_RECIPIENT"},
    Move{"leg.lost", Side::HOUSE, "code", "VACANCY_GONE"},
    Move{"leg.phone-accepted", Side::REFERRER, "person", "night worker"},
    Move{"leg.phone-arrived", Side::REFERRER, "person", "night worker"},
};

struct Step {
    std::string_view command;
    Side side = Side::HOUSE;
};
constexpr std::array to_a_bed{
    Step{"leg.show"},
    Step{"leg.offer"},
    Step{"need.choose", Side::REFERRER},
    Step{"leg.confirm"},
    Step{"release.sign", Side::REFERRER},
    Step{"grant.open"},
    Step{"leg.plan", Side::REFERRER},
    Step{"leg.departed", Side::REFERRER},
    Step{"leg.arrived"},
    Step{"leg.ended"},
};

Json args_of(const Move& move, const std::string& leg, std::int64_t now) {
    Json args = Json::object({{"id", leg}});
    if (!move.key.empty()) args.set(move.key, move.value);
    if (move.key == "person") args.set("number", "555-0100");
    if (move.command == "leg.review" || move.command == "leg.lost")
        args.set("by-phone", "the supervisor").set("number", "555-0100");
    if (move.command == "leg.plan")
        args.set("window-start", now + 600).set("window-end", now + 3600);
    return args;
}

}  // namespace

People::People(crypto::Random& dice, std::vector<SimNode*> referrers, std::vector<SimNode*> houses)
    : dice_(dice), referrers_(std::move(referrers)), houses_(std::move(houses)) {}

// Whatever is refused is refused in words; damage is not one of the answers.
Result<Json> People::attempt(SimNode& node, std::string_view command, const Json& args) {
    auto done = node.call(command, args);
    if (done) ++done_[std::string(command)];
    if (!done && !node.disk().is_off() &&
        (done.error().code == Errc::corrupt || done.error().code == Errc::malformed))
        throw Broken(node.name() + ": " + std::string(command) + ": " + done.error().detail);
    return done;
}

void People::begin() {
    for (std::size_t i = 0; i < referrers_.size(); ++i)
        new_need();
}

SimNode* People::act() {
    switch (below(12)) {
        case 0:
            return needs_.size() < most_needs ? new_need() : about_a_need();
        case 1:
            return about_a_need();
        case 2:
            return papers();
        case 3:
            return somebody_reads();
        case 4:
        case 5:
        case 6:
            return about_a_leg();
        default:
            return go_on();
    }
}

SimNode* People::new_need() {
    SimNode& at = *any_of(referrers_);
    if (!at.running()) return nullptr;
    const auto opened = attempt(at,
                                "case.new",
                                Json::object({{"record", test::founding::sample_record().dump()},
                                              {"duplicate-check", "none"}}));
    if (!opened) return &at;
    const std::string case_id = opened->text_at("id");
    const char* priority = any_of(std::array{"EMERGENCY", "URGENT", "ROUTINE"});
    const auto made = attempt(
        at,
        "need.new",
        Json::object({{"case", case_id},
                      {"need", test::founding::sample_need("PLACEMENT", priority).dump()}}));
    if (!made) return &at;
    needs_.push_back({&at, made->text_at("id"), case_id});
    ask(needs_.back());
    return &at;
}

void People::ask(const Need& need) {
    std::vector<SimNode*> asked;
    Json to = Json::array();
    for (SimNode* house : houses_) {
        if (below(3) == 0) continue;
        asked.push_back(house);
        to.push(house->name());
    }
    const auto answer =
        attempt(*need.at, "need.ask", Json::object({{"id", need.id}, {"to", std::move(to)}}));
    if (!answer) return;
    const auto& legs = answer->array_at("legs");
    for (std::size_t i = 0; i < legs.size() && i < asked.size(); ++i)
        legs_.push_back({need.at,
                         asked[i],
                         legs[i].text_at("id"),
                         static_cast<std::size_t>(&need - needs_.data())});
}

// The next step of a placement that goes well, tried until it is taken.
SimNode* People::go_on() {
    if (legs_.empty()) return nullptr;
    Leg& leg = recent_of(legs_);
    if (leg.next >= to_a_bed.size()) return about_a_leg();
    const Step& step = to_a_bed[leg.next];
    SimNode& at = step.side == Side::HOUSE ? *leg.house : *leg.asked_by;
    if (!at.running()) return nullptr;
    if (take_step(leg, at, step.command)) ++leg.next;
    return &at;
}

bool People::take_step(const Leg& leg, SimNode& at, std::string_view command) {
    if (command == "need.choose") return choose(needs_[leg.need], leg);
    if (command == "release.sign") return sign_papers(needs_[leg.need], *leg.house);
    if (command == "grant.open") return read_grants(at);
    const Json args = args_of(Move{command}, leg.id, at.clock().seconds());
    return static_cast<bool>(attempt(at, command, args));
}

// A leg of this need, mostly; null while nobody was asked.
const People::Leg* People::one_of(const Need& need) {
    std::vector<const Leg*> all;
    const bool astray = below(8) == 0;
    for (const Leg& leg : legs_)
        if (astray || &needs_[leg.need] == &need) all.push_back(&leg);
    return all.empty() ? nullptr : any_of(all);
}

SimNode* People::about_a_need() {
    if (needs_.empty()) return nullptr;
    const Need& need = recent_of(needs_);
    if (!need.at->running()) return nullptr;
    const std::uint64_t what = below(12);
    if (what == 0)
        (void)attempt(*need.at,
                      "need.withdraw",
                      Json::object({{"id", need.id},
                                    {"reason", "WITHDRAW_PREFERS_NOT_TO_SAY"},
                                    {"read-back", true},
                                    {"bed-asked", true}}));
    else if (what <= 3)
        ask(need);
    else if (const Leg* leg = one_of(need))
        choose(need, *leg);
    return need.at;
}

bool People::choose(const Need& need, const Leg& leg) {
    return static_cast<bool>(attempt(*need.at,
                                     "need.choose",
                                     Json::object({{"id", need.id},
                                                   {"leg", leg.id},
                                                   {"basis", "CHOICE_BASIS_IN_PERSON"},
                                                   {"read-back", true}})));
}

SimNode* People::about_a_leg() {
    if (legs_.empty()) return nullptr;
    const Leg& leg = recent_of(legs_);
    const Move& move = any_of(moves);
    const bool astray = below(8) == 0;
    const bool at_house = (move.side == Side::HOUSE) != astray;
    SimNode& at = at_house ? *leg.house : *leg.asked_by;
    if (!at.running()) return nullptr;
    (void)attempt(at, move.command, args_of(move, leg.id, at.clock().seconds()));
    return &at;
}

SimNode* People::papers() {
    if (needs_.empty()) return nullptr;
    const Need& need = any_of(needs_);
    if (!need.at->running()) return nullptr;
    if (below(4) == 0)
        (void)attempt(
            *need.at, "release.withdraw", Json::object({{"case", need.case_id}, {"scope", "ALL"}}));
    else
        sign_papers(need, *any_of(houses_));
    return need.at;
}

bool People::sign_papers(const Need& need, const SimNode& house) {
    const auto made = attempt(*need.at,
                              "release.new",
                              Json::object({{"case", need.case_id},
                                            {"to", house.name()},
                                            {"fields", Json(Json::Array{"T2"})},
                                            {"purpose", "PURPOSE_PLACEMENT"}}));
    if (!made) return false;
    bool both = true;
    for (const Json& signature : test::founding::both_signatures(made->text_at("id")))
        both = attempt(*need.at, "release.sign", signature) && both;
    return both;
}

SimNode* People::somebody_reads() {
    SimNode& at = *any_of(houses_);
    if (at.running()) (void)read_grants(at);
    return at.running() ? &at : nullptr;
}

bool People::read_grants(SimNode& at) {
    const auto list = attempt(at, "grant.list", Json::object());
    if (!list) return false;
    bool read = false;
    for (const auto& grant : list->array_at("grants"))
        if (attempt(at,
                    "grant.open",
                    Json::object({{"id", grant.text_at("id")}, {"purpose", "PURPOSE_INTAKE"}})))
            read = true;
    return read;
}

}  // namespace leeward::sim
