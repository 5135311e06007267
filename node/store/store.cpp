#include "node/store/store.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <system_error>

#include <sqlite3.h>

#include "crypto/base/hex.h"
#include "node/store/files.h"
#include "node/store/migrate.h"

namespace leeward::node {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t page_size = 4096;  // SQLCipher 4's own default
constexpr std::size_t snapshot_piece = 256 * page_size;
constexpr std::size_t log_piece = 16 * page_size;        // SQLite writes less than 128 KiB at once
constexpr auto copy_life = std::chrono::hours(24 * 30);  // of the copy before an upgrade
constexpr std::uint64_t reserve_size = 8 * 1024 * 1024;
constexpr std::uint64_t calm_margin = 4 * 1024 * 1024;  // beyond it, before all is well again
constexpr std::uint64_t brink = 1024 * 1024;            // below it a write may meet the end

// A page that is read again costs an HMAC and a decryption; one that is checkpointed twice, two writes.
constexpr const char* roomy_log = "PRAGMA wal_autocheckpoint=4000";
constexpr const char* short_log = "PRAGMA wal_autocheckpoint=200";  // pages that a full disk spares
constexpr const char* comforts[] = {"PRAGMA cache_size=-16000", roomy_log};

Result<std::string> answer(sql::Connection& connection, std::string_view pragma) {
    Rows rows = connection.query(pragma, {});
    std::string value = rows.next() ? rows.text(0) : std::string();
    LEEWARD_TRY(rows.status());
    return value;
}

// Every setting that the store's promises stand on (architecture.md section 6).
struct Safeguard {
    const char* set;
    const char* read;
    std::string_view expected;
};
constexpr std::array safeguards{
    // Debian's build is TEMP_STORE=1: without this, sorts spill plaintext to temporary files.
    Safeguard{"PRAGMA temp_store=2", "PRAGMA temp_store", "2"},
    Safeguard{"PRAGMA synchronous=FULL", "PRAGMA synchronous", "2"},
    Safeguard{"PRAGMA secure_delete=ON", "PRAGMA secure_delete", "1"},
    Safeguard{"PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", "0"},
    Safeguard{"PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1"},
    Safeguard{"PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1"},
};

Outcome enforce(sql::Connection& connection, const Safeguard& safeguard) {
    LEEWARD_TRY(connection.run(safeguard.set, {}));
    LEEWARD_ASSIGN(const std::string found, answer(connection, safeguard.read));
    if (found == safeguard.expected) return Done{};
    return Error{Errc::unsupported,
                 std::string("a safeguard of the store did not take: ") + safeguard.set};
}

// "4.6.1 community": at least 4.6. Nothing at all from a SQLite that does not encrypt.
bool is_recent(std::string_view version) {
    int major = 0;
    int minor = 0;
    const char* end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, major);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return false;
    if (std::from_chars(first.ptr + 1, end, minor).ec != std::errc{}) return false;
    return major > 4 || (major == 4 && minor >= 6);
}

Outcome check_library(sql::Connection& connection) {
    LEEWARD_ASSIGN(const std::string version, answer(connection, "PRAGMA cipher_version"));
    if (!is_recent(version)) return Error{Errc::unsupported, "SQLCipher 4.6 or newer is needed"};
    if (sqlite3_compileoption_used("TEMP_STORE=0") != 0)
        return Error{Errc::unsupported, "this SQLCipher always writes temporary files"};
    return Done{};
}

// As a raw key, which skips SQLCipher's own slow derivation: ours is random already.
Outcome unlock(sql::Connection& connection, const StoreKey& key) {
    static constexpr std::string_view digits = "0123456789abcdef";
    SecretBytes text(2 + 2 * StoreKey::size + 1);
    std::size_t at = 0;
    const auto put = [&](char c) { text.reveal()[at++] = static_cast<Byte>(c); };
    put('x');
    put('\'');
    for (const Byte b : key.reveal()) {
        put(digits[b >> 4]);
        put(digits[b & 15]);
    }
    put('\'');
    const int code =
        sqlite3_key(connection.handle(), text.reveal().data(), static_cast<int>(text.size()));
    if (code != SQLITE_OK) return sql::error_of(code);
    return Done{};
}

