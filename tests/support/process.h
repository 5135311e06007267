// Programs that a test starts: run to their end with what they said, or kept running.
//
// A child inherits nothing but what it is given: its own environment, no standard input but the text
// passed, no descriptor above 2.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace leeward::test {

struct Command {
    std::vector<std::string> argv;
    std::vector<std::string> environment{};  // "NAME=value"; the whole of it
    std::string input{};
};

struct Finished {
    int status = -1;  // the exit code; 128 + n when ended by signal n; -1: not started or too slow
    std::string out;
    std::string err;
};

// Kills what has not ended after `patience`.
Finished run(const Command& command, std::chrono::milliseconds patience);

// A program kept running; its standard output and error go to one file. The destructor asks it to
// end (SIGTERM) and kills it when it does not within five seconds.
class Process {
public:
    Process() = default;
    Process(const Command& command, const std::filesystem::path& log);
    ~Process();
    Process(Process&& other) noexcept;
    Process& operator=(Process&& other) noexcept;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] bool running();
    void end();

private:
    pid_t pid_ = -1;
};

// True as soon as `condition` holds, asking again every few milliseconds; false when the deadline
// passes first. The one way in which these tests wait.
bool eventually(std::chrono::milliseconds deadline, const std::function<bool()>& condition);

// The folder of this program, where the others that were built with it lie. Looked up at the start: who
// takes a namespace of mounts of its own later may find another path there, or none.
[[nodiscard]] const std::filesystem::path& programs();

// The whole file; empty when there is none.
[[nodiscard]] std::string read_text(const std::filesystem::path& path);
// Readable by its owner alone. Throws std::runtime_error when it cannot be written.
void write_private(const std::filesystem::path& path, std::string_view text);

}  // namespace leeward::test
