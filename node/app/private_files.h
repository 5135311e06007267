// Small files that only this node's user may read, and a process that nobody else looks into.
#pragma once

#include <filesystem>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace leeward::node {

// Secrets stay out of core dumps and of whatever another process of this user could attach.
void forbid_dumps();
// Makes the folder and its parents; 0700 in the end, whoever made it.
Outcome make_private_folder(const std::filesystem::path& folder);
// A new file, durable when this returns. Errc::already_exists.
Outcome write_private_file(const std::filesystem::path& file, BytesView bytes);
// Written beside and then named: after a crash it is whole, or what was there before.
Outcome replace_private_file(const std::filesystem::path& file, BytesView bytes);
// Whether what is open there is a file of this user that nobody else may read.
[[nodiscard]] bool is_private(int descriptor);
// Also where nothing can be written. Errc::untrusted when others may read it; too_large beyond `most`.
Result<Bytes> read_private_file(const std::filesystem::path& file, std::size_t most);

}  // namespace leeward::node
