// How much memory this process holds, and whether that figure says anything about what it has freed.
#pragma once

#include <cstddef>
#include <fstream>

namespace leeward::test {

// AddressSanitizer keeps freed memory in quarantine, so that its later use is found: there a process
// holds what it ever asked for, and a limit on what it holds now cannot be tested.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool freed_memory_is_returned = false;
#elif defined(__has_feature)
inline constexpr bool freed_memory_is_returned = !__has_feature(address_sanitizer);
#else
inline constexpr bool freed_memory_is_returned = true;
#endif

// From /proc/self/statm, proc(5); pages of 4 KiB.
inline std::size_t resident_kib() {
    std::ifstream in("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    in >> total >> resident;
    return resident * 4;
}

}  // namespace leeward::test
