#include "tests/support/holders.h"

#include <catch2/catch_test_macros.hpp>

namespace leeward::test {
namespace age = crypto::age;
namespace fs = std::filesystem;

HolderKeys::HolderKeys(crypto::Random& random)
    : keys{age::generate_identity(random),
           age::generate_identity(random),
           age::generate_identity(random)} {}

std::string HolderKeys::public_key(std::size_t i) const {
    return age::format_recipient(age::recipient_of(keys.at(i)));
}

// Identities cannot be copied: it is spelled and read again.
age::Identity HolderKeys::key(std::size_t i) const {
    const SecretBytes spelled = age::format_identity(keys.at(i));
    return age::parse_identity(as_text(spelled.reveal())).value();
}

void name_holders(TestNode& node, const HolderKeys& holders) {
    const std::array<std::string, 3> names{"night supervisor", "board", "partner's officer"};
    for (std::size_t i = 0; i < 3; ++i)
        node.must("recovery.holder",
                  Json::object({{"name", names.at(i)}, {"key", holders.public_key(i) + "\n"}}));
}

node::BackupName back_up(TestNode& node) {
    return node::backup_at(node.must("backup.create").text_at("backup"));
}

Json restore(TestNode& node,
             const node::BackupName& backup,
             const HolderKeys& holders,
             crypto::Random& random,
             std::string_view held_by_partner,
             const std::function<void()>& before_start) {
    const auto id = node.home().identity.node();
    node.close();
    fs::path aside = node.folder();
    do
        aside += ".lost";
    while (fs::exists(aside));
    fs::rename(node.folder(), aside);
    const node::BackupName moved{aside / "backups", backup.name};
    node::RestoreFrom from{moved, id, holders.pair(0, 2)};
    node::use_held(from, held_by_partner);
    auto restored = node::restore_home(node.folder(), from, node.clock().now(), random);
    if (!restored) FAIL(restored.error().detail);
    if (before_start) before_start();
    node.open();
    return std::move(restored).value();
}

}  // namespace leeward::test
