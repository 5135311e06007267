// Files that hold keys: owner-only, written whole, durable when a call returns.
//
// Errors: Errc::io with the system's reason; Errc::disk_full; Errc::not_found where a file is
// missing; Errc::untrusted for one that others may read or that belongs to somebody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::node {

// What happened, that the data is safe, and what to do.
[[nodiscard]] Error disk_is_full();

// An open file descriptor.
class File {
public:
    File() = default;
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    File& operator=(File&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File();

    // Creates it (0600); Errc::already_exists when it is there.
    static Result<File> create(const std::filesystem::path& path);
    // Opens it for reading and writing: a regular file of this user that nobody else may read.
    static Result<File> open_private(const std::filesystem::path& path);
    // The same for reading alone, wherever nothing can be written.
    static Result<File> open_private_to_read(const std::filesystem::path& path);

    // Opens it for reading: any regular file, for what is sealed whoever may read it.
    static Result<File> open_to_read(const std::filesystem::path& path);
    // A folder, to be locked or synced.
    static Result<File> open_folder(const std::filesystem::path& path);

    Outcome write_at(std::uint64_t offset, BytesView bytes);
    Result<SecretBytes> read_all(std::size_t at_most) const;  // Errc::too_large beyond
    // Up to `most` bytes from `offset`; fewer only at the end.
    [[nodiscard]] Result<SecretBytes> read_at(std::uint64_t offset, std::size_t most) const;
    [[nodiscard]] Result<std::uint64_t> size() const;
    Outcome truncate(std::uint64_t size);
    Outcome reserve(std::uint64_t size);  // takes the blocks from the disk now
    Outcome sync();                       // fsync: on the disk when it returns

    // For one process at a time, until closed. Errc::busy when another holds it.
    Outcome lock();

private:
    int descriptor_ = -1;
};

// Errc::untrusted unless this is a regular file of this user that nobody else may read.
Outcome check_private(int descriptor);

// What the disk of `folder` still gives to this user, in bytes; 0 when that cannot be told.
[[nodiscard]] std::uint64_t free_space(const std::filesystem::path& folder);

Outcome sync_folder(const std::filesystem::path& folder);
// Overwrites the content with random bytes, syncs, and removes the name. Fine when it is not there.
Outcome shred(const std::filesystem::path& path);

}  // namespace leeward::node
