#include "node/app/restore.h"

#include "crypto/merkle.h"
#include "node/app/home_files.h"
#include "node/app/private_files.h"
#include "node/audit/closed_log.h"
#include "node/exchange/introduce.h"
#include "node/people/workers.h"
#include "schema/limits.h"
#include "schema/message.h"
#include "schema/restored_event.h"
#include "schema/revocation.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;
using schema::Json;
using schema::NodeCard;
using schema::Time;

// A folder that is gone, its files overwritten, unless keep() was called.
class Scratch {
public:
    static Result<Scratch> make(const fs::path& folder) {
        remove(folder);  // of an attempt that a crash ended
        LEEWARD_TRY(make_private_folder(folder));
        return Scratch(folder);
    }
    Scratch(Scratch&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
    Scratch& operator=(Scratch&&) = delete;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { remove(folder_); }

    [[nodiscard]] const fs::path& folder() const { return folder_; }
    Outcome keep_as(const fs::path& home) {
        std::error_code failure;
        fs::rename(folder_, home, failure);
        if (failure)
            return Error{Errc::io, "the restored node cannot take its place: " + failure.message()};
        folder_.clear();
        return sync_folder(home.parent_path());
    }

private:
    explicit Scratch(fs::path folder) : folder_(std::move(folder)) {}
    static void remove(const fs::path& folder) {
        if (folder.empty()) return;
        std::error_code ignored;
        for (fs::recursive_directory_iterator at(folder, ignored), end; !ignored && at != end;
             at.increment(ignored))
            if (at->is_regular_file(ignored)) (void)shred(at->path());
        fs::remove_all(folder, ignored);
    }
    fs::path folder_;
};

// What was backed up, opened and checked as a whole.
struct Inside {
    OpenedBackup backup;
    Store store;
    NodeCard card;  // as it stood
    AuditLog log;
};

Result<const NamedKey*> named(const KeyList& keys, std::string_view name) {
    for (const auto& key : keys.keys)
        if (key.name == name) return &key;
    return Error{Errc::corrupt, "a key of the node is missing from this backup"};
}

Outcome fits(const AuditLog& log, const schema::BackupManifest& manifest) {
    if (log.size() == manifest.log_size && log.root() == manifest.log_root) return Done{};
    return Error{Errc::corrupt, "the log in this backup is not the one that its manifest signs"};
}

Result<Inside> look_inside(const fs::path& folder,
                           const RestoreFrom& from,
                           crypto::SigningKey& log_key,
                           Time now,
                           crypto::Random& random) {
    LEEWARD_ASSIGN(OpenedBackup backup,
                   open_backup(from.backup, from.node, from.holders, folder, now));
    LEEWARD_ASSIGN(
        Store store,
        Store::open(backup.store_file, crypto::derive<StoreKey>(backup.keys.root, "store")));
    LEEWARD_TRY(store.verify());
    LEEWARD_ASSIGN(const NamedKey* key, named(backup.keys, log_name));
    if (key->secret.size() != crypto::SigningKey::size)
        return Error{Errc::corrupt, "the log's key in this backup has the wrong length"};
    log_key =
        crypto::SigningKey(std::as_const(key->secret).reveal().first<crypto::SigningKey::size>());
    NodeCard card = backup.about.card;
    LEEWARD_ASSIGN(AuditLog log, AuditLog::open(store, log_key, card.log_origin, random));
    LEEWARD_TRY(fits(log, backup.about.manifest));
    LEEWARD_ASSIGN(const auto whole, log.verify(store, AuditLog::Depth::OPENINGS));
    (void)whole;
    return Inside{std::move(backup), std::move(store), std::move(card), std::move(log)};
}

std::int64_t count(Store& store, std::string_view sql) {
    auto rows = store.query(sql);
    return rows.next() ? rows.integer(0) : 0;
}

Json about(Inside& inside, Time now) {
    const auto& manifest = inside.backup.about.manifest;
    return Json::object(
        {{"organisation", inside.card.organisation},
         {"made_at", schema::unix_seconds(manifest.made)},
         {"hours_old", (now - manifest.made) / std::chrono::hours(1)},
         {"log_entries", manifest.log_size},
         {"cases", count(inside.store, "SELECT count(*) FROM survivor_case")},
         {"questions", count(inside.store, "SELECT count(*) FROM leg")},
         {"partners_to_call",
          count(inside.store, "SELECT count(*) FROM peer WHERE psk_epoch IS NOT NULL")}});
}

// ------------------------------------------------------------------ the node that comes of it

// The last card before this restore, and a head of its log that somebody else holds; may be empty. A
// partner that has heard less than the backup knows helps nothing, and is no reason to stop.
struct LastKnown {
    NodeCard card;
    std::string jws;
    std::string head;
};
Result<LastKnown> last_known(const OpenedBackup& backup, const RestoreFrom& from) {
    LastKnown backed_up{backup.about.card, backup.about.manifest.card, {}};
    if (from.newest_card.empty()) return backed_up;
    LEEWARD_ASSIGN(NodeCard card, schema::open_card(from.newest_card));
    if (card.node != backed_up.card.node)
        return Error{Errc::invalid_argument, "this card is another organisation's"};
    if (card.version < backed_up.card.version) return backed_up;
    return LastKnown{std::move(card), from.newest_card, from.witnessed};
}

// The newest head that is known of the log that ends here: that of the newest card. After a second restore
// it may be another log than the one in the backup; of that nothing came back.
struct Ended {
    schema::LogBefore log;
    std::uint64_t came_back = 0;
};
Result<Ended> log_that_ended(const Inside& inside, const LastKnown& known) {
    const NodeCard& last = known.card;
    Ended ended{{last.log_origin, 0, crypto::empty_root()}, 0};
    if (last.log_origin == inside.log.origin()) {
        ended.came_back = inside.log.size();
        ended.log = {last.log_origin, inside.log.size(), inside.log.root()};
    }
    if (known.head.empty()) return ended;
    const crypto::Vkey key{last.log_origin, crypto::NoteKeyType::ed25519, last.log};
    const auto head = crypto::open_checkpoint(known.head, key);
    if (!head)
        return Error{Errc::untrusted,
                     "the head of our log that a partner gave is not signed by our log's key; "
                     "nothing was restored"};
    const auto& shown = head->checkpoint;
    if (shown.size.get() > ended.log.size)
        ended.log = {last.log_origin, shown.size.get(), shown.root};
    return ended;
}

// New keys throughout: the old machine may be in other hands. And a witness that may have cosigned more
// than it remembers must not go on under its old name.
Identity successor(NodeCard last,
                   const std::string& last_jws,
                   const schema::LogBefore& before,
                   const RestoreFrom& from,
                   const crypto::SigningKey& root,
                   Time now,
                   crypto::Random& random) {
    Identity next{std::move(last),
                  {},
                  fresh_signing_key(random),
                  fresh_signing_key(random),
                  fresh_signing_key(random),
                  generate_transport_key(random)};
    NodeCard& card = next.card;
    card.restored = before;
    ++card.version;
    card.previous = crypto::sha256(as_bytes(last_jws));
    card.signing = crypto::verify_key_of(next.signing);
    card.log = crypto::verify_key_of(next.log);
    card.log_origin = fresh_log_origin(random);
    card.witness = crypto::verify_key_of(next.witness);
    card.link = public_key_of(next.link).get();
    if (!from.endpoint.empty()) card.endpoint = from.endpoint;
    card.not_before = now - std::chrono::hours(24);
    card.expires = card.not_before + schema::limits::card_lifetime;
    next.card_jws = schema::sign_card(card, root);
    return next;
}

// A partner that was restored itself may have waited for our word when the copy was made: it waits still.
Outcome owe_unsent_words(Transaction& tx, Time now) {
    return tx.run(
        "UPDATE peer SET resync_owed=? WHERE resync_owed=0 AND node IN (SELECT peer FROM outbox "
        "WHERE kind=?)",
        schema::unix_seconds(now),
        schema::MessageKind::RESYNC);
}

// What waited to be sent is not sent again, what was sealed to us no longer opens, and every pair meets
// again. What was received stays known, so that nothing takes effect twice; and so does what she withdrew while
// a partner was waited for after another restore (withdraw.h): it still has to name what that goes for, though
// two people have opened it meanwhile.
Outcome begin_anew(Transaction& tx, const Identity& next, Time now) {
    LEEWARD_TRY(owe_unsent_words(tx, now));
    for (const std::string_view statement :
         {"DELETE FROM outbox",
          "DELETE FROM envelope",
          "DELETE FROM own_prekey",
          "DELETE FROM peer_prekey",
          "DELETE FROM pending_offer",
          "DELETE FROM resync_part",
          "DELETE FROM resync_named WHERE substr(id,1,16) NOT IN (SELECT id FROM survivor_case)",
          "DELETE FROM refused_grant",
          "DELETE FROM own_witness",  // what they hold is of the closed log
          "DELETE FROM notice WHERE code='OWN_KEYS_REVOKED'",
          "UPDATE received SET leaf=-1"})  // the entry of its receipt is in the closed log
        LEEWARD_TRY(tx.run(statement));
    const std::int64_t restored = schema::unix_seconds(now);
    LEEWARD_TRY(tx.run("UPDATE peer SET resync_awaited=? WHERE psk_epoch IS NOT NULL", restored));
    // All that the copy has is older than this, whatever the clock said when it was made.
    LEEWARD_TRY(tx.run("UPDATE leg SET opened=min(opened,?)", restored));
    LEEWARD_TRY(tx.run("UPDATE grant_of SET created=min(created,?)", restored));
    LEEWARD_TRY(
        tx.run("UPDATE release SET drafted=min(drafted,?1),starts=min(starts,?1)", restored));
    LEEWARD_TRY(tx.run("UPDATE peer SET psk_epoch=NULL,psk_heard=0,verified=0"));
    LEEWARD_TRY(tx.run("INSERT OR REPLACE INTO own_card(version,jws) VALUES(?,?)",
                       next.card.version,
                       next.card_jws));
    return tx.run("UPDATE meta SET value=? WHERE key=?", as_bytes(next.card_jws), own_card_key);
}

// The new log has brought nobody in: it holds their acts to the keys that they have from before.
Result<std::vector<schema::AuditRecord>> who_works_on(Store& store) {
    Workers workers;
    LEEWARD_TRY(workers.load(store));
    std::vector<schema::AuditRecord> events;
    for (const Worker& worker : workers.all()) {
        if (!worker.works_here()) continue;
        schema::AuditRecord& event = events.emplace_back();
        event.kind = schema::EventKind::ACT;
        event.machine = schema::Machine::PEOPLE;
        event.reason = schema::code_tag("WORKER_CONTINUES");
        event.link = worker_link(worker.id, worker.verify);
    }
    return events;
}

Outcome begin_log(
    Store& store, const Identity& next, const Ended& ended, Time now, crypto::Random& random) {
    LEEWARD_ASSIGN(AuditLog log, AuditLog::open(store, next.log, next.card.log_origin, random));
    LEEWARD_ASSIGN(auto events, who_works_on(store));
    events.insert(events.begin(), schema::restored_event(ended.log, ended.came_back));
    return store.write([&](Transaction& tx) -> Outcome {
        for (auto& event : events) {
            event.own = schema::organisation_tag(next.card.node);
            event.quarter = static_cast<std::uint32_t>(schema::unix_seconds(now) / 900);
            const auto done = log.append(tx, event);
            if (!done) return done.error();
        }
        return Done{};
    });
}

bool is_replaced(std::string_view key) {
    return key == log_name || key == witness_name || key == link_name ||
           key.starts_with("node/signing");
}

Outcome write_keyring(const fs::path& folder,
                      OpenedBackup& backup,
                      const Identity& next,
                      crypto::Random& random) {
    LEEWARD_TRY(make_private_folder(keyring_path(folder)));
    auto& keys = backup.keys;
    LEEWARD_ASSIGN(
        Keyring ring,
        Keyring::create(keyring_path(folder), keys.root, std::move(keys.slots.front()), random));
    for (std::size_t i = 1; i < keys.slots.size(); ++i)
        LEEWARD_TRY(ring.add_slot(std::move(keys.slots.at(i))));
    std::vector<NamedKey> all = own_keys(next);
    for (auto& key : keys.keys)
        if (!is_replaced(key.name) && is_backed_up(key.name)) all.push_back(std::move(key));
    while (!all.empty()) {
        constexpr std::size_t at_once = 1'000;
        const auto some = all.end() - static_cast<std::ptrdiff_t>(std::min(at_once, all.size()));
        std::vector<NamedKey> batch(std::make_move_iterator(some),
                                    std::make_move_iterator(all.end()));
        all.erase(some, all.end());
        LEEWARD_TRY(ring.put(std::move(batch)));
    }
    return Done{};
}

Result<crypto::SigningKey> root_key_for(const fs::path& folder,
                                        const OpenedBackup& backup,
                                        const RestoreFrom& from) {
    const BytesView file =
        from.root_key.empty() ? BytesView(backup.keys.root_key_file) : as_bytes(from.root_key);
    if (file.empty())
        return Error{Errc::not_found,
                     "the organisation's root key was kept away from the node: bring its file with "
                     "--root-key. Nothing was restored"};
    LEEWARD_TRY(write_private_file(root_key_path(folder), file));
    LEEWARD_ASSIGN(auto key, open_root_key(folder, backup.keys.root));
    if (crypto::verify_key_of(key) == backup.about.card.root) return key;
    return Error{Errc::untrusted, "this root key is not the one that signed our card"};
}

Outcome make_node(const fs::path& folder,
                  Inside& inside,
                  const RestoreFrom& from,
                  Time now,
                  crypto::Random& random) {
    LEEWARD_ASSIGN(const auto root, root_key_for(folder, inside.backup, from));
    LEEWARD_ASSIGN(LastKnown last, last_known(inside.backup, from));
    LEEWARD_ASSIGN(const Ended ended, log_that_ended(inside, last));
    const Identity next =
        successor(std::move(last.card), last.jws, ended.log, from, root, now, random);
    LEEWARD_TRY(inside.store.write([&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(close_log(tx, inside.log, ended.log, now));
        return begin_anew(tx, next, now);
    }));
    LEEWARD_TRY(begin_log(inside.store, next, ended, now, random));
    LEEWARD_TRY(write_keyring(folder, inside.backup, next, random));
    LEEWARD_TRY(write_private_file(folder / "config.toml", inside.backup.keys.settings));
    LEEWARD_TRY(inside.store.checkpoint());
    return Done{};
}

Outcome nobody_lives_in(const fs::path& home) {
    std::error_code ignored;
    if (!fs::exists(home, ignored) || fs::is_empty(home, ignored)) return Done{};
    return Error{Errc::already_exists,
                 "there is something in this folder already; it was left as it is. A restore makes "
                 "a folder of its own: name another with --home, or move this one away first"};
}

}  // namespace

