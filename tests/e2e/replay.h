// A stranger who has recorded a connection says the same bytes again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace leeward::test {

// The content of the longest file in `folder`; empty if there is none.
[[nodiscard]] std::string longest_file(const std::filesystem::path& folder);

// Connects to the port of 127.0.0.1, says `bytes` and hears the other side out. False unless the
// other side hangs up within ten seconds.
bool say_again(std::uint16_t port, std::string_view bytes);

}  // namespace leeward::test
