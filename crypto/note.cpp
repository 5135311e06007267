#include "crypto/note.h"

#include <algorithm>

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "crypto/hash.h"

namespace leeward::crypto {
namespace {

constexpr std::string_view dash = "\u2014 ";
constexpr std::size_t id_size = sizeof(NoteKeyId);

Error malformed(const char* what) {
    return Error{Errc::malformed, what};
}

bool is_continuation(char c) {
    return (static_cast<Byte>(c) & 0xC0) == 0x80;
}

// Takes one code point off the front of `text`; nothing if it is not well-formed UTF-8 (RFC 3629).
std::optional<char32_t> take_code_point(std::string_view& text) {
    const auto lead = static_cast<Byte>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || text.size() < length) return std::nullopt;
    if (!std::all_of(
            text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), is_continuation))
        return std::nullopt;

    char32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
    for (const char c : text.substr(1, length - 1))
        point = (point << 6) | (static_cast<Byte>(c) & 0x3Fu);
    text.remove_prefix(length);
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point > 0x10FFFF) return std::nullopt;
    return point;
}

template <class Predicate>
bool every_code_point(std::string_view text, Predicate allowed) {
    while (!text.empty()) {
        const auto point = take_code_point(text);
        if (!point || !allowed(*point)) return false;
    }
    return true;
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

bool is_space(char32_t c) {  // White_Space of the Unicode Character Database, less the controls
    return c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_note_text(std::string_view text) {
    return every_code_point(text, [](char32_t c) { return c >= 0x20 || c == '\n'; });
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
    if (!line.starts_with(dash)) return malformed("signature line without its dash");
    line.remove_prefix(dash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return malformed("signature line without a signature");
    if (!is_note_name(line.substr(0, space))) return malformed("signature by a bad name");
    LEEWARD_ASSIGN(const Bytes bytes, base64::decode(line.substr(space + 1)));
    if (bytes.size() <= id_size) return malformed("signature too short");
    const BytesView view(bytes);
    return NoteSignature{std::string(line.substr(0, space)),
                         to_array<id_size>(view),
                         to_bytes(view.subspan(id_size))};
}

NoteSignature signature_by(const Vkey& vkey, BytesView signature) {
    return NoteSignature{vkey.name, vkey.id(), to_bytes(signature)};
}

bool is_by(const NoteSignature& signature, const Vkey& vkey) {
    return signature.name == vkey.name && signature.id == vkey.id();
}

Result<std::optional<std::size_t>> signer_of(const NoteSignature& signature,
                                             std::span<const Vkey> known) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (!is_by(signature, known[i])) continue;
        if (found) return Error{Errc::invalid_argument, "two keys of one name and id"};
        found = i;
    }
    return found;
}

Result<NoteVerified> verify_one(const NoteSignature& signature,
                                std::string_view text,
                                const Vkey& vkey,
                                std::size_t index) {
    if (vkey.type == NoteKeyType::cosignature_v1) {
        const auto at = verify_cosignature(vkey.key, text, signature.signature);
        if (at) return NoteVerified{index, at};
    } else if (signature.signature.size() == sizeof(Signature) &&
               verify(vkey.key, as_bytes(text), Signature{to_array<64>(signature.signature)})) {
        return NoteVerified{index, std::nullopt};
    }
    return Error{Errc::untrusted, "note"};
}

}  // namespace

bool is_note_name(std::string_view name) {
    return !name.empty() && every_code_point(name, [](char32_t c) {
        return !is_control(c) && !is_space(c) && c != '+';
    });
}

NoteKeyId Vkey::id() const {
    const ByteArray<2> separator{'\n', static_cast<Byte>(type)};
    return to_array<id_size>(sha256({as_bytes(name), separator, key.get()}));
}

