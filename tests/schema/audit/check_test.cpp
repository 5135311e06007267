// Tamper drills: a true pair of logs, one thing done to them at a time, and what an auditor is told.
#include "schema/audit/check.h"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/schema/audit/sample_log.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;
using enum ReleaseState;

namespace {

FieldSet names() {
    return {*find_field("given_name"), *find_field("family_name")};
}

// An investigation group and a shelter: one release, one disclosure, one receipt.
struct Night {
    SampleLog group{1};
    SampleLog shelter{2};
    crypto::Hash release = some_hash("release");
    crypto::Hash xref = some_hash("exchange");

    void released() { group.activate(release, shelter, names()); }
    std::uint64_t disclosed() { return group.disclose(release, shelter, names(), xref); }
    void received() { shelter.receipt(group, xref); }
    void whole() {
        released();
        disclosed();
        received();
    }
    AuditReport checked() {
        if (group.bundle_.heads.empty()) group.publish();
        if (shelter.bundle_.heads.empty()) shelter.publish();
        const std::vector<Bundle> bundles{group.bundle(), shelter.bundle()};
        return check(bundles, Trust{{group.card(), shelter.card()}, std::nullopt});
    }
};

std::vector<std::string_view> only(std::string_view kind) {
    return {kind};
}

}  // namespace

TEST_CASE("two honest logs give no finding, and their acts are counted") {
    Night night;
    night.whole();
    const auto report = night.checked();
    CHECK(kinds(report).empty());
    REQUIRE(report.logs.size() == 2);
    CHECK(report.logs[0].acts.at(EventKind::SEND) == 1);
    CHECK(report.logs[1].acts.at(EventKind::RECEIPT) == 1);
}

TEST_CASE("a leaf that was altered, deleted or moved is located between two heads") {
    Night night;
    night.group.pad();
    night.group.publish();
    night.whole();
    night.group.publish();
    night.group.pad();
    night.group.publish();
    auto& entries = night.group.bundle_.entries;
    SECTION("altered") {
        entries[2].xref = some_hash("other");
    }
    SECTION("deleted") {
        entries.erase(entries.begin() + 2);
    }
    SECTION("moved") {
        std::swap(entries[1], entries[2]);
    }
    const auto report = night.checked();
    const auto found = std::find_if(report.findings.begin(), report.findings.end(), [](auto& f) {
        return f.kind == FindingKind::TREE_MISMATCH;
    });
    REQUIRE(found != report.findings.end());
    CHECK(found->leaf == 1);
    CHECK(found->last_leaf == 4);
    CHECK(found->organisation == night.group.card().organisation);
}

TEST_CASE("a head that was rolled back is found") {
    Night night;
    night.whole();
    night.group.publish();
    SampleLog shorter(1);
    shorter.pad();
    night.group.bundle_.heads.push_back(shorter.publish());
    const auto found = kinds(night.checked());
    CHECK(std::count(found.begin(), found.end(), "HEAD_ROLLED_BACK") == 1);
}

TEST_CASE("a forked log shown to two partners is found from what one of them holds") {
    Night night;
    night.whole();
    night.group.publish();
    SampleLog other_face(1);
    other_face.pad();
    night.shelter.bundle_.seen.push_back(other_face.publish());
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("LOG_FORKED"));
    CHECK(report.findings[0].leaf == 1);
    CHECK(report.findings[0].partner == night.shelter.card().organisation);
}

