// What an operation that can fail for a reason outside the code returns: a value or an Error.
// Codes are grouped by what the caller can do about them; they map to the exit codes of the
// command line (schema/exit_code.h). Anything cryptographic that fails is `untrusted`, without
// saying which check failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace leeward {

enum class Errc : std::uint8_t {
    invalid_argument = 2,  // the caller asked for something malformed
    not_found = 3,
    already_exists = 4,
    wrong_state = 5,   // a fair request, but not from the present state
    not_released = 6,  // no authority in force covers this disclosure
    untrusted = 7,     // unknown peer, bad signature, failed decryption: one code on purpose
    malformed = 8,     // bytes from outside that do not parse
    too_large = 9,
    busy = 10,           // try again later
    corrupt = 11,        // our own data fails its integrity check: stop, call the operator
    io = 12,             // the disk, a socket or a file refused; nothing was acknowledged
    locked = 13,         // keys are not loaded, or the passphrase was wrong
    unsupported = 14,    // a version or operation that this build does not speak
    unreachable = 15,    // no answer from a node or a peer
    not_permitted = 16,  // the person who asks may not do this; another may
    disk_full = 17,      // nothing of this was stored, what was stored is safe: make room, repeat
};

// The stable, lower-case name of a code: what --json prints and what tests compare.
[[nodiscard]] constexpr std::string_view name_of(Errc code) {
    switch (code) {
        case Errc::invalid_argument:
            return "invalid_argument";
        case Errc::not_found:
            return "not_found";
        case Errc::already_exists:
            return "already_exists";
        case Errc::wrong_state:
            return "wrong_state";
        case Errc::not_released:
            return "not_released";
        case Errc::untrusted:
            return "untrusted";
        case Errc::malformed:
            return "malformed";
        case Errc::too_large:
            return "too_large";
        case Errc::busy:
            return "busy";
        case Errc::corrupt:
            return "corrupt";
        case Errc::io:
            return "io";
        case Errc::locked:
            return "locked";
        case Errc::unsupported:
            return "unsupported";
        case Errc::unreachable:
            return "unreachable";
        case Errc::not_permitted:
            return "not_permitted";
        case Errc::disk_full:
            return "disk_full";
    }
    return "unknown";
}

// `detail` is for an operator: what happened, whether the data is safe, what to do. Never record
// content, never a key.
struct Error {
    Errc code;
    std::string detail{};
};

template <class T>
class [[nodiscard]] Result {
public:
    // NOLINTBEGIN(google-explicit-constructor): `return value;`, `return Error{..};` should work
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    // NOLINTEND(google-explicit-constructor)

    explicit operator bool() const { return state_.index() == 0; }

    // Asking a failed Result for its value is a bug in the caller: throws bad_variant_access.
    [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
    [[nodiscard]] T& value() & { return std::get<0>(state_); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
    [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

private:
    std::variant<T, Error> state_;
};

struct Done {};  // the value of an operation that has none
using Outcome = Result<Done>;

#define LEEWARD_CONCAT_(a, b) a##b
#define LEEWARD_CONCAT(a, b) LEEWARD_CONCAT_(a, b)

// Returns the error of `expression` from the enclosing function; continues when it succeeded. Both
// macros may be nested, as in a lambda that is part of the expression.
#define LEEWARD_TRY(expression) \
    LEEWARD_TRY_(LEEWARD_CONCAT(leeward_outcome_, __COUNTER__), expression)
#define LEEWARD_TRY_(outcome, expression)                                             \
    do {                                                                              \
        if (auto outcome = (expression); !outcome) return std::move(outcome).error(); \
    } while (false)

// Binds the value of `expression` to `declaration`, or returns its error from the function.
//     LEEWARD_ASSIGN(auto key, keyring.find(id));
#define LEEWARD_ASSIGN(declaration, expression) \
    LEEWARD_ASSIGN_(LEEWARD_CONCAT(leeward_result_, __COUNTER__), declaration, expression)
#define LEEWARD_ASSIGN_(result, declaration, expression) \
    auto result = (expression);                          \
    if (!(result)) return std::move(result).error();     \
    declaration = std::move(result).value()

}  // namespace leeward
