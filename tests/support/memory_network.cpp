#include "tests/support/memory_network.h"

#include "crypto/hash.h"

namespace leeward::test {

using node::Frame;
using node::Inbound;
using node::TransportPublicKey;

namespace {
constexpr std::size_t queue_frames = 64;    // under way from one node to one peer
constexpr std::size_t inbox_frames = 1024;  // as the ZeroMQ transport's
}  // namespace

class MemoryNetwork::Member final : public node::Transport {
public:
    Member(MemoryNetwork& network, const TransportPublicKey& key, std::string endpoint)
        : network_(network), key_(key), endpoint_(std::move(endpoint)) {
        if (!endpoint_.empty()) network_.members_[endpoint_] = this;
    }
    ~Member() override {
        std::erase_if(network_.lines_, [&](const auto& line) { return line.second == this; });
        const auto found = network_.members_.find(endpoint_);
        if (found != network_.members_.end() && found->second == this)
            network_.members_.erase(found);
    }

    Outcome connect(const TransportPublicKey& peer, const std::string& endpoint) override {
        LEEWARD_TRY(node::check_endpoint(endpoint));
        const auto held = peers_.find(peer);
        if (held != peers_.end() && held->second.endpoint == endpoint) return Done{};
        peers_[peer] = {peer, endpoint};
        if (Member* there = network_.member_at(endpoint, peer)) there->arrives(key_);
        return Done{};
    }
    Outcome open_line(const node::TransportSecretKey& ours,
                      const TransportPublicKey& server,
                      const std::string& endpoint) override {
        LEEWARD_TRY(node::check_endpoint(endpoint));
        const auto name = node::public_key_of(ours);
        peers_[name] = {server, endpoint};
        network_.lines_[name] = this;
        return Done{};
    }
    Outcome answer(const Inbound& asked, Frame frame) override {
        LEEWARD_TRY(node::check_frame(frame));
        network_.under_way_.push_back({key_, asked.from, {}, std::move(frame)});
        return Done{};
    }
    void disconnect(const TransportPublicKey& peer) override {
        peers_.erase(peer);
        if (const auto line = network_.lines_.find(peer);
            line != network_.lines_.end() && line->second == this)
            network_.lines_.erase(line);
        std::erase_if(network_.under_way_, [&](const Travelling& frame) {
            return (frame.from == key_ && frame.to == peer) || frame.from == peer;
        });
    }

    Outcome send(const TransportPublicKey& peer, Frame frame) override {
        LEEWARD_TRY(node::check_frame(frame));
        const auto found = peers_.find(peer);
        if (found == peers_.end()) return Error{Errc::not_found, "not connected to this peer"};
        const auto& [server, endpoint] = found->second;
        const bool on_a_line = server != peer;
        const auto& from = on_a_line ? peer : key_;
        if (queued(from, server) >= queue_frames)
            return Error{Errc::busy, "this peer's queue is full"};
        if (network_.tap_) network_.tap_(from, server, frame);
        network_.under_way_.push_back({from, server, endpoint, std::move(frame)});
        ++counters_.handed_over;
        return Done{};
    }

    std::optional<Inbound> poll() override {
        if (inbox_.empty()) return std::nullopt;
        Inbound inbound = std::move(inbox_.front());
        inbox_.pop_front();
        return inbound;
    }
    int readable_fd() override { return -1; }

    void allow(const TransportPublicKey& peer) override {
        if (!allowed_.insert(peer).second) return;
        for (const auto& [endpoint, member] : network_.members_)
            if (member->key() == peer && member->goes_to(*this)) arrives(peer);
    }
    void deny(const TransportPublicKey& peer) override {
        allowed_.erase(peer);
        std::erase_if(inbox_, [&](const Inbound& inbound) { return inbound.from == peer; });
    }

    [[nodiscard]] std::size_t peer_capacity() const override { return 1000; }
    [[nodiscard]] node::TransportCounters counters() const override { return counters_; }

    [[nodiscard]] std::vector<TransportPublicKey> take_returned() override {
        const auto returned = std::exchange(returned_, {});
        return {returned.begin(), returned.end()};
    }

