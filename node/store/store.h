// The node's one encrypted database: opened with every safeguard set and read back, read through
// cursors, changed only in whole transactions.
//
// architecture.md section 6. One connection, one process, one thread: a second open is Errc::busy.
// A commit that was acknowledged survives a power loss. A failed COMMIT may still have happened:
// its error says "not confirmed, retrying is safe", so every operation carries its own idempotency.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "node/store/sql.h"

namespace leeward::node {

using StoreKey = SecretKey<struct StoreKeyTag, 32>;

struct StoreOptions {
    std::string vfs{};             // a registered SQLite VFS; empty: the system's
    bool memory_security = false;  // SQLCipher wipes its own heap: 8 × slower point reads
    // Tests make a store of an older build, and end the process wherever an upgrade may be interrupted.
    std::size_t schema = 0;  // as many migrations; 0: all
    std::function<void()> upgrade_step{};
};

// What a write may take from a full disk: the reserve is for what protects people (protocol.md
// section 5a): the control class, receipts, the record of what was read.
enum class Room { ORDINARY, RESERVE };

// How much there is left, in bytes.
struct Space {
    std::uint64_t free = 0;
    std::uint64_t reserve = 0;
};

// Changes within one Store::write. Everything in it is committed together or not at all.
class Transaction {
public:
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    template <class... Args>
    [[nodiscard]] Rows query(std::string_view sql, const Args&... args) {
        const std::array<sql::Value, sizeof...(Args)> values{sql::value_of(args)...};
        return query_values(sql, values);
    }
    // Errc::already_exists for a key that is taken, invalid_argument for any other constraint,
    // disk_full, io, corrupt. After these three the transaction can only be rolled back.
    template <class... Args>
    Outcome run(std::string_view sql, const Args&... args) {
        const std::array<sql::Value, sizeof...(Args)> values{sql::value_of(args)...};
        return run_values(sql, values);
    }
    [[nodiscard]] std::int64_t changes() const { return connection_.changes(); }
    [[nodiscard]] std::int64_t last_rowid() const { return connection_.last_rowid(); }

    // For state in memory that must follow the database. on_commit actions run in the order given
    // after COMMIT, on_rollback in reverse after anything else, a failed COMMIT included (the
    // connection then shows the state before it). They must not throw; they may write again.
    void on_commit(std::function<void()> action) { commit_.push_back(std::move(action)); }
    void on_rollback(std::function<void()> action) { rollback_.push_back(std::move(action)); }

private:
    friend class Store;
    explicit Transaction(sql::Connection& connection) : connection_(connection) {}
    Rows query_values(std::string_view sql, std::span<const sql::Value> values);
    Outcome run_values(std::string_view sql, std::span<const sql::Value> values);

    sql::Connection& connection_;
    std::vector<std::function<void()>> commit_{};
    std::vector<std::function<void()>> rollback_{};
};

class Store {
public:
    // Opens or creates the database (the folder must exist) and brings its schema up to date, in one
    // transaction. A store of an older schema is copied first, its pages as they lie there, to
    // <file>.before-<schema>: put back with the older program, it is as it was. The copy is removed at
    // an open 30 days later.
    // Errc::locked: the key does not fit (or the first page is damaged: nothing can tell);
    // corrupt: damage; busy: another process has it open; unsupported: written by a newer version,
    // not a store of ours, or an SQLCipher whose safeguards did not take; io.
    static Result<Store> open(const std::filesystem::path& file,
                              const StoreKey& key,
                              StoreOptions options = {});
    // What open() would do to the schema, without doing it. Errors as open().
    struct Plan {
        std::size_t present = 0;             // migrations that the store has
        std::vector<std::string> missing{};  // names of those that it would get
        std::uint64_t bytes = 0;             // of the store: as much is copied first
    };
    static Result<Plan> plan(const std::filesystem::path& file, const StoreKey& key);
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    template <class... Args>
    [[nodiscard]] Rows query(std::string_view sql, const Args&... args) {
        const std::array<sql::Value, sizeof...(Args)> values{sql::value_of(args)...};
        return query_values(sql, values);
    }

