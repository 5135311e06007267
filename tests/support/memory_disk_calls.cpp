// The system's calls, for paths on a MemoryDisk; all others go on to the C library. A program that
// links this file sends its own, libstdc++'s and SQLCipher's calls through here: the dynamic linker
// looks in the program first.
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "crypto/random.h"
#include "tests/support/memory_disk.h"

namespace leeward::test {
namespace {

struct Handle {
    MemoryDisk* disk = nullptr;
    MemoryDisk::NodePointer node;
    std::string path;
    std::uint64_t position = 0;
};

constexpr int first_descriptor = 1 << 20;  // beyond any that the system gives out

std::map<int, Handle>& handles() {
    static std::map<int, Handle> open;
    return open;
}
// Whoever holds the whole-file lock of an open node.
std::map<const MemoryDisk::Node*, int>& locks() {
    static std::map<const MemoryDisk::Node*, int> held;
    return held;
}
// A listing under way stands behind the DIR* that its reader holds.
struct Listing {
    int descriptor;
    std::vector<std::string> names;
    std::size_t next = 0;
    struct ::dirent64 entry {};
};

std::set<Listing*>& open_listings() {
    static std::set<Listing*> open;
    return open;
}
Listing* listing_of(DIR* folder) {
    auto* listing = reinterpret_cast<Listing*>(folder);
    return open_listings().contains(listing) ? listing : nullptr;
}

std::unique_ptr<crypto::SeededRandom>& seeded() {
    static std::unique_ptr<crypto::SeededRandom> random;
    return random;
}
constexpr int seeded_descriptor = first_descriptor - 1;  // /dev/urandom, as the seed has it

bool ours(int descriptor) {
    return descriptor >= first_descriptor;
}
Handle* handle(int descriptor) {
    const auto found = handles().find(descriptor);
    return found == handles().end() ? nullptr : &found->second;
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// As the system answers: -1 and errno.
template <class T = int>
T answer(long result) {
    if (result >= 0) return static_cast<T>(result);
    errno = static_cast<int>(-result);
    return static_cast<T>(-1);
}

std::string plain(const char* path) {
    std::string text(path);
    while (text.size() > 1 && text.back() == '/')
        text.pop_back();
    return text;
}

// The path of a call that may name a file by an open folder.
std::string path_at(int folder, const char* path) {
    const Handle* open = handle(folder);
    return open == nullptr || path[0] == '/' ? std::string(path) : open->path + "/" + path;
}

int open_on(MemoryDisk& disk, const char* path, int flags) {
    static int last = first_descriptor;
    Handle fresh{&disk, nullptr, plain(path), 0};
    const long failed = disk.open(fresh.path, flags, fresh.node);
    if (failed != 0) return answer(failed);
    disk.opened_one();
    handles().emplace(++last, std::move(fresh));
    return last;
}

template <class Work>
auto on_handle(int descriptor, Work work) -> decltype(work(std::declval<Handle&>())) {
    Handle* found = handle(descriptor);
    return found == nullptr ? -EBADF : work(*found);
}

std::span<Byte> bytes_at(void* buffer, std::size_t size) {
    return {static_cast<Byte*>(buffer), size};
}
BytesView bytes_at(const void* buffer, std::size_t size) {
    return {static_cast<const Byte*>(buffer), size};
}

// Where SQLite looks at each folder on the way to a file: those above a mount.
bool above_a_mount(const char* path) {
    return std::strcmp(path, "/memory-disk") == 0;
}
int look_at_folder(struct ::stat* out) {
    *out = {};
    out->st_mode = S_IFDIR | 0700;
    return 0;
}

}  // namespace

void take_over_calls() {}

void draw_from_seed(std::uint64_t seed) {
    seeded() = std::make_unique<crypto::SeededRandom>(seed);
    static randombytes_implementation from_seed{
        [] { return "seeded"; },
        [] { return static_cast<std::uint32_t>(seeded()->number()); },
        nullptr,
        nullptr,
        [](void* const buffer, const std::size_t size) { seeded()->fill(bytes_at(buffer, size)); },
        nullptr};
    randombytes_set_implementation(&from_seed);
    sqlite3_randomness(0, nullptr);  // asks for a new seed when it is next used
}

}  // namespace leeward::test

using namespace leeward::test;

extern "C" {

// SQLCipher's salts and initialisation vectors.
int RAND_bytes(unsigned char* buffer, int size);
int RAND_bytes(unsigned char* buffer, int size) {
    if (!seeded()) {
        static const auto real = next<int (*)(unsigned char*, int)>("RAND_bytes");
        return real(buffer, size);
    }
    seeded()->fill(bytes_at(buffer, static_cast<std::size_t>(size)));
    return 1;
}

int open64(const char* path, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
    va_end(rest);
    if (MemoryDisk* disk = MemoryDisk::of(path)) return open_on(*disk, path, flags);
    if (seeded() && std::strcmp(path, "/dev/urandom") == 0) return seeded_descriptor;
    static const auto real = next<int (*)(const char*, int, ...)>("open64");
    return real(path, flags, mode);
}

int open(const char* path, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
    va_end(rest);
    return open64(path, flags, mode);
}

// What the C library's checks make of a call whose flags are not known before.
int __open_2(const char* path, int flags);
int __open_2(const char* path, int flags) {
    return open64(path, flags);
}

int openat(int folder, const char* path, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : mode_t{0};
    va_end(rest);
    const std::string whole = path_at(folder, path);
    if (MemoryDisk* disk = MemoryDisk::of(whole)) return open_on(*disk, whole.c_str(), flags);
    static const auto real = next<int (*)(int, const char*, int, ...)>("openat");
    return real(folder, path, flags, mode);
}

int close(int descriptor) {
    static const auto real = next<int (*)(int)>("close");
    if (descriptor == seeded_descriptor) return 0;
    if (!ours(descriptor)) return real(descriptor);
    return answer(on_handle(descriptor, [&](Handle& found) -> long {
        const auto held = locks().find(found.node.get());
        if (held != locks().end() && held->second == descriptor) locks().erase(held);
        found.disk->closed_one();
        handles().erase(descriptor);
        return 0;
    }));
}

ssize_t read(int descriptor, void* buffer, size_t size) {
    static const auto real = next<ssize_t (*)(int, void*, size_t)>("read");
    if (descriptor == seeded_descriptor && seeded()) {
        seeded()->fill(bytes_at(buffer, size));
        return static_cast<ssize_t>(size);
    }
    if (!ours(descriptor)) return real(descriptor, buffer, size);
    return answer<ssize_t>(on_handle(descriptor, [&](Handle& found) -> long {
        const long got = found.disk->read(*found.node, found.position, bytes_at(buffer, size));
        if (got > 0) found.position += static_cast<std::uint64_t>(got);
        return got;
    }));
}

ssize_t pread64(int descriptor, void* buffer, size_t size, off64_t offset) {
    static const auto real = next<ssize_t (*)(int, void*, size_t, off64_t)>("pread64");
    if (!ours(descriptor)) return real(descriptor, buffer, size, offset);
    return answer<ssize_t>(on_handle(descriptor, [&](Handle& found) {
        return found.disk->read(
            *found.node, static_cast<std::uint64_t>(offset), bytes_at(buffer, size));
    }));
}
ssize_t pread(int descriptor, void* buffer, size_t size, off_t offset) {
    return pread64(descriptor, buffer, size, offset);
}

ssize_t pwrite64(int descriptor, const void* buffer, size_t size, off64_t offset) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    if (!ours(descriptor)) return real(descriptor, buffer, size, offset);
    return answer<ssize_t>(on_handle(descriptor, [&](Handle& found) {
        return found.disk->write(
            *found.node, static_cast<std::uint64_t>(offset), bytes_at(buffer, size));
    }));
}
ssize_t pwrite(int descriptor, const void* buffer, size_t size, off_t offset) {
    return pwrite64(descriptor, buffer, size, offset);
}

int ftruncate64(int descriptor, off64_t size) noexcept {
    static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
    if (!ours(descriptor)) return real(descriptor, size);
    return answer(on_handle(descriptor, [&](Handle& found) {
        return found.disk->resize(*found.node, static_cast<std::uint64_t>(size), false);
    }));
}
int ftruncate(int descriptor, off_t size) noexcept {
    return ftruncate64(descriptor, size);
}

int posix_fallocate(int descriptor, off_t offset, off_t size) {
    static const auto real = next<int (*)(int, off_t, off_t)>("posix_fallocate");
    if (!ours(descriptor)) return real(descriptor, offset, size);
    return static_cast<int>(-on_handle(descriptor, [&](Handle& found) {
        return found.disk->resize(*found.node, static_cast<std::uint64_t>(offset + size), true);
    }));
}

int fsync(int descriptor) {
    static const auto real = next<int (*)(int)>("fsync");
    if (!ours(descriptor)) return real(descriptor);
    return answer(
        on_handle(descriptor, [](Handle& found) { return found.disk->sync(*found.node); }));
}
int fdatasync(int descriptor) {
    static const auto real = next<int (*)(int)>("fdatasync");
    return ours(descriptor) ? fsync(descriptor) : real(descriptor);
}

int fstat(int descriptor, struct stat* out) noexcept {
    static const auto real = next<int (*)(int, struct stat*)>("fstat");
    if (!ours(descriptor)) return real(descriptor, out);
    return answer(
        on_handle(descriptor, [&](Handle& found) { return found.disk->look(*found.node, *out); }));
}
int fstat64(int descriptor, struct stat64* out) noexcept {
    return fstat(descriptor, reinterpret_cast<struct stat*>(out));
}

int stat(const char* path, struct stat* out) noexcept {
    if (MemoryDisk* disk = MemoryDisk::of(path)) return answer(disk->look(plain(path), *out));
    if (above_a_mount(path)) return look_at_folder(out);
    static const auto real = next<int (*)(const char*, struct stat*)>("stat");
    return real(path, out);
}
int stat64(const char* path, struct stat64* out) noexcept {
    return stat(path, reinterpret_cast<struct stat*>(out));
}
int lstat(const char* path, struct stat* out) noexcept {
    if (MemoryDisk::of(path) != nullptr || above_a_mount(path)) return stat(path, out);
    static const auto real = next<int (*)(const char*, struct stat*)>("lstat");
    return real(path, out);
}
int lstat64(const char* path, struct stat64* out) noexcept {
    return lstat(path, reinterpret_cast<struct stat*>(out));
}

int access(const char* path, int mode) noexcept {
    struct stat found {};
    if (MemoryDisk* disk = MemoryDisk::of(path)) return answer(disk->look(plain(path), found));
    static const auto real = next<int (*)(const char*, int)>("access");
    return real(path, mode);
}

int unlink(const char* path) noexcept {
    if (MemoryDisk* disk = MemoryDisk::of(path)) return answer(disk->remove(plain(path)));
    static const auto real = next<int (*)(const char*)>("unlink");
    return real(path);
}
int unlinkat(int folder, const char* path, int flags) noexcept {
    const std::string whole = path_at(folder, path);
    if (MemoryDisk* disk = MemoryDisk::of(whole)) return answer(disk->remove(plain(whole.c_str())));
    static const auto real = next<int (*)(int, const char*, int)>("unlinkat");
    return real(folder, path, flags);
}
int remove(const char* path) noexcept {
    if (MemoryDisk* disk = MemoryDisk::of(path)) return answer(disk->remove(plain(path)));
    static const auto real = next<int (*)(const char*)>("remove");
    return real(path);
}
int rename(const char* from, const char* to) noexcept {
    if (MemoryDisk* disk = MemoryDisk::of(from))
        return answer(disk->rename(plain(from), plain(to)));
    static const auto real = next<int (*)(const char*, const char*)>("rename");
    return real(from, to);
}
int mkdir(const char* path, mode_t mode) noexcept {
    if (MemoryDisk* disk = MemoryDisk::of(path)) return answer(disk->make_folder(plain(path)));
    static const auto real = next<int (*)(const char*, mode_t)>("mkdir");
    return real(path, mode);
}
ssize_t readlink(const char* path, char* out, size_t size) noexcept {
    if (MemoryDisk::of(path) != nullptr) return answer<ssize_t>(-EINVAL);  // none is a link
    static const auto real = next<ssize_t (*)(const char*, char*, size_t)>("readlink");
    return real(path, out, size);
}

int fcntl64(int descriptor, int command, ...) {
    std::va_list rest;
    va_start(rest, command);
    void* argument = va_arg(rest, void*);
    va_end(rest);
    static const auto real = next<int (*)(int, int, void*)>("fcntl64");
    if (!ours(descriptor)) return real(descriptor, command, argument);
    if (command == F_GETLK) static_cast<struct flock*>(argument)->l_type = F_UNLCK;
    return 0;  // record locks are this process's own
}
int fcntl(int descriptor, int command, ...) {
    std::va_list rest;
    va_start(rest, command);
    void* argument = va_arg(rest, void*);
    va_end(rest);
    return fcntl64(descriptor, command, argument);
}

int flock(int descriptor, int operation) noexcept {
    static const auto real = next<int (*)(int, int)>("flock");
    if (!ours(descriptor)) return real(descriptor, operation);
    return answer(on_handle(descriptor, [&](Handle& found) -> long {
        const auto held = locks().emplace(found.node.get(), descriptor).first;
        return held->second == descriptor ? 0 : -EWOULDBLOCK;
    }));
}

int fchmod(int descriptor, mode_t mode) noexcept {
    static const auto real = next<int (*)(int, mode_t)>("fchmod");
    return ours(descriptor) ? 0 : real(descriptor, mode);
}
int fchmodat(int folder, const char* path, mode_t mode, int flags) noexcept {
    static const auto real = next<int (*)(int, const char*, mode_t, int)>("fchmodat");
    return MemoryDisk::of(path) != nullptr ? 0 : real(folder, path, mode, flags);
}
int fchown(int descriptor, uid_t user, gid_t group) noexcept {
    static const auto real = next<int (*)(int, uid_t, gid_t)>("fchown");
    return ours(descriptor) ? 0 : real(descriptor, user, group);
}

int statvfs(const char* path, struct statvfs* out) noexcept {
    if (const MemoryDisk* disk = MemoryDisk::of(path)) return answer(disk->look(*out));
    static const auto real = next<int (*)(const char*, struct statvfs*)>("statvfs");
    return real(path, out);
}

DIR* fdopendir(int descriptor) {
    static const auto real = next<DIR* (*)(int)>("fdopendir");
    if (!ours(descriptor)) return real(descriptor);
    const Handle* found = handle(descriptor);
    if (found == nullptr) return nullptr;
    auto* listing = new Listing{descriptor, found->disk->names_in(found->path)};
    open_listings().insert(listing);
    return reinterpret_cast<DIR*>(listing);
}
DIR* opendir(const char* path) {
    if (MemoryDisk* disk = MemoryDisk::of(path)) {
        const int descriptor = open_on(*disk, path, O_RDONLY | O_DIRECTORY);
        return descriptor < 0 ? nullptr : fdopendir(descriptor);
    }
    static const auto real = next<DIR* (*)(const char*)>("opendir");
    return real(path);
}
struct dirent64* readdir64(DIR* folder) {
    static const auto real = next<struct dirent64* (*)(DIR*)>("readdir64");
    Listing* listing = listing_of(folder);
    if (listing == nullptr) return real(folder);
    if (listing->next == listing->names.size()) return nullptr;
    const std::string& name = listing->names[listing->next++];
    listing->entry = {};
    listing->entry.d_type = DT_UNKNOWN;
    name.copy(listing->entry.d_name, sizeof listing->entry.d_name - 1);
    return &listing->entry;
}
struct dirent* readdir(DIR* folder) {
    return reinterpret_cast<struct dirent*>(readdir64(folder));
}
int dirfd(DIR* folder) noexcept {
    static const auto real = next<int (*)(DIR*)>("dirfd");
    const Listing* listing = listing_of(folder);
    return listing == nullptr ? real(folder) : listing->descriptor;
}
int closedir(DIR* folder) {
    static const auto real = next<int (*)(DIR*)>("closedir");
    Listing* listing = listing_of(folder);
    if (listing == nullptr) return real(folder);
    open_listings().erase(listing);
    const int descriptor = listing->descriptor;
    delete listing;
    return close(descriptor);
}

}  // extern "C"
