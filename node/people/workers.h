// The people of this node: who works here, in which roles, in which team, and with which key.
//
// A worker is known by a work name or a role ("desk 1", "night supervisor"), never by the name of a
// person: the slots file shows it to whoever holds the disk. Each has one passphrase slot
// (node/store/keyring.h) and one Ed25519 key in force, which only her passphrase opens. Whoever left
// stays in the table without that key: what she did was hers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "node/store/store.h"
#include "schema/audit_event.h"
#include "schema/ids.h"
#include "schema/people.h"
#include "schema/time.h"

namespace leeward::node {

struct Worker {
    schema::OperatorId id{};
    std::string name{};
    schema::RoleSet roles{};
    std::string team{};  // empty: the team that has no name
    crypto::VerifyKey verify{};
    Bytes sealed{};
    Bytes sealed_next{};
    std::int64_t joined = 0;
    std::int64_t left_at = 0;
    std::optional<schema::OperatorId> deputy{};

    [[nodiscard]] bool works_here() const { return left_at == 0; }
};

// The table in memory. Load it again after a change.
class Workers {
public:
    Outcome load(Store& store);

    [[nodiscard]] const std::vector<Worker>& all() const { return all_; }
    [[nodiscard]] const Worker* find(const schema::OperatorId& id) const;
    // Errc::not_found for nobody who works here.
    [[nodiscard]] Result<Worker> named(std::string_view name) const;
    [[nodiscard]] std::size_t count() const;  // of those who work here
    [[nodiscard]] std::size_t count(schema::Role role) const;

private:
    std::vector<Worker> all_;  // by name
};

using SharedKey = std::shared_ptr<const crypto::SigningKey>;

// Writes her down with a new key of her own. Errc::already_exists for a name that was ever used,
// invalid_argument for one that is empty, over 32 bytes or not text, or for no role.
Result<SharedKey> enrol(Transaction& tx,
                        Worker& worker,
                        const crypto::OwnKey& own,
                        crypto::Random& random);
// Another key and passphrase for somebody who lost hers. What she signed before stays valid.
Result<SharedKey> renew_key(Transaction& tx,
                            Worker& worker,
                            const crypto::OwnKey& own,
                            crypto::Random& random,
                            schema::Time now);
// The same key under another passphrase too, before her slot changes; and under that one alone, after.
// A crash between leaves it open to whichever passphrase the slot has.
Outcome seal_beside(Transaction& tx,
                    const Worker& worker,
                    const crypto::SigningKey& key,
                    const crypto::OwnKey& own,
                    crypto::Random& random);
Outcome seal_settled(Transaction& tx, const schema::OperatorId& id);
// Errc::corrupt when it does not open or is another's.
Result<SharedKey> open_key(const Worker& worker, const crypto::OwnKey& own);

Outcome set_roles(Transaction& tx, const schema::OperatorId& id, schema::RoleSet roles);
Outcome set_team(Transaction& tx, const schema::OperatorId& id, std::string_view team);
Outcome set_deputy(Transaction& tx,
                   const schema::OperatorId& id,
                   const std::optional<schema::OperatorId>& deputy);
// Her private key is gone with this; her name and her acts stay.
Outcome leave(Transaction& tx, const schema::OperatorId& id, schema::Time now);

// What the log's entry about a worker commits to: SHA-256("leeward/1 worker" ‖ id ‖ key). Both are
// random; it binds each key to the entry that brought it in.
[[nodiscard]] crypto::Hash worker_link(const schema::OperatorId& id, const crypto::VerifyKey& key);

}  // namespace leeward::node
