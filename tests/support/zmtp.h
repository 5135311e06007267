// What a stranger needs to knock at a node of this machine: TCP, and the greeting of ZMTP 3.0.
#pragma once

#include <algorithm>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "crypto/base/bytes.h"

namespace leeward::test {

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Connects and holds on; -1 when there is no descriptor left.
inline int hold_on(std::uint16_t port, BytesView said) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    const sockaddr_in address = loopback(port);
    (void)::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (!said.empty()) (void)::send(fd, said.data(), said.size(), MSG_NOSIGNAL);
    return fd;
}

// The greeting of ZMTP 3.0 (rfc.zeromq.org/spec/23): signature, version, mechanism, as-server.
inline Bytes greeting(std::string_view mechanism) {
    Bytes bytes(64, 0);
    bytes[0] = 0xff;
    bytes[8] = 1;
    bytes[9] = 0x7f;
    bytes[10] = 3;
    const BytesView name = as_bytes(mechanism);
    std::copy(name.begin(), name.end(), bytes.begin() + 12);
    return bytes;
}

}  // namespace leeward::test
