// leeward-demo: plays one placement through over real nodes on this machine and tells it. It ends
// with 0 only if nobody learnt more than they should and every log holds. With --console it plays the
// beginning, then leaves the network running with two pages to try.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include <unistd.h>

#include "tests/e2e/assertions.h"
#include "tests/e2e/story.h"

namespace {

using namespace leeward::test;

volatile std::sig_atomic_t stopped_by = 0;

// Ctrl-C ends the evening in order, as Ctrl-D does and a reader who goes: nodes end, folders are deleted.
void end_in_order() {
    struct sigaction stop {};
    stop.sa_handler = [](int signal) { stopped_by = signal; };
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        ::sigaction(signal, &stop, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::cout.exceptions(std::ios::badbit);
    std::cerr.tie(nullptr);  // what is said of the end needs no reader of the rest
}

void go_on() {
    if (stopped_by != 0) throw StoryBroke("it was stopped");
}

// The folder of the demonstration; gone with it, also when it fails.
class Workspace {
public:
    Workspace() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "leeward-demo-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw StoryBroke("no folder to work in");
        folder_ = pattern;
    }
    ~Workspace() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

constexpr std::string_view last_before_the_pages = "One says no, one holds a bed";

PrintingTeller::Look look() {
    const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
    const bool coloured =
        ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
    return coloured ? PrintingTeller::Look::COLOURED : PrintingTeller::Look::PLAIN;
}

void open_curtain() {
    std::cout << "\n Leeward: one placement, told by the people in it\n\n"
                 " Five invented organisations, each with a node of its own on this machine. "
                 "Whatever they do is done\n with the command line that they would use. What "
                 "passes between them is recorded and searched at the end.\n";
}

std::string in_megabytes(std::uint64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

void tell_the_search(Teller& teller, const Stage& stage, const Assertions& checked) {
    std::uint64_t wire = 0;
    for (const Who who : everybody)
        wire += stage.bytes_through(who);
    teller.does("the search",
                "went through all " + std::to_string(wire) +
                    " bytes that passed between the nodes, every file of every node and everything "
                    "that was printed without an authority (" +
                    in_megabytes(checked.bytes_searched()) + "), after every step");
}

bool tell_faults(const std::vector<std::string>& faults) {
    for (const auto& fault : faults)
        std::cout << "\n  DOES NOT HOLD  " << fault << '\n';
    return faults.empty();
}

void tell_what_held(Teller& teller, Canaries& canaries) {
    teller.unseen(std::to_string(canaries.planted().size()) +
                  " words planted in the record, as they are, as UTF-16, hex or base64: none of "
                  "them anywhere but in what two authorised openings showed");
    teller.does("the stores",
                "five, none readable without its key; no passphrase on a command line");
    for (const Who who : everybody)
        teller.does(called(who), "its log verifies, from the first leaf to the last");
    teller.does("the papers",
                "every field that was shared stands on a signed release that names it");
    teller.does("a stranger", "who recorded the connections and played them again changed nothing");
}

// The report outlives the demonstration, to be looked at.
void keep_the_report(const Story& story) {
    for (const std::string kind : {"html", "pdf"}) {
        const auto from = story.auditors("report." + kind);
        const auto to = std::filesystem::temp_directory_path() / ("leeward-demo-report." + kind);
        std::error_code failure;
        std::filesystem::copy_file(
            from, to, std::filesystem::copy_options::overwrite_existing, failure);
        if (!failure) std::cout << "\n The auditor's report: " << to.string();
    }
    std::cout << '\n';
}

bool play(const std::filesystem::path& bin) {
    const Workspace workspace;
    Stage stage(bin, workspace.folder());
    PrintingTeller teller(std::cout, look(), [&stage] { return stage.clock().now(); });
    Story story(stage, teller);
    Assertions assertions(stage);
    for (const auto& step : Story::steps()) {
        go_on();
        teller.chapter(step.name);
        story.play(step);
        if (!tell_faults(assertions.after_step(story.needs()))) return false;
    }
    teller.chapter("What nobody saw");
    tell_the_search(teller, stage, assertions);
    tell_what_held(teller, stage.canaries());
    keep_the_report(story);
    return true;
}

// A link lives for one minute: each press of Enter gives new ones.
void give_links(Stage& stage) {
    for (const Who who : {Who::LANTERN, Who::HARBOR}) {
        const auto passphrase = read_text(stage.home(who).parent_path() / "passphrase");
        std::cout << "\n  " << called(who) << ", passphrase " << passphrase
                  << stage.open_console(who);
    }
    std::cout << "\n  Lantern House has one bed free, and an inquiry that waits. Each link works "
                 "once, for one minute.\n  Enter: new links. Ctrl-D or Ctrl-C: the end; "
                 "everything of it is deleted.\n  "
              << std::flush;
}

// Leaves the network running, with the page of a shelter and of the investigators to try.
void stay_open(const std::filesystem::path& bin) {
    const Workspace workspace;
    Stage stage(bin, workspace.folder());
    PrintingTeller teller(std::cout, look(), [&stage] { return stage.clock().now(); });
    Story story(stage, teller);
    for (const auto& step : Story::steps()) {
        if (step.name == last_before_the_pages) break;
        go_on();
        teller.chapter(step.name);
        story.play(step);
    }
    teller.chapter("Now you: the page of a shelter and of the investigators");
    for (std::string line = " "; std::cin; std::getline(std::cin, line))
        give_links(stage);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        end_in_order();
        open_curtain();
        if (argc > 1 && std::string_view(argv[1]) == "--console") {
            stay_open(programs());
            return EXIT_SUCCESS;
        }
        const bool held = play(programs());
        std::cout << (held ? "\n All of it held.\n\n" : "\n It did not hold.\n\n");
        return held ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& broken) {
        const bool stopped = stopped_by != 0;
        std::cerr << "\n The story broke off: " << (stopped ? "it was stopped" : broken.what())
                  << "; its nodes are ended and its folders deleted.\n\n";
        return stopped ? 128 + stopped_by : EXIT_FAILURE;
    }
}
