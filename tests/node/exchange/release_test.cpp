// A release from its draft to its end: each numbered step of its table (R1 to R11).
#include <algorithm>

#include "release_fixture.h"

namespace leeward::test {
namespace {

using schema::Machine;
using std::chrono::hours;
using std::chrono::seconds;
using States = std::vector<std::string>;

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("A draft is frozen before it is read aloud, and nothing has left until it is signed") {
    Papers p(200);
    const std::string id = p.draft();
    CHECK(p.state(id) == "DRAFT");
    CHECK(p.grants(p.harbor).empty());
    const Json shown = p.harbor.must("release.present", with_id(id));
    CHECK(shown.text_at("state") == "PENDING_SIGNATURES");
    CHECK(shown.text_at("text").find("May we share this about you?") == 0);
    CHECK(p.grants(p.harbor) == States{"SEALED"});
    p.world.pump();
    CHECK(p.grants(p.lantern).empty());
    CHECK(p.harbor.logged(Machine::RELEASE, 1) == 1);
    CHECK(p.harbor.logged(Machine::RELEASE, 2) == 1);
    CHECK(p.harbor.logged(Machine::GRANT, 1) == 1);
    CHECK(p.harbor.refused("release.present", with_id(id)).code == Errc::wrong_state);
}

TEST_CASE("A draft is edited in place, and says what its purpose does not ask for") {
    Papers p(201);
    const std::string id = p.draft({"preferred_name"});
    Json edit = with_id(id);
    edit.set("fields", Json(Json::Array{"preferred_name", "what_helped"}));
    edit.set("days", 10);
    const Json edited = p.harbor.must("release.edit", edit);
    CHECK(edited.text_at("id") == id);
    CHECK(edited.text_at("text_en").find("10 days") != std::string::npos);
    CHECK(edited.array_at("beyond_the_purpose").size() == 1);
    CHECK(edited.array_at("beyond_the_purpose").front() == Json("what_helped"));
}

TEST_CASE("A release edited after a signature is void, and its new draft carries no signature") {
    Papers p(202);
    const std::string id = p.draft();
    CHECK(p.sign(id, "MINOR", "The survivor") == "PENDING_SIGNATURES");
    Json edit = with_id(id);
    edit.set("fields", Json(Json::Array{"T2", "what_helped"}));
    const Json fresh = p.harbor.must("release.edit", edit);
    CHECK(fresh.text_at("id") != id);
    CHECK(fresh.text_at("replaces") == id);
    CHECK(fresh.text_at("state") == "DRAFT");
    CHECK(fresh.array_at("signers").empty());
    CHECK(p.state(id) == "VOID");
    CHECK(p.harbor.refused("release.sign", Papers::signature(id, "GUARDIAN", "An aunt")).code ==
          Errc::wrong_state);
    CHECK(p.sign(fresh.text_at("id"), "GUARDIAN", "An aunt") == "PENDING_SIGNATURES");
    p.world.pump();
    CHECK(p.grants(p.lantern).empty());
}

TEST_CASE("A release in force that is edited goes on until the new one is signed") {
    Papers p(203);
    const std::string old = p.active();
    Json edit = with_id(old);
    edit.set("fields", Json(Json::Array{"preferred_name"}));
    const std::string fresh = p.harbor.must("release.edit", edit).text_at("id");
    CHECK(p.state(old) == "ACTIVE");
    p.sign(fresh, "MINOR", "The survivor");
    CHECK(p.state(old) == "ACTIVE");
    p.sign(fresh, "GUARDIAN", "An aunt");
    CHECK(p.state(old) == "SUPERSEDED");
    CHECK(p.state(fresh) == "ACTIVE");
    p.world.pass(seconds(10), seconds(1));
    CHECK(p.grants(p.harbor) == States{"ERASURE_ATTESTED", "OPENABLE"});
}

TEST_CASE("What was changed behind the signatures discloses nothing") {
    Papers p(204);
    const std::string id = p.draft();
    REQUIRE(p.harbor.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(node::Release r, node::find_release(p.harbor.desk(), tx, id));
        r.commitment = node::commitment_of(r);
        r.state = schema::ReleaseState::ACTIVE;
        r.detail.set("text_en", "She agreed to everything.");
        return node::save_release(p.harbor.desk(), tx, r);
    }));
    const Error error = p.harbor.refused("grant.send", Json::object({{"release", id}}));
    CHECK(error.code == Errc::not_released);
    CHECK(error.detail.find("not what was signed") != std::string::npos);
}

