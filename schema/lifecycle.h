// What all lifecycles are made of: states, numbered transitions, who may make them, and one pure
// step. Each machine is one constexpr table (domain.md section 3); the number in the table is what
// the log records and is never used for anything else.
//
// Enumerators keep their place: the store holds states, and the log moves, as numbers.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace leeward::schema {

// A set of enumerators, for enums of at most 64.
template <class E>
class EnumSet {
public:
    constexpr EnumSet() = default;
    constexpr EnumSet(std::initializer_list<E> members) {
        for (const E member : members)
            bits_ |= bit(member);
    }
    // All from `first` to `last` in the order of the enum: the "X…Y" of the tables.
    [[nodiscard]] static constexpr EnumSet range(E first, E last) {
        EnumSet set;
        for (auto i = static_cast<unsigned>(first); i <= static_cast<unsigned>(last); ++i)
            set.bits_ |= std::uint64_t{1} << i;
        return set;
    }

    // What bits() gave.
    [[nodiscard]] static constexpr EnumSet from_bits(std::uint64_t bits) { return EnumSet(bits); }

    [[nodiscard]] constexpr bool contains(E member) const { return (bits_ & bit(member)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] constexpr int size() const { return std::popcount(bits_); }
    // Bit n for the enumerator n.
    [[nodiscard]] constexpr std::uint64_t bits() const { return bits_; }
    // The lowest member; the set is not empty.
    [[nodiscard]] constexpr E first() const { return static_cast<E>(std::countr_zero(bits_)); }

    friend constexpr EnumSet operator|(EnumSet a, EnumSet b) { return EnumSet(a.bits_ | b.bits_); }
    friend constexpr EnumSet operator&(EnumSet a, EnumSet b) { return EnumSet(a.bits_ & b.bits_); }
    friend constexpr EnumSet operator-(EnumSet a, EnumSet b) { return EnumSet(a.bits_ & ~b.bits_); }
    friend constexpr bool operator==(EnumSet a, EnumSet b) = default;

private:
    constexpr explicit EnumSet(std::uint64_t bits) : bits_(bits) {}
    static constexpr std::uint64_t bit(E member) {
        return std::uint64_t{1} << static_cast<unsigned>(member);
    }
    std::uint64_t bits_ = 0;
};

// Who acts. INV investigator, SHL shelter intake, CNS counselling clinician (SHL in a counselling
// need), _S their supervisors, SYS the local node. SRV is the survivor: her acts are recorded by a
// worker, so SRV stands beside the one who records.
enum class Party : Byte { INV, INV_S, SHL, SHL_S, CNS, SYS, SRV };
using Parties = EnumSet<Party>;
inline constexpr Parties any_worker{Party::INV, Party::INV_S, Party::SHL, Party::SHL_S, Party::CNS};
[[nodiscard]] std::string_view name(Party party);

template <class Move, class State>
struct Transition {
    Move move;
    EnumSet<State> from;  // empty: this is how the thing begins
    EnumSet<State> to;    // several where the rest of the record decides
    Parties who;
    std::string_view codes;  // the family of the reason code required: a prefix, or "" for none
};

// The words of an enum, in its order: one place for the wire, the store and --json.
template <class E, std::size_t N>
struct Names {
    std::array<std::string_view, N> words;

    [[nodiscard]] constexpr std::string_view of(E value) const {
        const auto i = static_cast<std::size_t>(value);
        return i < N ? words[i] : std::string_view("unknown");
    }
    [[nodiscard]] constexpr std::optional<E> find(std::string_view word) const {
        for (std::size_t i = 0; i < N; ++i)
            if (words[i] == word) return static_cast<E>(i);
        return std::nullopt;
    }
};

template <class Move, class State, std::size_t N>
using Table = std::array<Transition<Move, State>, N>;

template <class Move, class State, std::size_t N>
[[nodiscard]] constexpr const Transition<Move, State>* find(const Table<Move, State, N>& table,
                                                            Move move) {
    for (const auto& row : table)
        if (row.move == move) return &row;
    return nullptr;
}

// The state after `move` from `from`, or nullopt where the table does not have it. `wanted` picks
// among several targets; without it a move with several is refused.
template <class Move, class State, std::size_t N>
[[nodiscard]] constexpr std::optional<State> step(const Table<Move, State, N>& table,
                                                  Move move,
                                                  State from,
                                                  std::optional<State> wanted = std::nullopt) {
    const auto* row = find(table, move);
    if (row == nullptr || !row->from.contains(from)) return std::nullopt;
    if (wanted) return row->to.contains(*wanted) ? wanted : std::nullopt;
    return row->to.size() == 1 ? std::optional(row->to.first()) : std::nullopt;
}

// Every move stands at the place of its number, counted from one; no target and no actor missing.
template <class Move, class State, std::size_t N>
[[nodiscard]] constexpr bool well_formed(const Table<Move, State, N>& table) {
    for (const auto& row : table)
        if (row.to.empty() || row.who.empty()) return false;
    for (std::size_t i = 1; i < N; ++i)
        if (!(table[i - 1].move < table[i].move)) return false;
    return true;
}

// Every state is terminal, or some move leaves it for another.
template <class Move, class State, std::size_t N>
[[nodiscard]] constexpr bool has_way_out(const Table<Move, State, N>& table, State state) {
    for (const auto& row : table)
        if (row.from.contains(state) && !(row.to - EnumSet<State>{state}).empty()) return true;
    return false;
}

[[nodiscard]] Error refused(std::string_view thing, std::string_view state);

}  // namespace leeward::schema
