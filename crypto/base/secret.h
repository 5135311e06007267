// Secrets that cannot be copied, printed, or compared except in constant time, and that are wiped.
//
// SecretKey<Tag, N>: a long-lived key of N bytes in guarded, locked pages (sodium_malloc; a node
// holds tens of these: each costs three pages and about 33 µs).
// SecretBytes: plaintext and short-lived keys; wiped when freed.
// reveal() as late and as briefly as possible, in the expression that needs it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "crypto/base/bytes.h"

namespace leeward {

namespace secret_memory {
[[nodiscard]] Byte* allocate_guarded(std::size_t size);  // throws bad_alloc; zeroed
void free_guarded(Byte* page);
void wipe(Byte* data, std::size_t size);
[[nodiscard]] bool equal(BytesView a, BytesView b);  // constant time for equal lengths
}  // namespace secret_memory

template <class Tag, std::size_t N>
class SecretKey {
public:
    static constexpr std::size_t size = N;

    SecretKey() : page_(secret_memory::allocate_guarded(N)) {}
    explicit SecretKey(std::span<const Byte, N> bytes) : SecretKey() {
        std::copy(bytes.begin(), bytes.end(), page_.get());
    }
    SecretKey(SecretKey&&) noexcept = default;
    SecretKey& operator=(SecretKey&&) noexcept = default;
    SecretKey(const SecretKey&) = delete;
    SecretKey& operator=(const SecretKey&) = delete;
    ~SecretKey() = default;

    [[nodiscard]] std::span<const Byte, N> reveal() const {
        return std::span<const Byte, N>(page_.get(), N);
    }
    [[nodiscard]] std::span<Byte, N> reveal() { return std::span<Byte, N>(page_.get(), N); }
    [[nodiscard]] SecretKey clone() const { return SecretKey(reveal()); }

    friend bool operator==(const SecretKey& a, const SecretKey& b) {
        return secret_memory::equal(a.reveal(), b.reveal());
    }

private:
    struct Free {
        void operator()(Byte* page) const { secret_memory::free_guarded(page); }
    };
    std::unique_ptr<Byte[], Free> page_;
};

// Heap bytes that are wiped before they are given back.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size) : data_(size) {}
    explicit SecretBytes(BytesView bytes) : data_(bytes.begin(), bytes.end()) {}
    SecretBytes(SecretBytes&& other) noexcept : data_(std::move(other.data_)) {}
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            wipe();
            data_ = std::move(other.data_);
        }
        return *this;
    }
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { wipe(); }

    [[nodiscard]] BytesView reveal() const { return data_; }
    [[nodiscard]] std::span<Byte> reveal() { return data_; }
    [[nodiscard]] std::size_t size() const { return data_.size(); }
    [[nodiscard]] bool empty() const { return data_.empty(); }
    [[nodiscard]] SecretBytes clone() const { return SecretBytes(reveal()); }

    friend bool operator==(const SecretBytes& a, const SecretBytes& b) {
        return secret_memory::equal(a.reveal(), b.reveal());
    }

private:
    void wipe() {
        if (!data_.empty()) secret_memory::wipe(data_.data(), data_.size());
    }
    Bytes data_;
};

}  // namespace leeward
