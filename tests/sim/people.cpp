#include "tests/sim/people.h"

#include <array>

#include "tests/sim/broken.h"
#include "tests/support/founding.h"

namespace leeward::sim {
namespace {

constexpr std::size_t most_needs = 6;

// What may be tried about a leg, by whoever: a command and the one argument that it needs besides.
struct Move {
    std::string_view command;
    std::string_view key = "";
    std::string_view value = "";
};
constexpr std::array moves{
    Move{"leg.show"},
    Move{"leg.show"},
    Move{"leg.offer"},
    Move{"leg.offer"},
    Move{"leg.offer"},
    Move{"leg.confirm"},
    Move{"leg.confirm"},
    Move{"leg.confirm"},
    Move{"leg.plan"},
    Move{"leg.departed"},
    Move{"leg.arrived"},
    Move{"leg.ended"},
    Move{"leg.waitlist", "band", "first_3"},
    Move{"leg.question", "code", "Q_NIGHT_STAFF"},
    Move{"leg.decline", "code", "DECLINE_NO_CAPACITY"},
    Move{"leg.decline", "code", "DECLINE_OTHER_REVIEWED"},
    Move{"leg.review", "code", "REVIEW_RETURNED"},
    Move{"leg.missing", "code", "NOT_ARRIVED_UNABLE_TO_CONTACT"},
    Move{"leg.cancel", "code", "CANCEL_NO_LONGER_NEEDED"},
    Move{"leg.discard", "code", "MISDIRECT_WRONG_RECIPIENT"},
    Move{"leg.lost", "code", "VACANCY_GONE"},
    Move{"leg.phone-accepted", "person", "night worker"},
    Move{"leg.phone-arrived", "person", "night worker"},
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
    if (done) ++done_;
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
        case 2:
            return about_a_need();
        case 3:
        case 4:
            return papers();
        case 5:
            return read_grants();
        default:
            return about_a_leg();
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
        legs_.push_back({need.at, asked[i], legs[i].text_at("id")});
}

SimNode* People::about_a_need() {
    if (needs_.empty()) return nullptr;
    const Need& need = any_of(needs_);
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
    else if (!legs_.empty())
        (void)attempt(*need.at,
                      "need.choose",
                      Json::object({{"id", need.id},
                                    {"leg", any_of(legs_).id},
                                    {"basis", "CHOICE_BASIS_IN_PERSON"},
                                    {"read-back", true}}));
    return need.at;
}

SimNode* People::about_a_leg() {
    if (legs_.empty()) return nullptr;
    const Leg& leg = any_of(legs_);
    SimNode& at = below(3) == 0 ? *leg.asked_by : *leg.house;
    if (!at.running()) return nullptr;
    const Move& move = any_of(moves);
    (void)attempt(at, move.command, args_of(move, leg.id, at.clock().seconds()));
    return &at;
}

SimNode* People::papers() {
    if (needs_.empty()) return nullptr;
    const Need& need = any_of(needs_);
    SimNode& at = *need.at;
    if (!at.running()) return nullptr;
    if (below(4) == 0) {
        (void)attempt(
            at, "release.withdraw", Json::object({{"case", need.case_id}, {"scope", "ALL"}}));
        return &at;
    }
    const auto made = attempt(at,
                              "release.new",
                              Json::object({{"case", need.case_id},
                                            {"to", any_of(houses_)->name()},
                                            {"fields", Json(Json::Array{"T2"})},
                                            {"purpose", "PURPOSE_PLACEMENT"}}));
    if (!made) return &at;
    for (const auto& [signer, name] :
         {std::pair{"MINOR", "The survivor"}, std::pair{"GUARDIAN", "An aunt"}})
        (void)attempt(at,
                      "release.sign",
                      Json::object({{"id", made->text_at("id")},
                                    {"signer", signer},
                                    {"name", name},
                                    {"capacity", true},
                                    {"read-back", true}}));
    return &at;
}

SimNode* People::read_grants() {
    SimNode& at = *any_of(houses_);
    if (!at.running()) return nullptr;
    const auto list = attempt(at, "grant.list", Json::object());
    if (!list) return &at;
    for (const auto& grant : list->array_at("grants"))
        (void)attempt(at,
                      "grant.open",
                      Json::object({{"id", grant.text_at("id")}, {"purpose", "PURPOSE_INTAKE"}}));
    return &at;
}

}  // namespace leeward::sim
