// Found by reading: a house that was restored told of her under a return path that she had ended since the backup. And
// the referrer passed over what the house then said of its paths, an end too, for it was said under a number of before.
// So it still did where the house's clock had stood years ahead before the restore.
#include <limits>

#include "schema/release.h"
#include "tests/node/exchange/restored_pair.h"

namespace leeward::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// She has arrived in the house.
struct Arrived {
    Pair p;
    Asked asked;

    explicit Arrived(std::uint64_t seed) : p(seed), asked(ask(p.world, p.harbor, {&p.juniper})) {
        make_firm(p.world, p.harbor, p.juniper, asked, 0);
        p.plan(leg());
        p.juniper.must("leg.arrived", id_arg(leg()));
        p.world.pass(hours(1), minutes(10));
    }
    [[nodiscard]] const std::string& leg() const { return asked.legs[0]; }
    std::string sign() {
        std::string path = sign_return_path(p.juniper, leg(), "COARSE");
        p.world.pump();
        p.world.pass(minutes(10), minutes(10));
        return path;
    }
    std::string draft() {
        return p.juniper.must("release.new", Json::object({{"leg", leg()}, {"return", "COARSE"}}))
            .text_at("id");
    }
    void sign(const std::string& path) {
        for (const Json& signature : founding::both_signatures(path))
            p.juniper.must("release.sign", signature);
        p.world.pass(minutes(10), minutes(10));
    }
    void number_from(std::int64_t last) {
        REQUIRE(p.juniper.home().store.write([&](node::Transaction& tx) {
            return tx.run("UPDATE leg SET return_counter=?", last);
        }));
    }
    // As the house numbers them while its clock stands in 2100.
    void number_as_in_2100() { number_from(4'102'444'800); }
    void end(const std::string& path) {
        p.juniper.must("release.withdraw", id_arg(path));
        p.world.pump();
        p.world.pass(minutes(10), minutes(10));
    }
    void lose_all_since(TestNode& node, const node::BackupName& backup) {
        restore(node, backup, p.holders, p.world.random());
        p.world.pass(hours(1), minutes(10));
    }
    void compare_all_words() {
        pair_up(p.harbor, p.juniper);
        compare_words(p.harbor, p.juniper);
        compare_words(p.juniper, p.harbor);
    }
    void meet_again() {
        compare_all_words();
        p.world.pump();
        p.world.pass(hours(1), minutes(10));
    }
    Json still_in_contact() { return Json::object({{"id", leg()}, {"contact", "yes"}}); }
    Errc refusal() { return p.juniper.refused("leg.follow-up", still_in_contact()).code; }
    std::string state(const std::string& path) {
        return p.juniper.must("release.show", id_arg(path)).text_at("state");
    }
    schema::ReturnLevel level() {
        return static_cast<schema::ReturnLevel>(p.harbor.count("SELECT return_level FROM leg"));
    }
};

}  // namespace

TEST_CASE("a restored house tells nothing under a return path before she was asked again") {
    Arrived a(2140);
    const std::string path = a.sign();
    const auto backup = back_up(a.p.juniper);
    a.end(path);
    a.lose_all_since(a.p.juniper, backup);
    REQUIRE(a.state(path) == "ACTIVE");
    CHECK(a.refusal() == Errc::wrong_state);  // the referrer has not spoken yet
    a.meet_again();
    CHECK(a.state(path) == "WITHDRAWN");
    CHECK(is_told(a.p.juniper, "RETURN_PATH_UNKNOWN"));
    CHECK(a.refusal() == Errc::not_released);
    CHECK_FALSE(is_told(a.p.harbor, "FOLLOW_UP"));
    a.sign();
    CHECK(a.level() == schema::ReturnLevel::COARSE);
    a.p.juniper.must("leg.follow-up", a.still_in_contact());
    a.p.world.pass(hours(1), minutes(10));
    CHECK(is_told(a.p.harbor, "FOLLOW_UP"));
    CHECK(a.p.juniper.must("audit.verify").bool_at("verified"));
}

TEST_CASE("the referrer hears that a return path has ended, whatever the house had said since") {
    Arrived a(2141);
    const std::string path = a.sign();
    const auto backup = back_up(a.p.juniper);
    a.end(path);
    a.sign();
    REQUIRE(a.level() == schema::ReturnLevel::COARSE);
    a.lose_all_since(a.p.juniper, backup);
    a.meet_again();
    CHECK(a.level() == schema::ReturnLevel::NONE);
}

TEST_CASE(
    "a return path that she signs after the restore holds, though the referrer speaks later") {
    Arrived a(2142);
    a.sign();
    const auto backup = back_up(a.p.juniper);
    a.lose_all_since(a.p.juniper, backup);
    const std::string anew = a.sign();
    a.meet_again();
    CHECK(a.state(anew) == "ACTIVE");
    CHECK(a.level() == schema::ReturnLevel::COARSE);
    CHECK_FALSE(is_told(a.p.juniper, "RETURN_PATH_UNKNOWN"));
}

TEST_CASE("a return path of which the backup had the draft, and that she signs after it, holds") {
    Arrived a(2144);
    const std::string path = a.draft();
    a.lose_all_since(a.p.juniper, back_up(a.p.juniper));
    a.sign(path);
    a.meet_again();
    CHECK(a.state(path) == "ACTIVE");
    CHECK(a.level() == schema::ReturnLevel::COARSE);
    CHECK_FALSE(is_told(a.p.juniper, "RETURN_PATH_UNKNOWN"));
}

TEST_CASE(
    "the referrer hears of an end though a clock years ahead had numbered before the restore") {
    Arrived a(2145);
    const std::string path = a.sign();
    const auto backup = back_up(a.p.juniper);
    a.number_as_in_2100();
    a.end(path);
    a.sign();
    REQUIRE(a.level() == schema::ReturnLevel::COARSE);
    a.lose_all_since(a.p.juniper, backup);
    a.meet_again();
    CHECK(a.state(path) == "WITHDRAWN");
    CHECK(a.level() == schema::ReturnLevel::NONE);
}

TEST_CASE(
    "what she signs after a restore is heard though a clock years ahead had numbered before") {
    Arrived a(2146);
    const auto backup = back_up(a.p.juniper);
    a.number_as_in_2100();
    a.end(a.sign());
    REQUIRE(a.level() == schema::ReturnLevel::NONE);
    a.lose_all_since(a.p.juniper, backup);
    const std::string anew = a.sign();
    REQUIRE(a.level() == schema::ReturnLevel::NONE);
    a.meet_again();
    CHECK(a.state(anew) == "ACTIVE");
    CHECK(a.level() == schema::ReturnLevel::COARSE);
}

TEST_CASE("the referrer hears that a return path that she signed after the backup is lost") {
    Arrived a(2148);
    const auto backup = back_up(a.p.juniper);
    a.sign();
    REQUIRE(a.level() == schema::ReturnLevel::COARSE);
    a.lose_all_since(a.p.juniper, backup);
    a.meet_again();
    CHECK(a.level() == schema::ReturnLevel::NONE);
    a.sign();
    CHECK(a.level() == schema::ReturnLevel::COARSE);
}

// Of whoever had the machine before the restore. A store counts to 2^63 - 1.
TEST_CASE("a number that no house comes to keeps no word of the referrer from a restored house") {
    Arrived a(2147);
    const std::string path = a.sign();
    const auto backup = back_up(a.p.juniper);
    a.number_from(std::numeric_limits<std::int64_t>::max() - 10);
    a.end(path);
    a.lose_all_since(a.p.juniper, backup);
    a.meet_again();
    CHECK(a.state(path) == "WITHDRAWN");
    CHECK(a.level() == schema::ReturnLevel::NONE);
}

TEST_CASE("where both were restored no return path of a copy is said to hold") {
    Arrived a(2143);
    const auto of_harbor = back_up(a.p.harbor);
    const std::string path = a.sign();
    const auto of_juniper = back_up(a.p.juniper);
    a.end(path);
    a.lose_all_since(a.p.harbor, of_harbor);
    a.lose_all_since(a.p.juniper, of_juniper);
    REQUIRE(a.level() == schema::ReturnLevel::NONE);
    a.compare_all_words();
    // What the referrer says is late.
    REQUIRE(a.p.harbor.home().store.write([](node::Transaction& tx) {
        return tx.run("DELETE FROM outbox WHERE kind=?", schema::MessageKind::RESYNC);
    }));
    a.p.world.pass(hours(1), minutes(10));
    CHECK(a.level() == schema::ReturnLevel::NONE);
    CHECK(a.refusal() == Errc::wrong_state);
}

}  // namespace leeward::test
