// Clocks of real nodes that jump while they run and are wrong at a start: nothing hangs, nobody loses a
// partner, and once the clock is right again the next question arrives.
#include "tests/support/clock.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "tests/fire/fire_node.h"
#include "tests/support/founding.h"

namespace leeward::fire {
namespace {

using std::chrono::seconds;

// As libfaketime reads it. Content from a clock that is more than a week behind ours, or two months
// ahead, is refused with a code; within that everything goes on.
struct Wrong {
    const char* name;
    const char* offset;
    bool content_passes;
};
constexpr std::array wrongs{
    Wrong{"an hour behind", "-3600", true},
    Wrong{"a day ahead", "+86400", true},
    Wrong{"two years ahead", "+63072000", false},
    Wrong{"ten times too fast", "+0 x10", true},
};

std::string ask(FireNode& referrer, const FireNode& house) {
    const Json made = referrer.must("case.new", new_case());
    const Json need = referrer.must("need.new", new_need(made.text_at("id")));
    const Json asked = referrer.must("need.ask", question(need.text_at("id"), house));
    return asked.array_at("legs").front().text_at("id");
}

bool arrives(FireNode& house, const std::string& leg) {
    return test::eventually(seconds(60), [&] {
        return static_cast<bool>(house.call("leg.show", Json::object({{"id", leg}})));
    });
}

}  // namespace

TEST_CASE(
    "whatever a house's clock says, nothing hangs, and with a right clock it is asked again") {
    const Scratch scratch;
    const auto file = scratch.path() / "clock";
    const test::MovableClock clock(file);
    if (!clock.movable()) SKIP("libfaketime is not installed");
    const auto wrong = GENERATE(from_range(wrongs));
    CAPTURE(wrong.name);
    FireNode referrer(scratch.path() / "referrer", "Alder", "investigation");
    FireNode house(scratch.path() / "house", "Birch", "shelter");
    const FireNode::Around faked{{}, clock.environment()};
    REQUIRE(referrer.start());
    REQUIRE(house.start(faked));
    test::founding::found_network<FireNode>({&referrer, &house});
    REQUIRE(arrives(house, ask(referrer, house)));

    test::write_private(file, wrong.offset);  // while it runs
    const std::string meanwhile = ask(referrer, house);
    if (wrong.content_passes) CHECK(arrives(house, meanwhile));
    CHECK(house.must("node.status").text_at("organisation") == "Birch");
    house.kill();
    REQUIRE(house.start(faked));  // and at a start
    CHECK(house.must("audit.verify").bool_at("verified"));

    test::write_private(file, "+0");
    CHECK(arrives(house, ask(referrer, house)));
    CHECK(house.must("audit.verify").bool_at("verified"));
}

}  // namespace leeward::fire
