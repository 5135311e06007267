// Found by reading: a preview (--dry-run) of a command that reads or hands out gave the whole record, a signed
// word or the organisation's own records, and took the log entry and the second person's part back with it.
#include "crypto/age/age.h"
#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {
TEST_CASE("a preview opens no record, and says why") {
    Papers p(930);
    p.active();
    const std::string grant = only_grant(p.lantern);
    const auto before = p.lantern.desk().log.size();
    for (const auto& [command, args] : {std::pair{"grant.open", open_with(grant)},
                                        std::pair{"grant.print", open_with(grant)},
                                        std::pair{"leg.show", with_id(p.leg())},
                                        std::pair{"leg.list", Json::object()}}) {
        CAPTURE(command);
        const auto shown = p.lantern.api().preview(command, args);
        REQUIRE_FALSE(shown);
        CHECK(shown.error().detail.ends_with("nothing was shown"));
    }
    CHECK(p.lantern.desk().log.size() == before);
}

TEST_CASE("a preview makes no file") {
    Papers p(931);
    p.active();
    const Json offer = p.harbor.preview("peer.offer", Json::object({{"for", p.lantern.name()}}));
    CHECK(offer.find("file") == nullptr);
    CHECK(offer.text_at("note").find("nothing was changed") != std::string::npos);
    const auto key = crypto::age::generate_identity(p.world.random());
    const std::string to = crypto::age::format_recipient(crypto::age::recipient_of(key));
    const Json all = p.harbor.preview("node.retire", Json::object({{"to", to}}));
    CHECK(all.find("file") == nullptr);
    CHECK(all.find("questions_ended") != nullptr);
}

}  // namespace leeward::test
