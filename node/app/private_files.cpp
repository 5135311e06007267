#include "node/app/private_files.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "node/store/files.h"

namespace leeward::node {

void forbid_dumps() {
    prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

Outcome make_private_folder(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) return Error{Errc::io, "a folder could not be made: " + error.message()};
    return Done{};
}

Outcome write_private_file(const std::filesystem::path& path, BytesView bytes) {
    LEEWARD_ASSIGN(File file, File::create(path));
    LEEWARD_TRY(file.write_at(0, bytes));
    LEEWARD_TRY(file.sync());
    return sync_folder(path.parent_path());
}

Outcome replace_private_file(const std::filesystem::path& path, BytesView bytes) {
    std::filesystem::path fresh = path;
    fresh += ".new";
    LEEWARD_TRY(shred(fresh));
    LEEWARD_TRY(write_private_file(fresh, bytes));
    std::error_code failure;
    std::filesystem::rename(fresh, path, failure);
    if (failure) return Error{Errc::io, path.filename().string() + ": " + failure.message()};
    return sync_folder(path.parent_path());
}

bool is_private(int descriptor) {
    return static_cast<bool>(check_private(descriptor));
}

Result<Bytes> read_private_file(const std::filesystem::path& path, std::size_t most) {
    LEEWARD_ASSIGN(const File file, File::open_private_to_read(path));
    LEEWARD_ASSIGN(const SecretBytes bytes, file.read_all(most));
    return to_bytes(bytes.reveal());
}

}  // namespace leeward::node
