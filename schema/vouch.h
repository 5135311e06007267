// A member organisation's word for one that wants to join (protocol.md section 3): signed by the
// member's root key, typ leeward-vouch+jwt. Two of different members let an organisation in, on
// probation: for 30 days it is asked and answers without any name.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "schema/node_card.h"

namespace leeward::schema {

inline constexpr std::size_t vouches_needed = 2;
inline constexpr std::chrono::hours vouch_lifetime{24 * 90};
inline constexpr std::chrono::hours probation{24 * 30};

struct Vouch {
    NodeId voucher;
    NodeId candidate;  // the hash of its root key, so of all its cards
    Time given;
};

[[nodiscard]] std::string sign_vouch(const Vouch& vouch, const crypto::SigningKey& root);
// Whose word it claims to be. Errc::malformed.
Result<NodeId> voucher_of(std::string_view jws);
// Errc::untrusted unless the root of `voucher` has signed it.
Result<Vouch> open_vouch(std::string_view jws, const NodeCard& voucher);

}  // namespace leeward::schema
