// Found by a review: a time that a partner had signed as a witness was believed however late it was, beyond any that a
// message can say. Days were added to it at the next start, and a young house erased no question's card any more.
#include <catch2/catch_test_macros.hpp>

#include "node/audit/published.h"
#include "schema/witnessing.h"
#include "tests/support/made_up.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

constexpr std::uint64_t last_time_of_all = 0x7fff'ffff'ffff'ffff;

// Birch has heard nothing from its only partner for two days: of a witness it takes any time then.
struct Young {
    Young() {
        alder.watch([this](const node::TransportPublicKey&, const node::Frame&) { return speaks; });
        world.pass(hours(50));
    }
    node::Published newest() {
        const auto head = birch.home().store.peek(
            [](node::Transaction& tx) { return node::newest_published(tx); });
        REQUIRE(head);
        REQUIRE(*head);
        return **head;
    }
    // Alder cosigns Birch's newest head, at that time.
    void cosign(std::uint64_t at) {
        const auto head = newest();
        const auto note = crypto::parse_note(head.note);
        REQUIRE(note);
        const auto& self = alder.desk().self;
        const auto line =
            crypto::format_signature_line(crypto::cosign_note(schema::witness_vkey(self.card).name,
                                                              self.witness,
                                                              crypto::CosignedAt{at},
                                                              note->text));
        const auto fill = [&](node::Transaction&, const node::Sealing&, schema::Inner& inner) {
            inner.witnessing.answer =
                schema::WitnessAnswer{schema::WitnessStatus::COSIGNED, head.size, line};
            return Outcome(Done{});
        };
        auto frame = made_up(alder, birch, fill);
        speaks = true;
        REQUIRE(alder.transport().send(birch.link(), std::move(frame)));
        speaks = false;
        world.pump();
    }
    std::int64_t cosigned() {
        return birch.count("SELECT count(*) FROM head_cosignature WHERE size=" +
                           std::to_string(newest().size));
    }
    void decline_a_question() {
        const Asked asked = ask(world, alder, {&birch});
        birch.must("leg.show", Json::object({{"id", asked.legs.front()}}));
        birch.must("leg.decline",
                   Json::object({{"id", asked.legs.front()}, {"code", "DECLINE_NO_CAPACITY"}}));
        world.pump();
    }
    void restart() {
        birch.close();
        birch.open();
    }

    bool speaks = false;
    World world{2671, {"investigation", "shelter"}};
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
};

}  // namespace

TEST_CASE("a witness's time beyond the year 9999 is none, and cards are erased in their time") {
    Young young;
    young.cosign(last_time_of_all);
    CHECK(young.cosigned() == 0);
    young.speaks = true;
    young.decline_a_question();
    young.restart();
    REQUIRE(young.birch.count("SELECT count(*) FROM leg WHERE erased=0") == 1);
    young.world.pass(hours(24 * 3 + 2));
    CHECK(young.birch.count("SELECT count(*) FROM leg WHERE erased=0") == 0);
}

TEST_CASE("a witness's time that lies years ahead is taken where there was none for days") {
    Young young;
    young.cosign(static_cast<std::uint64_t>(young.world.clock().seconds()) + 100'000'000);
    CHECK(young.cosigned() == 1);
}

}  // namespace leeward::test
