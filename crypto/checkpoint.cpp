#include "crypto/checkpoint.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "crypto/base/base64.h"

namespace leeward::crypto {
namespace {

Error malformed(const char* what) {
    return Error{Errc::malformed, what};
}

// The three lines without their newlines.
Result<std::array<std::string_view, 3>> lines_of(std::string_view body) {
    std::array<std::string_view, 3> lines;
    for (std::string_view& line : lines) {
        const std::size_t end = body.find('\n');
        if (end == std::string_view::npos) return malformed("checkpoint of fewer than three lines");
        line = body.substr(0, end);
        body.remove_prefix(end + 1);
    }
    if (!body.empty()) return malformed("checkpoint with extension lines");
    return lines;
}

bool signed_by_origin(const std::vector<NoteVerified>& verified,
                      std::span<const Vkey> logs,
                      const std::string& origin) {
    return std::any_of(verified.begin(), verified.end(), [&](const NoteVerified& one) {
        return one.known_index < logs.size() && !one.cosigned_at &&
               logs[one.known_index].name == origin;
    });
}

std::vector<CosignedBy> cosignatures_of(const std::vector<NoteVerified>& verified,
                                        std::size_t first_witness) {
    std::vector<CosignedBy> out;
    for (const NoteVerified& one : verified)
        if (one.known_index >= first_witness && one.cosigned_at)
            out.push_back({one.known_index - first_witness, *one.cosigned_at});
    return out;
}

}  // namespace

Result<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || (text.size() > 1 && text.front() == '0'))
        return malformed("not a decimal number");
    return value;
}

Result<Hash> parse_hash(std::string_view text) {
    LEEWARD_ASSIGN(const Bytes bytes, base64::decode(text));
    if (bytes.size() != sizeof(Hash)) return malformed("hash is not 32 bytes");
    return to_array<32>(bytes);
}

std::string format_hash(const Hash& hash) {
    return base64::encode(hash);
}

std::string format_checkpoint_body(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size.get()) + "\n" +
           format_hash(checkpoint.root) + "\n";
}

Result<Checkpoint> parse_checkpoint_body(std::string_view body) {
    LEEWARD_ASSIGN(const auto lines, lines_of(body));
    if (lines[0].empty()) return malformed("checkpoint without an origin");
    LEEWARD_ASSIGN(const std::uint64_t size, parse_decimal(lines[1]));
    LEEWARD_ASSIGN(const Hash root, parse_hash(lines[2]));
    if (size == 0 && root != empty_root()) return malformed("checkpoint of nothing with a root");
    return Checkpoint{std::string(lines[0]), TreeSize{size}, root};
}

SignedNote sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& log_key) {
    std::string body = format_checkpoint_body(checkpoint);
    NoteSignature signature = sign_note(checkpoint.origin, log_key, body);
    return SignedNote{std::move(body), {std::move(signature)}};
}

Result<OpenedCheckpoint> open_checkpoint(std::string_view note,
                                         std::span<const Vkey> logs,
                                         std::span<const Vkey> witnesses) {
    LEEWARD_ASSIGN(SignedNote parsed, parse_note(note));
    LEEWARD_ASSIGN(Checkpoint checkpoint, parse_checkpoint_body(parsed.text));
    std::vector<Vkey> known(logs.begin(), logs.end());
    known.insert(known.end(), witnesses.begin(), witnesses.end());
    LEEWARD_ASSIGN(const auto verified, verify_note(parsed, known));
    if (!signed_by_origin(verified, logs, checkpoint.origin))
        return Error{Errc::untrusted, "checkpoint"};
    return OpenedCheckpoint{
        std::move(checkpoint), cosignatures_of(verified, logs.size()), std::move(parsed)};
}

}  // namespace leeward::crypto
