// The cosignature/v1 of c2sp.org/tlog-cosignature: a witness says at what time it saw a checkpoint.
//
// The signed message names the time and the whole text of the checkpoint's note, but not the witness,
// so a witness's key is used for nothing else and is never a log's key.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/strong.h"
#include "crypto/ed25519.h"

namespace leeward::crypto {

using CosignedAt = Strong<struct CosignedAtTag, std::uint64_t>;  // seconds since 1970, below 2^63

// The time, eight bytes big-endian, then the Ed25519 signature.
using Cosignature = Strong<struct CosignatureTag, ByteArray<72>>;

// `note_text` is the text of the checkpoint's note with its final newline.
[[nodiscard]] Cosignature cosign(const SigningKey& key, CosignedAt at, std::string_view note_text);

// The time that the witness vouches for; nothing if `cosignature` is not 72 bytes, does not verify,
// or gives a time of 2^63 or later.
[[nodiscard]] std::optional<CosignedAt> verify_cosignature(const VerifyKey& key,
                                                           std::string_view note_text,
                                                           BytesView cosignature);

}  // namespace leeward::crypto
