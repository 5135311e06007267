// A wall clock that a test moves for the programs it starts, with libfaketime: the node itself has no
// way to set its clock. The monotonic clock goes on as it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace leeward::test {

class MovableClock {
public:
    // Keeps its offset in `file`. Cannot be moved where libfaketime is not installed.
    explicit MovableClock(std::filesystem::path file);

    [[nodiscard]] bool movable() const { return !library_.empty(); }
    // "NAME=value" for the programs that are to follow this clock; empty when not movable.
    [[nodiscard]] std::vector<std::string> environment() const;
    // Forwards only. All programs see it with their next look at the clock.
    void advance(std::chrono::seconds by);
    [[nodiscard]] std::int64_t now() const;  // unix seconds

private:
    void write() const;

    std::filesystem::path file_;
    std::filesystem::path library_;
    std::chrono::seconds offset_{0};
};

}  // namespace leeward::test
