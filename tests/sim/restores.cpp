#include "tests/sim/restores.h"

#include <filesystem>

#include "node/app/restore.h"
#include "tests/sim/broken.h"
#include "tests/support/founding.h"

namespace leeward::sim {
namespace {

namespace age = crypto::age;
namespace fs = std::filesystem;

constexpr std::string_view saved = "/saved/";
constexpr std::array<std::string_view, 3> names{"night supervisor", "board", "partner's officer"};

bool works(SimNode& node) {
    return node.running() && !node.disk().is_off();
}

// The folder of backups, as it was carried away.
test::MemoryDisk::Image carried(const test::MemoryDisk::Image& disk) {
    test::MemoryDisk::Image image;
    image.folders = {"/saved"};
    const std::string backups = (fs::path("/home") / "backups" / "").string();
    for (const auto& [path, content] : disk.files)
        if (path.starts_with(backups))
            image.files.emplace(std::string(saved) + path.substr(backups.size()), content);
    return image;
}

}  // namespace

Restores::Restores(std::uint64_t seed,
                   std::vector<SimNode*> nodes,
                   Watch& watch,
                   crypto::Random& of_nodes)
    : dice_(seed ^ 0x5265'7374'6f72'6573),
      nodes_(std::move(nodes)),
      watch_(watch),
      of_nodes_(of_nodes) {
    for (std::size_t i = 0; i < names.size(); ++i)
        holders_.push_back(age::generate_identity(dice_));
    for (SimNode* node : nodes_)
        ids_.push_back(node->desk().self.node());
}

// Identities cannot be copied: it is spelled and read again.
age::Identity Restores::holder(std::size_t i) const {
    const SecretBytes spelled = age::format_identity(holders_.at(i));
    return age::parse_identity(as_text(spelled.reveal())).value();
}

void Restores::happen(const Told& after, const Told& behave) {
    SimNode& node = *nodes_[below(nodes_.size())];
    switch (below(3)) {
        case 0:
            if (!works(node)) return;
            copy(node);
            return after(node);
        case 1:
            return lose(node, behave);
        default:
            if (to_call_.empty()) return;
            const Pair pair = *to_call_.begin();
            if (works(*nodes_[pair.first]) && works(*nodes_[pair.second]))
                (void)call_back(pair, after);
    }
}

// Whatever is refused here (holders that were named already, a disk that is full) leaves no copy.
void Restores::copy(SimNode& node) {
    for (std::size_t i = 0; i < names.size(); ++i)
        (void)node.call(
            "recovery.holder",
            Json::object(
                {{"name", names.at(i)},
                 {"key", age::format_recipient(age::recipient_of(holders_.at(i))) + "\n"}}));
    const auto made = node.call("backup.create");
    if (!made) return;
    copies_[node.index()] = {carried(node.disk().image()),
                             node::backup_at(made->text_at("backup")).name};
}

void Restores::lose(SimNode& node, const Told& behave) {
    const auto found = copies_.find(node.index());
    if (found == copies_.end()) return;
    const auto before = node.disk().image();
    node.disk().lose_power();  // it gets to write nothing more
    node.stop();
    node.disk().outlive_program();
    node.disk().mend();
    node.disk().put(found->second.files);
    const fs::path mount = node.disk().mount();
    const std::size_t one = below(3);
    node::RestoreFrom from{{mount / "saved", found->second.name},
                           ids_.at(node.index()),
                           {holder(one), holder((one + 1 + below(2)) % 3)}};
    use_what_a_partner_holds(node, from);
    const auto restored = node::restore_home(mount / "home", from, node.clock().now(), of_nodes_);
    behave(node);
    if (!restored) {
        // By a clock that was set the copy may be too old.
        if (restored.error().code != Errc::wrong_state)
            throw Broken(node.name() + " is not restored: " + restored.error().detail);
        return node.disk().put(before);
    }
    ++done_;
    copies_.erase(found);
    watch_.set_back(node);
    for (const SimNode* other : nodes_)
        if (other != &node) to_call_.insert(std::minmax(node.index(), other->index()));
}

void Restores::use_what_a_partner_holds(SimNode& node, node::RestoreFrom& from) {
    SimNode& partner = *nodes_[below(nodes_.size())];
    if (&partner == &node || !works(partner)) return;
    const auto held = partner.call("peer.held", Json::object({{"peer", node.name()}}));
    if (held) node::use_held(from, held->text_at("file"));
}

Outcome Restores::call_back(const Pair& pair, const Told& after) {
    SimNode& a = *nodes_[pair.first];
    SimNode& b = *nodes_[pair.second];
    const auto ask = [&](SimNode& node, std::string_view command, Json::Object args) {
        auto done = node.call(command, Json(std::move(args)));
        after(node);
        return done;
    };
    LEEWARD_ASSIGN(const Json from_a, ask(a, "peer.offer", {{"for", b.name()}}));
    LEEWARD_ASSIGN(const Json from_b, ask(b, "peer.offer", {{"for", a.name()}}));
    LEEWARD_TRY(ask(a, "peer.accept", {{"offer", from_b.text_at("file")}}));
    LEEWARD_TRY(ask(b, "peer.accept", {{"offer", from_a.text_at("file")}}));
    for (const auto& [reader, listener] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
        LEEWARD_ASSIGN(const Json words, ask(*reader, "peer.verify", {{"peer", listener->name()}}));
        LEEWARD_TRY(ask(*listener,
                        "peer.verify",
                        {{"peer", reader->name()}, {"words", words.text_at("read_aloud")}}));
    }
    to_call_.erase(pair);
    return Done{};
}

void Restores::call_everybody_back() {
    for (const Pair& pair : std::set<Pair>(to_call_)) {
        const Outcome done = call_back(pair, [this](SimNode& node) { watch_.look(node); });
        if (!done)
            throw Broken(nodes_[pair.first]->name() + " and " + nodes_[pair.second]->name() +
                         " do not meet again: " + done.error().detail);
    }
}

}  // namespace leeward::sim
