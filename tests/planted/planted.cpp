#include "tests/planted/planted.h"

#include <filesystem>
#include <string>

namespace leeward::test {
namespace {

std::string& now() {
    static std::string bug =
        std::filesystem::read_symlink("/proc/self/exe").parent_path().filename();
    return bug;
}

}  // namespace

bool is_planted(std::string_view bug) {
    return now() == bug;
}

void plant(std::string_view bug) {
    now() = bug;
}

}  // namespace leeward::test
