#include "node/app/qr_pages.h"

#include <charconv>
#include <map>
#include <optional>

#include <qrcodegen/qrcodegen.hpp>

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "crypto/hash.h"

namespace leeward::node {
namespace {

constexpr std::string_view mark = "LWQ1 ";
constexpr std::size_t digest_digits = 8;
constexpr std::size_t head_bytes = 24;  // mark, digest, numbers
constexpr std::size_t text_bytes = qr_page_bytes - head_bytes;

std::string digest_of(std::string_view whole) {
    return hex::encode(crypto::sha256(as_bytes(whole))).substr(0, digest_digits);
}

struct Page {
    std::string digest;
    std::size_t number = 0;
    std::size_t of = 0;
    std::string text;
};

Error no_page() {
    return {Errc::malformed,
            "a line is no page of a sealed file; nothing was changed. Scan it again"};
}

std::optional<std::size_t> number_in(std::string_view text) {
    std::size_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value >= 1 && value <= most_qr_pages ? std::optional(value) : std::nullopt;
}

Result<Page> read_page(std::string_view line) {
    if (!line.starts_with(mark)) return no_page();
    line.remove_prefix(mark.size());
    const auto first = line.find(' ');
    const auto slash = line.find('/');
    const auto second = line.find(' ', first + 1);
    if (first != digest_digits || slash == line.npos || second == line.npos || slash > second)
        return no_page();
    const auto number = number_in(line.substr(first + 1, slash - first - 1));
    const auto of = number_in(line.substr(slash + 1, second - slash - 1));
    if (!number || !of || *number > *of) return no_page();
    return Page{
        std::string(line.substr(0, first)), *number, *of, std::string(line.substr(second + 1))};
}

std::string missing_in(const std::map<std::size_t, Page>& pages, std::size_t of) {
    std::string missing;
    for (std::size_t i = 1; i <= of; ++i)
        if (!pages.contains(i)) missing += (missing.empty() ? "" : ", ") + std::to_string(i);
    return missing;
}

Result<std::map<std::size_t, Page>> all_pages(std::string_view lines) {
    std::map<std::size_t, Page> pages;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.remove_suffix(1);
        if (line.empty()) continue;
        LEEWARD_ASSIGN(Page page, read_page(line));
        const auto& first = pages.empty() ? page : pages.begin()->second;
        if (page.digest != first.digest || page.of != first.of)
            return Error{Errc::malformed,
                         "these are pages of two files; nothing was changed. Scan one at a time"};
        const std::size_t number = page.number;
        pages.insert_or_assign(number, std::move(page));
    }
    if (pages.empty()) return no_page();
    return pages;
}

// Runs of dark modules as one path: a code is some 10 KB of text.
std::string svg_of(const std::string& text) {
    using qrcodegen::QrCode;
    const QrCode code = QrCode::encodeText(text.c_str(), QrCode::Ecc::MEDIUM);
    const int size = code.getSize();
    const std::string side = std::to_string(size + 8);
    std::string path;
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            if (!code.getModule(x, y)) continue;
            int run = 1;
            while (x + run < size && code.getModule(x + run, y))
                ++run;
            path += "M" + std::to_string(x + 4) + " " + std::to_string(y + 4) + "h" +
                    std::to_string(run) + "v1h-" + std::to_string(run) + "z";
            x += run;
        }
    return "<svg viewBox=\"0 0 " + side + " " + side +
           "\" shape-rendering=\"crispEdges\"><path d=\"" + path + "\"/></svg>";
}

constexpr std::string_view head =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Sealed pages</title>\n"
    "<style>@page{size:A4;margin:12mm}body{margin:0;font:11pt sans-serif}"
    "p{margin:0 0 3mm}figure{float:left;width:61mm;height:64mm;margin:0;text-align:center;"
    "break-inside:avoid}svg{display:block;width:57mm;height:57mm;margin:0 2mm}</style>\n"
    "<p>Sealed: only the organisation that it is for can read it. Scan every code, in any order, "
    "then burn the sheets.</p>\n";

}  // namespace

Result<std::vector<std::string>> to_pages(std::string_view whole) {
    const std::string text = base64url::encode(as_bytes(whole));
    const std::size_t count = (text.size() + text_bytes - 1) / text_bytes;
    if (count > most_qr_pages)
        return Error{Errc::too_large,
                     "this needs " + std::to_string(count) +
                         " pages: carry it on a stick. Nothing was written"};
    std::vector<std::string> pages;
    for (std::size_t i = 0; i < count; ++i)
        pages.push_back(std::string(mark) + digest_of(whole) + " " + std::to_string(i + 1) + "/" +
                        std::to_string(count) + " " + text.substr(i * text_bytes, text_bytes));
    return pages;
}

bool looks_like_pages(std::string_view text) {
    const auto start = text.find_first_not_of(" \r\n\t");
    return start != text.npos && text.substr(start).starts_with(mark);
}

Result<std::string> from_pages(std::string_view lines) {
    LEEWARD_ASSIGN(const auto pages, all_pages(lines));
    const Page& first = pages.begin()->second;
    if (const std::string missing = missing_in(pages, first.of); !missing.empty())
        return Error{Errc::wrong_state,
                     "of " + std::to_string(first.of) + " pages these are missing: " + missing +
                         ". Nothing was changed"};
    std::string text;
    for (const auto& [number, page] : pages)
        text += page.text;
    const auto whole = base64url::decode(text);
    if (!whole || digest_of(as_text(*whole)) != first.digest)
        return Error{Errc::untrusted,
                     "a page was misread; nothing was changed. Scan them all again"};
    return to_text(*whole);
}

std::string pages_as_html(const std::vector<std::string>& pages) {
    std::string out(head);
    for (std::size_t i = 0; i < pages.size(); ++i)
        out += "<figure>" + svg_of(pages[i]) + "<figcaption>" + std::to_string(i + 1) + " of " +
               std::to_string(pages.size()) + "</figcaption></figure>\n";
    return out + "</html>\n";
}

}  // namespace leeward::node
