#include "schema/match.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace leeward::schema {
namespace {

struct Weight {
    MatchReason code;
    std::string_view name;
    int points;
};
// A better answer never counts less than a worse or an unknown one, so that a candidate never falls
// for having more of what was asked for.
// clang-format off
constexpr std::array<Weight, 29> weights{{
    {MatchReason::PEER,                 "peer",                 15},
    {MatchReason::CAPACITY_HAS,         "capacity_has",         40},
    {MatchReason::CAPACITY_ASSESSMENT,  "capacity_assessment",  20},
    {MatchReason::CAPACITY_WAITLIST,    "capacity_waitlist",   -10},
    {MatchReason::CAPACITY_NONE,        "capacity_none",       -20},
    {MatchReason::CAPACITY_CONTRACTED,  "capacity_contracted",   0},
    {MatchReason::STALE_CAPACITY,       "stale_capacity",        0},
    {MatchReason::CAPACITY_UNKNOWN,     "capacity_unknown",      0},
    {MatchReason::AGE_BAND_SERVED,      "age_band_served",      25},
    {MatchReason::AGE_BAND_PARTLY,      "age_band_partly",      12},
    {MatchReason::AGE_UNKNOWN,          "age_unknown",           0},
    {MatchReason::FOR_ADULTS,           "for_adults",          -20},
    {MatchReason::LANGUAGE,             "language",             12},
    {MatchReason::INTERPRETER,          "interpreter",           8},
    {MatchReason::LANGUAGE_UNKNOWN,     "language_unknown",      0},
    {MatchReason::STEP_FREE,            "step_free",            10},
    {MatchReason::SENSORY,              "sensory",              10},
    {MatchReason::MEDICAL_ON_SITE,      "medical_on_site",      10},
    {MatchReason::PRIVATE_ROOM,         "private_room",         10},
    {MatchReason::STAFF_AWAKE_AT_NIGHT, "staff_awake_at_night", 10},
    {MatchReason::ACCESS_UNKNOWN,       "access_unknown",        0},
    {MatchReason::SAME_REGION,          "same_region",          15},
    {MatchReason::SAME_STATE,           "same_state",            5},
    {MatchReason::OTHER_REGION,         "other_region",         -5},
    {MatchReason::REGION_UNKNOWN,       "region_unknown",        0},
    {MatchReason::PROGRAMME_FITS,       "programme_fits",        8},
    {MatchReason::PROGRAMME_OTHER,      "programme_other",     -15},
    {MatchReason::SURVIVOR_PROGRAMME,   "survivor_programme",    8},
    {MatchReason::RUNAWAY_PROGRAMME,    "runaway_programme",     4},
}};
// Where the survivor must be far from the home region.
constexpr int far_same_region = -15;
constexpr int far_same_state = 0;
constexpr int far_other_region = 10;
// clang-format on

constexpr bool weights_are_in_place() {
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (weights[i].code != static_cast<MatchReason>(i)) return false;
    return true;
}
static_assert(weights_are_in_place());

constexpr const Weight& weight_of(MatchReason code) {
    return weights[static_cast<std::size_t>(code)];
}

// Where reasons go: summed up for all candidates, kept for the few that are returned.
struct Sum {
    int total = 0;
    void operator()(MatchReason, int points, std::int64_t = 0) { total += points; }
};
struct Tell {
    std::vector<Reason>& reasons;
    void operator()(MatchReason code, int points, std::int64_t value = 0) {
        reasons.push_back({code, points, value});
    }
};
template <class Say>
void say_of(Say& say, MatchReason code, std::int64_t value = 0) {
    say(code, weight_of(code).points, value);
}

std::int64_t hours_between(std::int64_t from, std::int64_t to) {
    constexpr std::int64_t hour = 3600;
    return std::max<std::int64_t>(0, (to - from) / hour);
}

constexpr std::array<std::pair<Feature, MatchReason>, 5> feature_reasons{{
    {Feature::STEP_FREE, MatchReason::STEP_FREE},
    {Feature::SENSORY, MatchReason::SENSORY},
    {Feature::MEDICAL_ON_SITE, MatchReason::MEDICAL_ON_SITE},
    {Feature::PRIVATE_ROOM, MatchReason::PRIVATE_ROOM},
    {Feature::STAFF_AWAKE_AT_NIGHT, MatchReason::STAFF_AWAKE_AT_NIGHT},
}};

template <class Say>
void score_access(const MatchQuery& query, Features offered, Say& say) {
    std::int64_t unknown = 0;
    for (const auto& [feature, reason] : feature_reasons) {
        if (!query.access.contains(feature)) continue;
        if (offered.contains(feature))
            say_of(say, reason);
        else
            ++unknown;
    }
    if (unknown > 0) say_of(say, MatchReason::ACCESS_UNKNOWN, unknown);
}

template <class Say>
void score_language(const MatchQuery& query,
                    std::span<const std::string> spoken,
                    Features offered,
                    Say& say) {
    if (!query.interpreter && query.language.empty()) return;
    if (std::find(spoken.begin(), spoken.end(), query.language) != spoken.end())
        say_of(say, MatchReason::LANGUAGE);
    else if (offered.contains(Feature::INTERPRETER_ON_CALL))
        say_of(say, MatchReason::INTERPRETER);
    else
        say_of(say, MatchReason::LANGUAGE_UNKNOWN);
}

template <class Say>
void score_level(const CapacityStatement& statement, Time now, Say& say) {
    if (is_stale(statement.as_of, now)) {
        const auto age = hours_between(unix_seconds(statement.as_of), unix_seconds(now));
        return say_of(say, MatchReason::STALE_CAPACITY, age);
    }
    switch (statement.level) {
        case CapacityLevel::HAS:
            return say_of(say, MatchReason::CAPACITY_HAS, statement.beds.value_or(0));
        case CapacityLevel::NONE:
            return say_of(say, MatchReason::CAPACITY_NONE);
        case CapacityLevel::NONE_WITH_WAITLIST:
            return say_of(say, MatchReason::CAPACITY_WAITLIST);
        case CapacityLevel::NEEDS_ASSESSMENT:
            return say_of(say, MatchReason::CAPACITY_ASSESSMENT);
    }
}

template <class Say>
void score_listed(const std::optional<ListedCapacity>& listed, Time now, Say& say) {
    if (!listed) return say_of(say, MatchReason::CAPACITY_UNKNOWN);
    if (is_stale(listed->updated, now)) {
        const auto age = hours_between(unix_seconds(listed->updated), unix_seconds(now));
        return say_of(say, MatchReason::STALE_CAPACITY, age);
    }
    if (listed->kind == CapacityKind::CONTRACTED)
        return say_of(say, MatchReason::CAPACITY_CONTRACTED, listed->available);
    if (listed->available == 0) return say_of(say, MatchReason::CAPACITY_NONE);
    say_of(say, MatchReason::CAPACITY_HAS, listed->available);
}

bool is_for(Audiences audience, AgeBand band) {
    return audience.contains(band == AgeBand::UNDER_12 ? Audience::CHILDREN : Audience::TEENS);
}
bool is_for_adults_only(Audiences audience) {
    constexpr Audiences grown{Audience::ADULTS, Audience::SENIORS};
    constexpr Audiences young{
        Audience::CHILDREN, Audience::TEENS, Audience::FAMILIES, Audience::RUNAWAYS};
    return !(audience & grown).empty() && (audience & young).empty();
}

template <class Say>
void score_programme(const MatchQuery& query, Audiences audience, Say& say) {
    const bool women = audience.contains(Audience::WOMEN);
    const bool men = audience.contains(Audience::MEN);
    const bool girls = query.programme == ProgrammeNeed::GIRLS;
    const bool boys = query.programme == ProgrammeNeed::BOYS;
    const bool affirming =
        query.programme == ProgrammeNeed::AFFIRMING && audience.contains(Audience::LGBTQ);
    if ((girls && women) || (boys && men) || affirming)
        say_of(say, MatchReason::PROGRAMME_FITS);
    else if ((girls && men) || (boys && women))
        say_of(say, MatchReason::PROGRAMME_OTHER);
    if (audience.contains(Audience::SURVIVORS)) say_of(say, MatchReason::SURVIVOR_PROGRAMME);
    if (audience.contains(Audience::RUNAWAYS)) say_of(say, MatchReason::RUNAWAY_PROGRAMME);
}

enum class Nearness : Byte { SAME, STATE, OTHER, UNKNOWN };

template <class Say>
void score_region(DistanceNeed need, Nearness nearness, Say& say) {
    if (need == DistanceNeed::ANY) return;
    const bool far = need == DistanceNeed::FAR;
    const auto told = [&](MatchReason code, int points_if_far) {
        say(code, far ? points_if_far : weight_of(code).points);
    };
    switch (nearness) {
        case Nearness::SAME:
            return told(MatchReason::SAME_REGION, far_same_region);
        case Nearness::STATE:
            return told(MatchReason::SAME_STATE, far_same_state);
        case Nearness::OTHER:
            return told(MatchReason::OTHER_REGION, far_other_region);
        case Nearness::UNKNOWN:
            return told(MatchReason::REGION_UNKNOWN, 0);
    }
}

bool is_geoid(std::string_view text) {
    return text.size() >= 2 && text.find_first_not_of("0123456789") == text.npos;
}

// A GEOID begins with its state's two digits; a county's five begin with them too. A place (seven
// digits) lies in counties that its number does not tell.
Nearness nearness_of(std::string_view region, std::string_view home) {
    if (region == home) return Nearness::SAME;
    if (!is_geoid(region) || !is_geoid(home)) return Nearness::OTHER;
    const bool one_is_the_state = region.size() == 2 || home.size() == 2;
    if (region.substr(0, 2) != home.substr(0, 2)) return Nearness::OTHER;
    return one_is_the_state ? Nearness::SAME : Nearness::STATE;
}

struct Scored {
    int score;
    std::size_t place;  // peers first, then entries
};
bool is_better(const Scored& a, const Scored& b) {
    return a.score != b.score ? a.score > b.score : a.place < b.place;
}

}  // namespace

