// Proofs that carry everything a reader without a network needs (c2sp.org/tlog-proof@v1), and the
// policy of logs and witnesses that the reader trusts (c2sp.org/tlog-policy).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "crypto/note.h"

namespace leeward::crypto {

struct TlogProof {
    std::optional<Bytes> extra;  // not authenticated by anything: a hint, never evidence
    LeafIndex index;
    Path path;
    std::string checkpoint;  // the signed note, verbatim

    friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// Checks form only, the checkpoint's not yet: malformed, or too_large.
Result<TlogProof> parse_tlog_proof(std::string_view text);
[[nodiscard]] std::string format_tlog_proof(const TlogProof& proof);

// Lines `log <vkey> [url]`, `witness <name> <vkey> [url]`, `group <name> <k|any|all> <member>…` and one
// `quorum <name|none>`; names refer to earlier lines. Limits: 100 logs, 100 witnesses, 100 groups.
class TlogPolicy {
public:
    // malformed, and says in which line.
    static Result<TlogPolicy> parse(std::string_view text);

    [[nodiscard]] const std::vector<Vkey>& logs() const { return logs_; }
    [[nodiscard]] const std::vector<Vkey>& witnesses() const { return witnesses_; }

    // `cosigned[i]` says whether witnesses()[i] cosigned; as long as witnesses().
    [[nodiscard]] bool quorum_met(const std::vector<bool>& cosigned) const;
    // The same, but that witnesses with these keys never count, wherever they are named.
    [[nodiscard]] TlogPolicy without(const std::set<ByteArray<32>>& keys) const;

private:
    friend class TlogPolicyParser;

    // A name that may count towards a quorum: one witness, or `threshold` of earlier parties.
    struct Party {
        std::string name;
        std::optional<std::size_t> witness;
        std::size_t threshold = 0;
        std::vector<std::size_t> members;
    };

    std::vector<Vkey> logs_;
    std::vector<Vkey> witnesses_;
    std::vector<Party> parties_;
    std::optional<std::size_t> quorum_;  // nothing: `quorum none`
};

// A checkpoint signed by one of the policy's logs and cosigned by its quorum. untrusted otherwise.
Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const TlogPolicy& policy);

// That `leaf` is entry proof.index of a checkpoint that `policy` accepts. untrusted otherwise.
Result<OpenedCheckpoint> verify_tlog_proof(const TlogProof& proof,
                                           const Hash& leaf,
                                           const TlogPolicy& policy);

}  // namespace leeward::crypto
