#include "node/transport/proxy.h"

#include <memory>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/base/bytes.h"

namespace leeward::node {
namespace {

constexpr timeval patience{5, 0};

class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    ~Connection() {
        if (fd_ >= 0) ::close(fd_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

struct FreeAddresses {
    void operator()(addrinfo* first) const { ::freeaddrinfo(first); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const std::string& endpoint) {
    const auto colon = endpoint.rfind(':');
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    if (colon == endpoint.npos) return {};
    const std::string host = endpoint.substr(0, colon);
    const std::string port = endpoint.substr(colon + 1);
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return {};
    return Addresses(found);
}

int connect_to(const addrinfo& address) {
    const int fd = ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return fd;
    ::close(fd);
    return -1;
}

// Version 5, one method: name and password (2). A proxy that takes it says so in two bytes.
bool takes_names(int fd) {
    const ByteArray<3> greeting{5, 1, 2};
    ByteArray<2> answer{};
    return ::send(fd, greeting.data(), greeting.size(), MSG_NOSIGNAL) == 3 &&
           ::recv(fd, answer.data(), answer.size(), MSG_WAITALL) == 2 && answer[0] == 5 &&
           answer[1] == 2;
}

}  // namespace

Outcome check_proxy(const std::string& endpoint) {
    const Addresses all = resolve(endpoint);
    for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
        const Connection connection(connect_to(*one));
        if (connection.fd() >= 0 && takes_names(connection.fd())) return Done{};
    }
    return Error{Errc::unreachable,
                 "the proxy of config.toml does not answer as a SOCKS5 proxy that takes a name for "
                 "each connection. Nothing was connected, so that nothing goes around it: start "
                 "it, or correct 'proxy'"};
}

}  // namespace leeward::node