std::string_view name(MatchReason reason) {
    return weight_of(reason).name;
}

MatchIndex::MatchIndex(std::vector<DirectoryEntry> entries) : entries_(std::move(entries)) {
    std::sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return std::tie(a.name, a.service_id) < std::tie(b.name, b.service_id);
    });
    rows_.reserve(entries_.size());
    std::map<std::string, std::uint32_t> region_ids;
    for (const DirectoryEntry& entry : entries_)
        add_row(entry, region_ids);
}

void MatchIndex::add_row(const DirectoryEntry& entry, std::map<std::string, std::uint32_t>& ids) {
    Row row{};
    row.classes = entry.classes;
    row.active = entry.status == ServiceStatus::ACTIVE;
    row.ages_stated = entry.min_age || entry.max_age;
    for (const AgeBand band : all_age_bands()) {
        const Ages ages = ages_of(band);
        const int min = entry.min_age.value_or(0);
        const int max = entry.max_age.value_or(ages.to);
        if (min <= ages.from && max >= ages.to)
            row.fully = row.fully | AgeBands{band};
        else if (min <= ages.to && max >= ages.from)
            row.partly = row.partly | AgeBands{band};
    }
    row.regions_from = static_cast<std::uint32_t>(region_ids_.size());
    for (const std::string& region : entry.regions) {
        const auto next = static_cast<std::uint32_t>(regions_.size());
        const auto [at, is_new] = ids.try_emplace(region, next);
        if (is_new) regions_.push_back(region);
        region_ids_.push_back(at->second);
    }
    row.regions_to = static_cast<std::uint32_t>(region_ids_.size());
    rows_.push_back(row);
}

