#include "tests/support/tap.h"

#include <array>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "crypto/base/bytes.h"

namespace leeward::test {
namespace {

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

template <class Call>
bool with_address(std::uint16_t port, Call call) {
    const sockaddr_in address = loopback(port);
    return call(reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Descriptor stream_socket() {
    return Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

// A side that takes nothing for this long is cut off, so that it cannot hold up the others.
void limit_patience(const Descriptor& socket) {
    const timeval patience{2, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Descriptor listen_at(std::uint16_t port) {
    Descriptor socket = stream_socket();
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool bound = with_address(
        port, [&](auto* address, socklen_t size) { return ::bind(socket.get(), address, size); });
    if (!bound || ::listen(socket.get(), SOMAXCONN) != 0) return {};
    return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

Descriptor connect_to(std::uint16_t port) {
    Descriptor socket = stream_socket();
    const bool connected = with_address(port, [&](auto* address, socklen_t size) {
        return ::connect(socket.get(), address, size);
    });
    return connected ? std::move(socket) : Descriptor();
}

bool write_all(int fd, BytesView bytes, bool is_socket) {
    while (!bytes.empty()) {
        const auto written = is_socket ? ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                       : ::write(fd, bytes.data(), bytes.size());
        if (written <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

Descriptor append_to(const std::filesystem::path& file) {
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    return Descriptor(::open(file.c_str(), flags, 0600));
}

struct Pair {
    Descriptor near;  // whoever connected to us
    Descriptor far;   // the target
    Descriptor said;  // what `near` said is kept here, if anywhere
};

}  // namespace

class Tap::Relay {
public:
    Relay(Descriptor listener, const TapOptions& options, Descriptor record)
        : port_(port_of(listener)),
          target_(options.target_port),
          said_(options.said),
          record_(std::move(record)),
          wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
          listener_(std::move(listener)),
          thread_([this] { run(); }) {}

    ~Relay() {
        order(State::ended, false);
        thread_.join();
    }
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    // Returns once the thread has done it, when `and_wait`.
    enum class State : std::uint8_t { running, stopped, ended };
    void order(State state, bool and_wait) {
        std::unique_lock lock(mutex_);
        wanted_ = state;
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto rung = ::write(wake_.get(), &one, sizeof one);
        if (and_wait) changed_.wait(lock, [&] { return actual_ == state; });
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> connections{0};

private:
    void run() {
        while (follow_orders() != State::ended)
            turn();
    }

    State follow_orders() {
        const std::lock_guard lock(mutex_);
        if (wanted_ == State::stopped) {
            pairs_.clear();
            listener_ = Descriptor();
        } else if (wanted_ == State::running && !listener_) {
            listener_ = listen_at(port_);
        }
        actual_ = wanted_;
        changed_.notify_all();
        return actual_;
    }

    void turn() {
        std::vector<pollfd> items{{wake_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
        for (const Pair& pair : pairs_) {
            items.push_back({pair.near.get(), POLLIN, 0});
            items.push_back({pair.far.get(), POLLIN, 0});
        }
        ::poll(items.data(), items.size(), -1);
        if (items[0].revents != 0) {
            std::uint64_t count = 0;
            [[maybe_unused]] const auto heard = ::read(wake_.get(), &count, sizeof count);
        }
        auto item = items.begin() + 2;
        for (auto pair = pairs_.begin(); pair != pairs_.end(); item += 2) {
            const bool alive = pass(*pair, item[0].revents, item[1].revents);
            pair = alive ? std::next(pair) : pairs_.erase(pair);
        }
        if (items[1].revents != 0) accept_one();
    }

    void accept_one() {
        Descriptor near(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!near) return;
        ++connections;
        Descriptor far = connect_to(target_);
        limit_patience(near);
        limit_patience(far);
        Descriptor said;
        if (!said_.empty()) said = append_to(said_ / std::to_string(connections));
        if (far) pairs_.push_back({std::move(near), std::move(far), std::move(said)});
    }

    bool pass(const Pair& pair, short near, short far) {
        const Descriptor unkept;
        return (near == 0 || pass(pair.near, pair.far, pair.said)) &&
               (far == 0 || pass(pair.far, pair.near, unkept));
    }

    bool pass(const Descriptor& from, const Descriptor& to, const Descriptor& kept) {
        std::array<Byte, 65536> buffer;
        const auto size = ::recv(from.get(), buffer.data(), buffer.size(), 0);
        if (size <= 0) return false;
        const auto view = BytesView(buffer).first(static_cast<std::size_t>(size));
        if (record_ && !write_all(record_.get(), view, false)) return false;
        if (kept && !write_all(kept.get(), view, false)) return false;
        bytes += view.size();
        return write_all(to.get(), view, true);
    }

    const std::uint16_t port_;
    const std::uint16_t target_;
    const std::filesystem::path said_;
    const Descriptor record_;
    const Descriptor wake_;
    std::mutex mutex_;  // guards wanted_ and actual_
    std::condition_variable changed_;
    State wanted_ = State::running;
    State actual_ = State::running;
    Descriptor listener_;  // this and the pairs belong to the thread
    std::list<Pair> pairs_;
    std::thread thread_;
};

Result<std::unique_ptr<Tap>> Tap::open(const TapOptions& options) {
    Descriptor record;
    if (!options.record.empty()) {
        record = append_to(options.record);
        if (!record) return Error{Errc::io, "cannot open the record"};
    }
    Descriptor listener = listen_at(options.listen_port);
    if (!listener) return Error{Errc::io, "cannot listen on the port"};
    return std::unique_ptr<Tap>(
        new Tap(std::make_unique<Relay>(std::move(listener), options, std::move(record))));
}

Tap::Tap(std::unique_ptr<Relay> relay) : relay_(std::move(relay)) {}
Tap::~Tap() = default;
std::uint16_t Tap::port() const {
    return relay_->port();
}
std::string Tap::endpoint() const {
    return "tcp://127.0.0.1:" + std::to_string(port());
}
void Tap::stop() {
    relay_->order(Relay::State::stopped, true);
}
void Tap::start() {
    relay_->order(Relay::State::running, true);
}
std::uint64_t Tap::bytes() const {
    return relay_->bytes;
}
std::uint64_t Tap::connections() const {
    return relay_->connections;
}

}  // namespace leeward::test
