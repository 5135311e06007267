#include "cli/out_file.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/text.h"
#include "node/app/private_files.h"

namespace leeward::cli {
namespace {

Error fault(const std::string& path) {
    return Error{Errc::io, one_line(path) + ": " + std::generic_category().message(errno)};
}

Error exists(const std::string& path, Replace replace) {
    const std::string_view way = replace == Replace::NEVER
                                     ? "Name another file."
                                     : "Name another file, or say --force to replace it.";
    return Error{Errc::already_exists,
                 one_line(path) + " exists; nothing was done. " + std::string(way)};
}

}  // namespace

OutFile::OutFile(std::string path, std::string written, node::Descriptor fd)
    : path_(std::move(path)), written_(std::move(written)), fd_(std::move(fd)) {}

OutFile::OutFile(OutFile&& other) noexcept
    : path_(std::move(other.path_)),
      written_(std::exchange(other.written_, {})),
      fd_(std::move(other.fd_)) {}

OutFile::~OutFile() {
    if (!written_.empty()) ::unlink(written_.c_str());
}

Result<OutFile> OutFile::open(const std::string& path, Replace replace) {
    const std::string written =
        replace == Replace::FORCE ? path + ".new-" + std::to_string(::getpid()) : path;
    node::Descriptor fd(::open(
        written.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (fd.get() < 0 && errno == EEXIST) return exists(written, replace);
    if (fd.get() < 0) return fault(path);
    return OutFile(path, written, std::move(fd));
}

Outcome OutFile::write(std::string_view text) {
    while (!text.empty()) {
        const auto done = ::write(fd_.get(), text.data(), text.size());
        if (done < 0 && errno != EINTR) return fault(path_);
        if (done > 0) text.remove_prefix(static_cast<std::size_t>(done));
    }
    return Done{};
}

Outcome OutFile::commit(std::string_view text) {
    LEEWARD_TRY(write(text));
    if (::fsync(fd_.get()) != 0) return fault(path_);
    if (written_ != path_ && std::rename(written_.c_str(), path_.c_str()) != 0) return fault(path_);
    written_.clear();
    return Done{};
}

Outcome OutFile::commit_secret(std::string_view text) {
    if (node::is_private(fd_.get())) return commit(text);
    return Error{Errc::untrusted,
                 "where " + one_line(path_) +
                     " lies others may read every file, as on most sticks; nothing was made. Name "
                     "a file in a folder of yours alone, or on a stick that knows owners (ext4); "
                     "without --identity 'leeward recovery key' gives words for paper"};
}

}  // namespace leeward::cli
