// Every limit of the wire and the store, in one place. Sizes are bytes unless a name says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

#include "schema/time.h"

namespace leeward::schema::limits {

inline constexpr std::size_t card_bytes = 4 * 1024;        // a node card as JWS
inline constexpr std::size_t cards_at_once = 12;           // successors in one K frame
inline constexpr std::size_t prekey_bytes = 4 * 1024;      // a signed prekey as JWS
inline constexpr std::size_t offer_bytes = 16 * 1024;      // an offer file
inline constexpr std::size_t roster_bytes = 512 * 1024;    // a founding roster file
inline constexpr std::size_t message_bytes = 48 * 1024;    // one message as JWS
inline constexpr std::size_t body_bytes = 32 * 1024;       // its body
inline constexpr std::size_t inner_bytes = 64 * 1024 - 4;  // a batch, before padding
inline constexpr std::size_t messages_per_envelope = 256;
inline constexpr std::size_t frame_bytes = 68 * 1024;  // ZMQ_MAXMSGSIZE
inline constexpr std::size_t path_hashes = 64;         // of one proof
inline constexpr std::size_t growth_proofs = 8;        // in one envelope
inline constexpr std::size_t seen_heads = 8;           // in one envelope
inline constexpr std::uint64_t log_leaves =
    ~std::uint64_t{0} >> 1;  // 2^63 − 1: what a store counts
inline constexpr std::int64_t highest_number =
    (std::int64_t{1} << 62) - 1;                 // of a message in its leg, of a return path
inline constexpr std::size_t head_bytes = 1024;  // a signed head
inline constexpr std::size_t cosigned_bytes = 4 * 1024;  // one with what its witnesses have signed
inline constexpr std::size_t name_bytes = 120;           // an organisation or a person
inline constexpr std::size_t endpoint_bytes = 255;
inline constexpr std::size_t command_bytes = 1024 * 1024;  // one request on the node's socket

inline constexpr Duration card_lifetime = std::chrono::hours(24 * 365);
inline constexpr Duration clock_past = std::chrono::hours(24 * 60);   // how old `ts` may be
inline constexpr Duration clock_future = std::chrono::hours(24 * 7);  // how far ahead
inline constexpr Duration expiry_tolerance = std::chrono::hours(24);
inline constexpr Duration prekey_grace = std::chrono::hours(24 * 14);  // private part kept
inline constexpr Duration longest_wait = std::chrono::minutes(5);      // that a peer may ask for
inline constexpr Duration stale_prekey = std::chrono::hours(24 * 7);   // never sealed to after

}  // namespace leeward::schema::limits
