// Signed notes of c2sp.org/signed-note: a text, and lines of signatures by named keys.
//
// Signature types: 01, Ed25519 over the text; 04, cosignature/v1 (crypto/cosignature.h). A signature
// by a key that the reader does not know is ignored; a bad one by a known key rejects the note, and
// so does having none by a known key. Limits: a million bytes, 100 signatures.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/cosignature.h"
#include "crypto/ed25519.h"

namespace leeward::crypto {

constexpr std::size_t max_note_size = 1'000'000;
constexpr std::size_t max_note_signatures = 100;

enum class NoteKeyType : Byte { ed25519 = 1, cosignature_v1 = 4 };

using NoteKeyId = ByteArray<4>;

// A verifier key: who may sign, and how. Text form `name+hex(id)+base64(type, key)`.
struct Vkey {
    std::string name;
    NoteKeyType type = NoteKeyType::ed25519;
    VerifyKey key;

    [[nodiscard]] NoteKeyId id() const;  // first four bytes of SHA-256(name, 0A, type, key)
    friend bool operator==(const Vkey&, const Vkey&) = default;
};

// Not empty, UTF-8, neither white space nor control characters nor `+`.
[[nodiscard]] bool is_note_name(std::string_view name);

// malformed; unsupported for a signature type other than 01 and 04.
Result<Vkey> parse_vkey(std::string_view text);
[[nodiscard]] std::string format_vkey(const Vkey& vkey);

struct NoteSignature {
    std::string name;
    NoteKeyId id{};
    Bytes signature;

    friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct SignedNote {
    std::string text;  // ends with a newline
    std::vector<NoteSignature> signatures;

    friend bool operator==(const SignedNote&, const SignedNote&) = default;
};

// Checks form only: malformed, or too_large beyond max_note_size.
Result<SignedNote> parse_note(std::string_view note);
[[nodiscard]] std::string format_note(const SignedNote& note);

// The one line `— name base64\n`: what a witness answers with. Parsing takes one or more such lines.
[[nodiscard]] std::string format_signature_line(const NoteSignature& signature);
Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines);

// `name` satisfies is_note_name; `text` ends with a newline.
[[nodiscard]] NoteSignature sign_note(std::string_view name,
                                      const SigningKey& key,
                                      std::string_view text);
[[nodiscard]] NoteSignature cosign_note(std::string_view name,
                                        const SigningKey& key,
                                        CosignedAt at,
                                        std::string_view text);

// A signature that verified: by known[known_index], and when for a cosignature.
struct NoteVerified {
    std::size_t known_index = 0;
    std::optional<CosignedAt> cosigned_at;
};

// Every signature by a known key, in the order of the note. untrusted for a bad one, or for none;
// invalid_argument if two known keys share name and id, so that it is not clear whose it is.
Result<std::vector<NoteVerified>> verify_note(const SignedNote& note, std::span<const Vkey> known);

}  // namespace leeward::crypto
