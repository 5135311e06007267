#include "cli/audit_key.h"

#include "cli/answer.h"
#include "cli/arguments.h"
#include "cli/audit_files.h"
#include "cli/out_file.h"
#include "cli/passphrase.h"
#include "cli/talk.h"

namespace leeward::cli {
namespace {

namespace age = crypto::age;
using schema::Json;

constexpr std::size_t key_file_bytes = 64 * 1024;

// The first line that is no remark.
std::string_view first_line(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (!line.empty() && !line.starts_with('#')) return line;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return text;
}

SecretBytes identity_file(const age::Identity& identity, const std::string& recipient) {
    const SecretBytes key = age::format_identity(identity);
    const std::string head = "# public key: " + recipient + "\n";
    SecretBytes out(head.size() + key.size() + 1);
    auto at = std::copy(head.begin(), head.end(), out.reveal().begin());
    at = std::copy(key.reveal().begin(), key.reveal().end(), at);
    *at = '\n';
    return out;
}

}  // namespace

Result<schema::ExitCode> audit_key(const CommandLine& line) {
    const Talk talk(line.options);
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    const std::string name = args.text_at("file");
    LEEWARD_ASSIGN(auto secret, OutFile::open(name, Replace::NEVER));
    LEEWARD_ASSIGN(auto shown, OutFile::open(name + ".pub", Replace::NEVER));
    talk.say(Phrase::AUDITOR_KEY_LOST);
    LEEWARD_ASSIGN(const SecretBytes passphrase, get_passphrase(line, Passphrase::NEW, talk));
    auto& random = crypto::system_random();
    const age::Identity identity = age::generate_identity(random);
    const std::string recipient = age::format_recipient(age::recipient_of(identity));
    LEEWARD_ASSIGN(const Bytes sealed,
                   age::seal_with_passphrase(passphrase.reveal(),
                                             age::usual_work,
                                             identity_file(identity, recipient).reveal(),
                                             random));
    LEEWARD_TRY(secret.commit(as_text(sealed)));  // first: what others seal to must open here
    LEEWARD_TRY(shown.commit(recipient + "\n"));
    const Json result = Json::object({{"key", name}, {"give_to_organisations", name + ".pub"}});
    print_answer(line, result);
    return schema::ExitCode::ok;
}

Result<std::vector<age::Identity>> auditor_keys(const CommandLine& line) {
    std::vector<age::Identity> out;
    const auto given = line.given.find("key");
    if (given == line.given.end()) return out;
    auto source = open_file(given->second.front());
    if (!source) return Error{source.error().code, "the key file " + source.error().detail};
    LEEWARD_ASSIGN(const Bytes file, read_all(**source, key_file_bytes));
    const Talk talk(line.options);
    LEEWARD_ASSIGN(const SecretBytes passphrase, get_passphrase(line, Passphrase::KNOWN, talk));
    auto opened = age::open_with_passphrase(file, passphrase.reveal());
    if (!opened && opened.error().code == Errc::untrusted)
        return Error{Errc::locked,
                     "the key does not open with this passphrase; nothing was checked"};
    if (!opened) return Error{opened.error().code, "the key file: " + opened.error().detail};
    LEEWARD_ASSIGN(auto identity, age::parse_identity(first_line(as_text(opened->reveal()))));
    out.push_back(std::move(identity));
    return out;
}

Result<age::Recipient> auditor_named(std::string_view text) {
    const auto recipient = age::parse_recipient(first_line(text));
    if (recipient) return recipient;
    return Error{
        Errc::invalid_argument,
        "this is no auditor's public key: she makes one with 'leeward audit key' and gives "
        "you the file that ends in .pub"};
}

}  // namespace leeward::cli
