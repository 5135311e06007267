// Variant 1.e: both witnesses of Harbor Light and of Lantern House are away.
#include <algorithm>
#include <array>

#include <catch2/catch_test_macros.hpp>

#include "schema/audit/check.h"
#include "tests/scenarios/s1/placement.h"
#include "tests/support/bundle.h"
#include "tests/support/words.h"

namespace leeward::test {
namespace {

constexpr std::array witnesses{House::ALD, House::OMB};

bool holds(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// Alder Court and the panel are the witnesses of all, and of each other: one of them must have cosigned.
class Unwatched : public Placement {
public:
    explicit Unwatched(std::string name) : Placement(std::move(name), "The witnesses are away") {
        policy_ = either();
        for (const House house : houses())
            node(house).must("witness.policy", Json::object({{"set", policy_}}));
        begin_after(std::chrono::hours(2));
        CHECK(witnessed_at(House::HLR) >= moment("0:00") - 3'600);
        for (const House house : witnesses)
            switch_off(house);
    }

    // From when the newest head of its log is that is cosigned.
    [[nodiscard]] std::int64_t witnessed_at(House house) {
        return member(eye(house, "witness.status"), "our_log").int_at("witnessed_at");
    }
    // How Lantern House finds the log of Harbor Light.
    [[nodiscard]] std::string found() {
        const Json status = eye(House::LAN, "witness.status");
        return item_with(member(status, "partners"), "organisation", name_of(House::HLR))
            .text_at("state");
    }
    // What an auditor finds in the log of Harbor Light who holds it to the same witnesses.
    [[nodiscard]] bool auditor_finds(schema::FindingKind kind) {
        schema::Trust trust;
        trust.cards.push_back(node(House::HLR).desk().self.card);
        trust.policy = crypto::TlogPolicy::parse(policy_).value();
        const std::vector<schema::Bundle> bundles{whole_bundle(node(House::HLR))};
        const auto found = schema::check(bundles, trust).findings;
        return std::any_of(
            found.begin(), found.end(), [kind](const auto& one) { return one.kind == kind; });
    }
    void come_back() {
        for (const House house : witnesses)
            switch_on(house);
    }

private:
    std::string policy_;
    std::string either() {
        std::string text;
        for (const House house : witnesses)
            text += "witness " + std::string(key_of(house)) + " " +
                    eye(house, "witness.list").text_at("our_key") + "\n";
        return text + "group either any ALD OMB\nquorum either\n";
    }
};

}  // namespace

TEST_CASE("S1 1.e: both witnesses are away for 71 hours, and nothing of it waits for them") {
    Unwatched s("S1-1.e");
    {
        const Scenario::OnTheWay held(s);
        s.written_down();
        s.measured();
        s.figures_held();
        s.asked();
        s.juniper_has_a_list();
        s.lantern_looks();
        s.a_coded_question();
        s.quay_does_not_answer();
        s.a_reviewed_no();
        s.returned();
        s.lantern_offers();
        s.quay_is_looked_for();
        s.quay_lapses();
        s.she_chooses();
        s.firm();
        s.planned();
        s.released();
        s.opened();
        s.on_paper();
        s.the_way_back();
        s.under_way();
        s.handed_over();
        s.a_day_later();
    }
    s.step("1.e", "71:00", "Both witnesses are back");
    CHECK(s.found() == "in order");
    CHECK_FALSE(s.auditor_finds(schema::FindingKind::UNWITNESSED));
    CHECK(s.witnessed_at(House::HLR) <= s.moment("0:00"));
    s.come_back();
    s.step("1.e", "71:20", "What was published while they were away is cosigned now");
    s.expect("″ | ″, ″, ″");
    for (const House house : {House::HLR, House::LAN})
        CHECK(s.witnessed_at(house) >= s.moment("70:00"));
    CHECK(s.found() == "in order");
    s.step("1.e", "75:00", "Three days after the first of it there is no finding");
    CHECK(s.found() == "in order");
    CHECK_FALSE(holds(s.notices(House::LAN), "UNWITNESSED"));
    {
        const Scenario::OnTheWay held(s);
        s.followed_up();
        s.closed();
    }
    s.the_auditor();
}

TEST_CASE("S1 1.e: away for 73 hours: a name waits; what she needs tonight and the plan do not") {
    Unwatched s("S1-1.e-73h");
    s.node(House::HLR)
        .must("jurisdiction.set",
              Json::object({{"code", "example"},
                            {"tonight", true},
                            {"counsel", "C. Example"},
                            {"reference", "memo 7"}}));
    s.up_to_a_firm_bed();
    s.step("1.e", "73:10", "For three days nobody has witnessed the log of Harbor Light");
    CHECK(s.found() == "UNWITNESSED");
    CHECK(s.auditor_finds(schema::FindingKind::UNWITNESSED));
    s.agrees_a_plan("90:00", "92:00");
    s.expect("OPEN/HANDOFF | NOT_SELECTED, HANDOFF_SCHEDULED, LAPSED");
    s.step("1.e", "73:20", "What she needs before morning is told on TONIGHT");
    s.release = s.ada
                    .does("drafts TONIGHT",
                          "release.new",
                          {{"case", s.case_id},
                           {"to", name_of(House::LAN)},
                           {"fields", Json(Json::Array{"T2"})},
                           {"purpose", "PURPOSE_PLACEMENT"},
                           {"basis", "BASIS_TONIGHT"},
                           {"jurisdiction", "example"},
                           {"reach", Json(Json::Array{"REACH_NO_ANSWER", "REACH_NO_ANSWER"})}})
                    .text_at("id");
    s.ada.does("reads it aloud; she signs",
               "release.sign",
               {{"id", s.release},
                {"signer", "MINOR"},
                {"name", "she herself"},
                {"capacity", whole_capacity()},
                {"read-back", true}});
    s.expect("″ | ″, ″, ″");
    CHECK_FALSE(s.grant_with(House::LAN, "allergies").empty());
    CHECK(s.grant_with(House::LAN, "given_name").empty());
    s.step("1.e", "73:30", "A guardian is reached and signs; her name is not taken yet");
    const std::string papers = s.ada
                                   .does("drafts a release",
                                         "release.new",
                                         {{"case", s.case_id},
                                          {"to", name_of(House::LAN)},
                                          {"fields", Json(Json::Array{"T2"})},
                                          {"purpose", "PURPOSE_PLACEMENT"},
                                          {"days", 30}})
                                   .text_at("id");
    s.signs(s.ada, papers, "MINOR", "she herself");
    s.signs(s.ada, papers, "GUARDIAN", "an aunt");
    s.expect("″ | ″, ″, ″");
    CHECK(s.grant_with(House::LAN, "given_name").empty());
    CHECK(holds(s.notices(House::HLR), "REFUSED_UNWITNESSED"));
    s.step("1.e", "74:30", "Lantern House is told why");
    CHECK(holds(s.notices(House::LAN), "UNWITNESSED"));
    s.step("1.e", "75:00", "Both witnesses are back");
    for (const House house : witnesses)  // what they wrote before they went waited for as long
        s.admits(house, schema::FindingKind::UNWITNESSED);
    s.come_back();
    s.step("1.e", "76:30", "What had waited is sent again by itself, and taken");
    CHECK(s.found() == "in order");
    CHECK_FALSE(holds(s.notices(House::LAN), "UNWITNESSED"));
    CHECK_FALSE(s.grant_with(House::LAN, "given_name").empty());
    s.expect("″ | ″, ″, ″");
}

}  // namespace leeward::test
