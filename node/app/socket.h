// Packets on a node's Unix socket: four bytes of length, big-endian, then that many bytes.
//
// A packet carries one request or one answer (node/app/wire.h); one request at a time on a
// connection, as many as one likes in a row. Lengths are checked before anything is allocated, and
// room is made as bytes arrive. Every call has a deadline, takes partial reads and writes, and
// never raises SIGPIPE.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "crypto/base/result.h"
#include "crypto/base/secret.h"

namespace leeward::node {

inline constexpr std::size_t max_request = 1024UL * 1024;
inline constexpr std::size_t max_answer = 16UL * 1024 * 1024;

// A file descriptor that is closed by its owner.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }
    void close();

private:
    int fd_ = -1;
};

// Errc::too_large beyond max_answer; unreachable when the other side has gone or does not take it
// in time; io otherwise.
Outcome write_packet(int fd, std::string_view packet, int timeout_ms = 10'000);
// Errc::too_large for a length beyond `max`; unreachable when the other side has closed, before or
// within a packet, or does not send it in time; io otherwise. After any error the stream is of no
// further use.
Result<std::string> read_packet(int fd, std::size_t max, int timeout_ms);

// A packet of at most 1,024 bytes, straight into memory that is wiped.
inline constexpr std::size_t max_secret = 1024;
Result<SecretBytes> read_secret_packet(int fd, int timeout_ms);

// Listens at `path`, mode 0600 in a folder of mode 0700. What an earlier process left there is
// removed only if nobody answers; Errc::busy if somebody does, already_exists if it is no socket.
Result<int> listen_unix(const std::filesystem::path& path);
// Errc::unreachable if nobody listens there; untrusted if another user does (root may ask anybody).
Result<int> connect_unix(const std::filesystem::path& path);
// Who is at the other end, by the word of the kernel.
Result<uid_t> peer_uid(int fd);

}  // namespace leeward::node
