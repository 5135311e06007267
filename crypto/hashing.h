// SHA-256 of what comes in pieces.
#pragma once

#include <memory>

#include "crypto/hash.h"

namespace leeward::crypto {

class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(BytesView piece);
    [[nodiscard]] Hash finish();  // once

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace leeward::crypto
