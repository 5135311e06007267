// Whether witnesses vouch for a log in time, and whether its times can be true.
#include <catch2/catch_test_macros.hpp>

#include "schema/audit/check.h"
#include "tests/schema/audit/sample_night.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

namespace {

Trust witnessed_trust(const NodeCard& card) {
    const crypto::Vkey log{card.log_origin, crypto::NoteKeyType::ed25519, card.log};
    const crypto::Vkey witness{
        "witness2", crypto::NoteKeyType::cosignature_v1, verify_key_of(key(52))};
    auto policy = crypto::TlogPolicy::parse("log " + format_vkey(log) + "\nwitness w2 " +
                                            format_vkey(witness) + "\nquorum w2\n");
    REQUIRE(policy);
    return {{card}, std::move(*policy)};
}

}  // namespace

TEST_CASE("leaves that no quorum of witnesses vouches for within 72 hours are flagged") {
    SampleLog log(1);
    log.now = 1'785'000'000 / 900;
    log.pad();
    log.publish(2, 1'785'000'000);
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
        log.publish(2, std::uint64_t{log.now} * 900);
        const auto report = check(std::vector{log.bundle()}, trust);
        CHECK(kinds(report).empty());
        CHECK(report.logs[0].witnessed == 3);
    }
    SECTION("one that is cosigned too late does not: those alone are named that waited") {
        log.now += 73 * 4;
        log.pad();
        log.publish(2, std::uint64_t{log.now} * 900 + 900);
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
    log.publish(2, 1'785'000'000);
    AuditRecord act;
    act.kind = EventKind::ACT;
    SECTION("an hour is a clock that was set") {
        log.now -= 4;
        log.add(act);
        log.publish(2, 1'785'000'900);
        CHECK(kinds(check(std::vector{log.bundle()}, witnessed_trust(log.card()))).empty());
    }
    SECTION("more is a finding") {
        log.now -= 5;
        const auto leaf = log.add(act);
        log.publish(2, 1'785'000'900);
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
