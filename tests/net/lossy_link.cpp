// lossy-link TAP_A TAP_B SEED CONTROL: a wire between two TAP devices with weather of its own, for machines
// whose kernel has no netem. What happens to each packet follows from the seed and the order of
// packets. The weather is a line in the file CONTROL, read at the start and again on SIGHUP:
//
//     delay_ms jitter_ms loss duplicates reorder kbit a_to_b b_to_a
//
// loss, duplicates and reorder in parts of 1,000; kbit 0 for no limit; a_to_b and b_to_a 1 or, cut, 0.
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <vector>

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace {

using Micros = std::int64_t;
using Packet = std::vector<unsigned char>;

constexpr std::size_t most_waiting = 20'000;  // packets; then the queue is full
constexpr Micros longest_queue = 3'000'000;   // at a slow link

volatile std::sig_atomic_t reread = 1;

struct Weather {
    std::int64_t delay_ms = 0;
    std::int64_t jitter_ms = 0;
    std::uint64_t loss = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t reorder = 0;
    std::int64_t kbit = 0;
    std::array<int, 2> open{1, 1};  // a to b, b to a
};

Weather read_weather(const char* file) {
    Weather weather;
    std::ifstream in(file);
    in >> weather.delay_ms >> weather.jitter_ms >> weather.loss >> weather.duplicates >>
        weather.reorder >> weather.kbit >> weather.open[0] >> weather.open[1];
    return weather;
}

// SplitMix64 (Steele, Lea, Flood 2014).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t roll() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    bool chance(std::uint64_t in_1000) { return roll() % 1000 < in_1000; }

private:
    std::uint64_t state_;
};

Micros now() {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

int open_tap(const char* name) {
    const int fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (fd < 0 || ::ioctl(fd, TUNSETIFF, &request) != 0) {
        std::perror(name);
        std::exit(1);
    }
    return fd;
}

class Link {
public:
    Link(std::array<int, 2> ends, std::uint64_t seed, const char* control)
        : ends_(ends), dice_(seed), control_(control) {}

    [[noreturn]] void run() {
        for (;;) {
            if (reread != 0) {
                reread = 0;
                weather_ = read_weather(control_);
            }
            wait();
            for (const int from : {0, 1})
                take(from);
            deliver();
        }
    }

private:
    void wait() {
        int timeout = 100;
        if (!waiting_.empty()) {
            const Micros left = waiting_.begin()->first - now();
            timeout = left <= 0 ? 0 : static_cast<int>(std::min<Micros>((left + 999) / 1000, 100));
        }
        std::array<pollfd, 2> fds{pollfd{ends_[0], POLLIN, 0}, pollfd{ends_[1], POLLIN, 0}};
        ::poll(fds.data(), fds.size(), timeout);
    }

    void take(int from) {
        std::array<unsigned char, 2048> buffer;
        for (int i = 0; i < 64; ++i) {
            const auto size =
                ::read(ends_[static_cast<std::size_t>(from)], buffer.data(), buffer.size());
            if (size <= 0) return;
            decide(from, Packet(buffer.begin(), buffer.begin() + size));
        }
    }

    // The dice are rolled alike for every packet, so that one change of weather moves no other fate.
    void decide(int from, Packet packet) {
        const bool lost = dice_.chance(weather_.loss);
        const bool twice = dice_.chance(weather_.duplicates);
        const bool overtakes = dice_.chance(weather_.reorder);
        const auto jitter = static_cast<Micros>(dice_.roll() % 1000) * weather_.jitter_ms;
        if (lost || weather_.open[static_cast<std::size_t>(from)] == 0) return;
        Micros due = now();
        if (weather_.kbit > 0) {
            Micros& free = free_at_[static_cast<std::size_t>(from)];
            if (free - due > longest_queue) return;
            free = std::max(free, due) + static_cast<Micros>(packet.size()) * 8'000 / weather_.kbit;
            due = free;
        }
        if (!overtakes) due += weather_.delay_ms * 1000 + jitter;
        if (waiting_.size() >= most_waiting) return;
        if (twice) waiting_.emplace(due, std::pair(1 - from, packet));
        waiting_.emplace(due, std::pair(1 - from, std::move(packet)));
    }

    void deliver() {
        while (!waiting_.empty() && waiting_.begin()->first <= now()) {
            const auto& [to, packet] = waiting_.begin()->second;
            (void)!::write(ends_[static_cast<std::size_t>(to)], packet.data(), packet.size());
            waiting_.erase(waiting_.begin());
        }
    }

    std::array<int, 2> ends_;
    Dice dice_;
    const char* control_;
    Weather weather_{};
    std::array<Micros, 2> free_at_{};
    std::multimap<Micros, std::pair<int, Packet>> waiting_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fprintf(stderr, "usage: lossy-link TAP_A TAP_B SEED CONTROL\n");
        return 2;
    }
    std::signal(SIGHUP, [](int) { reread = 1; });
    Link link({open_tap(argv[1]), open_tap(argv[2])}, std::strtoull(argv[3], nullptr, 10), argv[4]);
    link.run();
}
