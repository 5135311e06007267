// Bugs planted on purpose, to see that they are found. Some programs are compiled with copies of a few
// sources of the product in which planted.cmake has spoiled a line; each copy asks here whether its bug is
// on. No program of the product knows of it.
#pragma once

#include <string_view>

namespace leeward::test {

// At first the bug that the program's own folder is named for, if there is such a bug.
[[nodiscard]] bool is_planted(std::string_view bug);
void plant(std::string_view bug);  // and no other

}  // namespace leeward::test
