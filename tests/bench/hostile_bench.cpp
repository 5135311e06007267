// A real node among strangers that never leave it alone, and behind a line that is cut: how long a partner
// waits, what it costs in memory, and how soon delivery goes on once the line is back.
#include <array>
#include <atomic>
#include <thread>

#include <unistd.h>

#include "tests/bench/inquiries.h"
#include "tests/support/tap.h"
#include "tests/support/zmtp.h"

namespace leeward::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t strangers = 600;
constexpr int inquiries = 200;
constexpr int cuts = 5;
constexpr double heartbeat_ms = 15'000;  // as node/transport sets it

// What a stranger says: nothing, half a greeting, a greeting, one for no encryption, then noise.
std::vector<Bytes> all_words() {
    const auto then_noise = [](Bytes bytes, std::size_t size) {
        bytes.resize(bytes.size() + size, 0x55);
        return bytes;
    };
    return {{},
            Bytes(20, 0xff),
            test::greeting("CURVE"),
            then_noise(test::greeting("NULL"), 50),
            then_noise(test::greeting("CURVE"), 4096)};
}

bool is_cut_off(int fd) {
    std::array<char, 256> heard{};
    const auto size = ::recv(fd, heard.data(), heard.size(), MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN && errno != ENOTCONN);
}

// Strangers that come again as soon as they are cut off, until the object goes.
class Flood {
public:
    explicit Flood(std::uint16_t port) : port_(port), thread_([this] { run(); }) {}
    ~Flood() {
        over_ = true;
        thread_.join();
    }
    Flood(const Flood&) = delete;
    Flood& operator=(const Flood&) = delete;
    [[nodiscard]] double knocks() const { return static_cast<double>(knocks_); }

private:
    void run() {
        const auto words = all_words();
        std::vector<int> all(strangers, -1);
        while (!over_)
            for (int& fd : all) {
                if (fd >= 0 && !is_cut_off(fd)) continue;
                if (fd >= 0) ::close(fd);
                fd = test::hold_on(port_, words[knocks_++ % words.size()]);
            }
        for (const int fd : all)
            ::close(fd);
    }

    std::uint16_t port_;
    std::atomic<bool> over_ = false;
    std::atomic<std::size_t> knocks_ = 0;
    std::thread thread_;
};

struct Stand {
    std::unique_ptr<Daemon> shelter;
    std::unique_ptr<Node> referrer;
    schema::NodeId peer;
};

Result<Stand> stand_up(const Place& a, const Place& b) {
    LEEWARD_TRY(make_home(a));
    LEEWARD_TRY(make_home(b));
    LEEWARD_TRY(introduce(a, b));
    Stand stand;
    LEEWARD_ASSIGN(stand.shelter, Daemon::start(b.folder));
    LEEWARD_ASSIGN(stand.referrer, open_node(a.folder));
    LEEWARD_ASSIGN(const node::Peer* peer,
                   stand.referrer->engine->desk().peers.named(b.organisation));
    stand.peer = peer->node();
    LEEWARD_TRY(ask(*stand.referrer, stand.peer, 1));
    LEEWARD_TRY(drain(*stand.referrer));  // connections are up
    return stand;
}

Outcome flood(Report& report) {
    const Folder folder;
    const Place a{folder.path() / "a", "Bench Referrer", "investigation", free_port()};
    const Place b{folder.path() / "b", "Bench Shelter", "shelter", free_port()};
    LEEWARD_ASSIGN(const Stand stand, stand_up(a, b));
    const double before = stand.shelter->resident_mb();
    double most = before;
    std::vector<double> times;
    const Flood flood(static_cast<std::uint16_t>(b.port));
    const auto start = Clock::now();
    for (int i = 0; i < inquiries; ++i) {
        LEEWARD_ASSIGN(const double ms, ask_and_wait(*stand.referrer, stand.peer, seconds(30)));
        times.push_back(ms);
        most = std::max(most, stand.shelter->resident_mb());
    }
    report.results["flood.strangers_per_s"] = flood.knocks() / (ms_since(start) / 1'000);
    report.results["flood.peer_p50_ms"] = quantile(times, 0.5);
    report.results["flood.peer_p99_ms"] = quantile(times, 0.99);
    report.results["flood.memory_mb"] = most - before;
    return Done{};
}

// Milliseconds from the line's return until what was asked meanwhile is receipted.
Result<double> over_a_cut(const Stand& stand, test::Tap& line) {
    line.stop();
    LEEWARD_TRY(ask(*stand.referrer, stand.peer, 1));
    if (wait_for_receipt(*stand.referrer, seconds(3)))
        return Error{Errc::wrong_state, "the line was not cut"};
    line.start();
    const auto back = Clock::now();
    LEEWARD_TRY(wait_for_receipt(*stand.referrer, seconds(60)));
    return ms_since(back);
}

Outcome heal(Report& report) {
    const Folder folder;
    const int own_port = free_port();
    LEEWARD_ASSIGN(const auto line,
                   test::Tap::open({.target_port = static_cast<std::uint16_t>(own_port)}));
    const Place a{folder.path() / "a", "Bench Referrer", "investigation", free_port()};
    const Place b{folder.path() / "b", "Bench Shelter", "shelter", line->port(), own_port};
    LEEWARD_ASSIGN(const Stand stand, stand_up(a, b));
    std::vector<double> times;
    for (int i = 0; i < cuts; ++i) {
        LEEWARD_ASSIGN(const double ms, over_a_cut(stand, *line));
        times.push_back(ms);
    }
    report.results["heal.resumed_p50_ms"] = quantile(times, 0.5);
    report.results["heal.resumed_longest_ms"] = quantile(times, 1);
    report.results["heal.longest_in_heartbeats"] = quantile(times, 1) / heartbeat_ms;
    return Done{};
}

}  // namespace

Outcome bench_hostile(Report& report) {
    LEEWARD_TRY(flood(report));
    return heal(report);
}

}  // namespace leeward::bench
