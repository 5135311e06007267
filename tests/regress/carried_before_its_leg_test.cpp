// Found by reading: what a sealed file brought about a question that a restored node had yet to hear of was neither
// taken in nor refused, and `courier import` said nothing of it.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

// She has withdrawn at a house, and the referrer has lost the question. Nothing passes but what is carried.
struct Lost {
    Pair p{1213};

    Lost() {
        const auto backup = back_up(p.harbor);
        const Asked asked = ask(p.world, p.harbor, {&p.juniper});
        p.disclosed(asked);
        for (TestNode* node : {&p.harbor, &p.juniper})
            node->watch([](const node::TransportPublicKey&, const node::Frame&) { return false; });
        p.juniper.must("release.withdraw",
                       Json::object({{"leg", asked.legs[0]}, {"scope", "ALL"}}));
        restore(p.harbor, backup, p.holders, p.world.random());
        pair_up(p.harbor, p.juniper);
    }
    std::string written() {
        return p.juniper.must("courier.export", Json::object({{"peer", p.harbor.name()}}))
            .text_at("file");
    }
    Json taken(const std::string& file) {
        return p.harbor.must("courier.import", Json::object({{"carried", file}}));
    }
};

}  // namespace

TEST_CASE("a file whose message waits for a question that a restore has lost says so") {
    Lost lost;
    const Json first = lost.taken(lost.written());
    CHECK(first.int_at("waiting") == 1);
    CHECK(first.int_at("put_off") == 0);
    CHECK(first.text_at("say").starts_with("1 message waits for a question"));
    CHECK(first.text_at("say").find("Nothing is lost") != std::string::npos);

    compare_words(lost.p.harbor, lost.p.juniper);
    compare_words(lost.p.juniper, lost.p.harbor);  // the house names the question from now on
    const std::string file = lost.written();
    (void)lost.taken(file);
    const Json again = lost.taken(file);
    CHECK(again.int_at("waiting") == 0);
    CHECK(again.find("say") == nullptr);
    CHECK(is_told(lost.p.harbor, "WITHDRAWAL_HEARD"));
}

}  // namespace leeward::test