TEST_CASE("Signers who disagree make a conflict, and nothing is sent") {
    Papers p(205);
    const std::string id = p.draft();
    CHECK(p.sign(id, "MINOR", "The survivor") == "PENDING_SIGNATURES");
    CHECK(p.refuse(id, "GUARDIAN", "A father") == "CONFLICTED");
    p.world.pump();
    CHECK(p.grants(p.harbor) == States{"SEALED"});
    CHECK(p.grants(p.lantern).empty());
    CHECK(p.harbor.logged(Machine::RELEASE, 3) == 1);
}

TEST_CASE("A representative and the minor's assent make a new release that ends the conflict") {
    Papers p(206);
    const std::string old = p.draft();
    p.sign(old, "MINOR", "The survivor");
    REQUIRE(p.refuse(old, "GUARDIAN", "A father") == "CONFLICTED");
    const std::string id = p.draft();
    Json representative = Papers::signature(id, "AGENCY_REPRESENTATIVE", "The representative");
    representative.set("authority", "AUTHORITY_COURT_ORDER");
    CHECK(p.harbor.must("release.sign", representative).text_at("state") == "PENDING_SIGNATURES");
    CHECK(p.sign(id, "MINOR", "The survivor") == "ACTIVE");
    CHECK(p.state(old) == "SUPERSEDED");
    p.world.pump();
    CHECK(p.grants(p.lantern) == States{"OPENABLE"});
}

TEST_CASE(
    "An order settles a conflict; a refusal that was taken back never makes a release by itself") {
    Papers p(207);
    const std::string id = p.draft();
    CHECK(p.refuse(id, "MINOR", "The survivor") == "CONFLICTED");
    CHECK(p.sign(id, "MINOR", "The survivor") == "CONFLICTED");  // no adult has signed
    CHECK(p.sign(id, "COURT", "The family court") == "ACTIVE");
}

TEST_CASE("A signer's newest word counts, and who takes a yes back makes a conflict") {
    Papers p(208);
    const std::string id = p.draft();
    CHECK(p.sign(id, "GUARDIAN", "An aunt") == "PENDING_SIGNATURES");
    Json back = Papers::signature(id, "GUARDIAN", "an AUNT");
    back.set("take-back", true);
    CHECK(p.harbor.must("release.sign", back).text_at("state") == "CONFLICTED");
    CHECK(p.sign(id, "MINOR", "The survivor") == "CONFLICTED");
    CHECK(p.sign(id, "GUARDIAN", "An aunt") == "ACTIVE");
}

TEST_CASE(
    "A minor signs alone only with a whole record of capacity, and a lack of it cancels nothing") {
    Papers p(209);
    const std::string id = p.draft();
    Json alone = Papers::signature(id, "MINOR", "The survivor");
    alone.set("minor-alone", true);
    alone.set("capacity", Json(Json::Array{"CAPACITY_KNOWS_WHAT", "CAPACITY_KNOWS_WHY"}));
    CHECK(p.harbor.must("release.sign", alone).text_at("state") == "PENDING_SIGNATURES");
    alone.set("capacity", whole_capacity());
    CHECK(p.harbor.must("release.sign", alone).text_at("state") == "ACTIVE");
    const std::string other = p.draft({"preferred_name"});
    Json not_able = Papers::signature(other, "MINOR", "The survivor");
    not_able.set("capacity", Json(Json::Array{"CAPACITY_NOT_NOW"}));
    p.harbor.must("release.sign", not_able);
    CHECK(p.sign(other, "GUARDIAN", "An aunt") == "ACTIVE");
}

