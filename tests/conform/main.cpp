// leeward-conform: anybody's test vectors, run against this implementation. One JSON object a line
// from standard input, one answer a line on standard output. --list prints the requests.
#include <cstdio>
#include <string>
#include <string_view>

#include "tests/conform/answer.h"

namespace {

void put(const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

// Keeps one byte more than the limit, so that answer() sees that the line was too long.
bool read_line(std::string& line) {
    line.clear();
    int c = std::getc(stdin);
    if (c == EOF) return false;
    for (; c != EOF && c != '\n'; c = std::getc(stdin))
        if (line.size() <= leeward::conform::max_line_bytes) line.push_back(static_cast<char>(c));
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "--list") {
        for (const std::string& line : leeward::conform::requests())
            put(line);
        return 0;
    }
    std::string line;
    while (read_line(line))
        put(leeward::conform::answer(line));
    return 0;
}
