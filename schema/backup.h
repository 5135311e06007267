// What a backup says of itself: the signed line beside its two age files (protocol.md section 8).
//
// age authenticates no sender: whoever knows the holders' keys can make a file that opens. Only the
// manifest, signed by the node's key under its root's card, says that a backup is this node's own.
// A JWS, typ leeward-backup+jwt, of at most 64 KiB; layout in SPEC.md.
#pragma once

#include <string>

#include "crypto/any_two.h"
#include "schema/node_card.h"

namespace leeward::schema {

struct BackupFile {
    std::uint64_t size = 0;
    crypto::Hash hash{};  // SHA-256 of the age file
};

struct BackupManifest {
    std::string card;  // JWS, as it stood
    Time made;
    std::uint32_t schema_version = 0;  // of the store
    std::uint64_t log_size = 0;
    crypto::Hash log_root{};
    BackupFile store;
    BackupFile keys;
    crypto::PairCopies copies{};  // the backup's age identity, for any two of the holders
};

inline constexpr std::size_t backup_manifest_bytes = 64 * 1024;
// What a backup lives for: an erasure has reached every backup after that.
inline constexpr Duration backup_life = std::chrono::hours(24 * 30);

[[nodiscard]] std::string sign_backup_manifest(const BackupManifest& manifest,
                                               const crypto::SigningKey& key);
struct OpenedManifest {
    BackupManifest manifest;
    NodeCard card;
};
// Errc::untrusted for a signature that does not hold, malformed, unsupported for another version.
Result<OpenedManifest> open_backup_manifest(std::string_view text);

// The node's key alone, for any two of the same holders: with it and the node's folder a new passphrase
// can be made when nobody's opens it any more. JSON, 0600, renewed whenever a holder changes.
struct RecoveryFile {
    NodeId node;
    crypto::PairCopies copies{};
};
[[nodiscard]] std::string write_recovery_file(const RecoveryFile& file);
Result<RecoveryFile> read_recovery_file(std::string_view text);

}  // namespace leeward::schema
