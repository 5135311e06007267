#include "node/people/workers.h"

#include <algorithm>

#include "crypto/aead.h"
#include "crypto/hash.h"

namespace leeward::node {
namespace {

using schema::OperatorId;
using schema::Time;

constexpr std::size_t longest_team = 64;

Bytes key_aad(const OperatorId& id, const crypto::VerifyKey& verify) {
    Bytes aad = to_bytes(as_bytes("leeward/1 worker's key"));
    append(aad, id.get());
    append(aad, verify.get());
    return aad;
}

// nonce(24) ‖ XChaCha20-Poly1305 of the signing key, under what her passphrase alone gives.
Bytes sealed_key(const OperatorId& id,
                 const crypto::SigningKey& key,
                 const crypto::OwnKey& own,
                 crypto::Random& random) {
    const auto nonce = random.array<24>();
    const Bytes aad = key_aad(id, crypto::verify_key_of(key));
    Bytes out = to_bytes(nonce);
    append(out,
           crypto::xchacha20poly1305_seal(own.reveal(), nonce, crypto::Aad{aad}, key.reveal()));
    return out;
}

SharedKey fresh_key(crypto::Random& random) {
    crypto::SigningSeed seed;
    random.fill(seed.reveal());
    return std::make_shared<const crypto::SigningKey>(crypto::signing_key_from_seed(seed.reveal()));
}

bool is_plain(std::string_view text, std::size_t longest) {
    return text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
               return static_cast<Byte>(c) >= 0x20 && c != 0x7f;
           });
}

Outcome check(const Worker& worker) {
    if (worker.name.empty() || !is_plain(worker.name, crypto::keyfile_label_size))
        return Error{Errc::invalid_argument,
                     "a work name is 1 to 32 bytes of text; a role such as 'desk 2', not a "
                     "person's name"};
    if (!is_plain(worker.team, longest_team))
        return Error{Errc::invalid_argument, "a team's name is at most 64 bytes of text"};
    if (worker.roles.empty())
        return Error{Errc::invalid_argument, "a worker has at least one role"};
    return Done{};
}

Outcome put_key(Transaction& tx,
                Worker& worker,
                const crypto::SigningKey& key,
                const crypto::OwnKey& own,
                crypto::Random& random) {
    worker.verify = crypto::verify_key_of(key);
    worker.sealed = sealed_key(worker.id, key, own, random);
    return tx.run("UPDATE worker SET verify=?,sealed=?,sealed_next=x'' WHERE id=?",
                  worker.verify,
                  worker.sealed,
                  worker.id);
}

Outcome keep_verify_key(Transaction& tx, const Worker& worker, std::int64_t since) {
    return tx.run("INSERT INTO worker_key(verify,worker,since) VALUES(?,?,?)",
                  worker.verify,
                  worker.id,
                  since);
}

Worker read_worker(Rows& rows) {
    Worker worker;
    worker.id = rows.id<OperatorId>(0);
    worker.name = rows.text(1);
    worker.roles = schema::RoleSet::from_bits(static_cast<std::uint64_t>(rows.integer(2)));
    worker.team = rows.text(3);
    worker.verify = rows.id<crypto::VerifyKey>(4);
    worker.sealed = rows.bytes(5);
    worker.sealed_next = rows.bytes(6);
    worker.joined = rows.integer(7);
    worker.left_at = rows.integer(8);
    if (!rows.is_null(9)) worker.deputy = rows.id<OperatorId>(9);
    return worker;
}

}  // namespace

Outcome Workers::load(Store& store) {
    all_.clear();
    auto rows = store.query(
        "SELECT id,name,roles,team,verify,sealed,sealed_next,joined,left_at,deputy FROM worker "
        "ORDER BY name");
    while (rows.next())
        all_.push_back(read_worker(rows));
    return rows.status();
}

const Worker* Workers::find(const OperatorId& id) const {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const Worker& one) { return one.id == id; });
    return found == all_.end() ? nullptr : &*found;
}

Result<Worker> Workers::named(std::string_view name) const {
    for (const Worker& one : all_)
        if (one.works_here() && one.name == name) return one;
    return Error{Errc::not_found, "nobody of that name works here: leeward people list"};
}

std::size_t Workers::count() const {
    return static_cast<std::size_t>(std::count_if(
        all_.begin(), all_.end(), [](const Worker& one) { return one.works_here(); }));
}

