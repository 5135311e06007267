// Through a SOCKS5 proxy (RFC 1928, 1929), as Tor is one: names of hosts are left to it, and each peer has a
// name of its own there. The proxy is the test's own, on loopback.
#include "node/transport/proxy.h"

#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "crypto/base/hex.h"
#include "tests/node/transport/nodes.h"
#include "tests/node/transport/raw_connection.h"

using namespace leeward;
using namespace leeward::node;

namespace {

class SocksProxy {
public:
    struct Asked {
        std::string name;
        int address_type = 0;
        std::string host;
    };

    // Whatever it is asked for, it connects to this port of loopback.
    SocksProxy(std::uint16_t target, Byte method)
        : target_(target), method_(method), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_, any, size) == 0);
        REQUIRE(::listen(listener_, 16) == 0);
        REQUIRE(::getsockname(listener_, any, &size) == 0);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { serve(); });
    }
    ~SocksProxy() {
        stopping_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        for (std::thread& worker : workers_)
            worker.join();
        ::close(listener_);
    }
    SocksProxy(const SocksProxy&) = delete;
    SocksProxy& operator=(const SocksProxy&) = delete;

    [[nodiscard]] std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }
    std::vector<Asked> asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

private:
    void serve() {
        while (!stopping_) {
            const int fd = ::accept(listener_, nullptr, nullptr);
            if (fd < 0) return;
            workers_.emplace_back([this, fd] {
                if (negotiate(fd)) relay(fd);
                ::close(fd);
            });
        }
    }

    static bool read_all(int fd, std::span<Byte> into) {
        return ::recv(fd, into.data(), into.size(), MSG_WAITALL) ==
               static_cast<ssize_t>(into.size());
    }
    static std::string read_text(int fd) {
        ByteArray<1> size{};
        if (!read_all(fd, size)) return {};
        Bytes text(size[0]);
        return read_all(fd, text) ? to_text(text) : std::string();
    }
    template <std::size_t N>
    static void say(int fd, const ByteArray<N>& bytes) {
        (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    bool negotiate(int fd) {
        ByteArray<2> head{};
        if (!read_all(fd, head)) return false;
        Bytes methods(head[1]);
        if (!read_all(fd, methods)) return false;
        say(fd, ByteArray<2>{5, method_});
        Asked asked;
        if (method_ != 2) return false;
        ByteArray<1> version{};
        if (!read_all(fd, version)) return false;
        asked.name = read_text(fd);
        if (read_text(fd) != asked.name) return false;
        say(fd, ByteArray<2>{1, 0});
        ByteArray<4> request{};
        if (!read_all(fd, request)) return false;
        asked.address_type = request[3];
        if (asked.address_type == 3) asked.host = read_text(fd);
        ByteArray<2> port{};
        if (!read_all(fd, port)) return false;
        const std::lock_guard lock(mutex_);
        asked_.push_back(std::move(asked));
        return true;
    }

    void relay(int fd) {
        const int out = ::socket(AF_INET, SOCK_STREAM, 0);
        const sockaddr_in address = loopback(target_);
        if (::connect(out, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
            say(fd, ByteArray<10>{5, 0, 0, 1, 127, 0, 0, 1, 0, 1});
            pass_both_ways(fd, out);
        }
        ::close(out);
    }

    void pass_both_ways(int a, int b) {
        ByteArray<4096> buffer;
        while (!stopping_) {
            std::array<pollfd, 2> fds{pollfd{a, POLLIN, 0}, pollfd{b, POLLIN, 0}};
            ::poll(fds.data(), fds.size(), 50);
            for (const auto& [from, to] : {std::pair(0, b), std::pair(1, a)}) {
                const auto& one = fds[static_cast<std::size_t>(from)];
                if (one.revents == 0) continue;
                const auto size = ::recv(one.fd, buffer.data(), buffer.size(), 0);
                if (size <= 0) return;
                (void)::send(to, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
            }
        }
    }

    const std::uint16_t target_;
    const Byte method_;
    const int listener_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::thread acceptor_;
    std::vector<std::thread> workers_;  // the acceptor's, until it has ended
    std::mutex mutex_;                  // guards what follows
    std::vector<Asked> asked_;
};

std::unique_ptr<ZmqTransport> through(const SocksProxy& proxy, const TransportSecretKey& secret) {
    auto options = options_for(secret, "");
    options.proxy = proxy.endpoint();
    auto opened = open_zmq_transport(std::move(options));
    REQUIRE(opened);
    return std::move(opened).value();
}

bool arrives(ZmqTransport& from, const TransportPublicKey& to, const TestNode& node) {
    std::optional<Inbound> inbound;
    return eventually([&] {
        (void)from.send(to, frame_of("hello"));
        inbound = node->poll();
        return inbound.has_value();
    });
}

}  // namespace

TEST_CASE("a connection goes through the proxy, which is told the name of the host") {
    const TestNode node;
    const TestNode sender("");
    node->allow(sender.key);
    SocksProxy proxy(node.port(), 2);
    const auto transport = through(proxy, sender.secret);
    REQUIRE(transport->connect(node.key, "tcp://shelter.invalid:7700"));
    CHECK(arrives(*transport, node.key, node));
    for (const auto& asked : proxy.asked()) {
        CHECK(asked.address_type == 3);
        CHECK(asked.host == "shelter.invalid");
    }
}

TEST_CASE("two ways through the proxy have two names there, and neither is a key of ours") {
    const TestNode node;
    const TestNode sender("");
    const auto line = generate_transport_key(crypto::system_random());
    node->allow(sender.key);
    node->allow(public_key_of(line));
    SocksProxy proxy(node.port(), 2);
    const auto transport = through(proxy, sender.secret);
    REQUIRE(transport->connect(node.key, "tcp://shelter.invalid:7700"));
    REQUIRE(transport->open_line(line, node.key, "tcp://shelter.invalid:7700"));
    CHECK(arrives(*transport, node.key, node));
    CHECK(arrives(*transport, public_key_of(line), node));
    std::set<std::string> names;
    for (const auto& asked : proxy.asked())
        names.insert(asked.name);
    CHECK(names.size() >= 2);
    for (const auto& key : {sender.key, node.key, public_key_of(line)})
        CHECK_FALSE(names.contains(hex::encode(BytesView(key.get()).first(16))));
}

TEST_CASE("without a proxy that takes names nothing is connected") {
    CHECK(check_proxy("127.0.0.1:1").error().code == Errc::unreachable);
    CHECK(check_proxy("nonsense").error().code == Errc::unreachable);
    const TestNode node;
    const SocksProxy nameless(node.port(), 0);
    const auto refused = check_proxy(nameless.endpoint());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unreachable);
    const SocksProxy good(node.port(), 2);
    CHECK(check_proxy(good.endpoint()));
}
