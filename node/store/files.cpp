#include "node/store/files.h"

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/random.h"

namespace leeward::node {
namespace {

// The system's reason, never a path: file names may tell of cases.
Error failed(std::string_view what) {
    const int reason = errno;
    if (reason == ENOSPC || reason == EDQUOT) return disk_is_full();
    const Errc code = reason == ENOENT   ? Errc::not_found
                      : reason == EEXIST ? Errc::already_exists
                                         : Errc::io;
    return {code, std::string(what) + ": " + std::generic_category().message(reason)};
}

Result<File> open_checked(const std::filesystem::path& path, int access) {
    const int descriptor = ::open(path.c_str(), access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) return failed("opening a key file");
    File file(descriptor);
    LEEWARD_TRY(check_private(descriptor));
    return file;
}

}  // namespace

Error disk_is_full() {
    return {Errc::disk_full,
            "the disk is full: this was not stored, everything stored before is safe. Make room on "
            "this machine, then repeat it"};
}

Outcome check_private(int descriptor) {
    struct stat found {};
    if (::fstat(descriptor, &found) != 0) return failed("looking at a key file");
    if (!S_ISREG(found.st_mode)) return Error{Errc::untrusted, "a key file is not a regular file"};
    if (found.st_uid != ::geteuid())
        return Error{Errc::untrusted, "a key file belongs to another user; nothing was read"};
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{Errc::untrusted,
                     "a key file is open to other users; nothing was read. Find out who could, "
                     "then chmod 600 it"};
    return Done{};
}

std::uint64_t free_space(const std::filesystem::path& folder) {
    std::error_code failure;
    const auto space = std::filesystem::space(folder, failure);
    return failure ? 0 : space.available;
}

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<File> File::create(const std::filesystem::path& path) {
    const int descriptor =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return failed("creating a file");
    return File(descriptor);
}

Result<File> File::open_private(const std::filesystem::path& path) {
    return open_checked(path, O_RDWR);
}

Result<File> File::open_private_to_read(const std::filesystem::path& path) {
    return open_checked(path, O_RDONLY);
}

Result<File> File::open_to_read(const std::filesystem::path& path) {
    File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.descriptor_ < 0) return failed("opening a file");
    struct stat found {};
    if (::fstat(file.descriptor_, &found) != 0) return failed("looking at a file");
    if (!S_ISREG(found.st_mode)) return Error{Errc::invalid_argument, "this is no regular file"};
    return file;
}

Result<File> File::open_folder(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.empty() ? std::filesystem::path(".") : path;
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed("opening a folder");
    return File(descriptor);
}

Outcome File::write_at(std::uint64_t offset, BytesView bytes) {
    while (!bytes.empty()) {
        const ::ssize_t wrote =
            ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<::off_t>(offset));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return failed("writing a file");
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
        offset += static_cast<std::uint64_t>(wrote);
    }
    return Done{};
}

Result<SecretBytes> File::read_all(std::size_t at_most) const {
    LEEWARD_ASSIGN(const std::uint64_t length, size());
    if (length > at_most) return Error{Errc::too_large, "a file is larger than it may be"};
    LEEWARD_ASSIGN(SecretBytes out, read_at(0, static_cast<std::size_t>(length)));
    if (out.size() != length) return Error{Errc::io, "a file became shorter while it was read"};
    return out;
}

Result<SecretBytes> File::read_at(std::uint64_t offset, std::size_t most) const {
    LEEWARD_ASSIGN(const std::uint64_t length, size());
    if (offset >= length) return SecretBytes();
    SecretBytes out(static_cast<std::size_t>(std::min<std::uint64_t>(most, length - offset)));
    std::span<Byte> rest = out.reveal();
    const std::uint64_t end = offset + out.size();
    while (!rest.empty()) {
        const ::ssize_t got =
            ::pread(descriptor_, rest.data(), rest.size(), static_cast<::off_t>(end - rest.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return failed("reading a file");
        rest = rest.subspan(static_cast<std::size_t>(got));
    }
    return out;
}

Result<std::uint64_t> File::size() const {
    struct stat found {};
    if (::fstat(descriptor_, &found) != 0) return failed("looking at a file");
    return static_cast<std::uint64_t>(found.st_size);
}

Outcome File::truncate(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<::off_t>(size)) != 0)
        return failed("shortening a file");
    return Done{};
}

Outcome File::reserve(std::uint64_t size) {
    errno = ::posix_fallocate(descriptor_, 0, static_cast<::off_t>(size));
    if (errno != 0) return failed("reserving space");
    return Done{};
}

Outcome File::sync() {
    if (::fsync(descriptor_) != 0) return failed("syncing a file");
    return Done{};
}

Outcome File::lock() {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return Done{};
    if (errno == EWOULDBLOCK) return Error{Errc::busy, "another process uses these keys"};
    return failed("locking a file");
}

Outcome sync_folder(const std::filesystem::path& folder) {
    LEEWARD_ASSIGN(File opened, File::open_folder(folder));
    return opened.sync();
}

Outcome shred(const std::filesystem::path& path) {
    auto opened = File::open_private(path);
    if (!opened) {
        if (opened.error().code == Errc::not_found) return Done{};
        return std::move(opened).error();
    }
    File& file = opened.value();
    LEEWARD_ASSIGN(const std::uint64_t size, file.size());
    std::array<Byte, 65536> noise{};
    for (std::uint64_t at = 0; at < size; at += noise.size()) {
        crypto::system_random().fill(noise);
        const auto part =
            static_cast<std::size_t>(std::min<std::uint64_t>(noise.size(), size - at));
        LEEWARD_TRY(file.write_at(at, BytesView(noise).first(part)));
    }
    LEEWARD_TRY(file.sync());
    std::error_code failure;
    std::filesystem::remove(path, failure);
    if (failure) return Error{Errc::io, "removing a file: " + failure.message()};
    return sync_folder(path.parent_path());
}

}  // namespace leeward::node
