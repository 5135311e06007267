#include "schema/node_card.h"

#include <functional>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include "schema/limits.h"
#include "tests/schema/every_change.h"
#include "tests/schema/samples.h"

using namespace leeward;
using namespace leeward::schema;

namespace {

Result<Prekey> open_own_prekey(const std::string& jws) {
    return open_prekey(jws, samples::card(1));
}

Errc code_of(const NodeCard& card) {
    const auto opened = open_card(sign_card(card, samples::root_key(1)));
    REQUIRE_FALSE(opened);
    return opened.error().code;
}

std::string changed_at(std::string text, std::size_t at) {
    text[at] = text[at] == 'A' ? 'B' : 'A';
    return text;
}

}  // namespace

TEST_CASE("a card opens as it was signed") {
    REQUIRE(rc::check([](Byte any, std::uint16_t version) {
        NodeCard card = samples::card(1);
        card.version = version + 1U;
        card.link.fill(any);
        card.previous.fill(any);
        card.roles = *rc::gen::elementOf(
            std::vector<std::vector<std::string>>{{}, {"shelter"}, {"investigation", "audit"}});
        const auto opened = open_card(sign_card(card, samples::root_key(1)));
        RC_ASSERT(static_cast<bool>(opened));
        RC_ASSERT(opened->node == card.node);
        RC_ASSERT(opened->organisation == card.organisation);
        RC_ASSERT(opened->roles == card.roles);
        RC_ASSERT(opened->signing == card.signing);
        RC_ASSERT(opened->log == card.log);
        RC_ASSERT(opened->link == card.link);
        RC_ASSERT(opened->version == card.version);
        RC_ASSERT(sign_card(*opened, samples::root_key(1)) ==
                  sign_card(card, samples::root_key(1)));
    }));
}

TEST_CASE("a card, a prekey that was cut or lengthened does not open") {
    refuses_every_truncation(samples::card_jws(1), open_card);
    refuses_every_truncation(samples::prekey_jws(1), open_own_prekey);
}

TEST_CASE("a card with any bit turned over does not open") {
    refuses_every_flipped_bit(samples::card_jws(1), open_card);
}

TEST_CASE("a prekey with any bit turned over does not open") {
    refuses_every_flipped_bit(samples::prekey_jws(1), open_own_prekey);
}

TEST_CASE("a card that does not hold together is untrusted") {
    NodeCard other_node = samples::card(1);
    other_node.node = samples::card(2).node;
    CHECK(code_of(other_node) == Errc::untrusted);
    NodeCard other_root = samples::card(1);
    other_root.root = samples::card(2).root;
    CHECK(code_of(other_root) == Errc::untrusted);
    NodeCard weak_key = samples::card(1);
    weak_key.signing = crypto::VerifyKey(ByteArray<32>{1});  // the identity
    CHECK(code_of(weak_key) == Errc::untrusted);
    NodeCard too_long = samples::card(1);
    too_long.expires = too_long.not_before + limits::card_lifetime + Duration(1);
    CHECK(code_of(too_long) == Errc::untrusted);
    NodeCard never = samples::card(1);
    never.expires = never.not_before;
    CHECK(code_of(never) == Errc::untrusted);
}

TEST_CASE("a card over its size is too large before it is read") {
    CHECK(open_card(std::string(limits::card_bytes + 1, 'A')).error().code == Errc::too_large);
}

TEST_CASE("a prekey of another node, or named by another key id, is untrusted") {
    CHECK(open_prekey(samples::prekey_jws(1), samples::card(2)).error().code == Errc::untrusted);
    Prekey prekey = samples::prekey(1);
    prekey.kid[0] ^= 1;
    CHECK(open_own_prekey(sign_prekey(prekey, samples::node_key(1))).error().code ==
          Errc::untrusted);
    prekey = samples::prekey(1);
    prekey.issuer = samples::card(2).node;
    CHECK(open_own_prekey(sign_prekey(prekey, samples::node_key(1))).error().code ==
          Errc::untrusted);
}

TEST_CASE("an offer reads back as it was written, and fits its file") {
    const std::string text = write_offer(samples::offer(1));
    CHECK(text.size() <= limits::offer_bytes);
    const auto read = read_offer(text);
    REQUIRE(read);
    CHECK(write_offer(read->offer) == text);
    CHECK(read->card.node == samples::card(1).node);
    REQUIRE(read->prekeys.size() == 1);
    CHECK(read->prekeys[0].kid == samples::prekey(1).kid);
    CHECK(read->offer.contact.duty_line == samples::contact().duty_line);
}

TEST_CASE("an offer cut anywhere before its last brace is refused") {
    const std::string text = write_offer(samples::offer(1));
    for (std::size_t length = 0; length + 1 < text.size(); ++length)
        REQUIRE_FALSE(read_offer(text.substr(0, length)));
}

