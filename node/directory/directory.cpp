#include "node/directory/directory.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "node/directory/line_file.h"
#include "node/directory/rows.h"
#include "schema/hsds.h"
#include "schema/toronto.h"

namespace leeward::node {
namespace {

using namespace leeward::schema;

constexpr std::size_t most_services = 200'000;
constexpr std::string_view toronto = "toronto";  // name of the feed in directory_reference

Outcome check_dataset(std::string_view name) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    if (!name.empty() && name.size() <= 64 && name.find_first_not_of(plain) == name.npos)
        return Done{};
    return Error{Errc::invalid_argument,
                 "a dataset has a short name of small letters, digits, dots and dashes"};
}

Outcome check_count(std::size_t count) {
    if (count < most_services) return Done{};
    return Error{Errc::too_large, "more services than a directory may hold"};
}

// First line is a header, the others are records.
LineSplitter::OnLine with_header(Outcome (*check)(std::string_view), LineSplitter::OnLine record) {
    return [check, record = std::move(record)](std::size_t number, std::string_view line) {
        return number == 1 ? check(line) : record(number, line);
    };
}

Outcome replace_dataset(Transaction& tx,
                        std::string_view dataset,
                        const std::vector<DirectoryEntry>& entries) {
    LEEWARD_TRY(tx.run("DELETE FROM directory_service WHERE dataset = ?1", dataset));
    for (const DirectoryEntry& entry : entries)
        LEEWARD_TRY(put_service(tx, entry));
    return Done{};
}

using References = std::unordered_map<std::string, std::string>;  // number -> service id

Result<References> references(Store& store) {
    References found;
    auto rows =
        store.query("SELECT number, service_id FROM directory_reference WHERE feed = ?1", toronto);
    while (rows.next())
        found.emplace(rows.text(0), rows.text(1));
    LEEWARD_TRY(rows.status());
    return found;
}

Outcome put_reference(Transaction& tx, const std::string& number, const std::string& service_id) {
    return tx.run(
        "INSERT OR REPLACE INTO directory_reference VALUES(?1,?2,?3)", toronto, number, service_id);
}

using Updates = std::unordered_map<std::string, ListedCapacity>;  // service id -> newest figure

// Whether the figure was newer than what the store had.
Result<bool> put_update(Transaction& tx,
                        const std::string& service_id,
                        const ListedCapacity& capacity) {
    LEEWARD_TRY(
        tx.run("INSERT INTO capacity_update VALUES(?1,?2,?3,?4,?5) "
               "ON CONFLICT(service_id) DO UPDATE SET unit=excluded.unit, "
               "available=excluded.available, maximum=excluded.maximum, "
               "updated=excluded.updated WHERE excluded.updated > updated",
               service_id,
               capacity.unit,
               capacity.available,
               capacity.maximum,
               unix_seconds(capacity.updated)));
    return tx.changes() > 0;
}

// How many were newer.
Result<std::size_t> put_updates(Transaction& tx, const Updates& updates) {
    std::size_t newer = 0;
    for (const auto& [service_id, capacity] : updates) {
        LEEWARD_ASSIGN(const bool is_newer, put_update(tx, service_id, capacity));
        newer += is_newer ? 1 : 0;
    }
    return newer;
}

// What LIKE takes literally, within percent signs.
std::string like_pattern(std::string_view search) {
    std::string pattern = "%";
    for (const char c : search) {
        if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
        pattern.push_back(c);
    }
    return pattern + "%";
}

Result<std::vector<HeldStatement>> held_of(Rows rows) {
    std::vector<HeldStatement> held;
    while (rows.next()) {
        LEEWARD_ASSIGN(const Json json, parse_json(rows.text(2)));
        LEEWARD_ASSIGN(auto statement, capacity_from_json(json));
        held.push_back({rows.id<NodeId>(0), rows.text(1), std::move(statement)});
    }
    LEEWARD_TRY(rows.status());
    return held;
}

}  // namespace

Result<ImportReport> Directory::import_hsds(const std::filesystem::path& file,
                                            std::string_view dataset) {
    LEEWARD_TRY(check_dataset(dataset));
    std::vector<DirectoryEntry> entries;
    const auto record = [&](std::size_t, std::string_view line) -> Outcome {
        LEEWARD_TRY(check_count(entries.size()));
        LEEWARD_ASSIGN(auto entry, read_hsds_service(line, dataset));
        entries.push_back(std::move(entry));
        return Done{};
    };
    LEEWARD_TRY(read_lines(file, {hsds_line_bytes}, record));
    const auto keep = [&](Transaction& tx) {
        tx.on_commit([this] { index_.reset(); });
        return replace_dataset(tx, dataset, entries);
    };
    LEEWARD_TRY(store_.write(keep));
    return ImportReport{entries.size(), entries.size(), 0};
}

Result<ImportReport> Directory::import_toronto_programs(const std::filesystem::path& file,
                                                        std::string_view dataset) {
    LEEWARD_TRY(check_dataset(dataset));
    std::vector<DirectoryEntry> entries;
    std::vector<std::string> numbers;
    const auto record = [&](std::size_t, std::string_view line) -> Outcome {
        LEEWARD_TRY(check_count(entries.size()));
        LEEWARD_ASSIGN(auto program, read_toronto_program(line, dataset));
        numbers.push_back(std::move(program.program_id));
        entries.push_back(std::move(program.entry));
        return Done{};
    };
    LEEWARD_TRY(
        read_lines(file, {toronto_line_bytes}, with_header(check_toronto_programs_header, record)));
    const auto keep = [&](Transaction& tx) {
        tx.on_commit([this] { index_.reset(); });
        auto kept = replace_dataset(tx, dataset, entries);
        for (std::size_t i = 0; kept && i < numbers.size(); ++i)
            kept = put_reference(tx, numbers[i], entries[i].service_id);
        return kept;
    };
    LEEWARD_TRY(store_.write(keep));
    return ImportReport{entries.size(), entries.size(), 0};
}

