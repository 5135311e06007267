#include "node/store/sql.h"

#include <new>
#include <stdexcept>
#include <utility>

#include <sqlite3.h>

#include "node/store/files.h"

namespace leeward::node {
namespace sql {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

// SQLite binds a null pointer as NULL, and an empty view may have one.
template <class T>
const T* not_null(const T* data) {
    static const T nothing{};
    return data == nullptr ? &nothing : data;
}

int bind_value(sqlite3_stmt* statement, int at, const Value& value) {
    return std::visit(
        Overloaded{[&](std::nullptr_t) { return sqlite3_bind_null(statement, at); },
                   [&](std::int64_t number) { return sqlite3_bind_int64(statement, at, number); },
                   [&](std::string_view text) {
                       return sqlite3_bind_text64(statement,
                                                  at,
                                                  not_null(text.data()),
                                                  text.size(),
                                                  SQLITE_TRANSIENT,
                                                  SQLITE_UTF8);
                   },
                   [&](BytesView bytes) {
                       return sqlite3_bind_blob64(
                           statement, at, not_null(bytes.data()), bytes.size(), SQLITE_TRANSIENT);
                   }},
        value);
}

Outcome bind_all(sqlite3_stmt* statement, std::span<const Value> values) {
    if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size()))
        throw std::logic_error("SQL: wrong number of values for a statement");
    int at = 0;
    for (const Value& value : values) {
        const int code = bind_value(statement, ++at, value);
        if (code != SQLITE_OK) return error_of(code);
    }
    return Done{};
}

Error constraint_error(int code) {
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
        code == SQLITE_CONSTRAINT_ROWID)
        return {Errc::already_exists, "the store already has this row"};
    return {Errc::invalid_argument, "the store refuses a row that breaks its rules"};
}

}  // namespace

Error error_of(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
            return disk_is_full();
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Errc::busy, "another process has the store open"};
        case SQLITE_CONSTRAINT:
            return constraint_error(code);
        case SQLITE_TOOBIG:
            return {Errc::too_large, "a value is larger than the store takes"};
        case SQLITE_NOMEM:
            throw std::bad_alloc();
        // A page whose authentication fails reads as one of these three.
        case SQLITE_ERROR:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Errc::corrupt, "the store is damaged; stop, keep the files, restore a backup"};
        case SQLITE_ABORT:
            return {Errc::wrong_state, "the transaction was rolled back"};
        case SQLITE_MISUSE:
        case SQLITE_RANGE:
            throw std::logic_error("SQL: misuse of the library");
        default:
            return {Errc::io,
                    std::string("the store's file: ") + sqlite3_errstr(code) + " (" +
                        std::to_string(code) + ")"};
    }
}

Statement::~Statement() {
    sqlite3_finalize(handle);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file,
                                                     const std::string& vfs) {
    if (vfs.empty()) {
        const auto created = File::create(file);  // so that SQLite's own files are 0600 as well
        if (!created && created.error().code != Errc::already_exists) return created.error();
    }
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(
        file.c_str(),
        &database,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        vfs.empty() ? nullptr : vfs.c_str());
    auto connection = std::make_unique<Connection>(database);
    if (code != SQLITE_OK) return error_of(code);
    connection->checkpoint_at_close(false);
    return connection;
}

void Connection::checkpoint_at_close(bool wanted) {
    sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1, nullptr);
}

Connection::~Connection() {
    statements_.clear();
    sqlite3_close_v2(database_);
}

Result<std::unique_ptr<Statement>> Connection::prepare(std::string_view text) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(database_,
                                        text.data(),
                                        static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &handle,
                                        nullptr);
    if (code == SQLITE_ERROR)
        throw std::logic_error(std::string("SQL: ") + sqlite3_errmsg(database_));
    if (code != SQLITE_OK) return error_of(code);
    return std::make_unique<Statement>(handle, std::string(text), full_);
}

Result<Statement*> Connection::acquire(std::string_view text, std::unique_ptr<Statement>& own) {
    const auto address = reinterpret_cast<std::uintptr_t>(text.data());
    Statement*& near = by_address_[(address >> 3) % by_address_.size()];
    if (near == nullptr || near->sql != text) {
        auto found = statements_.find(text);
        if (found == statements_.end()) {
            LEEWARD_ASSIGN(auto fresh, prepare(text));
            found = statements_.emplace(std::string(text), std::move(fresh)).first;
        }
        near = found->second.get();
    }
    if (!near->in_use) return near;
    LEEWARD_ASSIGN(own, prepare(text));  // its cursor is still open: one more for this time
    return own.get();
}

Rows Connection::query(std::string_view text, std::span<const Value> values) {
    std::unique_ptr<Statement> own;
    auto statement = acquire(text, own);
    if (!statement) return Rows(std::move(statement).error());
    (*statement)->in_use = true;
    Rows rows = own ? Rows(std::move(own)) : Rows(*statement);
    if (auto bound = bind_all((*statement)->handle, values); !bound)
        return Rows(std::move(bound).error());
    return rows;
}

Outcome Connection::run(std::string_view text, std::span<const Value> values) {
    Rows rows = query(text, values);
    while (rows.next()) {
    }
    return rows.status();
}

Outcome Connection::script(const std::string& text) {
    const int code = sqlite3_exec(database_, text.c_str(), nullptr, nullptr, nullptr);
    if (code == SQLITE_ERROR)
        throw std::logic_error(std::string("SQL: ") + sqlite3_errmsg(database_));
    if (code != SQLITE_OK) return error_of(code);
    return Done{};
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(database_) == 0;
}
std::int64_t Connection::changes() const {
    return sqlite3_changes64(database_);
}
std::int64_t Connection::total_changes() const {
    return sqlite3_total_changes64(database_);
}
std::int64_t Connection::last_rowid() const {
    return sqlite3_last_insert_rowid(database_);
}

}  // namespace sql

namespace {
sqlite3_stmt* handle_of(const sql::Statement* statement) {
    return statement == nullptr ? nullptr : statement->handle;  // SQLite reads NULLs from null
}
}  // namespace

Rows::Rows(Rows&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)),
      own_(std::move(other.own_)),
      error_(std::move(other.error_)) {}

Rows& Rows::operator=(Rows&& other) noexcept {
    std::swap(statement_, other.statement_);
    std::swap(own_, other.own_);
    std::swap(error_, other.error_);
    return *this;
}

bool Rows::next() {
    if (statement_ == nullptr) return false;
    const int code = sqlite3_step(statement_->handle);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) error_ = sql::error_of(code);
    if ((code & 0xff) == SQLITE_FULL) statement_->full = true;
    finish();
    return false;
}

Outcome Rows::status() const {
    if (error_) return *error_;
    return Done{};
}

bool Rows::is_null(int column) const {
    return sqlite3_column_type(handle_of(statement_), column) == SQLITE_NULL;
}

std::int64_t Rows::integer(int column) const {
    return sqlite3_column_int64(handle_of(statement_), column);
}

std::string Rows::text(int column) const {
    return to_text(blob(column));
}

BytesView Rows::blob(int column) const {
    sqlite3_stmt* handle = handle_of(statement_);
    const auto* data = static_cast<const Byte*>(sqlite3_column_blob(handle, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle, column))};
}

void Rows::wrong_length() {
    error_ = Error{Errc::corrupt, "a stored id or hash has the wrong length"};
    finish();
}

void Rows::finish() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_->handle);
    sqlite3_clear_bindings(statement_->handle);
    statement_->in_use = false;
    statement_ = nullptr;
    own_.reset();
}

}  // namespace leeward::node