TEST_CASE("an offer with any bit turned over is refused, or says what it said") {
    const std::string text = write_offer(samples::offer(1));
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string changed = text;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        const auto read = read_offer(changed);
        REQUIRE((!read || write_offer(read->offer) == text));  // white space between members
    }
}

TEST_CASE("an offer whose duty line, secret or week was changed is refused") {
    const auto refused = [](const std::function<void(Offer&)>& change) {
        Offer offer = samples::offer(1);
        change(offer);
        CHECK(read_offer(write_offer(offer)).error().code == Errc::untrusted);
    };
    refused([](Offer& offer) { offer.contact.duty_line = "+1 212 555 0109"; });
    refused([](Offer& offer) { offer.contribution[31] ^= 1; });
    refused([](Offer& offer) { ++offer.epoch; });
    refused([](Offer& offer) { offer.card = samples::card_jws(2); });
    refused([](Offer& offer) { offer.prekeys.clear(); });
    refused([](Offer& offer) { sign_offer(offer, samples::node_key(2)); });
    refused([](Offer& offer) { sign_offer(offer, samples::root_key(1)); });
    refused([](Offer& offer) { offer.signature.clear(); });
}

TEST_CASE("an offer without a prekey, with another's, or of another version is refused") {
    Offer offer = samples::offer(1);
    offer.prekeys = {samples::prekey_jws(2)};
    sign_offer(offer, samples::node_key(1));
    CHECK(read_offer(write_offer(offer)).error().code == Errc::untrusted);
    offer.prekeys.clear();
    sign_offer(offer, samples::node_key(1));
    CHECK(read_offer(write_offer(offer)).error().code == Errc::malformed);
    std::string newer = write_offer(samples::offer(1));
    const std::string_view version = "\"leeward_offer\": 1";
    newer.replace(newer.find(version), version.size(), "\"leeward_offer\": 2");
    CHECK(read_offer(newer).error().code == Errc::unsupported);
}

TEST_CASE("a roster opens once every founder has signed it, and says how many have not") {
    Roster roster = samples::roster();
    const auto read = read_roster(write_roster(roster));
    REQUIRE(read);
    const auto cards = open_roster(*read);
    REQUIRE(cards);
    CHECK(cards->size() == 2);
    roster.signatures.pop_back();
    const auto waiting = open_roster(roster);
    REQUIRE_FALSE(waiting);
    CHECK(waiting.error().code == Errc::wrong_state);
    CHECK(waiting.error().detail.substr(0, 2) == "1 ");
}

TEST_CASE("a roster with a card added, taken away, changed or out of order is refused") {
    const Roster roster = samples::roster();
    Roster added = roster;
    added.cards.push_back(samples::card_jws(3));
    CHECK_FALSE(open_roster(added));
    Roster fewer = roster;
    fewer.cards.pop_back();
    CHECK_FALSE(open_roster(fewer));
    Roster swapped = roster;
    std::swap(swapped.cards[0], swapped.cards[1]);
    CHECK(open_roster(swapped).error().code == Errc::untrusted);
    Roster twice = roster;
    twice.cards[1] = twice.cards[0];
    CHECK(open_roster(twice).error().code == Errc::untrusted);
    for (std::size_t at = 0; at < roster.signatures[0].size(); at += 3) {
        Roster changed = roster;
        changed.signatures[0] = changed_at(changed.signatures[0], at);
        REQUIRE_FALSE(open_roster(changed));
    }
}

TEST_CASE("a roster with a bit turned over is refused, or says what it said") {
    const std::string text = write_roster(samples::roster());
    for (std::size_t bit = 0; bit < text.size() * 8; bit += 3) {
        std::string changed = text;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        const auto read = read_roster(changed);
        REQUIRE((!read || !open_roster(*read) || write_roster(*read) == text));
    }
}

TEST_CASE("a network is founded by two different organisations at least") {
    CHECK_FALSE(found_roster({samples::card_jws(1)}));
    CHECK_FALSE(found_roster({samples::card_jws(1), samples::card_jws(1)}));
    const auto one = found_roster({samples::card_jws(1), samples::card_jws(2)});
    const auto other = found_roster({samples::card_jws(2), samples::card_jws(1)});
    REQUIRE(one);
    REQUIRE(other);
    CHECK(one->cards == other->cards);
}

TEST_CASE("a roster file cut anywhere before its last brace is refused") {
    const std::string text = write_roster(samples::roster());
    for (std::size_t length = 0; length + 1 < text.size(); ++length)
        REQUIRE_FALSE(read_roster(text.substr(0, length)));
}
