#include "node/app/home.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <sys/stat.h>

#include "node/app/config.h"
#include "node/app/home_files.h"
#include "node/app/private_files.h"
#include "node/exchange/desk.h"
#include "node/exchange/introduce.h"
#include "node/store/files.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

fs::path mail_host_path(const fs::path& home) {
    return home / "mailhost.db";
}
// There from the first thing that is written until all is durable.
fs::path unfinished_path(const fs::path& home) {
    return home / "unfinished";
}

// What create_home writes, and nothing else: somebody may have put files of her own there since.
bool is_of_making(const fs::path& home, const fs::path& file) {
    constexpr std::array names{"root.key",
                               "config.toml",
                               "store.db",
                               "store.db-wal",
                               "store.db-journal",
                               "store.db.reserve",
                               "views.journal"};
    if (file.parent_path() == keyring_path(home)) return true;
    return std::any_of(names.begin(), names.end(), [&](auto name) { return file == home / name; });
}

// What an interrupted create_home has left: keys that nobody ever used, a store that nobody wrote to.
Outcome clear_unfinished(const fs::path& home) {
    std::error_code failure;
    std::vector<fs::path> left;
    for (fs::recursive_directory_iterator at(home, failure), end; !failure && at != end;
         at.increment(failure))
        if (at->is_regular_file(failure) && is_of_making(home, at->path()))
            left.push_back(at->path());
    if (failure) return Error{Errc::io, "looking at an unfinished node: " + failure.message()};
    for (const auto& path : left)
        LEEWARD_TRY(shred(path));
    return Done{};
}

Error no_store(const fs::path& home) {
    if (fs::exists(keyring_path(home)) || fs::exists(root_key_path(home)))
        return Error{Errc::not_found,
                     "the store of the node in this folder is missing; keep the folder as it is, "
                     "and restore a backup into another one ('leeward backup restore')"};
    return Error{Errc::not_found,
                 "no node lives in this folder; make one with 'leeward node init'"};
}

bool holds_anything(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder, ignored) && !fs::is_empty(folder, ignored);
}

Outcome begin_making(const fs::path& home) {
    if (fs::exists(unfinished_path(home))) return clear_unfinished(home);
    if (fs::exists(store_path(home)) || fs::exists(keyring_path(home)))
        return Error{Errc::already_exists,
                     "this folder holds a node already; it was left as it is"};
    if (holds_anything(home))
        return Error{Errc::already_exists,
                     "there is something in this folder already; it was left as it is. A node is "
                     "made in a folder of its own: name another with --home"};
    LEEWARD_TRY(make_private_folder(home));
    return write_private_file(unfinished_path(home), {});
}

schema::NodeCard make_card(const NewNode& node,
                           const crypto::SigningKey& root,
                           const Identity& identity,
                           schema::Time now,
                           crypto::Random& random) {
    schema::NodeCard card;
    card.root = crypto::verify_key_of(root);
    card.node = schema::node_id_of(card.root);
    card.organisation = node.organisation;
    card.roles = node.roles;
    card.signing = crypto::verify_key_of(identity.signing);
    card.log = crypto::verify_key_of(identity.log);
    card.log_origin = fresh_log_origin(random);
    card.witness = crypto::verify_key_of(identity.witness);
    card.link = public_key_of(identity.link).get();
    card.endpoint = node.endpoint;
    card.not_before = now - std::chrono::hours(24);
    card.expires = card.not_before + schema::limits::card_lifetime;
    return card;
}

std::vector<NamedKey> first_keys(const Identity& identity, crypto::Random& random) {
    auto keys = own_keys(identity);
    SecretBytes general(32);
    random.fill(general.reveal());
    keys.push_back({std::string(general_record), std::move(general)});
    return keys;
}

template <class Key>
Result<Key> own_key(const Keyring& keyring, std::string_view name) {
    const auto secret = keyring.get(name);
    if (!secret || secret->size() != Key::size)
        return Error{Errc::corrupt, "a key of this node is missing from the keyring"};
    return Key(secret->reveal().template first<Key::size>());
}

Outcome check_new(const NewNode& node) {
    if (node.organisation.empty() || node.organisation.size() > schema::limits::name_bytes)
        return Error{Errc::invalid_argument, "say the organisation's name, at most 120 bytes"};
    if (node.roles.empty())
        return Error{Errc::invalid_argument,
                     "say at least one role: investigation, shelter, counselling or audit"};
    for (const auto& role : node.roles)
        if (role != "investigation" && role != "shelter" && role != "counselling" &&
            role != "audit")
            return Error{Errc::invalid_argument,
                         "a role is investigation, shelter, counselling or audit"};
    if (node.hidden && node.endpoint.empty() && node.bind.empty()) return Done{};
    if (node.hidden)
        return Error{Errc::invalid_argument,
                     "a hidden node has no address: leave --endpoint and --bind out"};
    LEEWARD_TRY(check_endpoint(node.endpoint));
    return node.bind.empty() ? Outcome(Done{}) : check_endpoint(node.bind);
}

// Others' mail has a store of its own, so that whatever becomes of it stops nothing of this organisation's.
void find_mail_host(OpenedHome& home) {
    if (!fs::exists(mail_host_path(home.folder))) return;
    auto host = open_mail_host(home.folder, home.root);
    if (host)
        home.mail_host = std::move(host).value();
    else
        home.mail_host_fault = host.error().code;
}

}  // namespace