    // Runs `work(Transaction&)`, which returns a Result, in BEGIN IMMEDIATE; commits when that is a
    // success, rolls back when it is an error or an exception, and hands it on. A write within a
    // write is a bug and throws std::logic_error. Errc::io while poisoned().
    //
    // Errc::disk_full when the disk gave out, whatever `work` made of it, and for an ordinary write
    // that changed something while is_short(). Nothing of it is stored then; repeating it is safe.
    template <class Work>
    auto write(Room room, Work&& work) -> std::invoke_result_t<Work, Transaction&> {
        using Answer = std::invoke_result_t<Work, Transaction&>;
        LEEWARD_TRY(begin(room));
        Transaction transaction(connection());
        Answer answer = guarded(transaction, work);
        if (!answer) {
            roll_back(transaction);
            if (met_full_disk(answer.error())) return disk_full();
            return answer;
        }
        LEEWARD_TRY(commit(transaction, room));
        return answer;
    }
    template <class Work>
    auto write(Work&& work) -> std::invoke_result_t<Work, Transaction&> {
        return write(Room::ORDINARY, std::forward<Work>(work));
    }
    // Runs `work(Transaction&)` and takes back whatever it changed. Also while poisoned() and on a
    // full disk: what is held stays readable.
    template <class Work>
    auto peek(Work&& work) -> std::invoke_result_t<Work, Transaction&> {
        LEEWARD_TRY(begin_reading());
        Transaction transaction(connection());
        auto answer = guarded(transaction, work);
        roll_back(transaction);
        return answer;
    }

    // `work(Transaction&, Room)` as an ordinary write and, where the disk is full, again with the
    // reserve: it then keeps to what that is for. It begins anew each time.
    template <class Work>
    auto write_as_room_allows(Work&& work) -> std::invoke_result_t<Work, Transaction&, Room> {
        if (!is_short()) {
            auto done = write([&](Transaction& tx) { return work(tx, Room::ORDINARY); });
            if (done || done.error().code != Errc::disk_full) return done;
        }
        return write(Room::RESERVE, [&](Transaction& tx) { return work(tx, Room::RESERVE); });
    }

    // A COMMIT failed for another reason than a full disk: nothing more is written until verify()
    // succeeds or the store is opened again. Reading goes on.
    [[nodiscard]] bool poisoned() const;

    // Checkpoints, then checks every page's authentication, every index and every foreign key.
    // Errc::corrupt with the number of findings. Reads the whole file.
    Outcome verify();
    // Moves the write-ahead log into the database and empties it. Errc::busy while a cursor is open.
    Outcome checkpoint();
    Outcome optimize();  // refreshes the planner's statistics where that pays; call daily

    // The whole store as it stands, in pieces: its pages as they lie on the disk, encrypted. Errc::busy
    // while a cursor is open. Nothing can be written before it returns.
    Outcome snapshot(const std::function<Outcome(BytesView)>& piece);

    // 8 MiB are kept beside the database (a file: space inside it could not be used while its
    // write-ahead log cannot grow). The first write that meets a full disk gives them to the disk,
    // and so does one for Room::RESERVE that would meet it; they are for these alone. When there is
    // room for them and 4 MiB more, the next write takes them back and everything goes on.
    [[nodiscard]] bool is_short() const;
    [[nodiscard]] Space space() const;

    // Of how many writes something is stored, since it was opened.
    [[nodiscard]] std::uint64_t writes() const;

    [[nodiscard]] std::int64_t schema_version() const;
    [[nodiscard]] std::size_t cached_statements() const;

private:
    struct State;
    explicit Store(std::unique_ptr<State> state);

    [[nodiscard]] sql::Connection& connection();
    Rows query_values(std::string_view sql, std::span<const sql::Value> values);
    Outcome begin(Room room);
    Outcome begin_reading();
    Outcome commit(Transaction& transaction, Room room);
    void roll_back(Transaction& transaction);
    bool met_full_disk(const Error& error);
    Error disk_full();
    void poison(bool yes);
    void give_reserve();
    void take_reserve();

    template <class Work>
    auto guarded(Transaction& transaction, Work& work) {
        try {
            return work(transaction);
        } catch (...) {
            roll_back(transaction);
            throw;
        }
    }

    std::unique_ptr<State> state_;
};

}  // namespace leeward::node
