// A source of randomness that gives out the bytes it was made with: deterministic runs of vectors.
#pragma once

#include <algorithm>
#include <span>
#include <stdexcept>

#include "crypto/random.h"

namespace leeward::support {

class ReplayRandom final : public crypto::Random {
public:
    explicit ReplayRandom(BytesView bytes) : bytes_(to_bytes(bytes)) {}

    // Asking for more than there is means that the code under test draws what it should not.
    void fill(std::span<Byte> out) override {
        if (out.size() > bytes_.size() - used_) throw std::out_of_range("ReplayRandom is used up");
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
        used_ += out.size();
    }

private:
    Bytes bytes_;
    std::size_t used_ = 0;
};

}  // namespace leeward::support