TEST_CASE("two faces of a log that two partners hold are found without a bundle of that log") {
    Night night;
    night.whole();
    SampleLog one_face(3);
    one_face.pad();
    SampleLog other_face(3);
    other_face.now += 1;
    other_face.pad();
    night.group.bundle_.seen.push_back(one_face.publish());
    const auto checked = [&] {
        if (night.group.bundle_.heads.empty()) night.group.publish();
        if (night.shelter.bundle_.heads.empty()) night.shelter.publish();
        const std::vector<Bundle> bundles{night.group.bundle(), night.shelter.bundle()};
        return check(
            bundles,
            Trust{{night.group.card(), night.shelter.card(), one_face.card()}, std::nullopt});
    };
    SECTION("the same face is none") {
        night.shelter.bundle_.seen.push_back(one_face.publish());
        CHECK(kinds(checked()).empty());
    }
    SECTION("another one is") {
        night.shelter.bundle_.seen.push_back(other_face.publish());
        const auto report = checked();
        REQUIRE(kinds(report) == only("LOG_FORKED"));
        CHECK(report.findings[0].organisation == one_face.card().organisation);
        CHECK(report.findings[0].leaf == 1);
        CHECK(report.findings[0].partner ==
              night.group.card().organisation + ", " + night.shelter.card().organisation);
    }
}

TEST_CASE("what a partner holds of an honest log is no fork") {
    Night night;
    night.group.pad();
    night.shelter.bundle_.seen.push_back(night.group.publish());
    night.whole();
    night.group.publish();
    CHECK(kinds(night.checked()).empty());
}

TEST_CASE("a disclosure that its sender did not log is found at the recipient") {
    Night night;
    night.released();
    night.received();
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("DISCLOSURE_UNDECLARED"));
    CHECK(report.findings[0].organisation == night.shelter.card().organisation);
}

TEST_CASE("a receipt that the recipient hides is found once its time is over") {
    Night night;
    night.released();
    const auto leaf = night.disclosed();
    night.shelter.pad();
    SECTION("within 72 hours it may still come") {
        CHECK(kinds(night.checked()).empty());
    }
    SECTION("after that it is a finding, and says where") {
        night.group.now += 72 * 4;
        night.shelter.now += 72 * 4;
        night.group.pad();
        night.shelter.pad();
        const auto report = night.checked();
        REQUIRE(kinds(report) == only("RECEIPT_MISSING"));
        CHECK(report.findings[0].leaf == leaf);
        CHECK(report.findings[0].partner == night.shelter.card().organisation);
    }
}

TEST_CASE(
    "what was called back is no missing receipt, but one that arrived all the same is a finding") {
    Night night;
    night.released();
    night.disclosed();
    AuditRecord abandoned;
    abandoned.kind = EventKind::ABANDONED;
    abandoned.other = night.shelter.tag();
    abandoned.release = night.xref;
    night.group.add(abandoned);
    night.group.now += 72 * 4;
    night.shelter.pad();
    night.shelter.now += 72 * 4;
    SECTION("called back") {
        night.group.pad();
        night.shelter.pad();
        CHECK(kinds(night.checked()).empty());
    }
    SECTION("and yet received") {
        night.received();
        CHECK(kinds(night.checked()) == only("ABANDONED_BUT_RECEIVED"));
    }
}

TEST_CASE("a disclosure passed off as padding is found by its exchange") {
    Night night;
    night.released();
    AuditRecord pad;
    const auto leaf = night.group.add(pad, night.xref);
    night.received();
    const auto report = night.checked();
    REQUIRE(kinds(report) == only("DISCLOSURE_DISGUISED"));
    CHECK(report.findings[0].leaf == leaf);
}

TEST_CASE("an opening that was swapped is found at its leaf") {
    Night night;
    night.whole();
    auto& entries = night.group.bundle_.entries;
    std::swap(entries[0].rec, entries[1].rec);
    const auto report = night.checked();
    REQUIRE(report.findings.size() >= 2);
    CHECK(report.findings[0].kind == FindingKind::OPENING_MISMATCH);
    CHECK(report.findings[0].leaf == 0);
    CHECK(report.findings[1].kind == FindingKind::OPENING_MISMATCH);
    CHECK(report.findings[1].leaf == 1);
}

TEST_CASE("a bundle whose end is missing is found") {
    Night night;
    night.whole();
    night.group.publish();
    night.shelter.publish();
    night.group.bundle_.entries.pop_back();
    const auto found = kinds(night.checked());
    CHECK(std::count(found.begin(), found.end(), "BUNDLE_CUT") == 1);
}

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