Outcome home_detail::create_home_with(MakeSlot make_slot,
                                      const fs::path& home,
                                      const NewNode& node,
                                      const SecretBytes& passphrase,
                                      schema::Time now,
                                      crypto::Random& random) {
    LEEWARD_TRY(check_new(node));
    LEEWARD_TRY(begin_making(home));
    LEEWARD_TRY(make_private_folder(keyring_path(home)));
    crypto::RootKey root;
    random.fill(root.reveal());
    LEEWARD_ASSIGN(crypto::Slot slot,
                   make_slot(random.array<16>(),
                             node.operator_label.empty() ? "desk 1" : node.operator_label,
                             passphrase.reveal(),
                             root,
                             random));
    const auto root_key = fresh_signing_key(random);
    Identity identity{{},
                      {},
                      fresh_signing_key(random),
                      fresh_signing_key(random),
                      fresh_signing_key(random),
                      generate_transport_key(random)};
    identity.card = make_card(node, root_key, identity, now, random);
    identity.card_jws = schema::sign_card(identity.card, root_key);
    LEEWARD_TRY(write_root_key(home, root_key, root, random));
    LEEWARD_TRY(write_config(home, {node.bind.empty() ? node.endpoint : node.bind}));
    LEEWARD_ASSIGN(Keyring keyring,
                   Keyring::create(keyring_path(home), root, std::move(slot), random));
    LEEWARD_TRY(keyring.put(first_keys(identity, random)));
    LEEWARD_ASSIGN(Store store,
                   Store::open(store_path(home), crypto::derive<StoreKey>(root, "store")));
    LEEWARD_ASSIGN(const auto views, open_views(home, root, random));
    (void)views;
    LEEWARD_TRY(store.write([&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(tx.run(
            "INSERT INTO meta(key,value) VALUES(?,?)", own_card_key, as_bytes(identity.card_jws)));
        return set_own_contact(tx, node.contact);
    }));
    return shred(unfinished_path(home));
}

Outcome create_home(const fs::path& home,
                    const NewNode& node,
                    const SecretBytes& passphrase,
                    schema::Time now,
                    crypto::Random& random) {
    return home_detail::create_home_with(&crypto::make_slot, home, node, passphrase, now, random);
}

Result<std::unique_ptr<MailHost>> open_mail_host(const fs::path& home,
                                                 const crypto::RootKey& root) {
    return MailHost::open(mail_host_path(home), crypto::derive<StoreKey>(root, "mailhost"));
}

Result<OpenedHome> open_home(const fs::path& home,
                             const SecretBytes& passphrase,
                             crypto::Random& random) {
    if (fs::exists(unfinished_path(home)))
        return Error{
            Errc::not_found,
            "making a node in this folder was interrupted, and nothing of it was ever used; "
            "run 'leeward node init' again"};
    if (!fs::exists(store_path(home))) return no_store(home);
    LEEWARD_ASSIGN(const auto slots, Keyring::slots(keyring_path(home)));
    LEEWARD_ASSIGN(crypto::Unlocked opened, slots.unlock(passphrase.reveal()));
    return open_unlocked_home(home, std::move(opened), random);
}

Result<Store::Plan> upgrade_plan(const fs::path& home, const SecretBytes& passphrase) {
    LEEWARD_ASSIGN(const auto slots, Keyring::slots(keyring_path(home)));
    LEEWARD_ASSIGN(const crypto::Unlocked opened, slots.unlock(passphrase.reveal()));
    return Store::plan(store_path(home), crypto::derive<StoreKey>(opened.root, "store"));
}

Result<OpenedHome> open_unlocked_home(const fs::path& home,
                                      crypto::Unlocked opened,
                                      crypto::Random& random) {
    LEEWARD_ASSIGN(Keyring keyring, Keyring::open(keyring_path(home), opened.root, random));
    if (keyring.size() == 0)
        return Error{
            Errc::wrong_state,
            "this node has left the network: its keys are destroyed, and nothing here opens "
            "any more"};
    LEEWARD_ASSIGN(Store store,
                   Store::open(store_path(home), crypto::derive<StoreKey>(opened.root, "store")));
    LEEWARD_ASSIGN(ViewJournal views, open_views(home, opened.root, random));
    std::string card_jws;
    {
        auto rows = store.query("SELECT value FROM meta WHERE key=?", own_card_key);
        if (rows.next()) card_jws = to_text(rows.blob(0));
    }
    LEEWARD_ASSIGN(schema::NodeCard card, schema::open_card(card_jws));
    LEEWARD_ASSIGN(auto signing, signing_key_of(keyring, card.signing));
    LEEWARD_TRY(keyring.erase(other_signing_keys(keyring, card.signing)));
    LEEWARD_ASSIGN(auto log, own_key<crypto::SigningKey>(keyring, log_name));
    LEEWARD_ASSIGN(auto witness, own_key<crypto::SigningKey>(keyring, witness_name));
    LEEWARD_ASSIGN(auto link, own_key<TransportSecretKey>(keyring, link_name));
    LEEWARD_ASSIGN(Config config, read_config(home));
    OpenedHome whole{home,
                     std::move(config),
                     std::move(keyring),
                     std::move(store),
                     std::move(views),
                     LogDirectory(home / "log"),
                     Identity{std::move(card),
                              std::move(card_jws),
                              std::move(signing),
                              std::move(log),
                              std::move(witness),
                              std::move(link)},
                     std::move(opened.root),
                     opened.owner,
                     std::move(opened.own)};
    find_mail_host(whole);
    return whole;
}

}  // namespace leeward::node
