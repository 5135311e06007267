#include "tests/support/cheap_slot.h"

#include <stdexcept>
#include <utility>

namespace leeward::support {

crypto::Slot cheap_slot(const crypto::SlotOwner& owner,
                        std::string_view passphrase,
                        const crypto::RootKey& root,
                        crypto::Random& random) {
    auto slot = crypto::keyfile_detail::make_slot_at(
        cheap_cost, owner, "desk", as_bytes(passphrase), root, random);
    if (!slot) throw std::runtime_error(slot.error().detail);
    return std::move(slot).value();
}

}  // namespace leeward::support
