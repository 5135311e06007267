#include "node/exchange/auditing.h"

#include <set>

#include "crypto/base/base64.h"
#include "node/audit/period.h"
#include "schema/iso_time.h"

namespace leeward::node {
namespace {

using schema::Time;

constexpr std::size_t leaves_at_once = 4096;  // a megabyte, and 50 ms in which nothing else is done
constexpr Byte bundle_made = 30;
constexpr auto one_day = std::chrono::hours(24);

Result<Time> day_of(const Json& args, std::string_view name, Time otherwise) {
    const std::string text = args.text_at(name);
    if (text.empty()) return otherwise;
    if (const auto day = schema::date_from(text)) return *day;
    return Error{Errc::invalid_argument,
                 std::string(name) + " is a day, as 2026-11-01; nothing was made"};
}

Result<Period> period_of(Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Time from, day_of(args, "from", schema::from_unix(0)));
    LEEWARD_ASSIGN(const Time until, day_of(args, "until", now));
    if (from > until)
        return Error{Errc::invalid_argument, "the period ends before it begins; nothing was made"};
    return find_period(tx, from, args.text_at("until").empty() ? until : until + one_day);
}

// Heads of partners' logs that contradict others of the same log: evidence that can be handed on.
// What else is held of them are working heads, which leave no bundle.
Result<std::vector<std::string>> heads_in_dispute(Transaction& tx) {
    std::set<std::string> out;
    auto rows = tx.query("SELECT held,shown FROM log_dispute");
    while (rows.next())
        for (const int column : {0, 1})
            if (auto note = rows.text(column); !note.empty()) out.insert(std::move(note));
    LEEWARD_TRY(rows.status());
    return std::vector<std::string>(out.begin(), out.end());
}

Outcome log_bundle(Desk& desk, Transaction& tx, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::NODE;
    event.transition = bundle_made;
    return log_event(desk, tx, event, now);
}

Result<Json> page(Desk& desk, Transaction& tx, std::uint64_t first, std::uint64_t size) {
    LEEWARD_ASSIGN(const auto entries, bundle_entries(desk.log, tx, first, size, leaves_at_once));
    Bytes bytes;
    for (const auto& entry : entries)
        append(bytes, schema::write_entry(entry));
    return Json::object(
        {{"size", size}, {"next", first + entries.size()}, {"leaves", base64url::encode(bytes)}});
}

}  // namespace

Result<Json> audit_leaves(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Period period, period_of(tx, args, now));
    if (args.find("leaf") != nullptr) {
        const auto leaf =
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, args.int_at("leaf")));
        return page(desk, tx, std::max(leaf, period.first), period.size);
    }
    LEEWARD_ASSIGN(auto header, bundle_header(desk.log, tx, period));
    header.card = desk.self.card_jws;
    LEEWARD_ASSIGN(header.seen, heads_in_dispute(tx));
    LEEWARD_ASSIGN(const Bytes written, schema::write_bundle_header(header));
    LEEWARD_TRY(log_bundle(desk, tx, now));
    LEEWARD_ASSIGN(Json out, page(desk, tx, period.first, period.size));
    out.set("first", period.first);
    out.set("header", base64url::encode(written));
    return out;
}

}  // namespace leeward::node
