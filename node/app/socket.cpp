#include "node/app/socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "crypto/base/bytes.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

Error system_error(std::string_view what) {
    return Error{Errc::io, std::string(what) + ": " + std::generic_category().message(errno)};
}

class Deadline {
public:
    explicit Deadline(int timeout_ms)
        : at_(std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms)) {}

    // Until `fd` is ready for `events`, or has failed in a way that the next call will name.
    [[nodiscard]] Outcome wait(int fd, short events) const {
        for (;;) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                at_ - std::chrono::steady_clock::now());
            pollfd one{fd, events, 0};
            const int ready =
                ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
            if (ready > 0) return Done{};
            if (ready == 0) return Error{Errc::unreachable, "no answer in time"};
            if (errno != EINTR) return system_error("waiting for a socket");
        }
    }

private:
    std::chrono::steady_clock::time_point at_;
};

bool again() {
    return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

Outcome send_all(int fd, BytesView bytes, const Deadline& deadline) {
    while (!bytes.empty()) {
        LEEWARD_TRY(deadline.wait(fd, POLLOUT));
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0)
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        else if (errno == EPIPE || errno == ECONNRESET)
            return Error{Errc::unreachable, "the other side has closed the connection"};
        else if (!again())
            return system_error("writing to a socket");
    }
    return Done{};
}

// At least one byte, at most as many as `room` holds.
Result<std::size_t> receive_some(int fd, std::span<char> room, const Deadline& deadline) {
    for (;;) {
        LEEWARD_TRY(deadline.wait(fd, POLLIN));
        const auto got = ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
        if (got > 0) return static_cast<std::size_t>(got);
        if (got == 0 || errno == ECONNRESET)
            return Error{Errc::unreachable, "the other side has closed the connection"};
        if (!again()) return system_error("reading from a socket");
    }
}

Result<std::string> receive(int fd, std::size_t size, const Deadline& deadline) {
    constexpr std::size_t step = 64UL * 1024;
    std::string out;
    while (out.size() < size) {
        const std::size_t have = out.size();
        out.resize(have + std::min(step, size - have));
        LEEWARD_ASSIGN(const auto got, receive_some(fd, std::span(out).subspan(have), deadline));
        out.resize(have + got);
    }
    return out;
}

// An address for `path`. sun_path holds 108 bytes; a longer path is named through its open folder,
// which must stay open as long as the address is used.
struct Address {
    sockaddr_un name{};
    Descriptor folder;
};

Result<Address> address_of(const fs::path& path) {
    Address address;
    address.name.sun_family = AF_UNIX;
    std::string text = path.string();
    if (text.size() >= sizeof address.name.sun_path) {
        address.folder =
            Descriptor(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        text = "/proc/self/fd/" + std::to_string(address.folder.get()) + "/" +
               path.filename().string();
    }
    if (text.size() >= sizeof address.name.sun_path)
        return Error{Errc::invalid_argument, "the socket's file name is too long"};
    std::copy(text.begin(), text.end(), std::begin(address.name.sun_path));
    return address;
}

const sockaddr* generic(const Address& address) {
    return reinterpret_cast<const sockaddr*>(&address.name);
}

Result<Descriptor> new_socket() {
    Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd.get() < 0) return system_error("a socket");
    return fd;
}

Result<Descriptor> try_connect(const fs::path& path) {
    LEEWARD_ASSIGN(const Address address, address_of(path));
    LEEWARD_ASSIGN(Descriptor fd, new_socket());
    if (::connect(fd.get(), generic(address), sizeof address.name) == 0) return fd;
    if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR)
        return Error{Errc::unreachable, "no node runs on this folder"};
    if (errno == EACCES || errno == EPERM)
        return Error{Errc::untrusted, "this node belongs to another user"};
    return system_error("connecting to the node");
}

Outcome remove_stale(const fs::path& path) {
    std::error_code error;
    const auto status = fs::symlink_status(path, error);
    if (!fs::exists(status)) return Done{};
    if (!fs::is_socket(status))
        return Error{Errc::already_exists, "something that is no socket lies where ours should be"};
    const auto answered = try_connect(path);
    if (answered) return Error{Errc::busy, "another node runs on this folder"};
    if (answered.error().code != Errc::unreachable) return answered.error();
    fs::remove(path, error);
    if (error) return Error{Errc::io, "an old socket could not be removed: " + error.message()};
    return Done{};
}

Outcome private_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) return Error{Errc::io, "the socket's folder: " + error.message()};
    return Done{};
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = other.release();
    }
    return *this;
}

void Descriptor::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Outcome write_packet(int fd, std::string_view packet, int timeout_ms) {
    if (packet.size() > max_answer) return Error{Errc::too_large, "too much for one packet"};
    const Deadline deadline(timeout_ms);
    Bytes header;
    append_be<4>(header, packet.size());
    LEEWARD_TRY(send_all(fd, header, deadline));
    return send_all(fd, as_bytes(packet), deadline);
}

Result<std::string> read_packet(int fd, std::size_t max, int timeout_ms) {
    const Deadline deadline(timeout_ms);
    LEEWARD_ASSIGN(const std::string header, receive(fd, 4, deadline));
    const std::uint64_t size = read_be(as_bytes(header));
    if (size > max) return Error{Errc::too_large, "a packet larger than is taken here"};
    return receive(fd, size, deadline);
}

Result<SecretBytes> read_secret_packet(int fd, int timeout_ms) {
    const Deadline deadline(timeout_ms);
    LEEWARD_ASSIGN(const std::string header, receive(fd, 4, deadline));
    const std::uint64_t size = read_be(as_bytes(header));
    if (size > max_secret) return Error{Errc::too_large, "a passphrase has at most 1,024 bytes"};
    SecretBytes secret(static_cast<std::size_t>(size));
    std::size_t have = 0;
    while (have < secret.size()) {
        const auto room = secret.reveal().subspan(have);
        LEEWARD_ASSIGN(
            const auto got,
            receive_some(fd, {reinterpret_cast<char*>(room.data()), room.size()}, deadline));
        have += got;
    }
    return secret;
}

Result<int> listen_unix(const fs::path& path) {
    LEEWARD_TRY(private_folder(path.parent_path()));
    LEEWARD_TRY(remove_stale(path));
    LEEWARD_ASSIGN(const Address address, address_of(path));
    LEEWARD_ASSIGN(Descriptor fd, new_socket());
    if (::bind(fd.get(), generic(address), sizeof address.name) != 0)
        return system_error("the node's socket");
    if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(fd.get(), 16) != 0)
        return system_error("the node's socket");
    return fd.release();
}

Result<int> connect_unix(const fs::path& path) {
    LEEWARD_ASSIGN(Descriptor fd, try_connect(path));
    LEEWARD_ASSIGN(const uid_t owner, peer_uid(fd.get()));
    if (::geteuid() != 0 && owner != ::geteuid())
        return Error{Errc::untrusted, "another user listens on this node's socket"};
    return fd.release();
}

Result<uid_t> peer_uid(int fd) {
    ucred who{};
    socklen_t size = sizeof who;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
        return system_error("who is at the other end");
    return who.uid;
}

}  // namespace leeward::node
