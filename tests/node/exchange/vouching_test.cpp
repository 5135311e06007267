#include "node/exchange/vouching.h"

#include <catch2/catch_test_macros.hpp>

#include "node/app/home.h"
#include "schema/vouch.h"
#include "tests/support/seat.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// Two founders, each with a second person, and an organisation that wants to join.
struct Newcomer {
    World world;
    TestNode& alder = world.node(0);
    TestNode& birch = world.node(1);
    Seat alders_second{alder, "supervisor", "INVESTIGATION_SUPERVISOR"};
    Seat birchs_second{birch, "supervisor", "SHELTER_SUPERVISOR"};
    ScratchFolder scratch;
    TestNode quay{scratch.path() / "quay", "Quay", world.network(), world.clock(), world.random()};
    std::string card;

    explicit Newcomer(std::uint64_t seed) : world(seed, {"investigation", "shelter"}) {
        quay.create("shelter", "tcp://127.0.0.1:7200");
        quay.open();
        card = quay.must("identity.show").text_at("file");
    }
    ~Newcomer() { quay.close(); }
    Newcomer(const Newcomer&) = delete;
    Newcomer& operator=(const Newcomer&) = delete;

    static std::string vouch_of(TestNode& member, Seat& second, const std::string& card) {
        const Json waits = member.must("peer.vouch", Json::object({{"card", card}}));
        CHECK(waits.bool_at("needs_second_person"));
        CHECK(waits.find("file") == nullptr);
        return second.must("approval.give", Json::object({{"id", waits.text_at("id")}}))
            .text_at("file");
    }
    std::string two_vouches() {
        return vouch_of(alder, alders_second, card) + vouch_of(birch, birchs_second, card);
    }
    std::string roster() {
        const std::string cards = alder.must("identity.show").text_at("file") +
                                  birch.must("identity.show").text_at("file");
        const std::string begun =
            alder.must("peer.found", Json::object({{"cards", cards}})).text_at("file");
        return birch.must("peer.found", Json::object({{"roster", begun}})).text_at("file");
    }
    void admit_and_meet() {
        const std::string vouches = two_vouches();
        quay.must("peer.admit", Json::object({{"roster", roster()}, {"vouches", vouches}}));
        alder.must("peer.admit", Json::object({{"card", card}, {"vouches", vouches}}));
        pair_up(alder, quay);
        compare_words(alder, quay);
        compare_words(quay, alder);
        run();
    }
    void run() {
        for (int i = 0; i < 30; ++i) {
            world.pump();
            quay.step();
        }
    }
    Error refused(const std::string& vouches) {
        return alder.refused("peer.admit", Json::object({{"card", card}, {"vouches", vouches}}));
    }
    std::string signed_by(TestNode& member, std::chrono::hours ago) {
        const auto root = node::open_root_key(member.folder(), member.home().root);
        REQUIRE(root);
        return schema::sign_vouch(
                   {member.desk().self.node(), quay.desk().self.node(), world.clock().now() - ago},
                   *root) +
               "\n";
    }
};

}  // namespace

TEST_CASE("An organisation joins by the word of two members, and each word is two people's") {
    Newcomer n(701);
    n.admit_and_meet();
    for (TestNode* node : {&n.alder, &n.quay}) {
        const auto other = node == &n.quay ? n.alder.desk().self.node() : n.quay.desk().self.node();
        const auto* peer = node->desk().peers.find(other);
        REQUIRE(peer != nullptr);
        CHECK(peer->active());
        CHECK_FALSE(peer->founder);
        CHECK(peer->on_probation(n.world.clock().now()));
    }
    CHECK(n.birch.desk().peers.find(n.quay.desk().self.node()) == nullptr);
}

TEST_CASE("On probation a newcomer is asked and answers, and is told no name for thirty days") {
    Newcomer n(702);
    n.admit_and_meet();
    Asked asked = ask(n.world, n.alder, {&n.quay});
    n.run();
    n.quay.must("leg.show", Json::object({{"id", asked.legs.front()}}));
    n.quay.must("leg.offer", Json::object({{"id", asked.legs.front()}}));
    n.run();
    choose(n.world, n.alder, asked.need, asked.legs.front());
    n.run();
    n.quay.must("leg.confirm", Json::object({{"id", asked.legs.front()}}));
    n.run();
    CHECK(n.alder.state_of(asked.legs.front()) == "ACCEPTED");
    const std::string release = sign_release(n.alder, asked.case_id, n.quay);
    n.run();
    CHECK(n.quay.count("SELECT count(*) FROM grant_of") == 0);
    CHECK(n.alder.refused("grant.send", Json::object({{"release", release}})).code ==
          Errc::not_released);
    const auto now = n.world.clock().now();
    const auto newcomer = n.quay.desk().self.node();
    CHECK_FALSE(node::not_on_probation(n.alder.desk(), newcomer, now + hours(24 * 30) - hours(1)));
    CHECK(node::not_on_probation(n.alder.desk(), newcomer, now + hours(24 * 30)));
}

TEST_CASE("One word is not enough, nor the same one twice, nor an old one, nor a stranger's") {
    Newcomer n(703);
    const std::string one = Newcomer::vouch_of(n.alder, n.alders_second, n.card);
    CHECK(n.refused(one).code == Errc::untrusted);
    CHECK(n.refused(one + one).code == Errc::untrusted);
    CHECK(n.refused(one + n.signed_by(n.birch, hours(24 * 91))).code == Errc::untrusted);
    CHECK(n.refused(one + n.signed_by(n.quay, hours(1))).code == Errc::untrusted);
    CHECK(n.alder.desk().peers.find(n.quay.desk().self.node()) == nullptr);
}

TEST_CASE("A word that is forged, or for another organisation, is refused") {
    Newcomer n(704);
    const std::string one = Newcomer::vouch_of(n.alder, n.alders_second, n.card);
    const auto quays_root = node::open_root_key(n.quay.folder(), n.quay.home().root);
    REQUIRE(quays_root);
    const std::string forged =
        schema::sign_vouch(
            {n.birch.desk().self.node(), n.quay.desk().self.node(), n.world.clock().now()},
            *quays_root) +
        "\n";
    CHECK(n.refused(one + forged).code == Errc::untrusted);
    const auto birchs_root = node::open_root_key(n.birch.folder(), n.birch.home().root);
    REQUIRE(birchs_root);
    const std::string for_another =
        schema::sign_vouch(
            {n.birch.desk().self.node(), n.alder.desk().self.node(), n.world.clock().now()},
            *birchs_root) +
        "\n";
    CHECK(n.refused(one + for_another).code == Errc::untrusted);
}

TEST_CASE("Who is on probation vouches for nobody") {
    Newcomer n(705);
    n.admit_and_meet();
    TestNode elder(
        n.scratch.path() / "elder", "Elder", n.world.network(), n.world.clock(), n.world.random());
    elder.create("shelter", "tcp://127.0.0.1:7201");
    elder.open();
    const std::string card = elder.must("identity.show").text_at("file");
    const std::string alders = Newcomer::vouch_of(n.alder, n.alders_second, card);
    const auto quays_root = node::open_root_key(n.quay.folder(), n.quay.home().root);
    REQUIRE(quays_root);
    const std::string quays =
        schema::sign_vouch(
            {n.quay.desk().self.node(), elder.desk().self.node(), n.world.clock().now()},
            *quays_root) +
        "\n";
    const Json args = Json::object({{"card", card}, {"vouches", alders + quays}});
    CHECK(n.alder.refused("peer.admit", args).code == Errc::untrusted);
    elder.close();
}

}  // namespace leeward::test
