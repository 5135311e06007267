// The check that every disclosure passes when it is made and before each attempt to deliver it.
#include <catch2/catch_test_macros.hpp>

#include "node/exchange/disclose.h"
#include "schema/record.h"

namespace leeward::node {
namespace {

using schema::ReleaseState;
using schema::Tier;
using std::chrono::hours;

const schema::Time now = schema::from_unix(1'790'000'000);
const schema::NodeId shelter(ByteArray<32>{1});
const schema::NodeId other(ByteArray<32>{2});

schema::FieldSet fields(std::initializer_list<const char*> names) {
    Json record = Json::object();
    for (const char* name : names)
        record.set(name, "x");
    return schema::fields_of(record);
}

// A bed that is firm and a release that is in force: everything is allowed.
struct Papers {
    Papers() {
        release.recipient = shelter;
        release.state = ReleaseState::ACTIVE;
        release.fields = fields({"preferred_name", "allergies"});
        release.expires = now + hours(24);
        leg.peer = shelter;
        leg.answer.value = schema::Answer::ACCEPTED;
        leg.shown = schema::LegState::ACCEPTED;
        leg.service = schema::ServiceClass::PLACEMENT;
    }
    Result<Disclosure> ask() const {
        Release whole = release;
        whole.commitment = commitment_of(whole);  // as its signers left it
        return Disclosure::authorize(whole, leg, wanted, tier, at);
    }
    std::string refused() const {
        const auto asked = ask();
        if (asked) return "allowed";
        CHECK(asked.error().code == Errc::not_released);
        return asked.error().detail;
    }

    Release release;
    Leg leg;
    schema::FieldSet wanted = fields({"preferred_name"});
    Tier tier = Tier::T2;
    schema::Time at = now;
};

}  // namespace

TEST_CASE("a disclosure is to the recipient of its release, of its fields, in its time") {
    const Papers papers;
    const auto made = papers.ask();
    REQUIRE(made);
    CHECK(made->recipient() == shelter);
    CHECK(made->fields() == papers.wanted);
    CHECK(made->tier() == Tier::T2);
}

TEST_CASE("a release whose text, signers or end were changed afterwards discloses nothing") {
    const Papers papers;
    Release release = papers.release;
    release.detail.set("text_en", "May we share this about you?");
    release.commitment = commitment_of(release);
    REQUIRE(Disclosure::authorize(release, papers.leg, papers.wanted, papers.tier, papers.at));
    const auto refuses = [&](const Release& changed) {
        const auto asked =
            Disclosure::authorize(changed, papers.leg, papers.wanted, papers.tier, papers.at);
        REQUIRE_FALSE(asked);
        CHECK(asked.error().detail.find("not what was signed") != std::string::npos);
    };
    Release changed = release;
    changed.detail.set("text_en", "She agreed to everything.");
    refuses(changed);
    changed = release;
    changed.detail.set("signers", Json(Json::Array{"another"}));
    refuses(changed);
    changed = release;
    changed.expires += hours(1);
    refuses(changed);
}

TEST_CASE("a release that is made out to another discloses nothing") {
    Papers papers;
    papers.release.recipient = other;
    CHECK(papers.refused().find("RECIPIENT_MISMATCH") != std::string::npos);
    papers = Papers();
    papers.leg.peer = other;
    CHECK(papers.refused().find("RECIPIENT_MISMATCH") != std::string::npos);
}

TEST_CASE(
    "a release for a place or for counselling discloses nothing in a leg of another service") {
    const auto allowed = [](const char* purpose, schema::ServiceClass service) {
        Papers papers;
        papers.release.purpose = purpose;
        papers.leg.service = service;
        return static_cast<bool>(papers.ask());
    };
    using enum schema::ServiceClass;
    for (const auto service : {PLACEMENT, COUNSELLING, MEDICAL, LEGAL, EDUCATION, OTHER}) {
        CHECK(allowed("PURPOSE_PLACEMENT", service) == (service == PLACEMENT));
        CHECK(allowed("PURPOSE_COUNSELLING", service) == (service == COUNSELLING));
        CHECK(allowed("PURPOSE_MEDICAL", service));
        CHECK(allowed("PURPOSE_BREAK_GLASS", service));
    }
}

TEST_CASE("only a release that is signed and in force discloses") {
    for (const auto state : {ReleaseState::DRAFT, ReleaseState::PENDING_SIGNATURES}) {
        Papers papers;
        papers.release.state = state;
        CHECK(papers.refused().find("not signed yet") != std::string::npos);
    }
    for (std::size_t i = 0; i < schema::release_state_count; ++i) {
        Papers papers;
        papers.release.state = static_cast<ReleaseState>(i);
        CHECK(static_cast<bool>(papers.ask()) == schema::live(papers.release.state));
    }
}

TEST_CASE("a release ends at its last second") {
    Papers papers;
    papers.at = papers.release.expires - std::chrono::seconds(1);
    CHECK(papers.ask());
    papers.at = papers.release.expires;
    CHECK(papers.refused().find("not in force") != std::string::npos);
}

TEST_CASE("a release that lacks one field of those wanted discloses none of them") {
    Papers papers;
    papers.wanted = fields({"preferred_name", "given_name"});
    CHECK(papers.refused().find("does not cover every field") != std::string::npos);
    papers.wanted = {};
    CHECK(papers.refused().find("does not cover every field") != std::string::npos);
}

TEST_CASE("no tier above the card opens before the recipient's own firm yes") {
    for (std::size_t i = 0; i < schema::leg_state_count; ++i) {
        Papers papers;
        papers.leg.shown = static_cast<schema::LegState>(i);
        papers.leg.answer.value = schema::Answer::OFFERED;
        CHECK_FALSE(papers.ask());
    }
    Papers by_phone;
    by_phone.leg.shown = schema::LegState::PHONE_ACCEPTED;
    by_phone.leg.answer.value = schema::Answer::OFFERED;
    CHECK_FALSE(by_phone.ask());
    Papers papers;
    papers.tier = Tier::L0;
    CHECK_FALSE(papers.ask());
    papers.tier = Tier::T3;  // clinical: only once she is in the house
    CHECK_FALSE(papers.ask());
}

}  // namespace leeward::node
