// A sealed file on paper, where no stick may go either: numbered QR codes, each of at most 600 bytes,
// that any scanner types back as lines (decisions.md 7). The order does not matter, nor do repeats.
//
// A line is "LWQ1 <first 8 hex digits of SHA-256 of the whole> <page>/<pages> <text>", where the text is
// the whole's bytes in base64url.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace leeward::node {

inline constexpr std::size_t qr_page_bytes = 600;
inline constexpr std::size_t most_qr_pages = 120;

// Errc::too_large for what needs more pages than anybody scans.
Result<std::vector<std::string>> to_pages(std::string_view whole);
[[nodiscard]] bool looks_like_pages(std::string_view text);
// Errc::wrong_state names the pages that are missing; malformed for a line that is none, or pages of
// two files; untrusted when they do not make up what was written.
Result<std::string> from_pages(std::string_view lines);

// HTML to be printed, twelve codes to a sheet of A4, each with its number.
[[nodiscard]] std::string pages_as_html(const std::vector<std::string>& pages);

}  // namespace leeward::node
