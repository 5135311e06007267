#include "node/directory/line_file.h"

#include <array>
#include <memory>
#include <system_error>
#include <utility>

#include <zlib.h>

namespace leeward::node {
namespace {

struct CloseFile {
    void operator()(gzFile file) const { (void)gzclose_r(file); }
};
using File = std::unique_ptr<gzFile_s, CloseFile>;  // zlib reads a plain file as it stands

Result<File> open(const std::filesystem::path& path) {
    std::error_code fault;
    if (!std::filesystem::exists(path, fault)) return Error{Errc::not_found, "no such file"};
    if (!std::filesystem::is_regular_file(path, fault))
        return Error{Errc::invalid_argument, "not a regular file"};
    File file(gzopen(path.c_str(), "rbe"));
    if (!file) return Error{Errc::io, "the file cannot be opened"};
    return file;
}

// A file that ends inside its gzip stream is told only by the error state, as Z_BUF_ERROR.
Outcome check_end(gzFile file) {
    int state = Z_OK;
    (void)gzerror(file, &state);
    if (state == Z_OK || state == Z_STREAM_END) return Done{};
    if (state == Z_ERRNO) return Error{Errc::io, "the file cannot be read"};
    return Error{Errc::malformed, "the compressed file is damaged or cut off"};
}

}  // namespace

Outcome read_lines(const std::filesystem::path& path,
                   LineLimits limits,
                   schema::LineSplitter::OnLine on_line) {
    LEEWARD_ASSIGN(const File file, open(path));
    schema::LineSplitter lines(limits.line, std::move(on_line));
    std::array<char, 64 * 1024> chunk{};
    std::uint64_t total = 0;
    for (;;) {
        const int got = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
        if (got <= 0) break;
        total += static_cast<std::uint64_t>(got);
        if (total > limits.total) return Error{Errc::too_large, "the file is too large"};
        LEEWARD_TRY(lines.feed({chunk.data(), static_cast<std::size_t>(got)}));
    }
    LEEWARD_TRY(check_end(file.get()));
    return lines.finish();
}

}  // namespace leeward::node
