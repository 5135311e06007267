// What a fault concerns: the store and the machine, so that nothing goes on, or the one thing that met it.
#pragma once

#include "crypto/base/result.h"

namespace leeward::node {

// The store cannot take anything now, or is in doubt. Every other fault is of the one message or deadline that
// met it, and stops no other.
[[nodiscard]] constexpr bool is_of_the_store(Errc code) {
    return code == Errc::io || code == Errc::disk_full || code == Errc::corrupt ||
           code == Errc::busy || code == Errc::locked;
}

}  // namespace leeward::node
