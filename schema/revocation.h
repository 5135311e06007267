// An organisation's keys are in other hands: they are revoked (protocol.md section 3.4), typ
// leeward-revoke+jwt.
//
// A word says whose node, up to which version of its card all keys are revoked, since when they may
// have been elsewhere, and why. It counts if the organisation's own root has signed it or, where that
// root is lost, if the roots of two member organisations say the same. Nobody takes one back: what ends
// it is a card of a higher version, met anew. One that is older than what is known changes nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/ed25519.h"
#include "schema/ids.h"
#include "schema/json/json.h"
#include "schema/time.h"

namespace leeward::schema {

inline constexpr std::size_t revoking_members = 2;
inline constexpr std::size_t revocation_words = 8;        // in one file, at most
inline constexpr std::uint32_t every_card = 0xffff'ffff;  // of this root: it is lost itself

struct Revocation {
    NodeId node;              // whose
    NodeId signer;            // its own organisation, or a member
    std::uint32_t cards = 0;  // all keys of its cards up to this version
    Time since;               // from when on they may have been in other hands
    Time given;
    std::string reason;  // a REVOKED_ code, at most 64 bytes
};

[[nodiscard]] std::string sign_revocation(const Revocation& word, const crypto::SigningKey& root);
// Errc::malformed; untrusted unless the root whose hash `signer` is has signed it. Whether the signer
// may say so is the reader's to know.
Result<Revocation> open_revocation(std::string_view jws);

// Words about one node, a line each: what travels, and what is kept as evidence.
[[nodiscard]] std::string write_revocations(const std::vector<std::string>& words);
// Errc::malformed without a word, or with more than eight.
Result<std::vector<std::string>> read_revocations(std::string_view text);

// What these words revoke, all about one node: its own highest one or, without any, the highest that
// two members agree on. `may_speak` knows the members. Errc::untrusted where neither is there, or where
// they are about different nodes.
template <class MaySpeak>
Result<Revocation> judge(const std::vector<Revocation>& words, MaySpeak may_speak);

namespace revocation_detail {
Result<Revocation> agreed(std::vector<Revocation> members);
Outcome about_one_node(const std::vector<Revocation>& words);
}  // namespace revocation_detail

template <class MaySpeak>
Result<Revocation> judge(const std::vector<Revocation>& words, MaySpeak may_speak) {
    LEEWARD_TRY(revocation_detail::about_one_node(words));
    const Revocation* own = nullptr;
    std::vector<Revocation> members;
    for (const auto& word : words) {
        const bool is_own = word.signer == word.node;
        if (is_own && (own == nullptr || word.cards > own->cards)) own = &word;
        if (!is_own && may_speak(word.signer)) members.push_back(word);
    }
    return own != nullptr ? Result<Revocation>(*own)
                          : revocation_detail::agreed(std::move(members));
}

}  // namespace leeward::schema
