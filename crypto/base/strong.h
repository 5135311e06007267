// A value of one kind that cannot be passed where another kind is meant.
#pragma once

#include <compare>
#include <utility>

namespace leeward {

template <class Tag, class T>
class Strong {
public:
    using value_type = T;

    constexpr Strong() = default;
    constexpr explicit Strong(T value) : value_(std::move(value)) {}

    [[nodiscard]] constexpr const T& get() const { return value_; }
    [[nodiscard]] constexpr T& get() { return value_; }

    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;

private:
    T value_{};
};

}  // namespace leeward