Outcome set_defensive(sql::Connection& connection) {
    int defensive = 0;
    if (sqlite3_db_config(connection.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, &defensive) !=
            SQLITE_OK ||
        defensive != 1)
        return Error{Errc::unsupported, "a safeguard of the store did not take: defensive"};
    for (const int option : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL}) {
        int now = 1;
        if (sqlite3_db_config(connection.handle(), option, 0, &now) != SQLITE_OK || now != 0)
            return Error{Errc::unsupported, "a safeguard of the store did not take: quoting"};
    }
    return Done{};
}

// The first read: tells a wrong key, a second process and damage from each other.
Outcome first_read(sql::Connection& connection) {
    sqlite3* database = connection.handle();
    const int code =
        sqlite3_exec(database, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return Done{};
    if ((code & 0xff) == SQLITE_NOTADB)
        return Error{Errc::locked, "the key does not open the store, or its first page is damaged"};
    return sql::error_of(code);
}

// Answers only for a database that has a key: encrypted, and every page authenticated.
Outcome check_encrypted(sql::Connection& connection) {
    LEEWARD_ASSIGN(const std::string hmac, answer(connection, "PRAGMA cipher_use_hmac"));
    if (hmac != "1") return Error{Errc::unsupported, "the store is not encrypted"};
    return Done{};
}

Outcome prepare_connection(sql::Connection& connection, const StoreKey& key, bool memory_security) {
    LEEWARD_TRY(connection.run("PRAGMA cipher_log_level=NONE", {}));
    LEEWARD_TRY(check_library(connection));
    // It holds for the process once it is on, so that only asking for it can fail.
    if (memory_security)
        LEEWARD_TRY(
            enforce(connection,
                    {"PRAGMA cipher_memory_security=ON", "PRAGMA cipher_memory_security", "1"}));
    LEEWARD_TRY(unlock(connection, key));
    // Before the first read: shared locking would put an index of the log into shared memory.
    LEEWARD_TRY(
        enforce(connection, {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode", "exclusive"}));
    LEEWARD_TRY(first_read(connection));
    for (const Safeguard& safeguard : safeguards)
        LEEWARD_TRY(enforce(connection, safeguard));
    LEEWARD_TRY(set_defensive(connection));
    for (const char* comfort : comforts)
        LEEWARD_TRY(connection.run(comfort, {}));
    LEEWARD_TRY(enforce(connection, {"PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal"}));
    return check_encrypted(connection);
}

using Opened = std::unique_ptr<sql::Connection>;

// Its pages as they lie in the file, once the log is empty. Through SQLite's own descriptor: to open the
// file once more and close it again would give up the locks that this process has on it (fcntl).
Outcome read_pages(sql::Connection& connection, const std::function<Outcome(BytesView)>& piece) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    sqlite3_int64 size = 0;
    const Error unreadable{Errc::io, "the store's file cannot be read"};
    if (file == nullptr || file->pMethods == nullptr ||
        file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return unreadable;
    Bytes buffer(snapshot_piece);
    for (sqlite3_int64 at = 0; at < size;) {
        const auto some = std::min<sqlite3_int64>(snapshot_piece, size - at);
        if (file->pMethods->xRead(file, buffer.data(), static_cast<int>(some), at) != SQLITE_OK)
            return unreadable;
        LEEWARD_TRY(piece(BytesView(buffer).first(static_cast<std::size_t>(some))));
        at += some;
    }
    return Done{};
}

// After a sync that failed the system takes what it holds in memory for clean: it can be read, and no later
// sync makes it durable. Copied into the database from there, and lost with the power halfway, it would leave
// neither. Written once more, byte for byte, it is synced.
Outcome write_log_again(sql::Connection& connection) {
    sqlite3_file* log = nullptr;
    sqlite3_int64 size = 0;
    sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log == nullptr || log->pMethods == nullptr) return Done{};  // there is none
    int code = log->pMethods->xFileSize(log, &size);
    Bytes buffer(log_piece);
    int some = 0;
    for (sqlite3_int64 at = 0; at < size && code == SQLITE_OK; at += some) {
        some = static_cast<int>(std::min<sqlite3_int64>(log_piece, size - at));
        code = log->pMethods->xRead(log, buffer.data(), some, at);
        if (code == SQLITE_OK) code = log->pMethods->xWrite(log, buffer.data(), some, at);
    }
    if (code == SQLITE_OK) code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    return code == SQLITE_OK ? Outcome(Done{}) : Outcome(sql::error_of(code));
}

fs::path copy_before(const fs::path& file, std::size_t schema) {
    fs::path copy = file;
    copy += ".before-" + std::to_string(schema);
    return copy;
}

// Whole under its name, or not there.
Outcome copy_pages(sql::Connection& connection, const fs::path& to) {
    fs::path unfinished = to;
    unfinished += ".new";
    LEEWARD_TRY(shred(unfinished));
    {
        LEEWARD_ASSIGN(File copy, File::create(unfinished));
        std::uint64_t at = 0;
        LEEWARD_TRY(connection.run("PRAGMA wal_checkpoint(TRUNCATE)", {}));
        LEEWARD_TRY(read_pages(connection, [&](BytesView piece) -> Outcome {
            LEEWARD_TRY(copy.write_at(at, piece));
            at += piece.size();
            return Done{};
        }));
        LEEWARD_TRY(copy.sync());
    }
    std::error_code failure;
    fs::rename(unfinished, to, failure);
    if (failure) return Error{Errc::io, "copying the store: " + failure.message()};
    return sync_folder(to.parent_path());
}

void remove_old_copies(const fs::path& file) {
    const std::string begins = file.filename().string() + ".before-";
    const auto now = fs::file_time_type::clock::now();
    std::error_code ignored;
    for (fs::directory_iterator at(file.parent_path(), ignored), end; !ignored && at != end;
         at.increment(ignored)) {
        const bool is_copy = at->path().filename().string().starts_with(begins);
        if (is_copy && now - fs::last_write_time(at->path(), ignored) > copy_life)
            (void)shred(at->path());
    }
}

std::span<const Migration> schema_of(const StoreOptions& how) {
    return how.schema == 0 ? migrations() : migrations().first(how.schema);
}

Result<Opened> open_connection(const fs::path& file, const StoreKey& key, const StoreOptions& how) {
    LEEWARD_ASSIGN(Opened connection, sql::Connection::open(file, how.vfs));
    LEEWARD_TRY(prepare_connection(*connection, key, how.memory_security));
    LEEWARD_TRY(write_log_again(*connection));
    // The log's name: SQLite syncs the folder with its first commit and does not ask whether that failed.
    if (how.vfs.empty()) LEEWARD_TRY(sync_folder(file.parent_path()));
    connection->checkpoint_at_close(true);
    Upgrading upgrading;
    upgrading.step = how.upgrade_step;
    if (how.vfs.empty())
        upgrading.before = [&]() -> Outcome {
            LEEWARD_ASSIGN(const std::size_t present, migrated(*connection, schema_of(how)));
            return copy_pages(*connection, copy_before(file, present));
        };
    LEEWARD_TRY(migrate(*connection, schema_of(how), upgrading));
    return connection;
}

Outcome remove_if_there(const fs::path& path) {
    std::error_code failure;
    fs::remove(path, failure);
    if (failure) return Error{Errc::io, "removing a file: " + failure.message()};
    return Done{};
}

// A new store gets its name only when it is whole, so that an empty file of that name is always
// damage and never silently a new store.
Outcome create(const fs::path& file, const StoreKey& key, const StoreOptions& how) {
    fs::path fresh = file;
    fresh += ".new";
    for (const char* suffix : {"", "-wal", "-journal"}) {
        fs::path left_over = fresh;
        left_over += suffix;
        LEEWARD_TRY(remove_if_there(left_over));
    }
    {
        LEEWARD_ASSIGN(Opened connection, open_connection(fresh, key, how));
        LEEWARD_TRY(connection->run("PRAGMA wal_checkpoint(TRUNCATE)", {}));
    }
    std::error_code failure;
    fs::rename(fresh, file, failure);
    if (failure) return Error{Errc::io, "creating the store: " + failure.message()};
    return sync_folder(file.parent_path());
}

// SQLite takes a file shorter than a page for an empty database and would start anew.
Outcome check_or_create(const fs::path& file, const StoreKey& key, const StoreOptions& how) {
    std::error_code failure;
    const auto size = fs::file_size(file, failure);
    if (failure == std::errc::no_such_file_or_directory) return create(file, key, how);
    if (failure) return Error{Errc::io, "looking at the store: " + failure.message()};
    if (size < page_size)
        return Error{Errc::corrupt, "the store is cut short; keep the files, restore a backup"};
    return Done{};
}

Result<std::int64_t> count_findings(sql::Connection& connection, std::string_view pragma) {
    std::int64_t findings = 0;
    Rows rows = connection.query(pragma, {});
    while (rows.next())
        if (rows.text(0) != "ok") ++findings;
    LEEWARD_TRY(rows.status());
    return findings;
}

void run_all(const std::vector<std::function<void()>>& actions) {
    for (const auto& action : actions)
        action();
}

}  // namespace

struct Store::State {
    Opened connection;
    fs::path reserve;  // empty: none is kept
    bool writing = false;
    bool poisoned = false;
    bool is_short = false;            // the reserve was given to the disk
    std::int64_t changes_before = 0;  // of the running write
    std::uint64_t writes = 0;
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const fs::path& file, const StoreKey& key, StoreOptions options) {
    if (options.vfs.empty()) LEEWARD_TRY(check_or_create(file, key, options));
    auto state = std::make_unique<State>();
    LEEWARD_ASSIGN(state->connection, open_connection(file, key, options));
    if (options.vfs.empty()) {
        state->reserve = file;
        state->reserve += ".reserve";
    }
    if (options.vfs.empty()) remove_old_copies(file);
    Store store(std::move(state));
    const Outcome emptied = store.checkpoint();
    if (!emptied && emptied.error().code != Errc::disk_full) return emptied.error();
    // Not having it is a warning, not a reason to stay closed: a full disk must not lock people out.
    if (!store.state_->reserve.empty() && store.space().reserve != reserve_size) {
        store.state_->is_short = true;
        store.take_reserve();
    }
    return store;
}

sql::Connection& Store::connection() {
    return *state_->connection;
}

Rows Store::query_values(std::string_view sql, std::span<const sql::Value> values) {
    return connection().query(sql, values);
}

Outcome Store::begin(Room room) {
    if (state_->writing) throw std::logic_error("Store::write within a write");
    if (state_->poisoned)
        return Error{Errc::io, "an earlier write is not confirmed; verify the store or restart"};
    take_reserve();
    if (room == Room::RESERVE && !is_short() && space().free < brink) give_reserve();
    LEEWARD_TRY(connection().run("BEGIN IMMEDIATE", {}));
    static_cast<void>(connection().take_full());
    state_->changes_before = connection().total_changes();
    state_->writing = true;
    return Done{};
}

Outcome Store::begin_reading() {
    if (state_->writing) throw std::logic_error("Store::peek within a write");
    LEEWARD_TRY(connection().run("BEGIN", {}));
    state_->writing = true;
    return Done{};
}

void Store::roll_back(Transaction& transaction) {
    // A full disk or a failed read has rolled it back already.
    if (connection().in_transaction() && !connection().run("ROLLBACK", {})) poison(true);
    state_->writing = false;
    std::vector<std::function<void()>> actions(transaction.rollback_.rbegin(),
                                               transaction.rollback_.rend());
    run_all(actions);
}

Outcome Store::commit(Transaction& transaction, Room room) {
    if (!connection().in_transaction()) {
        roll_back(transaction);
        if (connection().take_full()) return disk_full();
        return Error{Errc::io, "nothing was stored: an earlier step of this write had failed"};
    }
    const bool changed = connection().total_changes() != state_->changes_before;
    if (changed && room == Room::ORDINARY && is_short()) {
        roll_back(transaction);
        return disk_is_full();
    }
    auto outcome = connection().run("COMMIT", {});
    if (outcome) {
        state_->writing = false;
        if (changed) ++state_->writes;
        run_all(transaction.commit_);
        return outcome;
    }
    const int code = sqlite3_errcode(connection().handle()) & 0xff;
    roll_back(transaction);
    if (code == SQLITE_CONSTRAINT) return outcome;  // a deferred foreign key: certainly not stored
    if (code == SQLITE_FULL) return disk_full();
    poison(true);
    return Error{Errc::io, "not confirmed, retrying is safe: " + outcome.error().detail};
}

bool Store::poisoned() const {
    return state_->poisoned;
}

std::uint64_t Store::writes() const {
    return state_->writes;
}

void Store::poison(bool yes) {
    state_->poisoned = yes;
    connection().checkpoint_at_close(!yes);
}

Outcome Store::checkpoint() {
    if (poisoned()) LEEWARD_TRY(write_log_again(connection()));
    Rows rows = connection().query("PRAGMA wal_checkpoint(TRUNCATE)", {});
    const bool blocked = rows.next() && rows.integer(0) != 0;
    LEEWARD_TRY(rows.status());
    if (blocked) return Error{Errc::busy, "a cursor is open; the log could not be emptied"};
    // Emptied, and so on the disk, for which SQLite does not wait: with the power gone the log would be there
    // again, and with it the commit that was not confirmed and has now been found not to have happened.
    return poisoned() ? write_log_again(connection()) : Outcome(Done{});
}

Outcome Store::snapshot(const std::function<Outcome(BytesView)>& piece) {
    if (state_->writing) throw std::logic_error("Store::snapshot within a write");
    LEEWARD_TRY(checkpoint());
    return read_pages(connection(), piece);
}

Result<Store::Plan> Store::plan(const fs::path& file, const StoreKey& key) {
    std::error_code failure;
    Plan plan;
    plan.bytes = fs::file_size(file, failure);
    if (failure) return Error{Errc::not_found, "there is no store here"};
    LEEWARD_ASSIGN(const Opened connection, sql::Connection::open(file, {}));
    LEEWARD_TRY(prepare_connection(*connection, key, false));
    LEEWARD_ASSIGN(plan.present, migrated(*connection, migrations()));
    for (const auto& missing : migrations().subspan(plan.present))
        plan.missing.emplace_back(missing.name);
    return plan;
}

Outcome Store::optimize() {
    return connection().run("PRAGMA optimize", {});
}

Outcome Store::verify() {
    // First: cipher_integrity_check reads the file alone and takes pages that are newer in the
    // write-ahead log for damage.
    LEEWARD_TRY(checkpoint());
    std::int64_t findings = 0;
    for (const char* check : {"PRAGMA cipher_integrity_check",
                              "PRAGMA integrity_check(100)",
                              "PRAGMA foreign_key_check"}) {
        LEEWARD_ASSIGN(const std::int64_t found, count_findings(connection(), check));
        findings += found;
    }
    if (findings > 0)
        return Error{Errc::corrupt,
                     "the store has " + std::to_string(findings) +
                         " damaged places; keep the files, restore a backup"};
    poison(false);
    return Done{};
}

bool Store::is_short() const {
    return state_->is_short;
}

Space Store::space() const {
    std::error_code ignored;
    const auto kept = fs::file_size(state_->reserve, ignored);
    return {free_space(state_->reserve.parent_path()), ignored ? 0 : kept};
}

bool Store::met_full_disk(const Error& error) {
    return connection().take_full() || error.code == Errc::disk_full;
}

Error Store::disk_full() {
    give_reserve();
    return disk_is_full();
}

// To the disk. What the write-ahead log holds goes into the database, and its own room back to the
// disk; it then stays small.
void Store::give_reserve() {
    if (state_->reserve.empty()) return;
    static_cast<void>(remove_if_there(state_->reserve));
    state_->is_short = true;
    static_cast<void>(connection().run(short_log, {}));
    static_cast<void>(checkpoint());
}

// All is well again when there is room for the reserve and for work beside it.
void Store::take_reserve() {
    if (!is_short() || space().free < reserve_size + calm_margin) return;
    if (!remove_if_there(state_->reserve)) return;
    auto file = File::create(state_->reserve);
    if (!file) return;
    if (!file->reserve(reserve_size)) {
        static_cast<void>(remove_if_there(state_->reserve));
        return;
    }
    state_->is_short = false;
    static_cast<void>(connection().run(roomy_log, {}));
}

std::int64_t Store::schema_version() const {
    Rows rows = state_->connection->query("PRAGMA user_version", {});
    return rows.next() ? rows.integer(0) : 0;
}

std::size_t Store::cached_statements() const {
    return state_->connection->cached_statements();
}

Rows Transaction::query_values(std::string_view sql, std::span<const sql::Value> values) {
    return connection_.query(sql, values);
}

// After a failure that rolled everything back, a statement would commit by itself: refused.
Outcome Transaction::run_values(std::string_view sql, std::span<const sql::Value> values) {
    if (!connection_.in_transaction())
        return Error{Errc::io, "nothing was stored: an earlier step of this write had failed"};
    return connection_.run(sql, values);
}

}  // namespace leeward::node
