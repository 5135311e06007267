#include "tests/support/seat.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::test {
namespace {

constexpr uid_t first_desk = 5000;

uid_t next_desk() {
    static uid_t desk = first_desk;
    return desk++;
}

}  // namespace

Json listed(std::string_view words) {
    Json out = Json::array();
    while (!words.empty()) {
        const auto comma = std::min(words.find(','), words.size());
        out.push(words.substr(0, comma));
        words.remove_prefix(std::min(comma + 1, words.size()));
    }
    return out;
}

Seat::Seat(TestNode& node, std::string name, std::string_view roles, std::string_view team)
    : node_(node),
      name_(std::move(name)),
      passphrase_("the passphrase of " + name_),
      desk_(next_desk()) {
    Json args = Json::object({{"name", name_}, {"roles", listed(roles)}});
    if (!team.empty()) args.set("team", team);
    const auto made = node_.serve(::geteuid(),
                                  {"people.add", args, node::Act::PERFORM, {}, 0},
                                  {std::string(passphrase_of_all), passphrase_});
    if (!made) FAIL(name_ << ": " << made.error().detail);
    REQUIRE(start_shift());
}

Result<Json> Seat::start_shift() {
    return node_.serve(desk_,
                       {"shift.start", Json::object({{"name", name_}}), node::Act::PERFORM, {}, 0},
                       {passphrase_});
}

Result<Json> Seat::call(std::string_view command, const Json& args) {
    const auto* spec = schema::find_command(command);
    const bool asks = spec != nullptr && spec->own_passphrase;
    return node_.serve(desk_,
                       {std::string(command), args, node::Act::PERFORM, {}, 0},
                       asks ? TestNode::Typed{passphrase_} : TestNode::Typed{});
}

Json Seat::must(std::string_view command, const Json& args) {
    auto done = call(command, args);
    if (!done) FAIL(name_ << ": " << command << ": " << done.error().detail);
    return std::move(done).value();
}

Error Seat::refused(std::string_view command, const Json& args) {
    const auto done = call(command, args);
    if (done) FAIL(name_ << ": " << command << " was not refused");
    return done.error();
}

Json Seat::preview(std::string_view command, const Json& args) {
    auto done = node_.serve(desk_, {std::string(command), args, node::Act::PREVIEW, {}, 0});
    if (!done) FAIL(name_ << ": preview of " << command << ": " << done.error().detail);
    return std::move(done).value();
}

Result<Json> Seat::call_as(const Seat& other, std::string_view command, const Json& args) {
    return node_.serve(desk_,
                       {std::string(command), args, node::Act::PERFORM, other.name_, 0},
                       {other.passphrase_});
}

Json telling_need(std::string_view priority) {
    Json need = sample_need("PLACEMENT", priority);
    Json fields = *need.find("fields");
    fields.set("programme_gender_need", "girls");
    fields.set("length_expected", "interim");
    fields.set("support_level", "higher_staffing");
    return need.set("fields", std::move(fields));
}

}  // namespace leeward::test
