// Tamper drills on the authority of a disclosure: its release, what ended it, and what other bundles know.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "schema/audit/check.h"
#include "tests/schema/audit/sample_night.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;
using enum ReleaseState;

TEST_CASE("a release that came into force only after the disclosure is found") {
    Night night;
    const auto leaf = night.disclosed();
    night.released();
    night.received();
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("AUTHORITY_AFTERWARDS"));
    CHECK(report.findings[0].leaf == leaf);
}

TEST_CASE("a disclosure without a release is found") {
    Night night;
    night.disclosed();
    night.received();
    CHECK(kinds(night.checked()) == only("AUTHORITY_MISSING"));
}

TEST_CASE("a disclosure after the withdrawal is found; one before it is not") {
    Night night;
    night.whole();
    night.group.release(night.release, ReleaseMove::R8, ACTIVE, WITHDRAWN, night.shelter, names());
    SECTION("before") {
        CHECK(kinds(night.checked()).empty());
    }
    SECTION("after") {
        const auto again = some_hash("again");
        const auto leaf = night.group.disclose(night.release, night.shelter, names(), again);
        night.shelter.receipt(night.group, again);
        const auto report = night.checked();
        REQUIRE(kinds(report) == only("AFTER_WITHDRAWAL"));
        CHECK(report.findings[0].leaf == leaf);
    }
}

TEST_CASE("a disclosure under an expired release is found") {
    Night night;
    night.released();
    night.group.release(night.release, ReleaseMove::R7, ACTIVE, EXPIRED, night.shelter, names());
    night.disclosed();
    night.received();
    CHECK(kinds(night.checked()) == only("AUTHORITY_ENDED"));
}

TEST_CASE("a disclosure to another recipient, or of more fields than released, is found") {
    Night night;
    night.released();
    SECTION("another recipient") {
        const SampleLog third(3);
        night.group.disclose(night.release, third, names(), night.xref);
        CHECK(kinds(night.checked()) == only("OTHER_RECIPIENT"));
    }
    SECTION("more fields") {
        FieldSet more = names();
        more.insert(*find_field("date_of_birth"));
        night.group.disclose(night.release, night.shelter, more, night.xref);
        night.received();
        CHECK(kinds(night.checked()) == only("BEYOND_AUTHORITY"));
    }
}

TEST_CASE("a release that comes back to life breaks its history") {
    Night night;
    night.released();
    night.group.release(night.release, ReleaseMove::R8, ACTIVE, WITHDRAWN, night.shelter, names());
    night.group.release(
        night.release, ReleaseMove::R4, PENDING_SIGNATURES, ACTIVE, night.shelter, names());
    CHECK(kinds(night.checked()) == only("RELEASE_HISTORY_BROKEN"));
}

// Found by reading: R1 may come from any state, and so made a draft of what had ended.
TEST_CASE("a release that has ended is not drafted anew") {
    Night night;
    const auto act = [&](ReleaseMove move, ReleaseState from, ReleaseState to) {
        return night.group.release(night.release, move, from, to, night.shelter, names());
    };
    night.released();
    act(ReleaseMove::R8, ACTIVE, WITHDRAWN);
    const auto again = act(ReleaseMove::R1, WITHDRAWN, DRAFT);
    act(ReleaseMove::R2, DRAFT, PENDING_SIGNATURES);
    act(ReleaseMove::R4, PENDING_SIGNATURES, ACTIVE);
    night.disclosed();
    night.received();
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("RELEASE_HISTORY_BROKEN"));
    CHECK(report.findings[0].leaf == again);
}

// Found by reading: any act about an emergency access, a denied one too, counted as an authority in
// force for whatever release it named.
TEST_CASE("no act about an emergency access brings a release to life") {
    Night night;
    AuditRecord denied;
    denied.kind = EventKind::ACT;
    denied.machine = Machine::BREAK_GLASS;
    denied.transition = static_cast<Byte>(BreakGlassMove::B3);
    denied.to_state = static_cast<Byte>(BreakGlassState::DENIED);
    denied.other = night.shelter.tag();
    denied.fields = logged_bitmap(names());
    denied.release = night.release;
    const auto disclosed_and_received = [&] {
        night.disclosed();
        night.received();
    };
    SECTION("one that was withdrawn") {
        night.released();
        night.group.release(
            night.release, ReleaseMove::R8, ACTIVE, WITHDRAWN, night.shelter, names());
        night.group.add(denied);
        disclosed_and_received();
        CHECK(kinds(night.checked()) == only("AFTER_WITHDRAWAL"));
    }
    SECTION("one that never was") {
        night.group.add(denied);
        disclosed_and_received();
        CHECK(kinds(night.checked()) == only("AUTHORITY_MISSING"));
    }
    SECTION("one that never was, afterwards") {
        disclosed_and_received();
        night.group.add(denied);
        CHECK(kinds(night.checked()) == only("AUTHORITY_MISSING"));
    }
}

