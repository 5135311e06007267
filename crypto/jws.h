// Signed objects: compact JWS (RFC 7515) with EdDSA (RFC 8037) and a `typ` that names what is
// signed, so that no signature serves twice.
//
// We write the protected header {"alg":"EdDSA","typ":"<typ>"} and read only a flat JSON object of
// exactly these two strings, in either order, whitespace allowed. Everything else (crit, b64, jwk,
// kid, another alg, an escape, a duplicate) is refused, so a header chooses nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/ed25519.h"

namespace leeward::crypto::jws {

namespace typ {
inline constexpr std::string_view card = "leeward-card+jwt";
inline constexpr std::string_view roster = "leeward-roster+jwt";
inline constexpr std::string_view offer = "leeward-offer+jwt";
inline constexpr std::string_view prekey = "leeward-prekey+jwt";
inline constexpr std::string_view message = "leeward-msg+jwt";
inline constexpr std::string_view receipt = "leeward-rcpt+jwt";
inline constexpr std::string_view release = "leeward-release+jwt";
inline constexpr std::string_view vouch = "leeward-vouch+jwt";
inline constexpr std::string_view revoke = "leeward-revoke+jwt";
inline constexpr std::string_view head = "leeward-head+jwt";
inline constexpr std::string_view backup = "leeward-backup+jwt";
}  // namespace typ

inline constexpr std::size_t default_max_size = 128 * 1024;  // characters, the whole JWS

[[nodiscard]] std::string sign(std::string_view typ, BytesView payload, const SigningKey& key);

// The payload, signed by `key` under `typ`. Errc::too_large beyond `max_size` characters, else
// Errc::untrusted whatever was wrong.
Result<Bytes> verify(std::string_view jws,
                     std::string_view typ,
                     const VerifyKey& key,
                     std::size_t max_size = default_max_size);

// What the payload says, before anybody has vouched for it: only to find out whose key to ask for.
Result<Bytes> payload_unverified(std::string_view jws, std::size_t max_size = default_max_size);

}  // namespace leeward::crypto::jws