    [[nodiscard]] const TransportPublicKey& key() const { return key_; }
    [[nodiscard]] bool goes_to(const Member& other) const {
        const auto way = peers_.find(other.key_);
        return way != peers_.end() && way->second.endpoint == other.endpoint_;
    }
    // One that connects to this node.
    void arrives(const TransportPublicKey& peer) {
        if (allowed_.contains(peer)) returned_.insert(peer);
    }
    bool take_answer(const Travelling& travelling) {
        if (inbox_.size() >= inbox_frames) return ++counters_.dropped, false;
        inbox_.push_back({travelling.to, travelling.frame});
        ++counters_.received;
        return true;
    }
    bool take(const Travelling& travelling) {
        if (!allowed_.contains(travelling.from)) return ++counters_.strangers, false;
        if (inbox_.size() >= inbox_frames) return ++counters_.dropped, false;
        inbox_.push_back({travelling.from, travelling.frame});
        ++counters_.received;
        return true;
    }

private:
    [[nodiscard]] std::size_t queued(const TransportPublicKey& from,
                                     const TransportPublicKey& to) const {
        const auto is_ours = [&](const Travelling& frame) {
            return frame.from == from && frame.to == to;
        };
        return static_cast<std::size_t>(
            std::count_if(network_.under_way_.begin(), network_.under_way_.end(), is_ours));
    }

    MemoryNetwork& network_;
    const TransportPublicKey key_;
    const std::string endpoint_;
    struct Way {
        TransportPublicKey server;
        std::string endpoint;
    };
    std::map<TransportPublicKey, Way> peers_;  // and lines, by their names
    std::set<TransportPublicKey> allowed_;
    std::set<TransportPublicKey> returned_;
    std::deque<Inbound> inbox_;
    node::TransportCounters counters_;
};

MemoryNetwork::MemoryNetwork(crypto::Random& random) : random_(random) {}
MemoryNetwork::~MemoryNetwork() = default;

std::unique_ptr<node::Transport> MemoryNetwork::join(const TransportPublicKey& key,
                                                     const std::string& endpoint) {
    return std::make_unique<Member>(*this, key, endpoint);
}

void MemoryNetwork::say_again(const TransportPublicKey& from,
                              const TransportPublicKey& to,
                              Frame frame) {
    for (const auto& [endpoint, member] : members_)
        if (member->key() == to) {
            under_way_.push_back({from, to, endpoint, std::move(frame)});
            return;
        }
}

std::size_t MemoryNetwork::step() {
    std::size_t arrived = 0;
    for (std::size_t left = under_way_.size(); left > 0; --left) {
        Travelling travelling = std::move(under_way_.front());
        under_way_.pop_front();
        const Fate fate = fate_of(travelling);
        if (fate == Fate::arrives || fate == Fate::arrives_twice) arrived += deliver(travelling);
        if (fate == Fate::arrives_twice || fate == Fate::waits)
            under_way_.push_back(std::move(travelling));
    }
    return arrived;
}

// A frame between two groups waits, as it does in the queue of a connection that is down.
MemoryNetwork::Fate MemoryNetwork::fate_of(const Travelling& travelling) {
    if (group_of(travelling.from) != group_of(travelling.to)) return Fate::waits;
    if (chance(weather_.loss)) return Fate::is_lost;
    if (chance(weather_.delay)) return Fate::waits;
    return chance(weather_.duplication) ? Fate::arrives_twice : Fate::arrives;
}

void MemoryNetwork::heal() {
    for (const auto& [from, member] : members_)
        for (const auto& [to, other] : members_)
            if (group_of(member->key()) != group_of(other->key()) && member->goes_to(*other))
                other->arrives(member->key());
    groups_.clear();
}

MemoryNetwork::Member* MemoryNetwork::member_at(const std::string& endpoint,
                                                const TransportPublicKey& key) const {
    const auto found = members_.find(endpoint);
    return found != members_.end() && found->second->key() == key ? found->second : nullptr;
}

void MemoryNetwork::lose_what_waits() {
    std::erase_if(under_way_, [&](const Travelling& travelling) {
        return group_of(travelling.from) != group_of(travelling.to);
    });
}

bool MemoryNetwork::chance(std::uint32_t in_1000) {
    return in_1000 > 0 && random_.number() % 1000 < in_1000;
}

int MemoryNetwork::group_of(const TransportPublicKey& name) const {
    const auto line = lines_.find(name);
    const auto& key = line == lines_.end() ? name : line->second->key();
    const auto found = groups_.find(key);
    return found == groups_.end() ? 0 : found->second;
}

// Whoever listens at the address must hold the key that the sender expects there.
bool MemoryNetwork::deliver(const Travelling& travelling) {
    if (travelling.endpoint.empty()) {
        const auto line = lines_.find(travelling.to);
        if (line == lines_.end() || !line->second->take_answer(travelling)) return false;
        remember(travelling);
        return true;
    }
    Member* const there = member_at(travelling.endpoint, travelling.to);
    if (there == nullptr || !there->take(travelling)) return false;
    remember(travelling);
    return true;
}

void MemoryNetwork::remember(const Travelling& travelling) {
    Bytes record = to_bytes(history_);
    append(record, travelling.from.get());
    append(record, travelling.to.get());
    for (const Bytes& part : travelling.frame.parts)
        append(record, crypto::sha256(part));
    history_ = crypto::sha256(record);
}

}  // namespace leeward::test
