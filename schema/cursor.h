// How the binary layouts of the wire are read: every length is checked before it is used.
#pragma once

#include <string>

#include "crypto/base/bytes.h"
#include "crypto/merkle.h"
#include "schema/limits.h"

namespace leeward::schema {

// Walks a buffer; once anything is missing it stays failed and yields empty values.
class Cursor {
public:
    explicit Cursor(BytesView in) : rest_(in) {}
    BytesView take(std::size_t n) {
        if (n > rest_.size()) {
            failed_ = true;
            rest_ = {};
            return {};
        }
        const BytesView out = rest_.first(n);
        rest_ = rest_.subspan(n);
        return out;
    }
    std::uint64_t number(std::size_t width) { return read_be(take(width)); }
    std::string text(std::size_t width) {
        return to_text(take(static_cast<std::size_t>(number(width))));
    }
    template <std::size_t N>
    ByteArray<N> array() {
        return to_array<N>(take(N));
    }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool at_end() const { return rest_.empty() && !failed_; }

private:
    BytesView rest_;
    bool failed_ = false;
};

inline void append_path(Bytes& out, const crypto::Path& path) {
    append_be<1>(out, path.size());
    for (const auto& hash : path)
        append(out, hash);
}

inline crypto::Path take_path(Cursor& in) {
    const auto count = static_cast<std::size_t>(in.number(1));
    crypto::Path path;
    for (std::size_t i = 0; i < count && i <= limits::path_hashes && !in.failed(); ++i)
        path.push_back(in.array<32>());
    if (count > limits::path_hashes) in.take(std::string::npos);  // fails the cursor
    return path;
}

}  // namespace leeward::schema
