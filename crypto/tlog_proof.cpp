#include "crypto/tlog_proof.h"

#include "crypto/base/base64.h"

namespace leeward::crypto {
namespace {

constexpr std::string_view header = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_key = "extra ";
constexpr std::string_view index_key = "index ";

Error malformed(const char* what) {
    return Error{Errc::malformed, what};
}

// Takes a line, without its newline, off the front of `text`.
Result<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return malformed("proof ends too early");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

Result<std::string_view> value_of(std::string_view key, std::string_view line) {
    if (!line.starts_with(key)) return malformed("proof without its index");
    return line.substr(key.size());
}

// The hashes up to the blank line.
Result<Path> take_path(std::string_view& text) {
    Path path;
    while (true) {
        LEEWARD_ASSIGN(const auto line, take_line(text));
        if (line.empty()) return path;
        if (path.size() == max_path) return malformed("proof with too many hashes");
        LEEWARD_ASSIGN(const Hash hash, parse_hash(line));
        path.push_back(hash);
    }
}

}  // namespace

Result<TlogProof> parse_tlog_proof(std::string_view text) {
    if (text.size() > max_note_size) return Error{Errc::too_large, "proof"};
    LEEWARD_ASSIGN(const auto first, take_line(text));
    if (first != header) return malformed("not a tlog-proof@v1");
    TlogProof proof;
    LEEWARD_ASSIGN(auto line, take_line(text));
    if (line.starts_with(extra_key)) {
        LEEWARD_ASSIGN(proof.extra, base64::decode(line.substr(extra_key.size())));
        LEEWARD_ASSIGN(line, take_line(text));
    }
    LEEWARD_ASSIGN(const auto index, value_of(index_key, line));
    LEEWARD_ASSIGN(const std::uint64_t number, parse_decimal(index));
    proof.index = LeafIndex{number};
    LEEWARD_ASSIGN(proof.path, take_path(text));
    proof.checkpoint = std::string(text);
    return proof;
}

std::string format_tlog_proof(const TlogProof& proof) {
    std::string out = std::string(header) + "\n";
    if (proof.extra) out += std::string(extra_key) + base64::encode(*proof.extra) + "\n";
    out += std::string(index_key) + std::to_string(proof.index.get()) + "\n";
    for (const Hash& hash : proof.path)
        out += format_hash(hash) + "\n";
    return out + "\n" + proof.checkpoint;
}

Result<OpenedCheckpoint> open_checkpoint(std::string_view note, const TlogPolicy& policy) {
    LEEWARD_ASSIGN(auto opened, open_checkpoint(note, policy.logs(), policy.witnesses()));
    std::vector<bool> cosigned(policy.witnesses().size());
    for (const CosignedBy& by : opened.cosignatures)
        cosigned[by.witness_index] = true;
    if (!policy.quorum_met(cosigned)) return Error{Errc::untrusted, "checkpoint"};
    return opened;
}

Result<OpenedCheckpoint> verify_tlog_proof(const TlogProof& proof,
                                           const Hash& leaf,
                                           const TlogPolicy& policy) {
    LEEWARD_ASSIGN(auto opened, open_checkpoint(proof.checkpoint, policy));
    const Checkpoint& head = opened.checkpoint;
    if (!verify_inclusion(proof.index, head.size, leaf, proof.path, head.root))
        return Error{Errc::untrusted, "proof"};
    return opened;
}

}  // namespace leeward::crypto
