// Checkpoints of c2sp.org/tlog-checkpoint: a log's signed statement of its size and root.
//
// The body is exactly three lines, origin, size, root. We write no extension lines and refuse them
// when reading. The log's key is named as its origin.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "crypto/note.h"

namespace leeward::crypto {

struct Checkpoint {
    std::string origin;
    TreeSize size;
    Hash root{};

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The decimal numbers of C2SP formats: digits only, no sign, no leading zero, below 2^64.
Result<std::uint64_t> parse_decimal(std::string_view text);
// A hash as canonical base64 of exactly 32 bytes.
Result<Hash> parse_hash(std::string_view text);
[[nodiscard]] std::string format_hash(const Hash& hash);

[[nodiscard]] std::string format_checkpoint_body(const Checkpoint& checkpoint);
// malformed also for a size of 0 with another root than the empty one.
Result<Checkpoint> parse_checkpoint_body(std::string_view body);

// A note signed by the log, under the name of its origin, with a key of type 01.
[[nodiscard]] SignedNote sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& log_key);

// A checkpoint whose log is known, and which of the known witnesses cosigned it.
struct CosignedBy {
    std::size_t witness_index = 0;
    CosignedAt at;
};
struct OpenedCheckpoint {
    Checkpoint checkpoint;
    std::vector<CosignedBy> cosignatures;  // a witness may appear more than once
    SignedNote note;                       // as received
};

// Verifies the signature of one of `logs` (type 01, named as the origin) and every cosignature by one
// of `witnesses` (type 04; others are ignored). malformed, or untrusted.
Result<OpenedCheckpoint> open_checkpoint(std::string_view note,
                                         std::span<const Vkey> logs,
                                         std::span<const Vkey> witnesses = {});
inline Result<OpenedCheckpoint> open_checkpoint(std::string_view note,
                                                const Vkey& log,
                                                std::span<const Vkey> witnesses = {}) {
    return open_checkpoint(note, std::span<const Vkey>(&log, 1), witnesses);
}

}  // namespace leeward::crypto
