// The log of a node. It cannot say anything personal, because it takes nothing that a person
// typed: event names, field keys and codes are literals of the source, and a value is a number, an
// error code or the first bytes of an id. A std::string, a string_view or a char* does not compile.
//
//     log.warn("peer.refused", {{"peer", key.get()}, {"why", Errc::untrusted}, {"times", 3}});
//
// writes  2025-01-31T12:00:00.000Z warn peer.refused peer=1f3a09cc why=untrusted times=3
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <variant>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/strong.h"

namespace leeward::node {

// A word of the source code: a literal of a-z, 0-9, '.', '_' and '-', checked by the compiler.
class Literal {
public:
    template <std::size_t N>
    consteval Literal(const char (&text)[N])  // NOLINT(google-explicit-constructor)
        : text_(text, N - 1) {
        if (N < 2 || text[N - 1] != '\0') throw "empty or unterminated";
        for (const char c : text_)
            if (!is_allowed(c)) throw "only a-z, 0-9, '.', '_' and '-'";
    }
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

private:
    static constexpr bool is_allowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    }
    std::string_view text_;
};

// The first four bytes of a public id or key: enough to tell two of a node's peers apart.
struct ShortId {
    ByteArray<4> bytes{};
};

template <class T>
concept LoggedInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

class LogValue {
public:
    using Variant = std::variant<std::int64_t, std::uint64_t, double, Errc, ShortId, Literal>;

    // NOLINTBEGIN(google-explicit-constructor): a list of fields is written at every call
    template <LoggedInteger T>
    LogValue(T number) {
        if constexpr (std::signed_integral<T>)
            value_ = std::int64_t{number};
        else
            value_ = std::uint64_t{number};
    }
    LogValue(std::same_as<double> auto number) : value_(number) {}
    LogValue(Errc code) : value_(code) {}
    LogValue(Literal code) : value_(code) {}
    template <std::size_t N>
    consteval LogValue(const char (&code)[N]) : value_(Literal(code)) {}
    template <std::size_t N>
    requires(N >= 16) LogValue(const ByteArray<N>& id) : value_(ShortId{to_array<4>(id)}) {}
    template <class Tag, std::size_t N>
    LogValue(const Strong<Tag, ByteArray<N>>& id) : LogValue(id.get()) {}
    // NOLINTEND(google-explicit-constructor)

    [[nodiscard]] const Variant& get() const { return value_; }

private:
    Variant value_;
};

struct LogField {
    Literal key;
    LogValue value;
};
using LogFields = std::initializer_list<LogField>;

enum class Severity : std::uint8_t {
    info,   // for whoever reads the log later
    warn,   // somebody should look within the day
    alarm,  // somebody must look now; doctor shows it
};

struct LogOptions {
    bool to_stderr = true;
    std::filesystem::path file{};  // empty: no file. Made with mode 0600
    std::size_t file_bytes = 4 * 1024 * 1024;
    std::size_t files_kept = 3;  // older ones, beside the one being written
    // What tells an hour; tests put their own here.
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

// Safe from any thread. Writing never fails: a full disk costs lines, not the node.
class Log {
public:
    // Errc::io when the file cannot be opened.
    static Result<std::unique_ptr<Log>> open(LogOptions options);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    void info(Literal event, LogFields fields = {}) { write(Severity::info, event, fields); }
    void warn(Literal event, LogFields fields = {}) { write(Severity::warn, event, fields); }
    void alarm(Literal event, LogFields fields = {}) { write(Severity::alarm, event, fields); }

    // At most one line an hour for each event; the next line says how many were left out. For what
    // a stranger can cause at will.
    void hourly(Severity severity, Literal event, LogFields fields = {});

private:
    struct Impl;
    explicit Log(std::unique_ptr<Impl> impl);
    void write(Severity severity, Literal event, LogFields fields);

    std::unique_ptr<Impl> impl_;
};

}  // namespace leeward::node
