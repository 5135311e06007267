// Homes that open in 7 ms instead of 600: only test programs link this (decisions.md 12).
#pragma once

#include "node/app/home.h"
#include "tests/support/cheap_slot.h"

namespace leeward::support {

inline Result<crypto::Slot> make_cheap_slot(const crypto::SlotOwner& owner,
                                            std::string_view label,
                                            BytesView secret,
                                            const crypto::RootKey& root,
                                            crypto::Random& random) {
    return crypto::keyfile_detail::make_slot_at(cheap_cost, owner, label, secret, root, random);
}

// As node::create_home, with a slot at the cheap cost.
inline Outcome create_cheap_home(const std::filesystem::path& home,
                                 const node::NewNode& node,
                                 const SecretBytes& passphrase,
                                 schema::Time now,
                                 crypto::Random& random) {
    return node::home_detail::create_home_with(
        &make_cheap_slot, home, node, passphrase, now, random);
}

}  // namespace leeward::support
