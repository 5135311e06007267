#include "cli/holders.h"

#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/private_files.h"
#include "schema/words.h"

namespace leeward::cli {
namespace {

using crypto::age::Identity;

constexpr std::string_view identity_mark = "AGE-SECRET-KEY-PQ-1";
constexpr std::size_t most_bytes = 4096;

Result<Identity> from_file(const std::string& name) {
    auto text = node::read_private_file(name, most_bytes);
    if (!text && text.error().code == Errc::untrusted)
        return Error{
            Errc::untrusted,
            one_line(name) +
                " is open to others, or another user's. Where a stick shows every file so, copy it "
                "to a folder of yours alone, chmod 600 the copy, name that, and shred it "
                "afterwards. Whoever did read it can, with another holder, open every backup: then "
                "make a new key for this holder ('leeward recovery key')"};
    LEEWARD_TRY(text);
    const SecretBytes kept(*text);
    secret_memory::wipe(text->data(), text->size());
    return read_holder(kept.reveal());
}

Result<Identity> from_terminal(const Talk& talk, Phrase question) {
    LEEWARD_ASSIGN(const SecretBytes typed, prompt_secret(talk.words(question)));
    return read_holder(typed.reveal());
}

Result<node::TwoHolders> in_files(const std::vector<std::string>& names) {
    if (names.size() != 2)
        return Error{Errc::invalid_argument, "--holders takes two files, separated by a comma"};
    LEEWARD_ASSIGN(Identity one, from_file(names[0]));
    LEEWARD_ASSIGN(Identity other, from_file(names[1]));
    return node::TwoHolders{std::move(one), std::move(other)};
}

// A list may have come as one text with commas, or as several.
std::vector<std::string> split_names(const std::vector<std::string>& given) {
    std::vector<std::string> names;
    for (std::string_view rest : given) {
        for (auto comma = rest.find(','); comma != rest.npos; comma = rest.find(',')) {
            names.emplace_back(rest.substr(0, comma));
            rest.remove_prefix(comma + 1);
        }
        names.emplace_back(rest);
    }
    return names;
}

}  // namespace

Result<Identity> read_holder(BytesView text) {
    const std::string_view all = as_text(text);
    if (const auto at = all.find(identity_mark); at != all.npos) {
        const auto end = all.find_first_of("\r\n \t", at);
        return crypto::age::parse_identity(all.substr(at, end - at));
    }
    LEEWARD_ASSIGN(const SecretBytes key, schema::parse_recovery_words(text));
    return Identity(crypto::XWingPrivateKey(key.reveal().first<32>()));
}

Result<node::TwoHolders> two_holders(const CommandLine& line, const Talk& talk) {
    if (const auto given = line.given.find("holders"); given != line.given.end())
        return in_files(split_names(given->second));
    if (line.options.no_input || !someone_is_there())
        return Error{Errc::locked,
                     "two recovery holders are needed and nobody can be asked: say --holders with "
                     "two files"};
    LEEWARD_ASSIGN(Identity one, from_terminal(talk, Phrase::ASK_FIRST_HOLDER));
    LEEWARD_ASSIGN(Identity other, from_terminal(talk, Phrase::ASK_SECOND_HOLDER));
    return node::TwoHolders{std::move(one), std::move(other)};
}

}  // namespace leeward::cli
