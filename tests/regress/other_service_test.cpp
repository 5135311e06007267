// Found by reading: an organisation was asked for a bed and for counselling. What she had released for the
// bed went to it once its counselling was firm, although the bed never was.
#include "tests/regress/two_services.h"

namespace leeward::test {
namespace {

// A bed that is only offered, and what was released for it; counselling there that is firm.
struct TwoServices : HouseOfTwo {
    std::string release = release_for_bed();
    Asked talks = firm_counselling();

    TwoServices() : HouseOfTwo(930) {}
};

}  // namespace

TEST_CASE("what she released for a bed waits for the bed, whatever else is firm there") {
    TwoServices s;
    CHECK(s.received().empty());
    CHECK(s.harbor.refused("grant.send", Json::object({{"release", s.release}})).code ==
          Errc::not_released);
    CHECK(s.received().empty());
    s.make_bed_firm();
    CHECK(s.received() == s.bed.legs);
}

TEST_CASE(
    "what she releases for counselling goes to the counselling that is firm, and only there") {
    TwoServices s;
    s.release_for_counselling();
    CHECK(s.received() == s.talks.legs);
}

}  // namespace leeward::test
