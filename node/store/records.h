// What is personal, sealed under one key a record, so that destroying the key erases it wherever a
// page, a journal or a backup may survive (protocol.md section 8, P8).
//
// Keys are named "case/<hex>", "leg/<hex>", "grant/<hex>" and live in the keyring. A sealed value is
// nonce(24) ‖ XChaCha20-Poly1305; `where` (table and row) is authenticated, so that no value can be
// moved to another row.
#pragma once

#include <span>
#include <string>

#include "crypto/random.h"
#include "node/store/keyring.h"
#include "schema/ids.h"

namespace leeward::node {

class Records {
public:
    Records(Keyring& keyring, crypto::Random& random) : keyring_(keyring), random_(random) {}

    // Makes the keys that do not exist yet, durable before this returns (one fsync for all).
    // Call it before the transaction that refers to them commits.
    Outcome ensure(std::span<const std::string> names);
    Outcome ensure(const std::string& name) { return ensure(std::span(&name, 1)); }

    // Errc::not_found when the record's key is destroyed: the record is erased.
    Result<Bytes> seal(const std::string& name, std::string_view where, BytesView plaintext);
    Result<SecretBytes> open(const std::string& name,
                             std::string_view where,
                             BytesView sealed) const;
    [[nodiscard]] bool exists(const std::string& name) const;

    // The salt of the log's link to a message of this record; it dies with the record's key.
    Result<ByteArray<32>> link_salt(const std::string& name, const schema::MessageId& mid) const;

    // Crypto-erasure: after this returns no file of the node holds these keys.
    Outcome destroy(std::span<const std::string> names);
    Outcome destroy(const std::string& name) { return destroy(std::span(&name, 1)); }

private:
    Keyring& keyring_;
    crypto::Random& random_;
};

}  // namespace leeward::node
