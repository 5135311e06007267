// Found by scenario S3: a house that had been asked by mistake said that it had discarded the card, and
// kept it for as long as one that has ended: a day or three. Its partner's incident was contained by a
// word that was not true yet (domain.md W20: erased at once).
#include "tests/node/exchange/one_leg.h"

namespace leeward::test {

TEST_CASE("a card that was discarded is erased with the word that says so") {
    One o(1, "ROUTINE");
    o.lantern.must("leg.show", o.args());
    o.world.pump();
    o.lantern.must("leg.discard", o.args("code", "MISDIRECT_NOT_OURS"));
    CHECK(o.lantern.must("leg.show", o.args()).text_at("card") == "erased");
    CHECK_FALSE(o.lantern.desk().records.exists("leg/" + o.leg()));
    o.world.pump();
    CHECK(o.harbor.leg(o.leg()).text_at("answer") == "DISCARDED");
}

}  // namespace leeward::test
