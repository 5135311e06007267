// What two paired nodes derive from the 32 bytes that they exchanged hand to hand.
//
// protocol.md sections 3–5. PSK[e+1] = HKDF-Expand(HKDF-Extract("leeward/1 psk ratchet", PSK[e]),
// "", 32); an epoch is a week, e = ⌊unix / 604,800⌋. Everything else is an HKDF-Expand of PSK[e]
// with its own label and the direction, so no key or name serves twice.
#pragma once

#include <cstdint>

#include "crypto/base/bytes.h"
#include "crypto/base/secret.h"

namespace leeward::crypto {

using Epoch = std::uint32_t;
inline constexpr std::int64_t epoch_seconds = 604'800;
[[nodiscard]] constexpr Epoch epoch_of(std::int64_t unix_seconds) {
    return static_cast<Epoch>(unix_seconds / epoch_seconds);
}

// Which way a message goes between two nodes: by the order of their NodeIds as bytes.
enum class Direction : Byte { low_to_high = 0, high_to_low = 1 };
[[nodiscard]] Direction direction(BytesView from_node, BytesView to_node);

using MailboxId = ByteArray<16>;
using PairId = ByteArray<16>;

// The same at both ends, whoever calls: node ids and contributions are taken in sorted order.
[[nodiscard]] SecretBytes psk_root(BytesView node_a,
                                   BytesView r_a,
                                   BytesView node_b,
                                   BytesView r_b);
[[nodiscard]] SecretBytes psk_next(const SecretBytes& psk);
// PSK[to] from PSK[from]; from ≤ to.
[[nodiscard]] SecretBytes psk_at(const SecretBytes& psk, Epoch from, Epoch to);

// A name for the pair that only the pair can compute.
[[nodiscard]] PairId pair_id(BytesView node_a, BytesView node_b);
[[nodiscard]] MailboxId mailbox_id(const SecretBytes& psk, Direction dir);
[[nodiscard]] SecretBytes hpke_psk(const SecretBytes& psk, Direction dir);     // 32 bytes
[[nodiscard]] SecretBytes control_key(const SecretBytes& psk, Direction dir);  // for K frames
[[nodiscard]] SecretBytes file_key(const SecretBytes& psk, Direction dir);     // for sealed files
// "leeward1" ‖ pair id ‖ epoch(4) ‖ direction.
[[nodiscard]] Bytes hpke_psk_id(const PairId& pair, Epoch epoch, Direction dir);
// "leeward/1 env" ‖ lp16(sender) ‖ lp16(recipient) ‖ kid ‖ epoch(4).
[[nodiscard]] Bytes hpke_info(BytesView sender, BytesView recipient, BytesView kid, Epoch epoch);

// The 132 bits that two operators compare by twelve words (protocol.md section 3, step 2):
// the first 17 bytes of SHA-256("leeward/1 safety" ‖ node ids ‖ root keys), sorted by node id.
[[nodiscard]] ByteArray<17> safety_number(BytesView node_a,
                                          BytesView root_a,
                                          BytesView node_b,
                                          BytesView root_b);

}  // namespace leeward::crypto
