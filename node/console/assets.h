// The page, part of the program: made by node/console/web at build, never read from a disk. Each file
// is gzipped; its digest was taken when it was made and is held against it when the console opens.
#pragma once

#include <span>
#include <string_view>

#include "crypto/base/result.h"

namespace leeward::node {

struct Asset {
    std::string_view path;    // "/app.js"
    std::string_view type;    // "text/javascript; charset=utf-8"
    std::string_view gzip;    // what is sent
    std::string_view sha256;  // of `gzip`, 64 hex digits
};

[[nodiscard]] std::span<const Asset> assets();
[[nodiscard]] const Asset* find_asset(std::string_view path);
// Errc::corrupt when a file is not what was built.
Outcome check_assets();

}  // namespace leeward::node
