// Text as a terminal may have it.
//
// Names and notes come from other organisations. A terminal obeys control characters and reorders
// text by bidirectional ones, so none is ever printed: each is shown as \u001b.
#pragma once

#include <string>
#include <string_view>

namespace leeward::cli {

// All control, bidirectional and invisible separator characters are written as \uXXXX (in JSON the
// same value still), bytes that are no UTF-8 as U+FFFD.
[[nodiscard]] std::string one_line(std::string_view text);
// The same, but line feeds and tabs stay.
[[nodiscard]] std::string many_lines(std::string_view text);
// The columns that `text` takes, one for a character.
[[nodiscard]] std::size_t width(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace leeward::cli