void use_held(RestoreFrom& from, std::string_view text) {
    const auto line = std::min(text.find_first_of("\r\n"), text.size());
    const auto head = std::min(text.find_first_not_of("\r\n", line), text.size());
    from.newest_card = text.substr(0, line);
    from.witnessed = text.substr(head);
}

Result<Json> restore_home(const fs::path& home,
                          const RestoreFrom& from,
                          Time now,
                          crypto::Random& random) {
    LEEWARD_TRY(nobody_lives_in(home));
    if (!from.endpoint.empty()) LEEWARD_TRY(check_endpoint(from.endpoint));
    fs::path unfinished = home.has_filename() ? home : home.parent_path();  // as DIR/ is typed
    unfinished += ".restoring";
    LEEWARD_ASSIGN(Scratch scratch, Scratch::make(unfinished));
    Json told;
    {
        crypto::SigningKey log_key;
        LEEWARD_ASSIGN(Inside inside, look_inside(scratch.folder(), from, log_key, now, random));
        told = about(inside, now);
        LEEWARD_TRY(make_node(scratch.folder(), inside, from, now, random));
    }
    std::error_code ignored;
    fs::remove(home, ignored);  // where it is there, it is empty
    LEEWARD_TRY(scratch.keep_as(home));
    return told;
}

Result<Json> try_backup(const fs::path& folder,
                        const RestoreFrom& from,
                        Time now,
                        crypto::Random& random) {
    LEEWARD_ASSIGN(const Scratch scratch, Scratch::make(folder));
    crypto::SigningKey log_key;
    LEEWARD_ASSIGN(Inside inside, look_inside(scratch.folder(), from, log_key, now, random));
    return about(inside, now);
}

Result<std::string> revoke_with_backup(const fs::path& folder,
                                       const RestoreFrom& from,
                                       const Stolen& stolen,
                                       Time now) {
    LEEWARD_ASSIGN(const Scratch scratch, Scratch::make(folder));
    LEEWARD_ASSIGN(const auto backup,
                   open_backup(from.backup, from.node, from.holders, scratch.folder(), now));
    LEEWARD_ASSIGN(const auto root, root_key_for(scratch.folder(), backup, from));
    LEEWARD_ASSIGN(const LastKnown known, last_known(backup, from));
    const NodeCard& last = known.card;
    return schema::write_revocations({schema::sign_revocation(
        {last.node, last.node, last.version, stolen.since, now, stolen.reason}, root)});
}

}  // namespace leeward::node
