// Found by reading: when two partners compared what they hold after a restore, any grant that had ended long ago,
// as one does by a narrowing or a day after the arrival, was taken for a withdrawal: the release that still
// stood was ended, and the house had to erase the rest of her record.
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;

std::string narrowed(Pair& p, const Asked& asked) {
    const std::string release = p.disclosed(asked);
    Json args = id_arg(release);
    args.set("fields", Json(Json::Array{"allergies"}));
    p.harbor.must("release.narrow", args);
    p.world.pass(hours(2));
    return release;
}

void stands(Pair& p, const std::string& release) {
    p.meet_again();
    p.world.pass(hours(2));
    CHECK(p.harbor.must("release.show", id_arg(release)).text_at("state") == "NARROWED");
    CHECK(p.juniper.count("SELECT count(*) FROM grant_of WHERE discloser<=1") == 1);
}

}  // namespace

TEST_CASE("a narrowed release stands when the house that holds the rest was restored") {
    Pair p(951);
    const std::string release = narrowed(p, ask(p.world, p.harbor, {&p.juniper}));
    restore(p.juniper, back_up(p.juniper), p.holders, p.world.random());
    stands(p, release);
}

TEST_CASE("a narrowed release stands when the referrer that wrote it was restored") {
    Pair p(952);
    const std::string release = narrowed(p, ask(p.world, p.harbor, {&p.juniper}));
    restore(p.harbor, back_up(p.harbor), p.holders, p.world.random());
    stands(p, release);
}

}  // namespace leeward::test