// One query on its way: filters, scores, ranks, explains.
class MatchRun {
public:
    MatchRun(const MatchIndex& index,
             const MatchQuery& query,
             std::span<const PeerCapacity> peers,
             Time now)
        : index_(index), query_(query), now_(now) {
        for (const PeerCapacity& peer : peers)
            peers_.push_back(&peer);
        std::sort(peers_.begin(), peers_.end(), [](const auto* a, const auto* b) {
            return std::tie(a->name, a->peer) < std::tie(b->name, b->peer);
        });
        place_regions();
    }

    MatchResult run() {
        score_peers();
        score_entries();
        const std::size_t wanted = std::min(query_.limit, found_.size());
        const auto middle = found_.begin() + static_cast<std::ptrdiff_t>(wanted);
        std::partial_sort(found_.begin(), middle, found_.end(), is_better);
        for (std::size_t i = 0; i < wanted; ++i)
            result_.matches.push_back(explained(found_[i]));
        result_.eligible = found_.size();
        return std::move(result_);
    }

private:
    using Row = MatchIndex::Row;

    void place_regions() {
        nearness_.reserve(index_.regions_.size());
        for (const std::string& region : index_.regions_) {
            nearness_.push_back(nearness_of(region, query_.home_region));
            if (nearness_.back() == Nearness::SAME) result_.home_region_known = true;
        }
    }

