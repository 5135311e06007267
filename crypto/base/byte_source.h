// Bytes that come one after another, from wherever: a file, memory, what a seal gives up.
#pragma once

#include <algorithm>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace leeward {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    // Fills some of `into`, which is not empty, and says how much; 0 only at the end. After an error
    // nothing more can be read.
    virtual Result<std::size_t> read(std::span<Byte> into) = 0;
};

// Borrows what it reads.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(BytesView bytes) : rest_(bytes) {}
    Result<std::size_t> read(std::span<Byte> into) override {
        const std::size_t size = std::min(into.size(), rest_.size());
        std::copy_n(rest_.begin(), size, into.begin());
        rest_ = rest_.subspan(size);
        return size;
    }

private:
    BytesView rest_;
};

// As much of `into` as there is: less only at the end.
inline Result<std::size_t> read_fully(ByteSource& source, std::span<Byte> into) {
    std::size_t done = 0;
    while (done < into.size()) {
        LEEWARD_ASSIGN(const std::size_t got, source.read(into.subspan(done)));
        if (got == 0) break;
        done += got;
    }
    return done;
}

}  // namespace leeward
