// Text files as lines: a stream cut into lines of bounded length, and one line of CSV cut into
// fields. Nothing longer than one line is ever held.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/result.h"

namespace leeward::schema {

// Errc with "line N: what is wrong", as every reader of lines says it.
[[nodiscard]] Error at_line(std::size_t number, Error error);

class LineSplitter {
public:
    // Called with each line without its end (LF or CRLF), counted from 1; empty lines are passed
    // over. An error ends the reading.
    using OnLine = std::function<Outcome(std::size_t number, std::string_view line)>;

    LineSplitter(std::size_t max_line, OnLine on_line)
        : max_line_(max_line), on_line_(std::move(on_line)) {}

    // Errc::too_large, naming the line, as soon as one grows beyond `max_line` bytes; whatever
    // on_line answered, with the line's number before it.
    Outcome feed(std::string_view chunk);
    Outcome finish();  // the last line may lack its end

private:
    Outcome take(std::string_view piece);
    Outcome end_line();

    std::size_t max_line_;
    OnLine on_line_;
    std::string pending_{};
    std::size_t number_ = 1;
};

// One record of RFC 4180 on one line: quoted fields may hold commas and doubled quotes.
// Errc::malformed for a quote out of place, a control character or more than 64 fields.
Result<std::vector<std::string>> csv_fields(std::string_view line);

}  // namespace leeward::schema