TEST_CASE(
    "An adult signs only with a standing that fits, and the unsafe neither sign nor interpret") {
    Papers p(210);
    const std::string id = p.draft();
    Json adult = Papers::signature(id, "GUARDIAN", "An aunt");
    adult.set("authority", "AUTHORITY_AGENCY_CUSTODY");
    CHECK(p.harbor.refused("release.sign", adult).code == Errc::invalid_argument);
    Json minor = Papers::signature(id, "MINOR", "The survivor");
    minor.set("interpreter", "unsafe person");
    const Error error = p.harbor.refused("release.sign", minor);
    CHECK(error.code == Errc::not_released);
    CHECK(error.detail.find("RELEASE_INVALID_SIGNER") != std::string::npos);
    CHECK(p.state(id) == "DRAFT");
}

TEST_CASE("A language that is not printed needs an interpreter, and the text shown is kept") {
    Papers p(211);
    const std::string id = p.draft();
    Json minor = Papers::signature(id, "MINOR", "The survivor");
    minor.set("language", "qu");
    CHECK(p.harbor.refused("release.sign", minor).code == Errc::invalid_argument);
    minor.set("interpreter", "A sworn interpreter");
    minor.set("copy", "not_safe");
    const Json signed_one = p.harbor.must("release.sign", minor);
    const Json& signature = signed_one.array_at("signers").front();
    CHECK(signature.text_at("language") == "qu");
    CHECK(signature.text_at("shown") == "en");
    CHECK(signature.text_at("interpreter") == "A sworn interpreter");
    CHECK(signature.text_at("copy") == "not_safe");
    CHECK(signature.text_at("standing") == "SAFE");
    CHECK(signature.find("name") == nullptr);
}

TEST_CASE("A field that needs a release of its own stands beside no other") {
    Papers p(212);
    CHECK_FALSE(p.harbor.call("release.new", p.draft_args(p.lantern, {"hiv_status", "T2"})));
    const Json alone = p.harbor.must("release.new", p.draft_args(p.lantern, {"hiv_status"}));
    CHECK(alone.array_at("fields").size() == 1);
}

// ------------------------------------------------------------------ narrowed

TEST_CASE("Narrowing erases the fields that are gone, and the rest is read on without a gap") {
    Papers p(220);
    const std::string id = p.active({"preferred_name", "allergies", "given_name"});
    const std::string first = only_grant(p.lantern);
    p.lantern.must("grant.open", open_with(first));
    p.world.pump();
    Json narrow = with_id(id);
    narrow.set("fields", Json(Json::Array{"given_name"}));
    const Json narrowed = p.harbor.must("release.narrow", narrow);
    CHECK(narrowed.text_at("state") == "NARROWED");
    CHECK(p.harbor.refused("release.narrow", narrow).code == Errc::invalid_argument);
    p.world.pass(seconds(10), seconds(1));
    CHECK(p.grants(p.harbor) == States{"ERASURE_ATTESTED", "OPENED"});
    CHECK_FALSE(p.lantern.home().keyring.contains("grant/" + first));
    const Json list = p.lantern.must("grant.list");
    REQUIRE(list.array_at("grants").size() == 1);
    const Json opened =
        p.lantern.must("grant.open", open_with(list.array_at("grants").front().text_at("id")));
    const Json& record = *opened.find("record");
    CHECK(record.as_object()->size() == 2);
    CHECK(record.text_at("preferred_name") == "Wren");
    CHECK(record.find("given_name") == nullptr);
    CHECK(p.harbor.state_of(p.leg()) == "ACCEPTED");
    CHECK(p.harbor.logged(Machine::RELEASE, 5) == 1);
}

