#include "schema/revocation.h"

#include <algorithm>

#include "crypto/base/hex.h"
#include "crypto/jws.h"
#include "schema/limits.h"
#include "schema/node_card.h"

namespace leeward::schema {
namespace {

constexpr std::int64_t latest_second = 253'402'300'799;  // the year 9999
constexpr std::size_t reason_bytes = 64;

struct Signed {
    Revocation word;
    crypto::VerifyKey root;  // the signer's
};

Result<Signed> read(BytesView payload) {
    LEEWARD_ASSIGN(const Json json, parse_json(as_text(payload), {1024, 4}));
    ObjectReader in(json, "revocation");
    Signed out;
    Revocation& word = out.word;
    word.node = in.id<NodeId>("node");
    word.signer = in.id<NodeId>("signer");
    out.root = crypto::VerifyKey(in.hex_array<32>("root"));
    word.cards = static_cast<std::uint32_t>(in.number("cards", 1, every_card));
    word.since = from_unix(in.number("since", 0, latest_second));
    word.given = from_unix(in.number("given", 0, latest_second));
    word.reason = in.text("reason", reason_bytes);
    LEEWARD_TRY(in.finish());
    return out;
}

}  // namespace

std::string sign_revocation(const Revocation& word, const crypto::SigningKey& root) {
    const Json json = Json::object({{"node", text(word.node)},
                                    {"signer", text(word.signer)},
                                    {"root", hex::encode(crypto::verify_key_of(root).get())},
                                    {"cards", word.cards},
                                    {"since", unix_seconds(word.since)},
                                    {"given", unix_seconds(word.given)},
                                    {"reason", word.reason}});
    return crypto::jws::sign(crypto::jws::typ::revoke, as_bytes(json.dump()), root);
}

Result<Revocation> open_revocation(std::string_view jws) {
    LEEWARD_ASSIGN(const Bytes claimed, crypto::jws::payload_unverified(jws, limits::card_bytes));
    LEEWARD_ASSIGN(const Signed said, read(claimed));
    LEEWARD_ASSIGN(
        const Bytes payload,
        crypto::jws::verify(jws, crypto::jws::typ::revoke, said.root, limits::card_bytes));
    LEEWARD_ASSIGN(Signed opened, read(payload));
    if (node_id_of(opened.root) != opened.word.signer)
        return Error{Errc::untrusted, "this revocation names another than the one who signed it"};
    return std::move(opened.word);
}

std::string write_revocations(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& jws : words)
        out += jws + "\n";
    return out;
}

Result<std::vector<std::string>> read_revocations(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        while (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        if (words.size() == revocation_words && !line.empty())
            return Error{Errc::malformed, "more words than a revocation has"};
        if (!line.empty()) words.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (words.empty()) return Error{Errc::malformed, "this is not a revocation"};
    return words;
}

namespace revocation_detail {

Outcome about_one_node(const std::vector<Revocation>& words) {
    for (const auto& word : words)
        if (word.node != words.front().node)
            return Error{Errc::untrusted, "these words are about different organisations"};
    return Done{};
}

// Each member counts once, with its highest word. What the second highest says, two agree on.
Result<Revocation> agreed(std::vector<Revocation> members) {
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
        return a.cards > b.cards;
    });
    std::vector<NodeId> heard;
    for (const auto& word : members) {
        if (std::find(heard.begin(), heard.end(), word.signer) != heard.end()) continue;
        heard.push_back(word.signer);
        if (heard.size() == revoking_members) return word;
    }
    return Error{Errc::untrusted,
                 "neither the organisation's own root nor two members that we know say so"};
}

}  // namespace revocation_detail

}  // namespace leeward::schema
