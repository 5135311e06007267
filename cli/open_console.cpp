#include "cli/open_console.h"

#include <array>
#include <iostream>

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/home_folder.h"
#include "cli/talk.h"
#include "cli/text.h"
#include "node/app/remote_api.h"

extern char** environ;  // NOLINT: POSIX says so

namespace leeward::cli {
namespace {

namespace fs = std::filesystem;
using node::Descriptor;
using schema::ExitCode;
using schema::Json;

bool has_desktop() {
    return !environment("DISPLAY").empty() || !environment("WAYLAND_DISPLAY").empty();
}

// A page that leads to the link; useless once the link has been used or a minute has passed.
Outcome write_way_in(const fs::path& file, const std::string& url) {
    std::error_code ignored;
    fs::remove(file, ignored);
    const Descriptor fd(::open(
        file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    const std::string page =
        "<!doctype html><meta charset=\"utf-8\"><title>Desk</title><meta "
        "http-equiv=\"refresh\" content=\"0;url=" +
        url + "\">\n";
    if (fd.get() < 0 ||
        ::write(fd.get(), page.data(), page.size()) != static_cast<ssize_t>(page.size()))
        return Error{Errc::io, "the way to the page could not be written"};
    return Done{};
}

bool open_in_browser(const fs::path& file) {
    std::string program = "xdg-open";
    std::string argument = file.string();
    std::array<char*, 3> arguments{program.data(), argument.data(), nullptr};
    pid_t child = 0;
    posix_spawn_file_actions_t quiet{};
    ::posix_spawn_file_actions_init(&quiet);
    ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed =
        ::posix_spawnp(&child, program.c_str(), &quiet, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&quiet);
    int status = 0;
    return failed == 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

}  // namespace

Result<ExitCode> open_console(const CommandLine& line) {
    LEEWARD_ASSIGN(const fs::path home, home_folder(line.options));
    LEEWARD_ASSIGN(node::RemoteApi api, node::RemoteApi::open(home));
    LEEWARD_ASSIGN(const Json link, api.call(console_command, Json::object()));
    if (line.options.json) {
        std::cout << one_line(node::answer_of(link).dump()) << "\n" << std::flush;
        return ExitCode::ok;
    }
    const Talk talk(line.options);
    const std::string url = one_line(link.text_at("url"));
    const fs::path file = node::socket_path(home).parent_path() / "console.html";
    if (!line.options.no_input && has_desktop() && write_way_in(file, url) &&
        open_in_browser(file)) {
        talk.say(Phrase::CONSOLE_OPENS);
        return ExitCode::ok;
    }
    talk.say(Phrase::CONSOLE_LINK);
    std::cout << url << "\n" << std::flush;
    return ExitCode::ok;
}

}  // namespace leeward::cli
