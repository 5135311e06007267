// Ranks services and peers for a need, locally: nobody learns that a need exists.
//
// Advisory only: it never decides. A candidate is left out only if it is not active, is of another
// class, or its stated ages cannot include the band; everything else moves it up or down, and each
// move is told as a reason with its points. What is not known counts nothing. The order depends on
// the candidates alone, never on the order in which they came: score, then peers before listed
// services, then name, then id.
//
// Fit to be asked on every keystroke: the index holds what is compared in flat arrays; reasons are
// made only for the candidates that are returned.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/capacity.h"
#include "schema/directory_entry.h"
#include "schema/ids.h"

namespace leeward::schema {

enum class DistanceNeed : Byte { ANY, NEAR, FAR };  // from the home region
// About the programme, not the child.
enum class ProgrammeNeed : Byte { ANY, GIRLS, BOYS, AFFIRMING };

struct MatchQuery {
    ServiceClass service = ServiceClass::PLACEMENT;
    std::optional<AgeBand> age{};
    bool interpreter = false;  // or somebody who speaks `language`
    std::string language{};    // never leaves the node; empty: not asked
    Features access{};
    DistanceNeed distance = DistanceNeed::ANY;
    std::string home_region{};  // GEOID, ISO 3166-2 code or a name as in the directory
    ProgrammeNeed programme = ProgrammeNeed::ANY;
    std::size_t limit = 20;  // how many are returned
};

// A statement that a peer has sent.
struct PeerCapacity {
    NodeId peer;
    std::string name;
    CapacityStatement statement;
};

// clang-format off
enum class MatchReason : Byte {
    PEER,                  // can be asked through the exchange
    CAPACITY_HAS,          // value: units free, 0 when not told
    CAPACITY_ASSESSMENT,   // must be asked
    CAPACITY_WAITLIST,
    CAPACITY_NONE,
    CAPACITY_CONTRACTED,   // value: what was contracted; says nothing of tonight
    STALE_CAPACITY,        // value: age in hours
    CAPACITY_UNKNOWN,
    AGE_BAND_SERVED,
    AGE_BAND_PARTLY,       // value: lowest age taken
    AGE_UNKNOWN,
    FOR_ADULTS,            // says that it is for adults or seniors only
    LANGUAGE,              // spoken there
    INTERPRETER,
    LANGUAGE_UNKNOWN,
    STEP_FREE,
    SENSORY,
    MEDICAL_ON_SITE,
    PRIVATE_ROOM,
    STAFF_AWAKE_AT_NIGHT,
    ACCESS_UNKNOWN,        // value: how many of the needs are not known to be met
    SAME_REGION,
    SAME_STATE,
    OTHER_REGION,
    REGION_UNKNOWN,
    PROGRAMME_FITS,
    PROGRAMME_OTHER,
    SURVIVOR_PROGRAMME,
    RUNAWAY_PROGRAMME,
};
// clang-format on
[[nodiscard]] std::string_view name(MatchReason reason);  // "capacity_has"

struct Reason {
    MatchReason code;
    int points;
    std::int64_t value = 0;

    friend bool operator==(const Reason&, const Reason&) = default;
};

// One candidate; exactly one of the two pointers is set. They point into the index and the span of
// peers that were asked.
struct Match {
    const DirectoryEntry* entry = nullptr;
    const PeerCapacity* peer = nullptr;
    int score = 0;  // the sum of the reasons' points
    std::vector<Reason> reasons{};
};

struct MatchResult {
    std::vector<Match> matches{};  // best first, at most query.limit
    std::size_t considered = 0;    // = eligible + the three below
    std::size_t eligible = 0;
    std::size_t not_active = 0;
    std::size_t other_class = 0;
    std::size_t age_range = 0;
    bool home_region_known = false;  // some service is listed there
};

class MatchIndex {
public:
    explicit MatchIndex(std::vector<DirectoryEntry> entries);

    [[nodiscard]] MatchResult match(const MatchQuery& query,
                                    std::span<const PeerCapacity> peers,
                                    Time now) const;
    [[nodiscard]] std::span<const DirectoryEntry> entries() const { return entries_; }

private:
    friend class MatchRun;
    // What decides whether an entry can be a candidate, and where it is, in the order of entries_.
    struct Row {
        ServiceClasses classes;
        std::uint32_t regions_from;  // into region_ids_, up to regions_to
        std::uint32_t regions_to;
        AgeBands fully;  // bands wholly within the stated ages
        AgeBands partly;
        bool ages_stated;
        bool active;
    };

    void add_row(const DirectoryEntry& entry, std::map<std::string, std::uint32_t>& ids);

    std::vector<DirectoryEntry> entries_;  // by name, then id
    std::vector<Row> rows_;
    std::vector<std::string> regions_;  // each once; a region's id is its place
    std::vector<std::uint32_t> region_ids_;
};

}  // namespace leeward::schema
