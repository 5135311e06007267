// Found by a review: an offer says where the mail of a hidden house goes. Where its hosts changed after the offer
// was written and before it was accepted, the partner went by the offer for good: nothing reached the house any
// more, and nobody was told.
#include <catch2/catch_test_macros.hpp>

#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using std::chrono::seconds;

// Alder and Birch, which is hidden, have written offers for each other; neither is accepted yet.
struct Offered {
    Offered(std::uint64_t seed, const std::vector<std::string>& roles) : world(seed, roles) {
        settle();
        of_alder = offer_of(alder(), birch());
        of_birch = offer_of(birch(), alder());
    }
    TestNode& alder() { return world.node(0); }
    TestNode& birch() { return world.node(1); }

    static std::string offer_of(TestNode& from, const TestNode& to) {
        return from.must("peer.offer", Json::object({{"for", to.name()}})).text_at("file");
    }
    void settle() { world.pass(seconds(60), seconds(5)); }
    void accept() {
        alder().must("peer.accept", Json::object({{"offer", of_birch}}));
        birch().must("peer.accept", Json::object({{"offer", of_alder}}));
        compare_words(alder(), birch());
        compare_words(birch(), alder());
        settle();
    }
    std::string state_of_question() {
        const Asked asked = ask(world, alder(), {&birch()});
        settle();
        return alder().state_of(asked.legs[0]);
    }

    World world;
    std::string of_alder;
    std::string of_birch;
};

}  // namespace

TEST_CASE("a house that found its first host after it wrote its offer is reached there") {
    Offered o(1055, {"investigation", "hidden shelter", "shelter"});
    give_place(o.world.node(2), o.birch());
    o.settle();
    o.accept();
    CHECK(o.state_of_question() == "DELIVERED");
}

TEST_CASE("a house that changed its host after it wrote its offer is reached at the new one") {
    Offered o(1056, {"investigation", "hidden shelter", "counselling", "shelter"});
    const auto before =
        o.birch().must("mailhost.list").array_at("our_mail").front().text_at("endpoint");
    o.birch().must("mailhost.remove", Json::object({{"host", before}}));
    give_place(o.world.node(3), o.birch());
    o.settle();
    o.accept();
    CHECK(o.state_of_question() == "DELIVERED");
}

TEST_CASE("two hidden houses that each found a second host after they wrote their offers meet") {
    Offered o(1057, {"hidden investigation", "hidden shelter", "counselling", "shelter"});
    give_place(o.world.node(3), o.alder());
    give_place(o.world.node(3), o.birch());
    o.settle();
    o.accept();
    CHECK(o.state_of_question() == "DELIVERED");
}

}  // namespace leeward::test
