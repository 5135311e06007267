// Slots that cost 7 ms instead of 600: only test programs link this (decisions.md 12).
#pragma once

#include <string_view>

#include "crypto/keyfile.h"

namespace leeward::support {

inline constexpr crypto::argon2id::Cost cheap_cost{1, 8 * 1024};

// As crypto::make_slot, at 8 MiB and one pass. Fails the running test when it cannot be made.
[[nodiscard]] crypto::Slot cheap_slot(const crypto::SlotOwner& owner,
                                      std::string_view passphrase,
                                      const crypto::RootKey& root,
                                      crypto::Random& random);

}  // namespace leeward::support
