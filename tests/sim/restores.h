// Machines that are lost in a universe. Copies are made while nodes work; later a node comes back from
// such a copy on a new disk, two of three holders opening it, sometimes with what a partner holds of it.
// Partners are called back one by one, at their time or when all is mended.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "crypto/age/age.h"
#include "crypto/random.h"
#include "node/app/restore.h"
#include "tests/sim/watch.h"

namespace leeward::sim {

class Restores {
public:
    // Its own dice: a universe without a restore plays as if there were none.
    Restores(std::uint64_t seed,
             std::vector<SimNode*> nodes,
             Watch& watch,
             crypto::Random& of_nodes);

    [[nodiscard]] bool is_due() { return below(9) == 0; }
    // One of these. `after` is told of each node that has acted; `behave` gives a new disk its habits.
    using Told = std::function<void(SimNode&)>;
    void happen(const Told& after, const Told& behave);
    // Throws Broken where one does not come about.
    void call_everybody_back();

    [[nodiscard]] std::uint64_t done() const { return done_; }

private:
    struct Copy {
        test::MemoryDisk::Image files;
        std::string name;
    };
    using Pair = std::pair<std::size_t, std::size_t>;

    std::uint64_t below(std::uint64_t n) { return dice_.number() % n; }
    void copy(SimNode& node);
    void lose(SimNode& node, const Told& behave);
    void use_what_a_partner_holds(SimNode& node, node::RestoreFrom& from);
    // The first error of theirs.
    Outcome call_back(const Pair& pair, const Told& after);
    [[nodiscard]] crypto::age::Identity holder(std::size_t i) const;

    crypto::SeededRandom dice_;
    std::vector<SimNode*> nodes_;
    Watch& watch_;
    crypto::Random& of_nodes_;
    std::vector<crypto::age::Identity> holders_;
    std::vector<schema::NodeId> ids_;
    std::map<std::size_t, Copy> copies_;
    std::set<Pair> to_call_;
    std::uint64_t done_ = 0;
};

}  // namespace leeward::sim
