// One request of leeward-conform, and its answer: a JSON object a line in, one out.
//
// Requests are listed in README.md. A fault of any kind is an answer too:
// {"ok":false,"error":<the name of an Errc>}.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leeward::conform {

inline constexpr std::size_t max_line_bytes = 8 * 1024 * 1024;

// Without the newline. `too_large` beyond max_line_bytes, `malformed` for what is no object with an
// `op`, `unsupported` for an op that is not known.
[[nodiscard]] std::string answer(std::string_view line);

// One line for each op, as README.md has them.
[[nodiscard]] std::vector<std::string> requests();

}  // namespace leeward::conform
