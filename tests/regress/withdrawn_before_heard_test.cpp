// Found by reading: she withdrew at a restored node before a partner had named what it had been told since the
// backup. What it then named came back in force, and it read on.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

// Her papers were signed and sent after the backup; the restored node knows the question alone.
struct Forgotten {
    Pair p;
    Asked asked;

    enum class Also { NOTHING, COUNSELLING };

    explicit Forgotten(std::uint64_t seed, Also also = Also::NOTHING)
        : p(seed), asked(ask(p.world, p.harbor, {&p.juniper})) {
        if (also == Also::COUNSELLING) ask_for_counselling();
        make_firm(p.world, p.harbor, p.juniper, asked, 0);
        const auto backup = back_up(p.harbor);
        sign();
        p.world.pump();
        restore(p.harbor, backup, p.holders, p.world.random());
        p.world.pass(hours(1));
    }
    std::string sign() { return sign_release(p.harbor, asked.case_id, p.juniper); }
    void withdraw(std::string_view scope) {
        p.harbor.must("release.withdraw",
                      Json::object({{"case", asked.case_id}, {"scope", scope}}));
    }
    void meet_again() {
        p.meet_again();
        p.world.pass(hours(2));
    }
    std::int64_t readable() {
        return p.juniper.count("SELECT count(*) FROM grant_of WHERE discloser<=1");
    }

private:
    void ask_for_counselling() {
        const Json need = sample_need("COUNSELLING", "ROUTINE");
        const Json made = p.harbor.must(
            "need.new", Json::object({{"case", asked.case_id}, {"need", need.dump()}}));
        p.harbor.must("need.ask",
                      Json::object({{"id", made.text_at("id")},
                                    {"to", Json(Json::Array{p.juniper.name()})}}));
        p.world.pump();
    }
};

}  // namespace

TEST_CASE("a withdrawal holds for what a partner names only later as shared with it") {
    Forgotten f(961);
    f.withdraw("ALL");
    f.meet_again();
    CHECK(f.readable() == 0);
}

TEST_CASE("a withdrawal of one service leaves what a partner names later of another") {
    Forgotten f(962);
    f.withdraw("COUNSELLING");
    f.meet_again();
    CHECK(f.readable() == 1);
}

TEST_CASE(
    "a withdrawal of one service that a house was asked for leaves what it names of the other") {
    Forgotten f(964, Forgotten::Also::COUNSELLING);
    f.withdraw("COUNSELLING");
    f.meet_again();
    CHECK(f.readable() == 1);
    f.withdraw("PLACEMENT");
    f.p.world.pass(hours(2));
    CHECK(f.readable() == 0);
}

TEST_CASE("a withdrawal before a partner was heard outlives another restore") {
    Forgotten f(965);
    f.withdraw("ALL");
    restore(f.p.harbor, back_up(f.p.harbor), f.p.holders, f.p.world.random());
    f.meet_again();
    CHECK(f.readable() == 0);
}

TEST_CASE("what she signs after a withdrawal is not taken for what a partner names later") {
    Forgotten f(963);
    f.withdraw("PLACEMENT");
    const std::string anew = f.sign();
    f.meet_again();
    CHECK(f.p.harbor.must("release.show", id_arg(anew)).text_at("state") == "ACTIVE");
    CHECK(f.readable() == 1);
}

}  // namespace leeward::test
