#include "schema/delivery.h"

#include "lifecycle_walk.h"

using namespace leeward::schema;  // NOLINT(google-build-using-namespace)

TEST_CASE("a delivery takes exactly the transitions of its table") {
    const auto made = leeward::test::walk<DeliveryState, DeliveryMove>(
        delivery_state_count, 7, [](auto move, auto from, auto) { return next(move, from); });
    REQUIRE(made == leeward::test::expected("D2 QUEUED,RETRY SENT\n"
                                            "D3 SENT AT_HOST\n"
                                            "D4 SENT,AT_HOST,RETRY DELIVERED\n"
                                            "D5 SENT,AT_HOST RETRY\n"
                                            "D6 SENT,AT_HOST,RETRY REFUSED\n"
                                            "D7 QUEUED,RETRY,AT_HOST ABANDONED"));
    leeward::test::require_words<DeliveryState>(delivery_state_count, delivery_state_from);
}

TEST_CASE("people are told delivered only once a receipt said stored") {
    for (std::size_t i = 0; i < delivery_state_count; ++i) {
        const auto state = static_cast<DeliveryState>(i);
        REQUIRE((told(state) == "Delivered") == (state == DeliveryState::DELIVERED));
    }
    REQUIRE(told(DeliveryState::AT_HOST) == "Saved here");
}
