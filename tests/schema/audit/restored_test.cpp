// A log that a restore began: what an auditor is told of the one before.
#include <algorithm>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "schema/restored_event.h"
#include "tests/schema/audit/sample_log.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

namespace {

using Kinds = std::vector<std::string_view>;

// What partners hold of the shelter's log before: ten entries, of which seven came back.
LogBefore ten_entries() {
    return {card_of(2).log_origin, 10, some_hash("root of ten")};
}

AuditReport checked(std::vector<SampleLog*> logs) {
    std::vector<Bundle> bundles;
    Trust trust;
    for (SampleLog* log : logs) {
        log->publish();
        bundles.push_back(log->bundle());
        trust.cards.push_back(log->card());
    }
    return check(bundles, trust);
}

}  // namespace

TEST_CASE("what a log before says of itself reads back from its first entry") {
    const auto event = restored_event(ten_entries(), 7);
    const auto record = decode_audit_record(encode(event));
    REQUIRE(record);
    const auto read = restored_in(*record);
    REQUIRE(read);
    CHECK(read->size == 10);
    CHECK(read->came_back == 7);
    CHECK(read->is_of(ten_entries()));
    LogBefore other = ten_entries();
    other.origin += "x";
    CHECK_FALSE(read->is_of(other));
    CHECK_FALSE(restored_in(AuditRecord{}));
}

TEST_CASE("a log that a restore began declares which entries of the one before are lost") {
    SampleLog shelter(2);
    shelter.card_says_restored(ten_entries());
    shelter.entry_says_restored(ten_entries(), 7);
    shelter.pad();
    const auto report = checked({&shelter});
    REQUIRE(kinds(report) == Kinds{"ENTRIES_LOST"});
    CHECK(report.findings[0].leaf == 7);
    CHECK(report.findings[0].last_leaf == 9);
}

TEST_CASE("a restore that nothing was lost by is told all the same, without an end") {
    SampleLog shelter(2);
    shelter.card_says_restored(ten_entries());
    shelter.entry_says_restored(ten_entries(), 10);
    const auto report = checked({&shelter});
    REQUIRE(kinds(report) == Kinds{"ENTRIES_LOST"});
    CHECK_FALSE(report.findings[0].last_leaf);
}

TEST_CASE(
    "a restore that the card and the first entry do not declare alike is not taken as declared") {
    SampleLog shelter(2);
    LogBefore shorter = ten_entries();
    shorter.size = 8;
    SECTION("by the card alone") {
        shelter.card_says_restored(ten_entries());
        shelter.pad();
    }
    SECTION("by the entry alone") {
        shelter.entry_says_restored(ten_entries(), 7);
    }
    SECTION("by each in another way") {
        shelter.card_says_restored(ten_entries());
        shelter.entry_says_restored(shorter, 7);
    }
    SECTION("by an entry further on") {
        shelter.pad();
        shelter.entry_says_restored(ten_entries(), 7);
    }
    CHECK(kinds(checked({&shelter})) == Kinds{"RESTORE_UNCLEAR"});
}

TEST_CASE(
    "a log before that never had the head its successor names is found where its bundle is there") {
    SampleLog before(2);
    for (int i = 0; i < 12; ++i)
        before.pad();
    crypto::Frontier tree;
    for (std::size_t i = 0; i < 10; ++i)
        tree.append(crypto::leaf_hash(before.bundle_.entries[i].data()));
    LogBefore named = ten_entries();
    const bool honest = GENERATE(true, false);
    if (honest) named.root = tree.root();
    SampleLog after(2);
    after.card_says_restored(named);
    after.entry_says_restored(named, 7);
    const auto found = kinds(checked({&before, &after}));
    CHECK(found.size() == (honest ? 1U : 2U));
    CHECK((std::find(found.begin(), found.end(), "LOG_FORKED") != found.end()) != honest);
}

TEST_CASE("what was received before a restore is no receipt that is missing after it") {
    SampleLog group(1);
    SampleLog shelter(2);
    const auto release = some_hash("release");
    const FieldSet names{*find_field("given_name")};
    group.activate(release, shelter, names);
    group.disclose(release, shelter, names, some_hash("exchange"));
    group.now += 2;
    group.pad();
    shelter.now += 2;
    shelter.card_says_restored(ten_entries());
    shelter.entry_says_restored(ten_entries(), 7);
    CHECK(kinds(checked({&group, &shelter})) == Kinds{"ENTRIES_LOST"});
}
