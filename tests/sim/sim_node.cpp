#include "tests/sim/sim_node.h"

#include <sys/prctl.h>
#include <unistd.h>

#include "schema/commands.h"
#include "schema/envelope.h"
#include "tests/sim/broken.h"

namespace leeward::sim {
namespace {

using node::Frame;
using node::TransportPublicKey;

// The smallest cost that a slot may have: universes open homes by the thousand.
Result<crypto::Slot> make_slot(const crypto::SlotOwner& owner,
                               std::string_view label,
                               BytesView secret,
                               const crypto::RootKey& root,
                               crypto::Random& random) {
    return crypto::keyfile_detail::make_slot_at({1, 8}, owner, label, secret, root, random);
}

SecretBytes passphrase() {
    return SecretBytes(as_bytes("correct horse battery staple"));
}

// Whatever a program without power throws is thrown by nobody.
template <class Work>
auto unless_off(const test::MemoryDisk& disk, Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception&) {
        if (!disk.is_off()) throw;
        return Error{Errc::io, "the power is off"};
    }
}

std::string home_of(const test::MemoryDisk& disk) {
    return disk.mount() + "/home";
}

}  // namespace

// Between a node and the network: what a machine without power sends goes nowhere, and what arrives
// is told apart by whom it was sealed for.
class SimNode::Wire final : public node::Transport {
public:
    Wire(SimNode& node, std::unique_ptr<node::Transport> inner)
        : node_(node), inner_(std::move(inner)) {}

    Outcome connect(const TransportPublicKey& peer, const std::string& endpoint) override {
        return inner_->connect(peer, endpoint);
    }
    void disconnect(const TransportPublicKey& peer) override {
        std::erase_if(held_, [&](const auto& one) { return one.first == peer; });
        inner_->disconnect(peer);
    }
    Outcome send(const TransportPublicKey& peer, Frame frame) override {
        if (node_.disk_.is_off()) return Done{};
        auto& around = node_.around_;
        if (around.on_send && !around.on_send(peer, frame)) return Done{};
        around.traffic.sent(node_.link_, peer, frame);
        if (!around.traffic.is_cut(node_.link_, peer)) return inner_->send(peer, std::move(frame));
        if (held_.size() >= most_held) return Error{Errc::busy, "this peer's queue is full"};
        held_.emplace_back(peer, std::move(frame));
        return Done{};
    }
    void inject(const TransportPublicKey& peer, Frame frame) {
        (void)inner_->send(peer, std::move(frame));
    }
    std::optional<node::Inbound> poll() override {
        send_held();
        auto inbound = inner_->poll();
        if (inbound && node_.around_.traffic.is_for(node_.link_, inbound->frame))
            note(inbound->frame);
        return inbound;
    }
    int readable_fd() override { return inner_->readable_fd(); }
    void allow(const TransportPublicKey& peer) override { inner_->allow(peer); }
    void deny(const TransportPublicKey& peer) override { inner_->deny(peer); }
    std::vector<TransportPublicKey> take_returned() override { return inner_->take_returned(); }
    [[nodiscard]] std::size_t peer_capacity() const override { return inner_->peer_capacity(); }
    [[nodiscard]] node::TransportCounters counters() const override { return inner_->counters(); }

private:
    void note(const Frame& frame) {
        const auto envelope = schema::read_envelope_frame(frame.parts);
        if (!envelope) return;
        ++node_.for_us_;
        node_.sent_us_.insert(crypto::sha256(envelope->enc.get()));
    }

    // What waited for a way that is open again.
    void send_held() {
        std::erase_if(held_, [&](auto& one) {
            if (node_.around_.traffic.is_cut(node_.link_, one.first)) return false;
            (void)inner_->send(one.first, std::move(one.second));
            return true;
        });
    }

    static constexpr std::size_t most_held = 64;
    SimNode& node_;
    std::unique_ptr<node::Transport> inner_;
    std::vector<std::pair<TransportPublicKey, Frame>> held_;
};

