#include "node/audit/published.h"

#include <algorithm>

namespace leeward::node {
namespace {

constexpr std::string_view columns =
    "SELECT hour,size,note||coalesce((SELECT group_concat(line,'') FROM head_cosignature c WHERE "
    "c.origin=substr(note,1,instr(note,char(10))-1) AND c.size=published_head.size),'') "
    "FROM published_head ";

Result<std::vector<Published>> read(Rows rows) {
    std::vector<Published> out;
    while (rows.next())
        out.push_back({static_cast<std::uint64_t>(rows.integer(1)),
                       schema::from_unix(rows.integer(0) * 3600),
                       rows.text(2)});
    LEEWARD_TRY(rows.status());
    return out;
}

std::string select(std::string_view rest) {
    return std::string(columns) + std::string(rest);
}

// The end of the year 9999, as in a message: beyond it no time of ours can be counted on from.
constexpr std::uint64_t latest_second = 253'402'300'799;

// An auditor lets clocks differ by an hour, in whole quarters. What the log holds beyond a head is from the
// head's hour or later: a time within an hour of that makes none of it look backdated. It does not count from
// when the answer comes, since a witness that is asked once more says the same time. A time that is past by
// then may be true.
bool is_possible(schema::Time cosigned, const Published& head, schema::Time now) {
    constexpr auto tolerated = std::chrono::minutes(75);
    return cosigned <= now || cosigned < std::min(head.at, now) + tolerated;
}

schema::Time time_of(crypto::CosignedAt at) {
    return schema::from_unix(static_cast<std::int64_t>(at.get()));
}

}  // namespace

Result<std::optional<Published>> newest_published(Transaction& tx) {
    static const std::string newest = select("ORDER BY size DESC,hour DESC LIMIT 1");
    LEEWARD_ASSIGN(auto heads, read(tx.query(newest)));
    if (heads.empty()) return std::optional<Published>();
    return std::optional(std::move(heads.front()));
}

Result<std::optional<Published>> newest_cosigned(Transaction& tx,
                                                 const crypto::Vkey& log,
                                                 const crypto::TlogPolicy& policy,
                                                 int limit) {
    static const std::string last = select("ORDER BY size DESC,hour DESC LIMIT ?");
    LEEWARD_ASSIGN(auto heads, read(tx.query(last, static_cast<std::int64_t>(limit))));
    for (auto& head : heads)
        if (open_cosigned(head.note, log, policy)) return std::optional(std::move(head));
    return std::optional<Published>();
}

Result<Published> published_head(Transaction& tx, std::uint64_t size) {
    static const std::string of_size = select("WHERE size=? ORDER BY hour LIMIT 1");
    LEEWARD_ASSIGN(auto heads, read(tx.query(of_size, static_cast<std::int64_t>(size))));
    if (heads.empty()) return Error{Errc::not_found, "no head of this size was published"};
    return std::move(heads.front());
}

Result<std::vector<Published>> published_between(Transaction& tx,
                                                 schema::Time from,
                                                 schema::Time until) {
    static const std::string between = select("WHERE hour>=? AND hour<? ORDER BY size,hour");
    return read(tx.query(between,
                         (schema::unix_seconds(from) + 3599) / 3600,
                         (schema::unix_seconds(until) + 3599) / 3600));
}

Result<std::optional<schema::Time>> keep_cosignature(Transaction& tx,
                                                     std::uint64_t size,
                                                     std::string_view line,
                                                     const crypto::Vkey& witness,
                                                     schema::Time now,
                                                     WitnessClock clock) {
    using None = std::optional<schema::Time>;
    const auto head = published_head(tx, size);
    if (!head && head.error().code == Errc::not_found) return None();
    if (!head) return head.error();
    auto signatures = crypto::parse_signature_lines(line);
    auto note = crypto::parse_note(head->note);
    if (!signatures || signatures->size() != 1 || !note) return None();
    const std::string origin = note->text.substr(0, note->text.find('\n'));
    note->signatures = std::move(*signatures);
    const auto verified = crypto::verify_note(*note, {&witness, 1});
    if (!verified || !verified->front().cosigned_at) return None();
    if (verified->front().cosigned_at->get() > latest_second) return None();
    const schema::Time cosigned = time_of(*verified->front().cosigned_at);
    if (clock == WitnessClock::NOT_AHEAD && !is_possible(cosigned, *head, now)) return None();
    LEEWARD_TRY(tx.run(
        "INSERT OR IGNORE INTO head_cosignature(origin,size,witness,line,at) VALUES(?,?,?,?,?)",
        origin,
        static_cast<std::int64_t>(size),
        witness.name,
        line,
        schema::unix_seconds(now)));
    return None(cosigned);
}

Result<crypto::OpenedCheckpoint> open_cosigned(std::string_view note,
                                               const crypto::Vkey& log,
                                               const crypto::TlogPolicy& policy) {
    LEEWARD_ASSIGN(auto opened, crypto::open_checkpoint(note, log, policy.witnesses()));
    std::vector<bool> cosigned(policy.witnesses().size());
    for (const auto& by : opened.cosignatures)
        cosigned[by.witness_index] = true;
    if (!policy.quorum_met(cosigned)) return Error{Errc::untrusted, "checkpoint"};
    return opened;
}

}  // namespace leeward::node
