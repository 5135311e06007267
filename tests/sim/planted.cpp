#include "tests/sim/planted.h"

namespace leeward::sim {
namespace {
std::string& now() {
    static std::string bug;
    return bug;
}
}  // namespace

bool is_planted(std::string_view bug) {
    return now() == bug;
}

void plant(std::string_view bug) {
    now() = bug;
}

std::optional<std::string> planted_lie() {
    if (is_planted("disk-lies-about-the-log")) return "-wal";
    if (is_planted("disk-lies-about-the-keys")) return "1";
    return std::nullopt;
}

}  // namespace leeward::sim
