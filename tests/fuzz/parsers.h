// Several parsers behind one fuzz target: the first byte of an input selects one, the rest is what it
// reads. `name` is the beginning of the file names of its corpus.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>

#include "crypto/base/bytes.h"

namespace leeward::fuzz {

struct Parser {
    char selector;
    const char* name;
    void (*run)(BytesView input);
};

// What must hold of every input.
inline void hold(bool condition) {
    if (!condition) std::abort();
}

// Whatever reads must write to a text that reads back and writes the same.
template <class Read, class Write>
void reads_back(BytesView input, Read read, Write write) {
    const auto first = read(input);
    if (!first) return;
    const auto written = write(*first);
    const auto second = read(written);
    hold(static_cast<bool>(second));
    hold(write(*second) == written);
}

inline int run_selected(std::span<const Parser> parsers,
                        const std::uint8_t* data,
                        std::size_t size) {
    if (size == 0) return 0;
    for (const Parser& parser : parsers)
        if (static_cast<std::uint8_t>(parser.selector) == data[0])
            parser.run(BytesView(data, size).subspan(1));
    return 0;
}

}  // namespace leeward::fuzz
