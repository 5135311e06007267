// What a new passphrase must be, wherever it is typed.
#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace leeward::schema {

// Twelve characters, five different bytes among them, at most 1,024 bytes. Errc::invalid_argument
// says what to do.
Outcome check_passphrase(BytesView passphrase);

}  // namespace leeward::schema
