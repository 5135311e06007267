// Every field a record can hold, and what holds for it: tier, type, values, purpose, retention,
// risk and words (domain.md section 4). The data is schema/catalogue.json, embedded; adding a
// field there needs no change here.
//
// A FieldId is the field's place in the file, and its bit in every bitmap: the file only grows at
// its end.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "schema/language.h"
#include "schema/tier.h"

namespace leeward::schema {

inline constexpr std::int64_t schema_version = 1;
inline constexpr std::size_t max_fields = 192;

using FieldId = std::uint8_t;

// What a value is in JSON: a string for ENUM (one of `values`), TEXT, DATE (YYYY-MM-DD) and ID (32
// lower-case hex digits); true or false; a whole number from `min` to `max`; an array of strings,
// each one of `values` if there are any.
enum class FieldType : Byte { ENUM, TEXT, FLAG, DATE, LIST, NUMBER, ID };
[[nodiscard]] std::string_view name(FieldType type);

struct FieldSpec {
    std::string id;
    Tier tier{};
    FieldType type{};
    std::vector<std::string> values;  // with unknown, prefers_not_to_say, not_collected where due
    std::int64_t min = 0;
    std::int64_t max = 0;
    bool tonight = false;      // ☾: may travel on TONIGHT basis
    bool free_text = false;    // people write sentences: read by schema/identifying.h
    bool identifying = false;  // a name, a place, a number that leads to somebody
    std::string group;         // the structure it belongs to ("safe_contact"); else empty
    std::string purpose;
    std::string retention;            // a class of domain.md section 4.8
    std::uint32_t millibits = 0;      // risk of a value that says something
    bool counts_in_budget = false;    // false: shown beside the meter, never blocks
    std::vector<std::string> source;  // "HT prs_Birthdate": the standard, then its name for it
    std::string label_en;
    std::string label_es;

    [[nodiscard]] const std::string& label(Language language) const {
        return language == Language::ES ? label_es : label_en;
    }
    [[nodiscard]] bool has_value(std::string_view value) const;
};

// Some of the fields; bit i of byte i/8, lowest first, is field i.
class FieldSet {
public:
    FieldSet() = default;
    FieldSet(std::initializer_list<FieldId> fields) {
        for (const FieldId field : fields)
            insert(field);
    }
    void insert(FieldId field) { bits_.set(field); }
    void erase(FieldId field) { bits_.reset(field); }
    [[nodiscard]] bool contains(FieldId field) const { return bits_.test(field); }
    [[nodiscard]] bool empty() const { return bits_.none(); }
    [[nodiscard]] std::size_t size() const { return bits_.count(); }
    [[nodiscard]] bool is_subset_of(const FieldSet& other) const {
        return (bits_ & ~other.bits_).none();
    }
    [[nodiscard]] std::vector<FieldId> members() const;  // lowest first

    [[nodiscard]] ByteArray<max_fields / 8> bytes() const;
    [[nodiscard]] static FieldSet from_bytes(const ByteArray<max_fields / 8>& bytes);
    [[nodiscard]] std::string hex() const;  // 48 digits
    // Errc::malformed unless it is the hex of a bitmap of this size.
    static Result<FieldSet> from_hex(std::string_view text);

    friend FieldSet operator|(const FieldSet& a, const FieldSet& b) {
        return FieldSet(a.bits_ | b.bits_);
    }
    friend FieldSet operator&(const FieldSet& a, const FieldSet& b) {
        return FieldSet(a.bits_ & b.bits_);
    }
    friend FieldSet operator-(const FieldSet& a, const FieldSet& b) {
        return FieldSet(a.bits_ & ~b.bits_);
    }
    friend bool operator==(const FieldSet&, const FieldSet&) = default;

private:
    explicit FieldSet(const std::bitset<max_fields>& bits) : bits_(bits) {}
    std::bitset<max_fields> bits_;
};

[[nodiscard]] std::span<const FieldSpec> catalogue();
// `id` is below catalogue().size().
[[nodiscard]] const FieldSpec& field(FieldId id);
[[nodiscard]] std::optional<FieldId> find_field(std::string_view id);
[[nodiscard]] FieldSet fields_of_tier(Tier tier);
[[nodiscard]] FieldSet fields_of_group(std::string_view group);
[[nodiscard]] FieldSet tonight_fields();
// Discuss, any, unknown and the like: a value that tells nothing about her and costs no bits.
[[nodiscard]] bool says_nothing(std::string_view value);

// What the log may show: as the set, but the fields of T3 collapse to the lowest T3 field
// ("T3") and, where a field that needs its own named release is among them, that too: which
// clinical field was disclosed is itself health data (domain.md section 3.10).
[[nodiscard]] ByteArray<max_fields / 8> logged_bitmap(const FieldSet& fields);

}  // namespace leeward::schema