std::size_t Workers::count(schema::Role role) const {
    return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [&](const Worker& one) {
        return one.works_here() && one.roles.contains(role);
    }));
}

Result<SharedKey> enrol(Transaction& tx,
                        Worker& worker,
                        const crypto::OwnKey& own,
                        crypto::Random& random) {
    LEEWARD_TRY(check(worker));
    const SharedKey key = fresh_key(random);
    worker.verify = crypto::verify_key_of(*key);
    worker.sealed = sealed_key(worker.id, *key, own, random);
    auto written =
        tx.run("INSERT INTO worker(id,name,roles,team,verify,sealed,joined) VALUES(?,?,?,?,?,?,?)",
               worker.id,
               worker.name,
               static_cast<std::int64_t>(worker.roles.bits()),
               worker.team,
               worker.verify,
               worker.sealed,
               worker.joined);
    if (!written && written.error().code == Errc::already_exists)
        return Error{Errc::already_exists,
                     "that work name is taken, or was somebody's before; nothing was changed"};
    LEEWARD_TRY(std::move(written));
    LEEWARD_TRY(keep_verify_key(tx, worker, worker.joined));
    return key;
}

Result<SharedKey> renew_key(
    Transaction& tx, Worker& worker, const crypto::OwnKey& own, crypto::Random& random, Time now) {
    const SharedKey key = fresh_key(random);
    LEEWARD_TRY(put_key(tx, worker, *key, own, random));
    LEEWARD_TRY(keep_verify_key(tx, worker, schema::unix_seconds(now)));
    return key;
}

Outcome seal_beside(Transaction& tx,
                    const Worker& worker,
                    const crypto::SigningKey& key,
                    const crypto::OwnKey& own,
                    crypto::Random& random) {
    return tx.run("UPDATE worker SET sealed_next=? WHERE id=?",
                  sealed_key(worker.id, key, own, random),
                  worker.id);
}

Outcome seal_settled(Transaction& tx, const OperatorId& id) {
    return tx.run(
        "UPDATE worker SET sealed=sealed_next,sealed_next=x'' WHERE id=? AND sealed_next<>x''", id);
}

Result<SharedKey> open_key(const Worker& worker, const crypto::OwnKey& own) {
    const Bytes aad = key_aad(worker.id, worker.verify);
    for (const BytesView sealed : {BytesView(worker.sealed), BytesView(worker.sealed_next)}) {
        if (sealed.size() < 24) continue;
        const auto opened = crypto::xchacha20poly1305_open(
            own.reveal(), sealed.first<24>(), crypto::Aad{aad}, sealed.subspan(24));
        if (opened && opened->size() == crypto::SigningKey::size)
            return std::make_shared<const crypto::SigningKey>(
                opened->reveal().first<crypto::SigningKey::size>());
    }
    return Error{Errc::corrupt, "this worker's signing key does not open"};
}

Outcome set_roles(Transaction& tx, const OperatorId& id, schema::RoleSet roles) {
    if (roles.empty()) return Error{Errc::invalid_argument, "a worker has at least one role"};
    return tx.run(
        "UPDATE worker SET roles=? WHERE id=?", static_cast<std::int64_t>(roles.bits()), id);
}

Outcome set_team(Transaction& tx, const OperatorId& id, std::string_view team) {
    if (!is_plain(team, longest_team))
        return Error{Errc::invalid_argument, "a team's name is at most 64 bytes of text"};
    return tx.run("UPDATE worker SET team=? WHERE id=?", team, id);
}

Outcome set_deputy(Transaction& tx, const OperatorId& id, const std::optional<OperatorId>& deputy) {
    return tx.run("UPDATE worker SET deputy=? WHERE id=?", deputy, id);
}

Outcome leave(Transaction& tx, const OperatorId& id, Time now) {
    return tx.run("UPDATE worker SET left_at=?,sealed=x'',sealed_next=x'' WHERE id=?",
                  schema::unix_seconds(now),
                  id);
}

crypto::Hash worker_link(const OperatorId& id, const crypto::VerifyKey& key) {
    Bytes said = to_bytes(as_bytes("leeward/1 worker"));
    append(said, id.get());
    append(said, key.get());
    return crypto::sha256(said);
}

}  // namespace leeward::node
