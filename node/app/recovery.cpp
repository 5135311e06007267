#include "node/app/recovery.h"

#include "node/app/private_files.h"
#include "node/audit/audit_log.h"
#include "node/people/workers.h"
#include "schema/passphrase.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;
using schema::Time;

Result<crypto::RootKey> node_key(const fs::path& home, const TwoHolders& holders) {
    auto text = read_private_file(home / "recovery.key", schema::backup_manifest_bytes);
    if (!text && text.error().code == Errc::not_found)
        return Error{Errc::not_found,
                     "this node has no recovery.key: no three holders were ever named here"};
    LEEWARD_TRY(text);
    LEEWARD_ASSIGN(const auto file, schema::read_recovery_file(as_text(*text)));
    LEEWARD_ASSIGN(const SecretBytes key,
                   crypto::open_with_two(file.copies, holders.one, holders.other));
    if (key.size() != crypto::RootKey::size)
        return Error{Errc::corrupt, "recovery.key does not hold this node's key"};
    return crypto::RootKey(key.reveal().first<crypto::RootKey::size>());
}

Result<crypto::OwnKey> own_key_of(const crypto::Slot& slot, const SecretBytes& passphrase) {
    crypto::Keyfile keyfile;
    LEEWARD_TRY(keyfile.add(slot));
    LEEWARD_ASSIGN(auto opened, keyfile.unlock(slot.owner, passphrase.reveal()));
    return std::move(opened.own);
}

// By the node itself: nobody is signed in, and no worker's signature stands behind it.
Outcome log_recovery(
    AuditLog& log, Transaction& tx, const Identity& self, const Worker& worker, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::ACT;
    event.machine = schema::Machine::PEOPLE;
    event.reason = schema::code_tag("PASSPHRASE_RECOVERED");
    event.link = worker_link(worker.id, worker.verify);
    event.own = schema::organisation_tag(self.node());
    event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now) / 900);
    const auto done = log.append(tx, event);
    return done ? Outcome(Done{}) : Outcome(done.error());
}

Outcome give_new_key(
    OpenedHome& home, Worker& worker, const crypto::OwnKey& own, Time now, crypto::Random& random) {
    LEEWARD_ASSIGN(
        AuditLog log,
        AuditLog::open(home.store, home.identity.log, home.identity.card.log_origin, random));
    return home.store.write([&](Transaction& tx) -> Outcome {
        const auto key = renew_key(tx, worker, own, random, now);
        if (!key) return key.error();
        return log_recovery(log, tx, home.identity, worker, now);
    });
}

bool has_slot(const Keyring& keyring, const crypto::SlotOwner& owner) {
    const auto& slots = keyring.keyfile().slots();
    return std::any_of(
        slots.begin(), slots.end(), [&](const crypto::Slot& slot) { return slot.owner == owner; });
}

}  // namespace

Outcome recover_access(const fs::path& home,
                       const TwoHolders& holders,
                       std::string_view name,
                       const SecretBytes& new_passphrase,
                       Time now,
                       crypto::Random& random,
                       home_detail::MakeSlot make_slot) {
    LEEWARD_TRY(schema::check_passphrase(new_passphrase.reveal()));
    LEEWARD_ASSIGN(auto root, node_key(home, holders));
    LEEWARD_ASSIGN(OpenedHome opened,
                   open_unlocked_home(home, {{}, std::move(root), crypto::OwnKey()}, random));
    Workers workers;
    LEEWARD_TRY(workers.load(opened.store));
    LEEWARD_ASSIGN(Worker worker, workers.named(name));
    LEEWARD_ASSIGN(
        crypto::Slot slot,
        make_slot(worker.id.get(), worker.name, new_passphrase.reveal(), opened.root, random));
    LEEWARD_ASSIGN(const auto own, own_key_of(slot, new_passphrase));
    LEEWARD_TRY(give_new_key(opened, worker, own, now, random));
    return has_slot(opened.keyring, worker.id.get()) ? opened.keyring.replace_slot(std::move(slot))
                                                     : opened.keyring.add_slot(std::move(slot));
}

}  // namespace leeward::node
