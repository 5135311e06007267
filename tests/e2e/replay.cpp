#include "tests/e2e/replay.h"

#include <array>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/support/process.h"

namespace leeward::test {
namespace {

class Socket {
public:
    explicit Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{10, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        const auto* any = reinterpret_cast<const sockaddr*>(&address);
        connected_ = ::connect(fd_, any, sizeof address) == 0;
    }
    ~Socket() { ::close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }
    // As much as the other side will take.
    void say(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    // True when the other side hung up, false when it fell silent.
    bool hear_out() {
        std::array<char, 4096> buffer{};
        while (true) {
            const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
            if (size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) return true;
            if (size < 0) return false;
        }
    }

private:
    int fd_;
    bool connected_ = false;
};

}  // namespace

std::string longest_file(const std::filesystem::path& folder) {
    std::filesystem::path longest;
    std::uintmax_t size = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.is_regular_file() || entry.file_size() <= size) continue;
        size = entry.file_size();
        longest = entry.path();
    }
    return longest.empty() ? std::string() : read_text(longest);
}

bool say_again(std::uint16_t port, std::string_view bytes) {
    Socket stranger(port);
    if (!stranger.connected()) return false;
    stranger.say(bytes);
    return stranger.hear_out();
}

}  // namespace leeward::test
