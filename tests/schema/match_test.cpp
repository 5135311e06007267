#include "schema/match.h"

#include <algorithm>
#include <numeric>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace leeward::schema {
namespace {

constexpr Time now = from_unix(1'700'000'100);

DirectoryEntry service(std::string id) {
    DirectoryEntry entry;
    entry.name = "Service " + id;
    entry.service_id = std::move(id);
    entry.classes = {ServiceClass::PLACEMENT};
    return entry;
}

ListedCapacity counted(std::int64_t available, Duration age) {
    ListedCapacity capacity;
    capacity.unit = "bed";
    capacity.available = available;
    capacity.updated = now - age;
    return capacity;
}

PeerCapacity peer(Byte id, CapacityLevel level, Duration age) {
    PeerCapacity one;
    one.peer.get()[0] = id;
    one.name = "Peer " + std::to_string(id);
    one.statement.service = ServiceClass::PLACEMENT;
    one.statement.ages = {AgeBand::FROM_15_TO_17};
    one.statement.level = level;
    one.statement.as_of = now - age;
    return one;
}

MatchQuery for_15_to_17() {
    MatchQuery query;
    query.age = AgeBand::FROM_15_TO_17;
    query.limit = 1000;
    return query;
}

const Reason* reason(const Match& match, MatchReason code) {
    const auto at = std::find_if(match.reasons.begin(), match.reasons.end(), [&](const Reason& r) {
        return r.code == code;
    });
    return at == match.reasons.end() ? nullptr : &*at;
}

std::vector<std::string> order(const MatchResult& result) {
    std::vector<std::string> ids;
    for (const Match& match : result.matches)
        ids.push_back(match.entry != nullptr ? match.entry->service_id : match.peer->name);
    return ids;
}

template <class Enum>
EnumSet<Enum> any_of(std::initializer_list<Enum> all) {
    EnumSet<Enum> set;
    for (const Enum one : all)
        if (*rc::gen::arbitrary<bool>()) set = set | EnumSet<Enum>{one};
    return set;
}

DirectoryEntry any_service(int number) {
    DirectoryEntry entry = service(std::to_string(number));
    entry.audience = any_of({Audience::CHILDREN,
                             Audience::TEENS,
                             Audience::ADULTS,
                             Audience::WOMEN,
                             Audience::MEN,
                             Audience::SURVIVORS});
    entry.features = any_of({Feature::STEP_FREE, Feature::SENSORY, Feature::INTERPRETER_ON_CALL});
    if (*rc::gen::arbitrary<bool>()) entry.regions = {"36047"};
    if (*rc::gen::arbitrary<bool>()) entry.regions.emplace_back("34003");
    if (*rc::gen::arbitrary<bool>()) entry.languages = {"en"};
    if (*rc::gen::arbitrary<bool>())
        entry.capacity =
            counted(*rc::gen::inRange(0, 3), std::chrono::hours(*rc::gen::inRange(0, 48)));
    return entry;
}

MatchQuery demanding() {
    MatchQuery query = for_15_to_17();
    query.language = "es";
    query.access = {Feature::STEP_FREE, Feature::SENSORY};
    query.distance = DistanceNeed::NEAR;
    query.home_region = "36047";
    query.programme = ProgrammeNeed::GIRLS;
    return query;
}

std::size_t rank_of(const MatchResult& result, const std::string& id) {
    const auto ids = order(result);
    return static_cast<std::size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
}

}  // namespace

TEST_CASE("only what cannot serve is left out, and it is counted") {
    auto closed = service("closed");
    closed.status = ServiceStatus::TEMPORARILY_CLOSED;
    auto legal = service("legal");
    legal.classes = {ServiceClass::LEGAL};
    auto grown = service("grown");
    grown.min_age = 18;
    auto adults = service("adults");
    adults.audience = {Audience::ADULTS};
    auto wrong_band = peer(1, CapacityLevel::HAS, Duration(0));
    wrong_band.statement.ages = {AgeBand::UNDER_12};
    const std::vector<PeerCapacity> peers{wrong_band};

    const MatchIndex index({closed, legal, grown, adults, service("plain")});
    const MatchResult result = index.match(for_15_to_17(), peers, now);
    CHECK(result.considered == 6);
    CHECK(result.not_active == 1);
    CHECK(result.other_class == 1);
    CHECK(result.age_range == 2);
    CHECK(result.eligible == 2);
    CHECK(order(result) == std::vector<std::string>{"plain", "adults"});
}

TEST_CASE("ages that hold the whole band count more than those that hold a part of it") {
    auto whole = service("whole");
    whole.min_age = 12;
    whole.max_age = 17;
    auto part = service("part");
    part.min_age = 16;
    part.max_age = 24;
    const MatchIndex index({part, whole, service("unknown")});
    const MatchResult result = index.match(for_15_to_17(), {}, now);
    CHECK(order(result) == std::vector<std::string>{"whole", "part", "unknown"});
    CHECK(reason(result.matches[0], MatchReason::AGE_BAND_SERVED) != nullptr);
    REQUIRE(reason(result.matches[1], MatchReason::AGE_BAND_PARTLY) != nullptr);
    CHECK(reason(result.matches[1], MatchReason::AGE_BAND_PARTLY)->value == 16);
}

TEST_CASE("a stale figure never counts as having room") {
    auto fresh = service("fresh");
    fresh.capacity = counted(2, std::chrono::hours(24));
    auto stale = service("stale");
    stale.capacity = counted(90, std::chrono::hours(25));
    auto full = service("full");
    full.capacity = counted(0, std::chrono::hours(1));
    auto contracted = service("contracted");
    contracted.capacity = counted(700, std::chrono::hours(1));
    contracted.capacity->kind = CapacityKind::CONTRACTED;
    const std::vector peers{peer(1, CapacityLevel::HAS, std::chrono::hours(72))};

    const MatchIndex index({stale, full, contracted, fresh});
    const MatchResult result = index.match(for_15_to_17(), peers, now);
    for (const Match& match : result.matches) {
        const bool has_room = match.entry != nullptr && match.entry->service_id == "fresh";
        CHECK((reason(match, MatchReason::CAPACITY_HAS) != nullptr) == has_room);
    }
    const Match& of_peer = result.matches[rank_of(result, "Peer 1")];
    REQUIRE(reason(of_peer, MatchReason::STALE_CAPACITY) != nullptr);
    CHECK(reason(of_peer, MatchReason::STALE_CAPACITY)->value == 72);
}

TEST_CASE(
    "a peer that has room comes before one that must assess, that has a list, that has none") {
    const std::vector peers{peer(1, CapacityLevel::NONE, Duration(0)),
                            peer(2, CapacityLevel::NONE_WITH_WAITLIST, Duration(0)),
                            peer(3, CapacityLevel::NEEDS_ASSESSMENT, Duration(0)),
                            peer(4, CapacityLevel::HAS, Duration(0))};
    const MatchResult result = MatchIndex({}).match(for_15_to_17(), peers, now);
    CHECK(order(result) == std::vector<std::string>{"Peer 4", "Peer 3", "Peer 2", "Peer 1"});
}

TEST_CASE("near and far turn the order of regions round") {
    auto here = service("here");
    here.regions = {"36047"};
    auto next = service("next");
    next.regions = {"36005"};
    auto away = service("away");
    away.regions = {"34003"};
    const MatchIndex index({away, here, next});
    MatchQuery query = for_15_to_17();
    query.home_region = "36047";
    query.distance = DistanceNeed::NEAR;
    CHECK(order(index.match(query, {}, now)) == std::vector<std::string>{"here", "next", "away"});
    query.distance = DistanceNeed::FAR;
    CHECK(order(index.match(query, {}, now)) == std::vector<std::string>{"away", "next", "here"});
    CHECK(index.match(query, {}, now).home_region_known);
}

TEST_CASE("an unknown home region is said to be unknown and excludes nobody") {
    auto here = service("here");
    here.regions = {"36047"};
    const MatchIndex index({here, service("nowhere")});
    MatchQuery query = for_15_to_17();
    query.distance = DistanceNeed::NEAR;
    query.home_region = "Atlantis";
    const MatchResult result = index.match(query, {}, now);
    CHECK_FALSE(result.home_region_known);
    CHECK(result.eligible == 2);
    CHECK(reason(result.matches[rank_of(result, "nowhere")], MatchReason::REGION_UNKNOWN) !=
          nullptr);
}

TEST_CASE("a score is the sum of the points of its reasons") {
    REQUIRE(rc::check([] {
        std::vector<DirectoryEntry> entries;
        for (int i = 0; i < 6; ++i)
            entries.push_back(any_service(i));
        const std::vector peers{peer(1, CapacityLevel::HAS, Duration(0))};
        const MatchIndex index(entries);
        for (const Match& match : index.match(demanding(), peers, now).matches) {
            const int sum = std::accumulate(
                match.reasons.begin(), match.reasons.end(), 0, [](int so_far, const Reason& r) {
                    return so_far + r.points;
                });
            RC_ASSERT(sum == match.score);
        }
    }));
}

TEST_CASE("the order does not depend on the order of what came in") {
    REQUIRE(rc::check([] {
        std::vector<DirectoryEntry> entries;
        for (int i = 0; i < 8; ++i)
            entries.push_back(any_service(i));
        std::vector peers{peer(1, CapacityLevel::HAS, Duration(0)),
                          peer(2, CapacityLevel::HAS, Duration(0))};
        const auto first = order(MatchIndex(entries).match(demanding(), peers, now));
        for (std::size_t i = entries.size(); i-- > 1;)
            std::swap(entries[i], entries[*rc::gen::inRange<std::size_t>(0, i + 1)]);
        std::swap(peers[0], peers[1]);
        RC_ASSERT(order(MatchIndex(entries).match(demanding(), peers, now)) == first);
    }));
}

TEST_CASE("a service never falls for offering more of what is asked for") {
    REQUIRE(rc::check([] {
        std::vector<DirectoryEntry> entries;
        for (int i = 0; i < 8; ++i)
            entries.push_back(any_service(i));
        const auto chosen = *rc::gen::inRange<std::size_t>(0, entries.size());
        const std::string id = entries[chosen].service_id;
        const auto before = rank_of(MatchIndex(entries).match(demanding(), {}, now), id);
        DirectoryEntry& better = entries[chosen];
        switch (*rc::gen::inRange(0, 6)) {
            case 0:
                better.languages.emplace_back("es");
                break;
            case 1:
                better.features = better.features | Features{Feature::SENSORY};
                break;
            case 2:
                better.regions.emplace_back("36047");
                break;
            case 3:
                better.capacity = counted(1, Duration(0));
                break;
            case 4:
                better.audience = better.audience | Audiences{Audience::TEENS};
                break;
            default:
                better.audience = better.audience | Audiences{Audience::WOMEN};
        }
        RC_ASSERT(rank_of(MatchIndex(entries).match(demanding(), {}, now), id) <= before);
    }));
}

TEST_CASE("the limit cuts the list and not the count") {
    MatchQuery query = for_15_to_17();
    query.limit = 1;
    const MatchIndex index({service("b"), service("a")});
    const MatchResult result = index.match(query, {}, now);
    CHECK(order(result) == std::vector<std::string>{"a"});
    CHECK(result.eligible == 2);
}

}  // namespace leeward::schema
