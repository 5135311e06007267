#include "tests/e2e/story.h"

#include <cstdlib>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "tests/e2e/assertions.h"

using namespace leeward::test;

namespace {

// Removed with everything in it, also when the test fails.
class Folder {
public:
    Folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "leeward-e2e-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::string lines(const std::vector<std::string>& all) {
    std::string out;
    for (const auto& one : all)
        out += one + "\n";
    return out;
}

}  // namespace

TEST_CASE("a referral crosses, sealed, from investigator to shelter, and every promise holds") {
    const Folder folder;
    Stage stage(programs(), folder.path());
    if (!stage.clock().movable())
        WARN("libfaketime is not installed: lapse, hourly capacity and erasure were left out");
    SilentTeller teller;
    Story story(stage, teller);
    Assertions assertions(stage);
    for (const auto& step : Story::steps()) {
        INFO("in the step: " << step.name);
        REQUIRE_NOTHROW(story.play(step));
        REQUIRE(lines(assertions.after_step(story.needs())) == "");
    }
}
