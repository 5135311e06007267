// A secret that any two of three people open together and none of them alone: it is sealed three
// times, age inside age, once for each pair. No secret sharing of our own: a pair's copy is an age
// file to the first holder whose content is an age file to the second.
//
// Holders' keys are MLKEM768-X25519 (age1pq…): what is sealed today must stay sealed.
#pragma once

#include <array>

#include "crypto/age/age.h"

namespace leeward::crypto {

inline constexpr std::size_t holder_count = 3;
using Holders = std::array<age::Recipient, holder_count>;
using PairCopies = std::array<Bytes, holder_count>;  // for (1,2), (1,3), (2,3)

// Errc::invalid_argument for a key of another kind, or one that two holders share.
Outcome check_holders(const Holders& holders);
Result<PairCopies> seal_for_any_two(const Holders& holders, BytesView secret, Random& random);

// With two identities, in any order. Errc::untrusted whatever fails: another's key, one person
// twice, a damaged copy.
Result<SecretBytes> open_with_two(const PairCopies& copies,
                                  const age::Identity& one,
                                  const age::Identity& other);

}  // namespace leeward::crypto
