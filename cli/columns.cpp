#include "cli/columns.h"

#include <algorithm>

#include "cli/text.h"

namespace leeward::cli {

std::string in_columns(const Rows& rows) {
    std::size_t widest = 0;
    for (const auto& [left, right] : rows)
        widest = std::max(widest, width(left));
    std::string out;
    for (const auto& [left, right] : rows)
        out += "  " + left + std::string(widest - width(left) + 2, ' ') + right + "\n";
    return out;
}

}  // namespace leeward::cli
