// A QR code as lines of text, to stand on a screen or a terminal.
#pragma once

#include <string>
#include <string_view>

namespace leeward::node {

// Two rows of the code to a line, parted by line feeds: a blank, ▀ (above), ▄ (below) or
// █ (both) for each pair; dark is ink. Error correction of level M, no margin. At most 2,331 bytes.
[[nodiscard]] std::string qr_rows(std::string_view text);

}  // namespace leeward::node