TEST_CASE("a bundle from a stranger is not believed") {
    Night night;
    night.whole();
    night.group.publish();
    const auto report = check(std::vector{night.group.bundle()}, Trust{});
    CHECK(kinds(report) == only("CARD_UNKNOWN"));
    CHECK(report.logs.empty());
}

TEST_CASE("a head that the log did not sign is found") {
    Night night;
    night.whole();
    night.group.publish();
    SampleLog stranger(3);
    night.group.bundle_.heads.push_back(stranger.publish());
    CHECK(kinds(night.checked()) == only("HEAD_UNSIGNED"));
}

namespace {

Trust witnessed_trust(const NodeCard& card) {
    const crypto::Vkey log{card.log_origin, crypto::NoteKeyType::ed25519, card.log};
    const crypto::Vkey witness{
        "witness1", crypto::NoteKeyType::cosignature_v1, verify_key_of(key(51))};
    auto policy = crypto::TlogPolicy::parse("log " + format_vkey(log) + "\nwitness w1 " +
                                            format_vkey(witness) + "\nquorum w1\n");
    REQUIRE(policy);
    return {{card}, std::move(*policy)};
}

}  // namespace

TEST_CASE("leaves that no quorum of witnesses vouches for within 72 hours are flagged") {
    SampleLog log(1);
    log.now = 1'785'000'000 / 900;
    log.pad();
    log.publish(1, 1'785'000'000);
    const Trust trust = witnessed_trust(log.card());
    CHECK(kinds(check(std::vector{log.bundle()}, trust)).empty());
    const auto alone = log.pad();
    log.publish();
    SECTION("after 71 hours they may still be") {
        log.now += 71 * 4;
        log.pad();
        log.publish();
        const auto report = check(std::vector{log.bundle()}, trust);
        CHECK(kinds(report).empty());
        CHECK(report.logs[0].asks_witnesses);
        CHECK(report.logs[0].witnessed == 1);
        CHECK(report.logs[0].witnessed_at == 1'785'000'000);
    }
    SECTION("after 73 hours it is a finding, from the first of them to the last") {
        log.now += 73 * 4;
        const auto last = log.pad();
        log.publish();
        const auto report = check(std::vector{log.bundle()}, trust);
        REQUIRE(kinds(report) == only("UNWITNESSED"));
        CHECK(report.findings[0].leaf == alone);
        CHECK(report.findings[0].last_leaf == last);
    }
    SECTION("a head that is cosigned later vouches for all leaves before it") {
        log.now += 71 * 4;
        log.pad();
        log.publish(1, std::uint64_t{log.now} * 900);
        const auto report = check(std::vector{log.bundle()}, trust);
        CHECK(kinds(report).empty());
        CHECK(report.logs[0].witnessed == 3);
    }
    SECTION("one that is cosigned too late does not: those alone are named that waited") {
        log.now += 73 * 4;
        log.pad();
        log.publish(1, std::uint64_t{log.now} * 900 + 900);
        const auto report = check(std::vector{log.bundle()}, trust);
        REQUIRE(kinds(report) == only("UNWITNESSED"));
        CHECK(report.findings[0].leaf == alone);
        CHECK_FALSE(report.findings[0].last_leaf);
    }
    SECTION("a leaf that says an older time is not older for that") {
        log.now -= 2;
        log.pad();
        log.now += 71 * 4 + 2;
        log.pad();
        log.publish();
        CHECK(kinds(check(std::vector{log.bundle()}, trust)).empty());
    }
}

TEST_CASE("without a policy any two of the other organisations are enough, or one of two") {
    SampleLog log(1);
    log.now = 1'785'000'000 / 900;
    log.pad();
    log.publish();
    log.cosigned_by(2, 1'785'000'000);
    const auto found = [&](std::vector<NodeCard> cards) {
        cards.push_back(log.card());
        auto bundle = log.bundle();
        return kinds(check(std::vector{bundle}, Trust{std::move(cards), std::nullopt}));
    };
    const auto three_days_later = [&] {
        log.now += 73 * 4;
        log.pad();
        log.publish();
    };
    const std::vector<NodeCard> two{card_of(2), card_of(3)};
    const std::vector<NodeCard> four{card_of(2), card_of(3), card_of(4), card_of(5)};
    SECTION("one has signed") {
        three_days_later();
        CHECK(found({}).empty());  // nobody could have
        CHECK(found(two).empty());
        CHECK(found(four) == only("UNWITNESSED"));
    }
    SECTION("two have") {
        log.cosigned_by(5, 1'785'000'000);
        three_days_later();
        CHECK(found(four).empty());
    }
    SECTION("whose card is not given does not count") {
        log.cosigned_by(6, 1'785'000'000);
        three_days_later();
        CHECK(found(four) == only("UNWITNESSED"));
    }
}

TEST_CASE("nobody counts twice as a witness, and nobody for its own log") {
    const auto witnesses = [](std::vector<NodeCard> cards) {
        return witnesses_of(card_of(1), Trust{std::move(cards), std::nullopt}).witnesses().size();
    };
    CHECK(witnesses({card_of(1), card_of(2), card_of(3)}) == 2);
    NodeCard copied = card_of(4);
    copied.witness = card_of(3).witness;
    CHECK(witnesses({card_of(2), card_of(3), copied}) == 2);
    copied.witness = card_of(1).witness;
    CHECK(witnesses({card_of(2), copied}) == 1);
}

// Found by reading: of a witness that was restored the newest key alone counted, and what it had cosigned
// before stood there as cosigned by nobody.
TEST_CASE("a witness that was restored counts under each of its keys, and once") {
    NodeCard restored = card_of(2);
    restored.version = 2;
    restored.witness = verify_key_of(witness_key(9));
    SampleLog log(1);
    log.now = 1'785'000'000 / 900;
    log.pad();
    log.publish();
    const auto found = [&] {
        log.now += 73 * 4;
        log.pad();
        log.publish();
        const std::vector cards{log.card(), card_of(2), restored, card_of(3), card_of(4)};
        return kinds(check(std::vector{log.bundle()}, Trust{cards, std::nullopt}));
    };
    SECTION("what it cosigned before") {
        log.cosigned_by(2, 1'785'000'000);
        log.cosigned_by(3, 1'785'000'000);
        CHECK(found().empty());
    }
    SECTION("and what it cosigned since") {
        log.cosigned_by(9, 1'785'000'000);
        log.cosigned_by(3, 1'785'000'000);
        CHECK(found().empty());
    }
    SECTION("but both keys are of one") {
        log.cosigned_by(2, 1'785'000'000);
        log.cosigned_by(9, 1'785'000'000);
        CHECK(found() == only("UNWITNESSED"));
    }
    SECTION("and no key that the log's owner had is of another") {
        NodeCard copied = card_of(4);
        copied.witness = card_of(2).witness;
        const Trust trust{{card_of(2), restored, card_of(3), copied}, std::nullopt};
        CHECK(witnesses_of(restored, trust).witnesses().size() == 1);
    }
}

TEST_CASE("a leaf that says it is older than the witness's signature before it is backdated") {
    SampleLog log(1);
    log.now = 1'785'000'000 / 900;
    log.pad();
    log.publish(1, 1'785'000'000);
    AuditRecord act;
    act.kind = EventKind::ACT;
    SECTION("an hour is a clock that was set") {
        log.now -= 4;
        log.add(act);
        log.publish(1, 1'785'000'900);
        CHECK(kinds(check(std::vector{log.bundle()}, witnessed_trust(log.card()))).empty());
    }
    SECTION("more is a finding") {
        log.now -= 5;
        const auto leaf = log.add(act);
        log.publish(1, 1'785'000'900);
        const auto report = check(std::vector{log.bundle()}, witnessed_trust(log.card()));
        REQUIRE(kinds(report) == only("TIME_BACKDATED"));
        CHECK(report.findings[0].leaf == leaf);
    }
}

TEST_CASE("time that runs back by more than an hour is found without a witness too") {
    SampleLog log(1);
    AuditRecord act;
    act.kind = EventKind::ACT;
    log.add(act);
    log.now -= 5;
    log.add(act);
    log.publish();
    CHECK(kinds(check(std::vector{log.bundle()}, Trust{{log.card()}, std::nullopt})) ==
          only("TIME_RUNS_BACK"));
}

TEST_CASE("a bundle in which any bit is turned over is refused, or found, or says less") {
    SampleLog log(1);
    const SampleLog other(2);
    log.now = 1'785'000'000 / 900;
    log.activate(some_hash("r"), other, names());
    log.publish();
    log.cosigned_by(2, 1'785'000'000);
    const Trust trust{{log.card(), other.card()}, std::nullopt};
    Bytes bytes = write_bundle(log.bundle());
    const auto judged = [&]() -> Result<AuditReport> {
        const BundleFile file{
            "a bundle", [&bytes]() -> Result<std::unique_ptr<ByteSource>> {
                return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(bytes));
            }};
        return check(std::span(&file, 1), trust, {});
    };
    const auto whole = judged();
    REQUIRE(whole);
    REQUIRE(whole->findings.empty());
    REQUIRE(whole->logs[0].witnessed == log.size());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        CAPTURE(at);
        bytes[at] = static_cast<Byte>(bytes[at] ^ (1U << (at % 8)));
        const auto report = judged();
        CHECK((!report || !report->findings.empty() || report->logs[0].witnessed == 0));
        bytes[at] = static_cast<Byte>(bytes[at] ^ (1U << (at % 8)));
    }
}

TEST_CASE("an empty log is whole") {
    SampleLog log(1);
    log.publish();
    CHECK(kinds(check(std::vector{log.bundle()}, Trust{{log.card()}, std::nullopt})).empty());
}

TEST_CASE(
    "two bundles of one log that leave leaves out between them are told apart from two that meet") {
    SampleLog log(1);
    for (int i = 0; i < 6; ++i) {
        log.pad();
        log.publish();
    }
    const Trust trust{{log.card()}, std::nullopt};
    CHECK(kinds(check(std::vector{log.bundle_of(0, 3), log.bundle_of(3, 6)}, trust)).empty());
    CHECK(kinds(check(std::vector{log.bundle_of(2, 6), log.bundle_of(0, 3)}, trust)).empty());
    const auto report = check(std::vector{log.bundle_of(4, 6), log.bundle_of(0, 3)}, trust);
    REQUIRE(kinds(report) == only("BUNDLE_GAP"));
    CHECK(report.findings[0].leaf == 3);
    CHECK(report.findings[0].last_leaf == 3);
}

// Found by reading: each bundle was held against the one that begins before it, however far others reach.
TEST_CASE("a bundle within another one of its log leaves no leaves out") {
    SampleLog log(1);
    for (int i = 0; i < 6; ++i) {
        log.pad();
        log.publish();
    }
    const Trust trust{{log.card()}, std::nullopt};
    const std::vector nested{log.bundle_of(0, 4), log.bundle_of(1, 2), log.bundle_of(4, 6)};
    CHECK(kinds(check(nested, trust)).empty());
    const std::vector gap{log.bundle_of(0, 4), log.bundle_of(1, 2), log.bundle_of(5, 6)};
    const auto report = check(gap, trust);
    REQUIRE(kinds(report) == only("BUNDLE_GAP"));
    CHECK(report.findings[0].leaf == 4);
    CHECK(report.findings[0].last_leaf == 4);
}

// Found by reading: trees were compared where a bundle begins alone, at a size that the log chose.
TEST_CASE("bundles that overlap and differ only there are a fork") {
    const auto face = [](const char* said) {
        SampleLog log(1);
        log.pad();
        log.pad();
        AuditRecord pad;
        log.add(pad, some_hash(said));
        log.pad();
        log.publish();
        log.pad();
        log.publish();
        return log;
    };
    SampleLog one = face("one thing");
    SampleLog other = face(GENERATE("one thing", "another"));
    const bool is_fork = other.bundle_.entries != one.bundle_.entries;
    Bundle second = other.bundle_of(1, 5);
    second.heads.erase(second.heads.begin());
    const std::vector bundles{one.bundle_of(0, 4), second};
    const auto report = check(bundles, Trust{{one.card()}, std::nullopt});
    CHECK(report.findings.size() == (is_fork ? 1U : 0U));
    for (const auto& finding : report.findings) {
        CHECK(finding.kind == FindingKind::LOG_FORKED);
        CHECK(finding.leaf == 4);
    }
}

TEST_CASE("a leaf that was altered in one of two bundles that meet is no fork") {
    SampleLog log(1);
    for (int i = 0; i < 4; ++i)
        log.pad();
    log.publish();
    log.pad();
    log.publish();
    std::vector bundles{log.bundle_of(0, 4), log.bundle_of(4, 5)};
    bundles[0].entries[1].xref = some_hash("other");
    CHECK(kinds(check(bundles, Trust{{log.card()}, std::nullopt})) == only("TREE_MISMATCH"));
}

TEST_CASE(
    "what was received as a bundle begins is not held against a sender whose bundle begins then") {
    Night night;
    night.group.pad();
    night.group.publish();
    night.group.pad();
    night.received();
    night.group.publish();
    Bundle group = night.group.bundle();
    group.before.append(crypto::leaf_hash(group.entries[0].data()));
    group.entries.erase(group.entries.begin());
    night.shelter.publish();
    const Trust trust{{night.group.card(), night.shelter.card()}, std::nullopt};
    const auto report = check(std::vector{group, night.shelter.bundle()}, trust);
    CHECK(kinds(report).empty());
    CHECK(report.unjudged == 1);
    CHECK(kinds(check(std::vector{night.group.bundle(), night.shelter.bundle()}, trust)) ==
          only("DISCLOSURE_UNDECLARED"));
}

TEST_CASE("a bundle made to give more findings than anybody reads is cut short and counted") {
    SampleLog log(1);
    for (std::size_t i = 0; i < Findings::most + 5; ++i)
        log.pad();
    log.publish();
    Bundle bundle = log.bundle();
    for (auto& entry : bundle.entries)
        entry.rec[0] = 9;
    const auto report = check(std::vector{bundle}, Trust{{log.card()}, std::nullopt});
    CHECK(report.findings.size() == Findings::most);
    CHECK(report.more_findings == 5);
}

TEST_CASE("a bundle that cannot be read to its end is named, and nothing is judged") {
    SampleLog log(1);
    log.pad();
    log.publish();
    const Bytes whole = write_bundle(log.bundle());
    const Bytes cut(whole.begin(), whole.end() - 1);
    const BundleFile file{
        "june", [&]() -> Result<std::unique_ptr<ByteSource>> {
            return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(cut));
        }};
    const auto checked = check(std::span(&file, 1), Trust{{log.card()}, std::nullopt});
    REQUIRE(!checked);
    CHECK(checked.error().code == Errc::malformed);
    CHECK(checked.error().detail.starts_with("june: "));
}

TEST_CASE("every finding has a name that reads back and a sentence in both languages") {
    for (std::size_t i = 0; i < finding_kind_count; ++i) {
        const auto kind = static_cast<FindingKind>(i);
        CHECK(finding_kind_from(name(kind)) == kind);
        CHECK(explain(kind, Language::EN).size() > 20);
        CHECK(explain(kind, Language::ES).size() > 20);
        CHECK(explain(kind, Language::EN) != explain(kind, Language::ES));
    }
    CHECK(!finding_kind_from("SOMETHING"));
}
