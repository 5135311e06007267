// Found by a review: the pace of handshakes was kept for each key. Whoever has a place at a mail host names a thousand
// guests there, and others whenever it likes: each of them brought turns of its own.
#include "node/transport/pace.h"

#include "tests/node/transport/nodes.h"

using namespace leeward;
using namespace leeward::node;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr int guests = 1024;

// Time passes as the test says.
struct Handshakes {
    Pace pace{ZmqOptions{}.group_at_once};
    Pace::Time now{std::chrono::hours(24)};

    bool passes(int key, std::optional<std::int64_t> group = std::nullopt) {
        ByteArray<32> bytes{static_cast<Byte>(key >> 16), static_cast<Byte>(key >> 8)};
        bytes[2] = static_cast<Byte>(key);
        return pace.takes(TransportPublicKey(bytes), group, now);
    }
    int passing(int from, int to, std::int64_t group) {
        int passed = 0;
        for (int key = from; key < to; ++key)
            passed += passes(key, group) ? 1 : 0;
        return passed;
    }
};

}  // namespace

TEST_CASE("fresh keys bring a group no turns") {
    Handshakes h;
    CHECK(h.passing(0, 10'000, 1) <= 2 * guests + 1);
    int passed = 0;
    for (int second = 0; second < 60; ++second) {
        h.now += seconds(1);
        passed += h.passing(10'000 + second * 100, 10'100 + second * 100, 1);
    }
    CHECK(passed <= 60);
    CHECK(h.passes(1, 2));
    CHECK(h.passes(2));
}

TEST_CASE("all guests of an account come back at once, twice within a minute") {
    Handshakes h;
    CHECK(h.passing(0, guests, 1) == guests);
    h.now += seconds(30);
    CHECK(h.passing(0, guests, 1) == guests);
}

TEST_CASE("a guest that comes without end leaves turns to the others") {
    Handshakes h;
    int passed = 0;
    for (int i = 0; i < 36'000; ++i) {
        h.now += milliseconds(100);
        passed += h.passes(0, 1) ? 1 : 0;
    }
    CHECK(passed < 300);
    CHECK(h.passing(1, guests, 1) == guests - 1);
}

TEST_CASE("a peer shakes hands some times at once, then once a second") {
    Handshakes h;
    int passed = 0;
    for (int i = 0; i < 1000; ++i)
        passed += h.passes(0) ? 1 : 0;
    CHECK(passed <= 65);
    for (int second = 0; second < 10; ++second) {
        h.now += seconds(1);
        CHECK(h.passes(0));
        CHECK_FALSE(h.passes(0));
    }
}
