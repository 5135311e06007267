// The board's report (schema/audit/report.h) as PDF, A4, with the fonts that every reader has.
#pragma once

#include "schema/audit/report.h"

namespace leeward::cli {

// Letters that Western European fonts do not have are written as "?". Errc::io when the library
// refuses.
Result<Bytes> report_pdf(const schema::BoardReport& report);

// What WinAnsiEncoding (PDF 32000-1 annex D) has of a text.
[[nodiscard]] std::string win_ansi(std::string_view utf8);

}  // namespace leeward::cli