Result<ImportReport> Directory::import_toronto_updates(const std::filesystem::path& file) {
    LEEWARD_ASSIGN(const References known, references(store_));
    Updates newest;
    ImportReport report;
    const auto record = [&](std::size_t, std::string_view line) -> Outcome {
        LEEWARD_ASSIGN(auto update, read_toronto_update(line));
        const auto service = known.find(update.program_id);
        if (service == known.end())
            return Error{Errc::malformed,
                         "program_id is not in the directory: import programs first"};
        ++report.lines;
        ListedCapacity& held = newest[service->second];
        if (held.updated <= update.capacity.updated) held = std::move(update.capacity);
        return Done{};
    };
    LEEWARD_TRY(
        read_lines(file, {toronto_line_bytes}, with_header(check_toronto_updates_header, record)));
    const auto keep = [&](Transaction& tx) {
        tx.on_commit([this] { index_.reset(); });
        return put_updates(tx, newest);
    };
    LEEWARD_ASSIGN(report.updates, store_.write(keep));
    return report;
}

Result<DirectoryPage> Directory::list(std::size_t page,
                                      std::size_t limit,
                                      std::string_view search) {
    constexpr std::size_t most = 500;
    constexpr std::size_t most_pages = 1'000'000;
    if (page == 0 || page > most_pages || limit == 0 || limit > most)
        return Error{Errc::invalid_argument, "pages count from 1 and hold 1 to 500 services"};
    const std::string pattern = like_pattern(search);
    DirectoryPage found;
    auto count = store_.query(
        "SELECT count(*) FROM directory_service "
        "WHERE name LIKE ?1 ESCAPE '\\' OR organisation LIKE ?1 ESCAPE '\\'",
        pattern);
    if (count.next()) found.total = static_cast<std::size_t>(count.integer(0));
    LEEWARD_TRY(count.status());
    auto rows = store_.query(
        "SELECT s.*, u.unit, u.available, u.maximum, u.updated FROM directory_service s "
        "LEFT JOIN capacity_update u USING(service_id) "
        "WHERE s.name LIKE ?1 ESCAPE '\\' OR s.organisation LIKE ?1 ESCAPE '\\' "
        "ORDER BY s.name, s.service_id LIMIT ?2 OFFSET ?3",
        pattern,
        static_cast<std::int64_t>(limit),
        static_cast<std::int64_t>((page - 1) * limit));
    while (rows.next())
        found.entries.push_back(service_of(rows));
    LEEWARD_TRY(rows.status());
    return found;
}

Outcome Directory::load_index() {
    if (index_) return Done{};
    std::vector<DirectoryEntry> entries;
    auto rows = store_.query(
        "SELECT s.*, u.unit, u.available, u.maximum, u.updated FROM directory_service s "
        "LEFT JOIN capacity_update u USING(service_id)");
    while (rows.next())
        entries.push_back(service_of(rows));
    LEEWARD_TRY(rows.status());
    index_.emplace(std::move(entries));
    return Done{};
}

Outcome Directory::load_peers() {
    if (peers_) return Done{};
    LEEWARD_ASSIGN(auto held, statements());
    std::vector<PeerCapacity> peers;
    for (HeldStatement& one : held)
        if (one.node != self_)
            peers.push_back({one.node, std::move(one.name), std::move(one.statement)});
    peers_ = std::move(peers);
    return Done{};
}

Result<MatchResult> Directory::match(const MatchQuery& query, Time now) {
    LEEWARD_TRY(load_index());
    LEEWARD_TRY(load_peers());
    return index_->match(query, *peers_, now);
}

Outcome Directory::put_statement(Transaction& tx,
                                 const NodeId& node,
                                 const CapacityStatement& statement) {
    tx.on_commit([this] { peers_.reset(); });
    return tx.run(
        "INSERT INTO capacity_statement VALUES(?1,?2,?3,?4) "
        "ON CONFLICT(node, service) DO UPDATE SET as_of=excluded.as_of, "
        "body=excluded.body WHERE excluded.as_of >= as_of",
        node,
        statement.service,
        unix_seconds(statement.as_of),
        to_json(statement).dump());
}

Outcome Directory::forget_statements(Transaction& tx, const NodeId& node) {
    tx.on_commit([this] { peers_.reset(); });
    return tx.run("DELETE FROM capacity_statement WHERE node = ?1", node);
}

Result<std::vector<HeldStatement>> Directory::statements() {
    return held_of(store_.query(
        "SELECT c.node, coalesce(p.name, ''), c.body FROM capacity_statement c "
        "LEFT JOIN peer p ON p.node = c.node ORDER BY c.node <> ?1, p.name, c.node, c.service",
        self_));
}

Result<std::vector<HeldStatement>> Directory::own_statements() {
    return held_of(store_.query(
        "SELECT node, '', body FROM capacity_statement WHERE node = ?1 ORDER BY service", self_));
}

}  // namespace leeward::node
