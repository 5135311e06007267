// A stranger that speaks TCP and says what it likes, and the words of ZMTP 3.0 to say.
#pragma once

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/node/transport/nodes.h"
#include "tests/support/zmtp.h"

namespace leeward::node {

using test::greeting;
using test::loopback;

// A plain TCP connection that says what it likes.
class RawConnection {
public:
    explicit RawConnection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const sockaddr_in address = loopback(port);
        const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
        REQUIRE(::connect(fd_, generic, sizeof address) == 0);
        const timeval limit{std::chrono::seconds(patience).count(), 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~RawConnection() { ::close(fd_); }
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    bool say(BytesView bytes) const {
        return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }
    // Reads until the other side closes; false when it has not by the deadline.
    [[nodiscard]] bool is_closed_by_server() const {
        ByteArray<4096> buffer;
        for (;;) {
            const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
            if (size == 0) return true;
            if (size < 0) return errno == ECONNRESET;
        }
    }

    [[nodiscard]] int fd() const { return fd_; }
    // Whether the other side has closed by now; what it said is thrown away.
    [[nodiscard]] bool was_closed() const {
        ByteArray<4096> buffer;
        for (;;) {
            const auto size = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (size == 0) return true;
            if (size < 0) return errno != EAGAIN;
        }
    }

private:
    int fd_;
};

inline Bytes command(std::string_view name, BytesView body) {
    Bytes bytes{0x04, static_cast<Byte>(1 + name.size() + body.size())};
    bytes.push_back(static_cast<Byte>(name.size()));
    append(bytes, as_bytes(name));
    append(bytes, body);
    return bytes;
}

inline Bytes joined(std::initializer_list<Bytes> pieces) {
    Bytes all;
    for (const Bytes& piece : pieces)
        append(all, piece);
    return all;
}

}  // namespace leeward::node