TEST_CASE("Narrowing before anything arrived sends the rest alone") {
    Papers p(221);
    const std::string id = p.draft({"preferred_name", "given_name"});
    p.lantern.close();
    p.sign(id, "MINOR", "The survivor");
    p.sign(id, "GUARDIAN", "An aunt");
    p.world.pump();
    p.harbor.must("release.narrow",
                  Json::object({{"id", id}, {"fields", Json(Json::Array{"given_name"})}}));
    p.lantern.open();
    p.world.pass(seconds(600), seconds(10));
    const Json list = p.lantern.must("grant.list");
    REQUIRE(list.array_at("grants").size() == 1);
    const Json opened =
        p.lantern.must("grant.open", open_with(list.array_at("grants").front().text_at("id")));
    CHECK(opened.find("record")->as_object()->size() == 1);
    CHECK(p.harbor
              .refused("release.narrow",
                       Json::object({{"id", id}, {"fields", Json(Json::Array{"preferred_name"})}}))
              .code == Errc::invalid_argument);  // that would be all: a withdrawal
}

// ------------------------------------------------------------------ by time

TEST_CASE("Before its end a release warns three times, then it is over and never renews itself") {
    Papers p(230);
    const std::string id = p.active();
    p.world.pass(hours(24 * 23 - 1), hours(12));
    CHECK(p.state(id) == "ACTIVE");
    CHECK_FALSE(has(p.harbor.notices(), "RELEASE_ENDS_SOON"));
    p.world.pass(hours(2), hours(1));
    CHECK(p.state(id) == "EXPIRING");
    const auto times = [&] {
        return p.harbor.count(
            "SELECT coalesce(max(repeats),0) FROM notice WHERE "
            "code='RELEASE_ENDS_SOON'");
    };
    CHECK(times() == 1);
    p.world.pass(hours(24 * 4), hours(1));
    CHECK(times() == 2);
    p.world.pass(hours(48), hours(1));
    CHECK(times() == 3);
    p.world.pass(hours(24), hours(1));
    CHECK(p.state(id) == "EXPIRED");
    CHECK(p.harbor.logged(Machine::RELEASE, 6) >= 1);
    CHECK(p.harbor.logged(Machine::RELEASE, 7) == 1);
    CHECK(p.harbor.state_of(p.leg()) == "ACCEPTED");
    CHECK_FALSE(has(p.harbor.notices(), "RELEASE_ENDS_SOON"));
}

