// What a recipient says when an envelope is stored (protocol.md section 6): for each message its
// mid, its xref, and `stored` or `refused(code)`. A JWS, typ leeward-rcpt+jwt. It holds no content and
// no unsalted hash of content. The leaves that record it travel beside it with their paths.
#pragma once

#include <string>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "schema/ids.h"
#include "schema/json/json.h"

namespace leeward::schema {

struct ReceiptLine {
    MessageId mid;
    crypto::Hash xref{};
    std::string refused;  // empty: stored; else a code of domain.md D6
};

struct Receipt {
    NodeId from;  // who stored
    NodeId to;    // who had sent
    crypto::Hash ench{};
    std::vector<ReceiptLine> lines;
};

[[nodiscard]] std::string sign_receipt(const Receipt& receipt, const crypto::SigningKey& key);
Result<Receipt> open_receipt(std::string_view jws, const crypto::VerifyKey& signer);

}  // namespace leeward::schema