SimNode::SimNode(std::size_t index, std::string organisation, Surroundings& around)
    : index_(index),
      organisation_(std::move(organisation)),
      around_(around),
      disk_("/memory-disk/" + std::to_string(index)) {}

SimNode::~SimNode() {
    stop();
}

void SimNode::create(std::string_view role, schema::Time now) {
    const node::NewNode made{organisation_,
                             {std::string(role)},
                             "tcp://127.0.0.1:" + std::to_string(7000 + index_),
                             "",
                             {"555-0100", "all hours", "555-0101", "en"},
                             "desk 1"};
    const auto done = node::home_detail::create_home_with(
        &make_slot, home_of(disk_), made, passphrase(), now, around_.random);
    if (!done) throw Broken("a home cannot be made: " + done.error().detail);
}

Outcome SimNode::start() {
    Outcome started = unless_off(disk_, [&] { return try_start(); });
    if (!started) stop();
    return started;
}

Outcome SimNode::try_start() {
    opened_ = for_us_ = 0;
    auto opened = node::open_home(home_of(disk_), passphrase(), around_.random);
    ::prctl(PR_SET_DUMPABLE, 1);  // a leak checker must be able to look
    if (!opened) return opened.error();
    home_ = std::make_unique<node::OpenedHome>(std::move(opened).value());
    link_ = node::public_key_of(home_->identity.link);
    transport_ =
        std::make_unique<Wire>(*this, around_.network.join(link_, home_->identity.card.endpoint));
    auto engine = node::Engine::open({home_->store,
                                      home_->keyring,
                                      home_->identity,
                                      *transport_,
                                      around_.random,
                                      home_->views,
                                      home_->log_files},
                                     clock_.ms());
    if (!engine) return engine.error();
    engine_ = std::move(engine).value();
    api_ = std::make_unique<node::NodeApi>(*engine_, *home_, clock_, &make_slot);
    return Done{};
}

void SimNode::stop() {
    api_.reset();
    engine_.reset();
    wire_ = nullptr;
    transport_.reset();
    home_.reset();
}

Result<Json> SimNode::call(std::string_view command,
                           const Json& args,
                           const std::vector<std::string>& typed) {
    const auto* spec = schema::find_command(command);
    node::Secrets secrets;
    if (spec != nullptr && spec->own_passphrase) secrets.push_back(passphrase());
    for (const auto& one : typed)
        secrets.emplace_back(as_bytes(one));
    const node::Request request{std::string(command), args, node::Act::PERFORM, {}, secrets.size()};
    auto done = unless_off(disk_, [&] { return api_->serve(::geteuid(), request, secrets); });
    // What is said once the power has gone is heard by nobody.
    if (disk_.is_off()) return Error{Errc::io, "the power is off"};
    return done;
}

Json SimNode::must(std::string_view command, const Json& args) {
    auto done = call(command, args);
    if (!done)
        throw Broken(organisation_ + ": " + std::string(command) + ": " + done.error().detail);
    return std::move(done).value();
}

void SimNode::inject(const TransportPublicKey& to, Frame frame) {
    if (wire_ != nullptr) wire_->inject(to, std::move(frame));
}

SimNode::Stepped SimNode::step() {
    Stepped stepped;
    const auto work = unless_off(disk_, [&] { return engine_->step(clock_.ms()); });
    if (!work) {
        stepped.error = work.error();
        return stepped;
    }
    for (const auto& fault : {work->fault, work->received.fault})
        if (fault)
            throw Broken(organisation_ + ": stands still for " + std::string(name_of(*fault)));
    stepped.opened = opened_ += work->received.opened;
    stepped.for_us = for_us_;
    stepped.busy = work->more || work->sent.envelopes > 0 || work->received.opened > 0 ||
                   work->received.refused > 0 || work->received.repeats > 0;
    return stepped;
}

std::int64_t SimNode::number(std::string_view sql) {
    auto rows = store().query(sql);
    if (!rows.next()) throw Broken(organisation_ + ": no answer: " + std::string(sql));
    return rows.integer(0);
}

}  // namespace leeward::sim
