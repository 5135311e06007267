// Reads a text file, plain or gzip, line by line. Memory is bounded by the longest line allowed,
// whatever the file says of itself.
#pragma once

#include <cstdint>
#include <filesystem>

#include "crypto/base/result.h"
#include "schema/lines.h"

namespace leeward::node {

struct LineLimits {
    std::size_t line;                                         // bytes
    std::uint64_t total = std::uint64_t{1024} * 1024 * 1024;  // bytes, after decompression
};

// Errc::not_found: there is no such file; io: it cannot be read; malformed: damaged or cut off
// gzip; too_large; and whatever `on_line` answers.
Outcome read_lines(const std::filesystem::path& file,
                   LineLimits limits,
                   schema::LineSplitter::OnLine on_line);

}  // namespace leeward::node