TEST_CASE("What nobody signs calls somebody after a day where it is urgent, and is void after 14") {
    World world(231, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    const Asked asked = ask(world, harbor, {&world.node(1)}, "PLACEMENT", "EMERGENCY");
    const std::string id = harbor
                               .must("release.new",
                                     Json::object({{"case", asked.case_id},
                                                   {"to", world.node(1).name()},
                                                   {"fields", Json(Json::Array{"T2"})},
                                                   {"purpose", "PURPOSE_PLACEMENT"}}))
                               .text_at("id");
    world.pass(hours(23), hours(1));
    CHECK_FALSE(has(harbor.notices(), "RELEASE_UNSIGNED"));
    world.pass(hours(2), hours(1));
    CHECK(has(harbor.notices(), "RELEASE_UNSIGNED"));
    world.pass(hours(24 * 13 + 1), hours(12));
    CHECK(harbor.must("release.show", with_id(id)).text_at("state") == "VOID");
    CHECK_FALSE(has(harbor.notices(), "RELEASE_UNSIGNED"));
}

// ------------------------------------------------------------------ withdrawn and invalidated

TEST_CASE("A pending release is withdrawn, and what was sealed for it ends without a word") {
    Papers p(240);
    const std::string id = p.draft();
    p.sign(id, "MINOR", "The survivor");
    p.harbor.must("release.withdraw", with_id(id));
    CHECK(p.state(id) == "WITHDRAWN");
    CHECK(p.grants(p.harbor) == States{"REVOKED"});
    CHECK(p.harbor.count("SELECT count(*) FROM outbox WHERE kind IN (3,4)") == 0);
    p.world.pump();
    CHECK(p.grants(p.lantern).empty());
}

TEST_CASE("A withdrawal at a node that is offline applies at once and is told when it is back") {
    Papers p(241);
    const std::string id = p.active();
    p.lantern.close();
    p.harbor.must("release.withdraw", with_id(id));
    CHECK(p.state(id) == "WITHDRAWN");
    CHECK(p.grants(p.harbor) == States{"ERASURE_REQUESTED"});
    p.world.pass(hours(30), hours(1));
    CHECK(p.harbor.state_of(p.leg()) == "ACCEPTED");
    p.lantern.open();
    p.world.pass(hours(1), seconds(600));
    CHECK(p.grants(p.harbor) == States{"ERASURE_ATTESTED"});
}

TEST_CASE(
    "A withdrawal that races a confirmation: whichever comes first, nothing is read after it") {
    for (const bool withdraw_first : {true, false}) {
        World world(withdraw_first ? 242 : 243, {"investigation", "shelter"});
        TestNode& harbor = world.node(0);
        TestNode& lantern = world.node(1);
        const Asked asked = ask(world, harbor, {&lantern});
        const std::string id = sign_release(harbor, asked.case_id, lantern);
        offer(world, lantern, asked.legs[0]);
        choose(world, harbor, asked.need, asked.legs[0]);
        if (withdraw_first) harbor.must("release.withdraw", with_id(id));
        lantern.must("leg.confirm", with_id(asked.legs[0]));  // crosses on the way
        if (!withdraw_first) {
            world.pump();
            harbor.must("release.withdraw", with_id(id));
        }
        world.pass(seconds(60), seconds(5));
        CHECK(harbor.state_of(asked.legs[0]) == "ACCEPTED");
        const Json held = lantern.must("grant.list", Json::object({{"all", true}}));
        for (const auto& grant : held.array_at("grants"))
            CHECK_FALSE(lantern.call("grant.open", open_with(grant.text_at("id"))));
        CHECK(lantern.count("SELECT count(*) FROM grant_of WHERE length(sealed)>0") == 0);
    }
}

TEST_CASE("An invalid release makes what was shared an incident; a withdrawn one does not") {
    Papers p(250);
    const std::string first = p.active();
    p.harbor.must("release.withdraw", with_id(first));
    p.world.pump();
    CHECK(p.harbor.must("incident.list").array_at("incidents").empty());
    const std::string id = p.active({"preferred_name"});
    Json invalid = Json::object({{"id", id}, {"code", "RELEASE_INVALID_SIGNER"}});
    CHECK(p.harbor.call_as({schema::Role::INVESTIGATOR}, "release.invalidate", invalid)
              .error()
              .code == Errc::not_permitted);
    p.harbor.must("release.invalidate", invalid);
    CHECK(p.state(id) == "INVALIDATED");
    const Json list = p.harbor.must("incident.list");
    REQUIRE(list.array_at("incidents").size() == 1);
    CHECK(list.array_at("incidents").front().text_at("kind") == "INCIDENT_INVALID_RELEASE");
    CHECK(p.harbor.state_of(p.leg()) == "ACCEPTED");
    p.world.pass(seconds(10), seconds(1));  // the recipient attests: nothing is left to contain
    const Json after = p.harbor.must("incident.list");
    CHECK(after.array_at("incidents").front().text_at("state") == "CONTAINED");
}

TEST_CASE("A draft found invalid is no incident: nothing had left") {
    Papers p(251);
    const std::string id = p.draft();
    p.harbor.must("release.invalidate",
                  Json::object({{"id", id}, {"code", "RELEASE_NOT_UNDERSTOOD"}}));
    CHECK(p.state(id) == "INVALIDATED");
    CHECK(p.harbor.must("incident.list").array_at("incidents").empty());
}

TEST_CASE(
    "What went to the wrong organisation is an incident at once, and contained once it is erased") {
    World world(253, {"investigation", "shelter"});
    TestNode& harbor = world.node(0);
    TestNode& lantern = world.node(1);
    const Asked asked = ask(world, harbor, {&lantern});
    Json wrong = with_id(asked.legs[0]);
    wrong.set("code", "MISDIRECT_WRONG_RECIPIENT");
    harbor.must("leg.discard", wrong);
    const auto first = [&] { return harbor.must("incident.list").array_at("incidents").front(); };
    CHECK(first().text_at("kind") == "INCIDENT_MISDIRECTED");
    CHECK(first().text_at("state") == "OPEN");
    world.pump();
    lantern.must("leg.discard", wrong);
    world.pump();
    CHECK(harbor.state_of(asked.legs[0]) == "DISCARDED");
    CHECK(first().text_at("state") == "CONTAINED");
}

TEST_CASE("An open incident stops what its leg would disclose, and never its care") {
    Papers p(252);
    p.harbor.must("incident.open",
                  Json::object({{"kind", "INCIDENT_MISDIRECTED"}, {"leg", p.leg()}}));
    const std::string id = p.active();
    CHECK(p.grants(p.lantern).empty());
    CHECK(p.harbor.refused("grant.send", Json::object({{"release", id}})).detail.find("incident") !=
          std::string::npos);
    CHECK(p.lantern.state_of(p.leg()) == "ACCEPTED");
    const std::string incident =
        p.harbor.must("incident.list").array_at("incidents").front().text_at("id");
    p.world.pass(hours(27), hours(1));
    CHECK(has(p.harbor.notices(), "NOTICES_DUE"));
    p.harbor.must("incident.notice", Json::object({{"id", incident}, {"code", "TOLD_SURVIVOR"}}));
    p.harbor.must("incident.contain",
                  Json::object({{"id", incident}, {"code", "CONTAINED_NOTHING_LEFT"}}));
    p.harbor.must("grant.send", Json::object({{"release", id}}));
    p.world.pump();
    CHECK(p.grants(p.lantern) == States{"OPENABLE"});
    p.harbor.must("incident.close", Json::object({{"id", incident}, {"code", "REVIEWED_NO_HARM"}}));
    CHECK(p.harbor.must("incident.list").array_at("incidents").empty());
    for (const unsigned move : {1U, 2U, 3U})
        CHECK(p.harbor.logged(Machine::INCIDENT, move) == 1);
}

TEST_CASE("A contained incident that nobody reviews calls again after ten working days") {
    Papers p(254);
    const std::string incident =
        p.harbor.must("incident.open", Json::object({{"kind", "INCIDENT_DEVICE_LOST"}}))
            .text_at("id");
    p.harbor.must("incident.contain",
                  Json::object({{"id", incident}, {"code", "CONTAINED_KEY_REVOKED"}}));
    p.world.pass(hours(24 * 9), hours(6));
    CHECK_FALSE(has(p.harbor.notices(), "REVIEW_INCIDENT"));
    p.world.pass(hours(24 * 6), hours(6));
    CHECK(has(p.harbor.notices(), "REVIEW_INCIDENT"));
    p.harbor.must("incident.close",
                  Json::object({{"id", incident}, {"code", "REVIEWED_RULE_CHANGED"}}));
    CHECK_FALSE(has(p.harbor.notices(), "REVIEW_INCIDENT"));
}

TEST_CASE("A release that ended while both machines slept is over at wake, before a word passes") {
    Papers p(255);
    const std::string id = p.active();
    const std::string grant = only_grant(p.lantern);
    p.lantern.must("grant.open", open_with(grant));
    p.world.pump();
    p.harbor.close();
    p.lantern.close();
    p.world.clock().move(std::chrono::milliseconds(hours(24 * 31)));
    p.lantern.open();
    CHECK(p.lantern.refused("grant.open", open_with(grant)).code == Errc::not_released);
    p.harbor.open();
    p.harbor.step();
    CHECK(p.state(id) == "EXPIRED");
    CHECK(p.grants(p.harbor) == States{"ERASURE_REQUESTED"});
    CHECK(p.harbor.state_of(p.leg()) == "ACCEPTED");
    p.world.pass(hours(1), std::chrono::minutes(5));
    CHECK(p.grants(p.harbor) == States{"ERASURE_ATTESTED"});
}

}  // namespace leeward::test
