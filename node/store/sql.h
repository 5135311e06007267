// SQL as values: what can be bound, a cursor over rows, and one connection with its statements.
//
// SQL text is always a literal of ours (a mistake in it is a bug and throws std::logic_error);
// whatever comes from outside is bound. Statements are cached by their text. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/strong.h"

struct sqlite3;
struct sqlite3_stmt;

namespace leeward::node {

namespace sql {

// One value to bind, borrowed for the call.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view, BytesView>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_strong = false;
template <class Tag, class T>
inline constexpr bool is_strong<Strong<Tag, T>> = true;

// null, integers that fit 64 signed bits, enums of at most 32 bits, text, bytes, a Strong of any of
// these (ids are blobs), and std::optional of any (nullopt is NULL).
template <class T>
[[nodiscard]] Value value_of(const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>) {
        return nullptr;
    } else if constexpr (is_optional<T>) {
        return value ? value_of(*value) : Value(nullptr);
    } else if constexpr (is_strong<T>) {
        return value_of(value.get());
    } else if constexpr (std::is_enum_v<T>) {
        return value_of(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_integral_v<T>) {
        static_assert(sizeof(T) < 8 || std::is_signed_v<T>, "SQLite integers are signed");
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        return std::string_view(value);
    } else {
        static_assert(std::is_convertible_v<const T&, BytesView>, "not a type that can be bound");
        return BytesView(value);
    }
}

struct Statement {
    Statement(sqlite3_stmt* prepared, std::string text, bool& saw_full)
        : handle(prepared), sql(std::move(text)), full(saw_full) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    sqlite3_stmt* handle;
    std::string sql;
    bool& full;  // of its connection
    bool in_use = false;
};

}  // namespace sql

// A cursor. Read columns (from 0) only after next() said true; when next() says false, status()
// tells an end from a failure. A loop that changes something must look at status().
//
//     auto rows = store.query("SELECT id, body FROM item WHERE due <= ?1", now);
//     while (rows.next()) use(rows.id<ItemId>(0), rows.blob(1));
//     LEEWARD_TRY(rows.status());
//
// Must not outlive its Store. Rolling back a transaction ends the cursors opened in it with an error.
class Rows {
public:
    explicit Rows(sql::Statement* cached) : statement_(cached) {}
    explicit Rows(std::unique_ptr<sql::Statement> own)
        : statement_(own.get()), own_(std::move(own)) {}
    explicit Rows(Error error) : error_(std::move(error)) {}
    Rows(Rows&& other) noexcept;
    Rows& operator=(Rows&& other) noexcept;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows() { finish(); }

    [[nodiscard]] bool next();
    [[nodiscard]] Outcome status() const;

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;  // empty for NULL
    [[nodiscard]] BytesView blob(int column) const;    // until next(); empty for NULL
    [[nodiscard]] Bytes bytes(int column) const { return to_bytes(blob(column)); }

    // Another length than N is damage: zeros, the cursor ends and status() is Errc::corrupt.
    template <std::size_t N>
    [[nodiscard]] ByteArray<N> array(int column) {
        const BytesView found = blob(column);
        if (found.size() == N) return to_array<N>(found);
        wrong_length();
        return {};
    }
    template <class Id>
    [[nodiscard]] Id id(int column) {
        return Id(array<std::tuple_size_v<typename Id::value_type>>(column));
    }

private:
    void finish();
    void wrong_length();

    sql::Statement* statement_ = nullptr;
    std::unique_ptr<sql::Statement> own_{};
    std::optional<Error> error_{};
};

namespace sql {

// One open database file and its statements.
class Connection {
public:
    // Opens or creates (0600) the file and takes it for this process; nothing is read yet. What its log
    // holds is not put into the database at close before checkpoint_at_close(true).
    static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file,
                                                    const std::string& vfs);
    explicit Connection(sqlite3* database) : database_(database) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    // The values are copied: the cursor may outlive them.
    [[nodiscard]] Rows query(std::string_view text, std::span<const Value> values);
    // Runs to the end; rows that it yields are ignored.
    Outcome run(std::string_view text, std::span<const Value> values);
    // Several statements without values, as a migration has.
    Outcome script(const std::string& text);

    void checkpoint_at_close(bool wanted);
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] std::int64_t total_changes() const;  // since it was opened
    [[nodiscard]] std::int64_t last_rowid() const;
    // Whether a statement has met a full disk since this was last asked.
    [[nodiscard]] bool take_full() { return std::exchange(full_, false); }
    [[nodiscard]] std::size_t cached_statements() const { return statements_.size(); }
    [[nodiscard]] sqlite3* handle() const { return database_; }

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    [[nodiscard]] Result<std::unique_ptr<Statement>> prepare(std::string_view text);
    // A cached statement that nobody uses, or null with `own` or an error set.
    [[nodiscard]] Result<Statement*> acquire(std::string_view text,
                                             std::unique_ptr<Statement>& own);

    sqlite3* database_;
    bool full_ = false;
    std::unordered_map<std::string, std::unique_ptr<Statement>, TextHash, std::equal_to<>>
        statements_{};
    std::array<Statement*, 256> by_address_{};  // literals have one address: no hash of the text
};

// What a result code of SQLite means to a caller. Never contains content.
[[nodiscard]] Error error_of(int code);

}  // namespace sql
}  // namespace leeward::node
