// A JSON value of ours, and the one strict way in.
//
// parse() is the gate for every byte from outside: at most `limits.bytes` (checked before anything
// is allocated), at most `limits.depth` deep, no duplicate key, valid UTF-8, no NaN, nothing after
// the value. Errors: Errc::too_large, Errc::malformed. Numbers are 64-bit integers, or doubles
// where the text has a fraction or an exponent; an integer out of range is malformed.
// ObjectReader turns an object into typed values: missing, wrong type, out of range, too long and
// *unknown* members are all Errc::malformed, naming the member, never its value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/base/base64.h"
#include "crypto/base/bytes.h"
#include "crypto/base/hex.h"
#include "crypto/base/result.h"

namespace leeward::schema {

class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;  // in the order written; keys are unique

    Json() : value_(nullptr) {}
    // NOLINTBEGIN(google-explicit-constructor): a literal should read as one
    Json(std::nullptr_t) : value_(nullptr) {}
    Json(bool b) : value_(b) {}
    Json(std::int64_t n) : value_(n) {}
    Json(int n) : value_(std::int64_t{n}) {}
    Json(unsigned n) : value_(std::int64_t{n}) {}
    Json(std::uint64_t n) : value_(static_cast<std::int64_t>(n)) {}  // callers keep it < 2^63
    Json(double d) : value_(d) {}
    Json(std::string s) : value_(std::move(s)) {}
    Json(std::string_view s) : value_(std::string(s)) {}
    Json(const char* s) : value_(std::string(s)) {}
    Json(Array a) : value_(std::move(a)) {}
    Json(Object o) : value_(std::move(o)) {}
    // NOLINTEND(google-explicit-constructor)

    // Without memory for it a copy is none: std::bad_alloc, and nothing is harmed.
    Json(const Json& other);
    Json(Json&&) noexcept = default;
    Json& operator=(const Json&) = default;
    Json& operator=(Json&&) noexcept = default;
    ~Json() = default;

    [[nodiscard]] static Json object(std::initializer_list<Member> members = {}) {
        return Json(Object(members));
    }
    [[nodiscard]] static Json array() { return Json(Array{}); }

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
    [[nodiscard]] const bool* as_bool() const { return std::get_if<bool>(&value_); }
    [[nodiscard]] const std::int64_t* as_int() const { return std::get_if<std::int64_t>(&value_); }
    [[nodiscard]] const double* as_double() const { return std::get_if<double>(&value_); }
    [[nodiscard]] const std::string* as_string() const { return std::get_if<std::string>(&value_); }
    [[nodiscard]] const Array* as_array() const { return std::get_if<Array>(&value_); }
    [[nodiscard]] const Object* as_object() const { return std::get_if<Object>(&value_); }
    [[nodiscard]] Array* as_array() { return std::get_if<Array>(&value_); }
    [[nodiscard]] Object* as_object() { return std::get_if<Object>(&value_); }

    // The member called `key` of an object; nullptr if there is none or this is not an object.
    [[nodiscard]] const Json* find(std::string_view key) const;
    // Replaces or adds a member. This must be an object (a null becomes one).
    Json& set(std::string_view key, Json value);
    // Appends to an array. This must be an array (a null becomes one).
    Json& push(Json value);

    // Shortcuts for tests and printing: the value, or a neutral one if it is of another type.
    [[nodiscard]] std::string text_at(std::string_view key) const;
    [[nodiscard]] std::int64_t int_at(std::string_view key) const;
    [[nodiscard]] bool bool_at(std::string_view key) const;
    [[nodiscard]] const Array& array_at(std::string_view key) const;

    // Compact, no insignificant space, members in order: what is signed and sent.
    [[nodiscard]] std::string dump() const;
    // Two-space indentation: what people read.
    [[nodiscard]] std::string pretty() const;

    friend bool operator==(const Json&, const Json&) = default;

private:
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> value_;
};

struct JsonLimits {
    std::size_t bytes = 64 * 1024;
    int depth = 32;
};

// The gate. Errors name the kind of fault and the byte offset, never the content.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

// Reads one object once, member by member, then finish(). The first fault is kept; until finish()
// says Done the values read are neutral and must not be acted on.
class ObjectReader {
public:
    // `what` names the object in errors ("message", "offer").
    ObjectReader(const Json& json, std::string_view what);

    std::string text(std::string_view key, std::size_t max_bytes);
    std::string text_or(std::string_view key, std::size_t max_bytes, std::string_view fallback);
    std::int64_t number(std::string_view key, std::int64_t min, std::int64_t max);
    std::int64_t number_or(std::string_view key,
                           std::int64_t min,
                           std::int64_t max,
                           std::int64_t fallback);
    bool flag(std::string_view key);
    bool flag_or(std::string_view key, bool fallback);
    // An object or array member, to be read by another reader; null Json when absent.
    const Json& any(std::string_view key);     // required
    const Json* any_if(std::string_view key);  // nullptr when absent
    Bytes base64url(std::string_view key, std::size_t max_bytes);

    template <std::size_t N>
    ByteArray<N> hex_array(std::string_view key) {
        const std::string value = text(key, 2 * N);
        auto bytes = hex::decode_array<N>(value);
        if (!bytes) {
            fail(key, "is not the hex of a value of this size");
            return {};
        }
        return *bytes;
    }
    template <class Id>
    Id id(std::string_view key) {
        return Id(hex_array<std::tuple_size_v<typename Id::value_type>>(key));
    }

    // Records a fault found by the caller ("holds an unknown code").
    void fail(std::string_view key, std::string_view fault);
    [[nodiscard]] bool ok() const { return !error_.has_value(); }
    // The first fault; else Errc::malformed if a member was never asked for; else Done.
    Outcome finish();

private:
    const Json* take(std::string_view key, bool required);

    const Json::Object* object_;
    std::string what_;
    std::vector<std::string> taken_;
    std::optional<Error> error_;
};

}  // namespace leeward::schema
