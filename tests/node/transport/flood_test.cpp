// Strangers in numbers, and a peer that sends without end: memory stays bounded, others are served, and
// the log says it once.
#include <deque>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <zmq.hpp>

#include "node/transport/sockets.h"
#include "tests/node/transport/nodes.h"
#include "tests/node/transport/raw_connection.h"
#include "tests/support/resident.h"

using namespace leeward;
using namespace leeward::node;
using leeward::test::hold_on;

namespace {

constexpr std::size_t allowance_kib = 16 * 1024;
constexpr std::size_t strangers = 600;

// A soft limit on descriptors, until the object goes.
class FewDescriptors {
public:
    explicit FewDescriptors(rlim_t left) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit low = before_;
        low.rlim_cur = open_now() + left;
        ::setrlimit(RLIMIT_NOFILE, &low);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

private:
    static rlim_t open_now() {
        rlim_t count = 0;
        for ([[maybe_unused]] const auto& entry :
             std::filesystem::directory_iterator("/proc/self/fd"))
            ++count;
        return count;
    }
    rlimit before_{};
};

class Crowd {
public:
    Crowd(std::uint16_t port, std::size_t size, const Bytes& said) {
        for (std::size_t i = 0; i < size; ++i)
            if (const int fd = hold_on(port, i % 2 == 0 ? BytesView(said) : BytesView()); fd >= 0)
                fds_.push_back(fd);
    }
    ~Crowd() {
        for (const int fd : fds_)
            ::close(fd);
    }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    [[nodiscard]] std::size_t size() const { return fds_.size(); }

private:
    std::vector<int> fds_;
};

bool passes(const TestNode& from, const TestNode& to, std::string_view text) {
    const Frame frame = frame_of(text);
    std::optional<Inbound> inbound;
    return eventually([&] {
        (void)from->send(to.key, frame);
        inbound = to->poll();
        return inbound && inbound->frame == frame;
    });
}

std::size_t lines_with(const std::filesystem::path& file, std::string_view word) {
    std::ifstream in(file);
    std::size_t found = 0;
    for (std::string line; std::getline(in, line);)
        if (line.find(word) != line.npos) ++found;
    return found;
}

}  // namespace

TEST_CASE("six hundred strangers that hold on do not keep a peer out, and cost little memory") {
    const TestNode peer;
    const TestNode node;
    introduce(peer, node);
    REQUIRE(passes(peer, node, "before"));
    const std::size_t before = test::resident_kib();
    {
        const Crowd crowd(node.port(), strangers, greeting("CURVE"));
        CHECK(crowd.size() == strangers);
        CHECK(passes(peer, node, "in between"));
        const TestNode newcomer;  // one that has to shake hands among them
        introduce(newcomer, node);
        CHECK(passes(newcomer, node, "hello"));
        if (test::freed_memory_is_returned) CHECK(test::resident_kib() < before + allowance_kib);
    }
    CHECK(passes(peer, node, "after"));
}

TEST_CASE("strangers that use up every descriptor do not end the node") {
    const TestNode peer;
    const TestNode node;
    introduce(peer, node);
    REQUIRE(passes(peer, node, "before"));
    {
        const FewDescriptors few(60);
        const Crowd crowd(node.port(), strangers, greeting("CURVE"));
        CHECK(crowd.size() < strangers);
        CHECK(passes(peer, node, "in between"));
    }
    CHECK(passes(peer, node, "after"));
    const TestNode newcomer;
    introduce(newcomer, node);
    CHECK(passes(newcomer, node, "hello"));
}

TEST_CASE("a handshake that is spoken byte by byte is cut off when its time is over") {
    const TestNode node;
    const RawConnection slow(node.port());
    const Bytes words = greeting("CURVE");
    std::size_t said = 0;
    const bool cut = eventually([&] {
        pollfd item{slow.fd(), POLLIN, 0};
        ::poll(&item, 1, 100);
        if (said + 1 < words.size()) (void)slow.say(BytesView(words).subspan(said++, 1));
        return slow.was_closed();
    });
    CHECK(cut);
    CHECK(said < words.size());
}

TEST_CASE("a peer that sends without end fills its own part of the inbox and no other's") {
    const TestNode node;
    const TestNode peer;
    introduce(peer, node);
    const auto secret = generate_transport_key(crypto::system_random());
    node->allow(public_key_of(secret));
    const std::size_t before = test::resident_kib();
    zmq::context_t context;
    constexpr SocketTimes times{
        std::chrono::seconds(2), std::chrono::seconds(15), std::chrono::milliseconds(20)};
    auto bomber = make_client(context, secret, node.key, times, AddressFamily::ipv4);
    bomber.connect(node.endpoint());
    const Frame large{{Bytes(max_frame_bytes - 64, 'x')}};
    CHECK(eventually([&] {
        (void)send_whole(bomber, large);
        return node->counters().dropped >= 200;
    }));
    REQUIRE(peer->send(node.key, frame_of("mine")));
    CHECK(eventually([&] {
        (void)send_whole(bomber, large);
        return node->counters().received > 0 && node->counters().dropped >= 400;
    }));
    if (test::freed_memory_is_returned) CHECK(test::resident_kib() < before + allowance_kib);
    std::size_t from_bomber = 0;
    bool came = false;
    while (auto inbound = node->poll()) {
        if (inbound->from == peer.key)
            came = true;
        else
            from_bomber += inbound->frame.size();
        if (came) break;
    }
    CHECK(came);
    CHECK(from_bomber <= 4 * 1024 * 1024);
}

TEST_CASE("strangers are one line in the log, however many and however often they come") {
    const auto file = std::filesystem::temp_directory_path() /
                      ("leeward-flood-" + std::to_string(::getpid()) + ".log");
    LogOptions how;
    how.to_stderr = false;
    how.file = file;
    auto log = Log::open(how);
    REQUIRE(log);
    {
        TestNode node;
        auto options = options_for(node.secret, "tcp://127.0.0.1:*");
        options.log = log->get();
        node.transport.reset();
        auto opened = open_zmq_transport(std::move(options));
        REQUIRE(opened);
        node.transport = std::move(opened).value();
        std::deque<TestNode> callers(12);
        for (const TestNode& caller : callers) {
            REQUIRE(caller->connect(node.key, node.endpoint()));
            REQUIRE(caller->send(node.key, frame_of("let me in")));
        }
        CHECK(eventually([&] { return node->counters().strangers >= 24; }));
    }
    CHECK(lines_with(file, "transport.stranger") == 1);
    std::filesystem::remove(file);
}
