#include <algorithm>
#include <set>

#include "crypto/tlog_proof.h"

namespace leeward::crypto {
namespace {

constexpr std::size_t max_of_each = 100;
constexpr std::string_view nobody = "none";

Error malformed(const char* what) {
    return Error{Errc::malformed, what};
}

bool is_allowed(char c) {
    const auto byte = static_cast<Byte>(c);
    return byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7F);
}

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
    Words words;
    while (true) {
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return words;
        line.remove_prefix(begin);
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

// Adds a key of the type that its role needs; two entries for one key would count it twice.
Outcome add_key(std::string_view text, NoteKeyType type, std::vector<Vkey>& to) {
    if (to.size() == max_of_each) return malformed("too many keys");
    LEEWARD_ASSIGN(Vkey vkey, parse_vkey(text));
    if (vkey.type != type) return malformed("a key of another role's type");
    if (std::any_of(to.begin(), to.end(), [&](const Vkey& had) { return had.key == vkey.key; }))
        return malformed("a key that is listed already");
    to.push_back(std::move(vkey));
    return Done{};
}

Result<std::size_t> threshold_of(std::string_view word, std::size_t members) {
    if (word == "any") return std::size_t{1};
    if (word == "all") return members;
    LEEWARD_ASSIGN(const std::uint64_t number, parse_decimal(word));
    if (number < 1 || number > members) return malformed("a threshold that is not one to all");
    return static_cast<std::size_t>(number);
}

}  // namespace

class TlogPolicyParser {
public:
    Outcome take(std::string_view line) {
        const Words words = words_of(line);
        if (words.empty() || words[0].starts_with('#')) return Done{};
        if (words[0] == "log") return take_log(words);
        if (words[0] == "witness") return take_witness(words);
        if (words[0] == "group") return take_group(words);
        if (words[0] == "quorum") return take_quorum(words);
        return malformed("a line of no known kind");
    }

    Result<TlogPolicy> finish() {
        if (!has_quorum_) return malformed("no quorum");
        return std::move(policy_);
    }

private:
    Outcome take_log(const Words& words) {
        if (words.size() < 2 || words.size() > 3) return malformed("log <vkey> [url]");
        return add_key(words[1], NoteKeyType::ed25519, policy_.logs_);
    }

    Outcome take_witness(const Words& words) {
        if (words.size() < 3 || words.size() > 4) return malformed("witness <name> <vkey> [url]");
        LEEWARD_TRY(check_new(words[1]));
        LEEWARD_TRY(add_key(words[2], NoteKeyType::cosignature_v1, policy_.witnesses_));
        policy_.parties_.push_back({std::string(words[1]), policy_.witnesses_.size() - 1, 0, {}});
        return Done{};
    }

    Outcome take_group(const Words& words) {
        if (words.size() < 4) return malformed("group <name> <k|any|all> <member>...");
        if (groups_++ == max_of_each) return malformed("too many groups");
        LEEWARD_TRY(check_new(words[1]));
        LEEWARD_ASSIGN(const std::size_t threshold, threshold_of(words[2], words.size() - 3));
        TlogPolicy::Party group{std::string(words[1]), std::nullopt, threshold, {}};
        for (std::size_t i = 3; i < words.size(); ++i) {
            LEEWARD_ASSIGN(const std::size_t member, find(words[i]));
            if (!grouped_.insert(member).second) return malformed("a member that is in a group");
            group.members.push_back(member);
        }
        policy_.parties_.push_back(std::move(group));
        return Done{};
    }

    Outcome take_quorum(const Words& words) {
        if (words.size() != 2) return malformed("quorum <name>");
        if (has_quorum_) return malformed("a second quorum");
        has_quorum_ = true;
        if (words[1] == nobody) return Done{};
        LEEWARD_ASSIGN(policy_.quorum_, find(words[1]));
        return Done{};
    }

    Outcome check_new(std::string_view name) const {
        if (name == nobody || find(name)) return malformed("a name that is taken");
        return Done{};
    }

    [[nodiscard]] Result<std::size_t> find(std::string_view name) const {
        for (std::size_t i = 0; i < policy_.parties_.size(); ++i)
            if (policy_.parties_[i].name == name) return i;
        return malformed("a name that no earlier line defines");
    }

    TlogPolicy policy_;
    std::set<std::size_t> grouped_;  // each party counts in one way only
    std::size_t groups_ = 0;
    bool has_quorum_ = false;
};

Result<TlogPolicy> TlogPolicy::parse(std::string_view text) {
    if (!std::all_of(text.begin(), text.end(), is_allowed))
        return malformed("policy with control characters");
    TlogPolicyParser parser;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (const auto taken = parser.take(text.substr(0, end)); !taken)
            return Error{Errc::malformed,
                         "policy line " + std::to_string(number) + ": " + taken.error().detail};
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parser.finish();
}

bool TlogPolicy::quorum_met(const std::vector<bool>& cosigned) const {
    if (!quorum_) return true;
    std::vector<bool> met(parties_.size());  // members come before their group
    for (std::size_t i = 0; i < parties_.size(); ++i) {
        const Party& party = parties_[i];
        const auto count = std::count_if(party.members.begin(),
                                         party.members.end(),
                                         [&](std::size_t member) { return met[member]; });
        met[i] = party.witness ? cosigned.at(*party.witness)
                               : static_cast<std::size_t>(count) >= party.threshold;
    }
    return met[*quorum_];
}

TlogPolicy TlogPolicy::without(const std::set<ByteArray<32>>& keys) const {
    TlogPolicy out = *this;
    out.witnesses_.clear();
    for (Party& party : out.parties_) {
        if (!party.witness) continue;
        const Vkey& vkey = witnesses_[*party.witness];
        if (keys.contains(vkey.key.get())) {
            party = {party.name, std::nullopt, 1, {}};  // one of nobody
        } else {
            party.witness = out.witnesses_.size();
            out.witnesses_.push_back(vkey);
        }
    }
    return out;
}

}  // namespace leeward::crypto
