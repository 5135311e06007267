// Three recovery holders, and a node that is restored from what any two of them open.
#pragma once

#include <functional>

#include "node/app/restore.h"
#include "tests/support/test_node.h"

namespace leeward::test {

struct HolderKeys {
    std::array<crypto::age::Identity, 3> keys;
    explicit HolderKeys(crypto::Random& random);

    [[nodiscard]] std::string public_key(std::size_t i) const;
    [[nodiscard]] crypto::age::Identity key(std::size_t i) const;
    [[nodiscard]] node::TwoHolders pair(std::size_t i, std::size_t j) const {
        return {key(i), key(j)};
    }
};

void name_holders(TestNode& node, const HolderKeys& holders);
node::BackupName back_up(TestNode& node);

// The machine is lost: a new node in the folder of the old one, which is moved aside. Fails the test.
Json restore(TestNode& node,
             const node::BackupName& backup,
             const HolderKeys& holders,
             crypto::Random& random,
             std::string_view held_by_partner = {},
             const std::function<void()>& before_start = {});

}  // namespace leeward::test