Result<Vkey> parse_vkey(std::string_view text) {
    const std::size_t first = text.find('+');
    const std::size_t second = text.find('+', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) return malformed("verifier key is not name+id+key");
    const std::string_view name = text.substr(0, first);
    const std::string_view id = text.substr(first + 1, second - first - 1);
    if (!is_note_name(name)) return malformed("verifier key with a bad name");
    LEEWARD_ASSIGN(const NoteKeyId key_id, hex::decode_array<id_size>(id));
    LEEWARD_ASSIGN(const Bytes key, base64::decode(text.substr(second + 1)));
    if (key.empty()) return malformed("verifier key without a key");
    if (key[0] != Byte{1} && key[0] != Byte{4})
        return Error{Errc::unsupported, "verifier key of another type than 01 and 04"};
    if (key.size() != 1 + sizeof(VerifyKey)) return malformed("verifier key of the wrong length");
    Vkey vkey{
        std::string(name), NoteKeyType{key[0]}, VerifyKey{to_array<32>(BytesView(key).subspan(1))}};
    if (vkey.id() != key_id) return malformed("verifier key whose id is another key's");
    return vkey;
}

std::string format_vkey(const Vkey& vkey) {
    Bytes key{static_cast<Byte>(vkey.type)};
    append(key, vkey.key.get());
    return vkey.name + "+" + hex::encode(vkey.id()) + "+" + base64::encode(key);
}

Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines) {
    std::vector<NoteSignature> signatures;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        if (end == std::string_view::npos) return malformed("signature line without its newline");
        if (signatures.size() == max_note_signatures) return malformed("too many signatures");
        LEEWARD_ASSIGN(auto signature, parse_signature_line(lines.substr(0, end)));
        signatures.push_back(std::move(signature));
        lines.remove_prefix(end + 1);
    }
    if (signatures.empty()) return malformed("note without signatures");
    return signatures;
}

Result<SignedNote> parse_note(std::string_view note) {
    if (note.size() > max_note_size) return Error{Errc::too_large, "note"};
    if (!is_note_text(note)) return malformed("note is not UTF-8 text");
    const std::size_t blank = note.rfind("\n\n");
    if (blank == std::string_view::npos) return malformed("note without a blank line");
    LEEWARD_ASSIGN(auto signatures, parse_signature_lines(note.substr(blank + 2)));
    return SignedNote{std::string(note.substr(0, blank + 1)), std::move(signatures)};
}

std::string format_note(const SignedNote& note) {
    std::string out = note.text + "\n";
    for (const NoteSignature& signature : note.signatures)
        out += format_signature_line(signature);
    return out;
}

std::string format_signature_line(const NoteSignature& signature) {
    Bytes bytes(signature.id.begin(), signature.id.end());
    append(bytes, signature.signature);
    return std::string(dash) + signature.name + " " + base64::encode(bytes) + "\n";
}

NoteSignature sign_note(std::string_view name, const SigningKey& key, std::string_view text) {
    const Vkey vkey{std::string(name), NoteKeyType::ed25519, verify_key_of(key)};
    return signature_by(vkey, sign(key, as_bytes(text)).get());
}

NoteSignature cosign_note(std::string_view name,
                          const SigningKey& key,
                          CosignedAt at,
                          std::string_view text) {
    const Vkey vkey{std::string(name), NoteKeyType::cosignature_v1, verify_key_of(key)};
    return signature_by(vkey, cosign(key, at, text).get());
}

Result<std::vector<NoteVerified>> verify_note(const SignedNote& note, std::span<const Vkey> known) {
    std::vector<NoteVerified> verified;
    for (const NoteSignature& signature : note.signatures) {
        LEEWARD_ASSIGN(const auto signer, signer_of(signature, known));
        if (!signer) continue;
        LEEWARD_ASSIGN(const auto one, verify_one(signature, note.text, known[*signer], *signer));
        verified.push_back(one);
    }
    if (verified.empty()) return Error{Errc::untrusted, "note"};
    return verified;
}

}  // namespace leeward::crypto
