#include "cli/passphrase.h"

#include <cerrno>
#include <charconv>
#include <set>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/socket.h"
#include "schema/passphrase.h"

namespace leeward::cli {
namespace {

constexpr std::size_t most = 1024;
constexpr std::string_view interrupt_text = "interrupted; nothing was done";

Result<SecretBytes> from_descriptor(const std::string& text) {
    int fd = -1;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, fd);
    if (fault != std::errc{} || stop != end || fd < 0)
        return Error{Errc::invalid_argument, "--passphrase-fd takes the number of a descriptor"};
    return read_secret_line(fd);
}

Result<SecretBytes> from_file(const std::string& name) {
    const node::Descriptor fd(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0)
        return Error{Errc::not_found, one_line(name) + " cannot be opened"};
    if (S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{Errc::untrusted,
                     "others may read " + one_line(name) +
                         ": chmod 600 it, and think about a "
                         "new passphrase"};
    return read_secret_line(fd.get());
}

// Who is to type it, as far as the command line names her.
std::string whose(const CommandLine& line, std::string_view prefix) {
    if (prefix == "as-") return line.options.as;
    const auto named = line.given.find(prefix == "with-" ? "with" : "name");
    return prefix.empty() || named == line.given.end() ? "" : named->second.front();
}

Result<SecretBytes> from_terminal(Passphrase kind, const Talk& talk, std::string_view question) {
    LEEWARD_ASSIGN(SecretBytes first, prompt_secret(question));
    if (kind == Passphrase::KNOWN) return first;
    LEEWARD_TRY(schema::check_passphrase(first.reveal()));
    LEEWARD_ASSIGN(const SecretBytes second, prompt_secret(talk.words(Phrase::ASK_AGAIN)));
    if (!(first == second))
        return Error{Errc::invalid_argument, "the two passphrases differ; nothing was made"};
    return first;
}

Result<SecretBytes> from_anywhere(const CommandLine& line,
                                  Passphrase kind,
                                  const Talk& talk,
                                  const std::string& prefix) {
    const std::string by_fd = prefix + "passphrase-fd";
    const std::string by_file = prefix + "passphrase-file";
    const auto fd = line.given.find(by_fd);
    const auto file = line.given.find(by_file);
    if (fd != line.given.end() && file != line.given.end())
        return Error{Errc::invalid_argument, "say --" + by_fd + " or --" + by_file + ", not both"};
    if (fd != line.given.end()) return from_descriptor(fd->second.front());
    if (file != line.given.end()) return from_file(file->second.front());
    if (line.options.no_input || !someone_is_there())
        return Error{
            Errc::locked,
            "a passphrase is needed and nobody can be asked: say --" + by_fd + " or --" + by_file};
    return from_terminal(kind, talk, passphrase_question(line, kind, talk, prefix));
}

}  // namespace

Result<SecretBytes> get_passphrase(const CommandLine& line,
                                   Passphrase kind,
                                   const Talk& talk,
                                   std::string_view prefix) {
    LEEWARD_ASSIGN(SecretBytes passphrase, from_anywhere(line, kind, talk, std::string(prefix)));
    if (kind == Passphrase::NEW) LEEWARD_TRY(schema::check_passphrase(passphrase.reveal()));
    return passphrase;
}

std::string passphrase_question(const CommandLine& line,
                                Passphrase kind,
                                const Talk& talk,
                                std::string_view prefix) {
    const bool fresh = kind == Passphrase::NEW;
    const auto words = [&](Phrase phrase) { return std::string(talk.words(phrase)); };
    if (const std::string name = whose(line, prefix); !name.empty())
        return words(fresh ? Phrase::ASK_NEW_PASSPHRASE_OF : Phrase::ASK_PASSPHRASE_OF) +
               one_line(name) + ": ";
    if (prefix.empty() && line.command != nullptr && line.command->own_passphrase)
        return words(Phrase::ASK_OWN_PASSPHRASE);
    return words(fresh ? Phrase::ASK_NEW_PASSPHRASE : Phrase::ASK_PASSPHRASE);
}

Result<SecretBytes> read_secret_line(int fd, const sigset_t* blocked) {
    SecretBytes buffer(most + 1);
    std::size_t have = 0;
    while (have < buffer.size()) {
        pollfd next{fd, POLLIN, 0};
        const bool is_there = ::ppoll(&next, 1, nullptr, blocked) == 1;
        const auto got =  // never past the line
            is_there ? ::read(fd, buffer.reveal().data() + have, 1) : -1;
        if (got < 0 && errno == EINTR) return interrupted_error();
        if (got < 0) return Error{Errc::io, "the passphrase cannot be read from there"};
        if (got == 0 || buffer.reveal()[have] == '\n') break;
        ++have;
    }
    if (have > most) return Error{Errc::too_large, "a passphrase has at most 1,024 bytes"};
    if (have == 0) return Error{Errc::locked, "the passphrase is empty"};
    return SecretBytes(BytesView(buffer.reveal()).first(have));
}

Error interrupted_error() {
    return Error{Errc::busy, std::string(interrupt_text)};
}

bool is_interrupt(const Error& error) {
    return error.code == Errc::busy && error.detail == interrupt_text;
}

}  // namespace leeward::cli
