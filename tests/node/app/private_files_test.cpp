#include "node/app/private_files.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leeward::node {

TEST_CASE("a process that forbids dumps can be dumped by nobody") {
    const pid_t child = ::fork();
    if (child == 0) {
        forbid_dumps();
        ::_exit(::prctl(PR_GET_DUMPABLE));
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace leeward::node
