// Two columns of text, as help prints them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace leeward::cli {

using Rows = std::vector<std::pair<std::string, std::string>>;

// Each row in a line of its own, two spaces in, the right column aligned.
[[nodiscard]] std::string in_columns(const Rows& rows);

}  // namespace leeward::cli