TEST_CASE("a release from before the period counts only with its proof") {
    SampleLog group(1);
    SampleLog shelter(2);
    const auto release = some_hash("release");
    const auto active = group.activate(release, shelter, names());
    group.disclose(release, shelter, names(), some_hash("x"));
    group.publish();
    Bundle bundle = group.bundle();
    std::vector<crypto::Hash> hashes;
    for (const auto& entry : bundle.entries)
        hashes.push_back(crypto::leaf_hash(entry.data()));
    // The period begins with the disclosure: leaf 2 is carried, with its path in the tree of four.
    bundle.earlier.push_back(
        {active, bundle.entries[active], {hashes[3], crypto::node_hash(hashes[0], hashes[1])}});
    for (std::uint64_t i = 0; i <= active; ++i)
        bundle.before.append(hashes[i]);
    bundle.entries.erase(bundle.entries.begin(), bundle.entries.begin() + 3);
    const Trust trust{{group.card()}, std::nullopt};
    CHECK(kinds(check(std::vector{bundle}, trust)).empty());
    bundle.earlier[0].path[0] = some_hash("no");
    CHECK(kinds(check(std::vector{bundle}, trust)) ==
          std::vector<std::string_view>{"EARLIER_UNPROVEN", "AUTHORITY_MISSING"});
}

// Found by reading: each bundle was judged by its own `earlier` alone, which the log chooses.
TEST_CASE(
    "a withdrawal that a bundle leaves out of what lies before it is known from another one") {
    SampleLog group(1);
    SampleLog shelter(2);
    const auto release = some_hash("release");
    const auto act = [&](ReleaseMove move, ReleaseState from, ReleaseState to) {
        return group.release(release, move, from, to, shelter, names());
    };
    const auto active = group.activate(release, shelter, names());
    const auto narrowed = act(ReleaseMove::R5, ACTIVE, NARROWED);
    group.publish();
    const std::uint64_t january = group.size();
    group.pad();
    const bool withdrawn = GENERATE(true, false);
    if (withdrawn) act(ReleaseMove::R8, NARROWED, WITHDRAWN);
    group.publish();
    const std::uint64_t february = group.size();
    const auto sent = group.disclose(release, shelter, names(), some_hash("x"));
    if (!withdrawn) act(ReleaseMove::R7, NARROWED, EXPIRED);
    group.publish();
    const auto checked = [&](std::vector<Bundle> bundles) {
        return check(bundles, Trust{{group.card()}, std::nullopt});
    };
    const auto expected = withdrawn ? only("AFTER_WITHDRAWAL") : std::vector<std::string_view>{};
    Bundle march = group.bundle_of(february, group.size());
    carry_earlier(march, group, active);
    carry_earlier(march, group, narrowed);
    CHECK(kinds(checked({march})).empty());
    SECTION("whichever is given first") {
        const auto report = checked({march, group.bundle_of(0, february)});
        REQUIRE(kinds(report) == expected);
        if (withdrawn) CHECK(report.findings[0].leaf == sent);
    }
    SECTION("in bundles that overlap, each leaf is judged once") {
        CHECK(kinds(checked({march,
                             group.bundle_of(january, group.size()),
                             group.bundle_of(1, february),
                             group.bundle_of(0, february)})) == expected);
    }
    SECTION("where the bundle says nothing of what lies before it") {
        march.earlier.clear();
        CHECK(kinds(checked({group.bundle_of(0, february), march})) == expected);
    }
}

TEST_CASE(
    "what is known of a release outlasts a gap between two bundles, and accuses nobody of it") {
    SampleLog group(1);
    SampleLog shelter(2);
    const auto release = some_hash("release");
    const auto act = [&](ReleaseMove move, ReleaseState from, ReleaseState to) {
        return group.release(release, move, from, to, shelter, names());
    };
    const auto active = group.activate(release, shelter, names());
    group.publish();
    const auto checked = [&](std::uint64_t until, std::uint64_t from) {
        group.publish();
        Bundle later = group.bundle_of(from, group.size());
        carry_earlier(later, group, active);
        const std::vector bundles{group.bundle_of(0, until), later};
        return kinds(check(bundles, Trust{{group.card()}, std::nullopt}));
    };
    SECTION("what happened in the gap is not held against it") {
        act(ReleaseMove::R5, ACTIVE, NARROWED);
        act(ReleaseMove::R7, NARROWED, EXPIRED);
        CHECK(checked(3, 4) == only("BUNDLE_GAP"));
    }
    SECTION("a withdrawal before it stands") {
        act(ReleaseMove::R8, ACTIVE, WITHDRAWN);
        group.publish();
        group.pad();
        group.disclose(release, shelter, names(), some_hash("x"));
        CHECK(checked(4, 5) == std::vector<std::string_view>{"BUNDLE_GAP", "AFTER_WITHDRAWAL"});
    }
}
