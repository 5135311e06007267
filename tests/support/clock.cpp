#include "tests/support/clock.h"

#include <array>
#include <ctime>
#include <string_view>
#include <utility>

#include "tests/support/process.h"

namespace leeward::test {
namespace {

std::filesystem::path find_library() {
    constexpr std::array<std::string_view, 3> places{
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/faketime/libfaketime.so.1"};
    for (const auto place : places)
        if (std::filesystem::exists(place)) return place;
    return {};
}

}  // namespace

MovableClock::MovableClock(std::filesystem::path file)
    : file_(std::move(file)), library_(find_library()) {
    write();
}

std::vector<std::string> MovableClock::environment() const {
    if (!movable()) return {};
    return {"LD_PRELOAD=" + library_.string(),
            "FAKETIME_TIMESTAMP_FILE=" + file_.string(),
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1"};
}

void MovableClock::advance(std::chrono::seconds by) {
    offset_ += by;
    write();
}

std::int64_t MovableClock::now() const {
    return std::int64_t{std::time(nullptr)} + (movable() ? offset_.count() : 0);
}

// Renamed into place, so that nobody reads half of it.
void MovableClock::write() const {
    auto half = file_;
    half += ".new";
    write_private(half, "+" + std::to_string(offset_.count()));
    std::filesystem::rename(half, file_);
}

}  // namespace leeward::test
