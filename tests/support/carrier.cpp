#include "tests/support/carrier.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::test {
namespace {

const schema::RoleSet anybody{schema::Role::SHELTER_INTAKE, schema::Role::ADMINISTRATOR};

bool has_mail_for(TestNode& from, TestNode& to) {
    auto rows = from.home().store.query("SELECT 1 FROM outbox WHERE peer=? LIMIT 1",
                                        to.home().identity.node());
    return rows.next();
}

Json taken(TestNode& at, const std::string& file) {
    auto done = at.call_as(anybody, "courier.import", Json::object({{"carried", file}}));
    if (!done) FAIL(at.name() << " does not take a sealed file: " << done.error().detail);
    return std::move(done).value();
}

bool brought_anything(const Json& taken) {
    return taken.int_at("new") > 0 || taken.int_at("receipts") > 0;
}

}  // namespace

Carrier::Carrier(World& world) : world_(world) {
    for (std::size_t i = 0; i < world.size(); ++i)
        world.node(i).watch(
            [](const node::TransportPublicKey&, const node::Frame&) { return false; });
    world.carry_by([this] { return carry_all(); });
}

Carrier::~Carrier() {
    world_.carry_by({});
    for (std::size_t i = 0; i < world_.size(); ++i)
        world_.node(i).watch({});
}

bool Carrier::carry_all() {
    bool any = false;
    for (std::size_t i = 0; i < world_.size(); ++i)
        for (std::size_t j = 0; j < world_.size(); ++j) {
            TestNode& from = world_.node(i);
            TestNode& to = world_.node(j);
            if (i == j || !from.running() || !to.running()) continue;
            if (!has_mail_for(from, to) && !is_due(i, j)) continue;
            last_[{i, j}] = world_.clock().seconds();
            any = carry(from, to) || any;
        }
    return any;
}

bool Carrier::is_due(std::size_t from, std::size_t to) {
    return last_[{from, to}] + 86'400 <= world_.clock().seconds();
}

bool Carrier::carry(TestNode& from, TestNode& to) {
    ++journeys_;
    auto written = from.call_as(anybody, "courier.export", Json::object({{"peer", to.name()}}));
    if (!written) FAIL(from.name() << " writes no sealed file: " << written.error().detail);
    const Json there = taken(to, written->text_at("file"));
    const Json back = taken(from, there.text_at("file"));
    return brought_anything(there) || brought_anything(back);
}

}  // namespace leeward::test
