#include "tests/support/frame_sink.h"

#include <sys/resource.h>
#include <zmq.hpp>

#include "node/transport/inbox.h"
#include "node/transport/sockets.h"
#include "node/transport/zap.h"

namespace leeward::test {

using node::TransportPublicKey;

namespace {

constexpr node::SocketTimes times{
    std::chrono::seconds(10), std::chrono::seconds(15), std::chrono::milliseconds(100)};

void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

class FrameSink::Servers {
public:
    Servers(std::size_t ends, const TransportPublicKey& sender) {
        raise_descriptor_limit();
        context_.set(zmq::ctxopt::max_sockets, static_cast<int>(ends) + 16);
        zap_.emplace(context_, [sender](const TransportPublicKey& key) { return key == sender; });
        items_ = {{nullptr, bell_.fd(), ZMQ_POLLIN, 0},
                  {zap_->socket().handle(), 0, ZMQ_POLLIN, 0}};
    }

    End add(crypto::Random& random) {
        const auto secret = node::generate_transport_key(random);
        auto socket = node::make_server(context_, secret, times, node::AddressFamily::ipv4);
        socket.bind("tcp://127.0.0.1:*");
        End end{node::public_key_of(secret), socket.get(zmq::sockopt::last_endpoint)};
        items_.push_back({socket.handle(), 0, ZMQ_POLLIN, 0});
        sockets_.push_back(std::move(socket));
        return end;
    }

    template <class Take>
    void turn(Take take) {
        zmq::poll(items_, std::chrono::milliseconds(-1));
        zap_->answer_all();
        for (std::size_t i = 0; i < sockets_.size(); ++i)
            if (items_[first_server + i].revents != 0)
                while (const auto received = node::receive(sockets_[i]))
                    take(i, received->frame);
    }
    void wake() const { bell_.ring(); }

private:
    static constexpr std::size_t first_server = 2;

    node::Doorbell bell_;
    zmq::context_t context_;
    std::optional<node::ZapHandler> zap_;
    std::vector<zmq::socket_t> sockets_;
    std::vector<zmq::pollitem_t> items_;
};

FrameSink::FrameSink(std::size_t ends,
                     const TransportPublicKey& sender,
                     crypto::Random& random,
                     OnFrame on_frame)
    : on_frame_(std::move(on_frame)), servers_(std::make_unique<Servers>(ends, sender)) {
    for (std::size_t i = 0; i < ends; ++i)
        ends_.push_back(servers_->add(random));
    thread_ = std::thread([this] {
        while (!stopping_)
            servers_->turn([this](std::size_t end, const node::Frame& frame) {
                on_frame_(end, frame);
                ++received_;
            });
    });
}

FrameSink::~FrameSink() {
    stopping_ = true;
    servers_->wake();
    thread_.join();
}

bool FrameSink::wait_for(std::uint64_t frames, std::chrono::milliseconds deadline) const {
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (received_ < frames && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    return received_ >= frames;
}

}  // namespace leeward::test