    [[nodiscard]] Nearness nearness(const Row& row) const {
        Nearness nearest = Nearness::UNKNOWN;
        for (std::size_t i = row.regions_from; i < row.regions_to; ++i)
            nearest = std::min(nearest, nearness_[index_.region_ids_[i]]);
        return query_.home_region.empty() ? Nearness::UNKNOWN : nearest;
    }

    template <class Say>
    void score_age(const Row& row, const DirectoryEntry& entry, Say& say) const {
        if (!query_.age) return;
        if (row.ages_stated && row.fully.contains(*query_.age))
            return say_of(say, MatchReason::AGE_BAND_SERVED);
        if (row.ages_stated)
            return say_of(say, MatchReason::AGE_BAND_PARTLY, entry.min_age.value_or(0));
        if (is_for(entry.audience, *query_.age)) return say_of(say, MatchReason::AGE_BAND_SERVED);
        const bool adults = is_for_adults_only(entry.audience);
        say_of(say, adults ? MatchReason::FOR_ADULTS : MatchReason::AGE_UNKNOWN);
    }

    template <class Say>
    void score_entry(std::size_t at, Say& say) const {
        const Row& row = index_.rows_[at];
        const DirectoryEntry& entry = index_.entries_[at];
        score_listed(entry.capacity, now_, say);
        score_age(row, entry, say);
        score_language(query_, entry.languages, entry.features, say);
        score_access(query_, entry.features, say);
        score_region(query_.distance, nearness(row), say);
        score_programme(query_, entry.audience, say);
    }

    // Where a peer is nobody is told, and what it says of itself is its statement.
    template <class Say>
    void score_peer(const PeerCapacity& peer, Say& say) const {
        say_of(say, MatchReason::PEER);
        score_level(peer.statement, now_, say);
        if (query_.age) say_of(say, MatchReason::AGE_BAND_SERVED);
        score_language(query_, {}, peer.statement.features, say);
        score_access(query_, peer.statement.features, say);
        score_region(query_.distance, Nearness::UNKNOWN, say);
    }

    void score_peers() {
        for (std::size_t i = 0; i < peers_.size(); ++i) {
            const CapacityStatement& said = peers_[i]->statement;
            ++result_.considered;
            if (said.service != query_.service) {
                ++result_.other_class;
            } else if (query_.age && !said.ages.contains(*query_.age)) {
                ++result_.age_range;
            } else {
                Sum sum;
                score_peer(*peers_[i], sum);
                found_.push_back({sum.total, i});
            }
        }
    }

    void score_entries() {
        for (std::size_t i = 0; i < index_.rows_.size(); ++i) {
            const Row& row = index_.rows_[i];
            ++result_.considered;
            if (!row.active) {
                ++result_.not_active;
            } else if (!row.classes.contains(query_.service)) {
                ++result_.other_class;
            } else if (query_.age && !(row.fully | row.partly).contains(*query_.age)) {
                ++result_.age_range;
            } else {
                Sum sum;
                score_entry(i, sum);
                found_.push_back({sum.total, peers_.size() + i});
            }
        }
    }

    [[nodiscard]] Match explained(const Scored& scored) const {
        Match match;
        match.score = scored.score;
        Tell tell{match.reasons};
        if (scored.place < peers_.size()) {
            match.peer = peers_[scored.place];
            score_peer(*match.peer, tell);
        } else {
            const std::size_t at = scored.place - peers_.size();
            match.entry = &index_.entries_[at];
            score_entry(at, tell);
        }
        return match;
    }

    const MatchIndex& index_;
    const MatchQuery& query_;
    Time now_;
    std::vector<const PeerCapacity*> peers_{};
    std::vector<Nearness> nearness_{};
    std::vector<Scored> found_{};
    MatchResult result_{};
};

MatchResult MatchIndex::match(const MatchQuery& query,
                              std::span<const PeerCapacity> peers,
                              Time now) const {
    return MatchRun(*this, query, peers, now).run();
}

}  // namespace leeward::schema
