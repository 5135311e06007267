// A node's folder: made once by `leeward node init`, opened at each start with an operator's
// passphrase.
//
//     config.toml   addresses; nothing secret
//     keyring/      slots and keys (node/store/keyring.h)
//     store.db      the SQLCipher store
//     views.journal what was read while the log could not be written
//     mailhost.db   a store of its own for mail that it keeps for others, if it does
//     log/          the published log in the open formats (node/audit/log_directory.h)
//     root.key      the organisation's root key, sealed; may be moved offline
//     recovery.key  the node's key for any two of three recovery holders (schema/backup.h)
//     backups/      the last 30 days' (node/backup/backup.h), unless config.toml names another folder
//     records-….age what an organisation that left took along, sealed (node/app/records_file.h)
//     node.log      what happened, without a person
//     run/          the socket
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/keyfile.h"
#include "node/audit/log_directory.h"
#include "node/audit/view_journal.h"
#include "node/mailbox/identity.h"
#include "node/mailbox/mail_host.h"
#include "node/store/keyring.h"
#include "node/store/store.h"
#include "schema/node_card.h"

namespace leeward::node {

struct NewNode {
    std::string organisation;
    std::vector<std::string> roles;  // investigation, shelter, counselling, audit
    std::string endpoint;            // what peers connect to: tcp://host:port
    std::string bind;                // what this node listens on; the endpoint if empty
    schema::Contact contact;
    std::string operator_label;  // a role ("desk 1"), not a person's name
    bool hidden = false;         // nobody connects to it: no endpoint; its mail lies at hosts
};

// Errc::already_exists if the folder holds a node; invalid_argument for what is missing. Takes about
// as long as one unlock. The folder is made 0700.
Outcome create_home(const std::filesystem::path& home,
                    const NewNode& node,
                    const SecretBytes& passphrase,
                    schema::Time now,
                    crypto::Random& random);

// Programs that call a person, run without arguments (node/app/ring.h). Empty: none.
struct Notify {
    std::string sound;                 // on the desk machine
    std::string command;               // to wherever people are
    std::vector<std::string> on_call;  // one after another, until somebody looks
};

// How mail is fetched by a node that nobody connects to.
struct MailSettings {
    std::int64_t poll_seconds = 5;
    bool cover = false;  // the same pace whatever there is, and empty envelopes in between
};

struct Config {
    std::string bind;  // empty: listens nowhere
    Notify notify{};
    int lock_minutes = 5;  // a page that nobody touches locks itself after so long: 1 to 30
    std::string proxy{};   // a SOCKS5 proxy for all connections, "host:port": Tor; empty: none
    MailSettings mail{};
    std::string backup_folder{};  // empty: backups/ in the node's folder
};

// Everything that a running node holds open. Errc::locked for a wrong passphrase; busy if another
// node runs on this folder; not_found without a node; untrusted for files that others may read.
struct OpenedHome {
    std::filesystem::path folder;
    Config config;
    Keyring keyring;
    Store store;
    ViewJournal views;
    LogDirectory log_files;
    Identity identity;
    crypto::RootKey root;  // DEK_root
    crypto::SlotOwner opened_by{};
    crypto::OwnKey own;                     // of the worker whose passphrase it was
    std::unique_ptr<MailHost> mail_host{};  // if it keeps mail for others
    // Why their store did not open: the node runs without it.
    std::optional<Errc> mail_host_fault{};
};
// The store of others' mail, made when it is not there.
Result<std::unique_ptr<MailHost>> open_mail_host(const std::filesystem::path& home,
                                                 const crypto::RootKey& root);
Result<OpenedHome> open_home(const std::filesystem::path& home,
                             const SecretBytes& passphrase,
                             crypto::Random& random);

// The same where a passphrase has been taken for its key already.
Result<OpenedHome> open_unlocked_home(const std::filesystem::path& home,
                                      crypto::Unlocked opened,
                                      crypto::Random& random);

// What an upgrade of the store would do (Store::plan), without opening the home. Errors as open_home().
Result<Store::Plan> upgrade_plan(const std::filesystem::path& home, const SecretBytes& passphrase);

// The organisation's root key, unsealed for one act. Errc::not_found when it was moved offline.
Result<crypto::SigningKey> open_root_key(const std::filesystem::path& home,
                                         const crypto::RootKey& root);

namespace home_detail {
// create_home with another slot; tests/support/cheap_home.h is the only other caller.
using MakeSlot = Result<crypto::Slot> (*)(
    const crypto::SlotOwner&, std::string_view, BytesView, const crypto::RootKey&, crypto::Random&);
Outcome create_home_with(MakeSlot make_slot,
                         const std::filesystem::path& home,
                         const NewNode& node,
                         const SecretBytes& passphrase,
                         schema::Time now,
                         crypto::Random& random);
}  // namespace home_detail

}  // namespace leeward::node
