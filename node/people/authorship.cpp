#include "node/people/authorship.h"

#include <map>
#include <set>

#include "node/people/workers.h"

namespace leeward::node {
namespace {

// Of an entry about people that brings no worker in: the word of a second person.
constexpr crypto::Hash no_link{};

using Keys = std::map<crypto::VerifyKey, schema::OperatorId>;

Error unsigned_act(std::int64_t entry) {
    return Error{Errc::corrupt,
                 "entry " + std::to_string(entry) +
                     " of the log says that a person acted, and no worker of this node signed it"};
}

Result<Keys> all_keys(Store& store) {
    Keys keys;
    auto rows = store.query("SELECT verify,worker FROM worker_key");
    while (rows.next())
        keys.emplace(rows.id<crypto::VerifyKey>(0), rows.id<schema::OperatorId>(1));
    LEEWARD_TRY(rows.status());
    return keys;
}

schema::LeafData leaf_of(Rows& rows) {
    const auto rec = rows.array<schema::audit_record_bytes>(1);
    return schema::leaf_data(schema::leaf_commitment(rows.array<32>(2), rec), rows.array<32>(3));
}

// The row's signature is by a key that an entry up to here has brought in.
bool is_signed(Rows& rows, const Keys& keys, const std::set<crypto::Hash>& brought_in) {
    if (rows.is_null(4)) return false;
    const auto key = rows.id<crypto::VerifyKey>(4);
    const auto holder = keys.find(key);
    return holder != keys.end() && brought_in.contains(worker_link(holder->second, key)) &&
           crypto::verify(key, schema::act_statement(leaf_of(rows)), rows.id<crypto::Signature>(5));
}

}  // namespace

Outcome check_authorship(Store& store) {
    LEEWARD_ASSIGN(const Keys keys, all_keys(store));
    std::set<crypto::Hash> brought_in;
    auto rows = store.query(
        "SELECT l.idx,l.rec,l.n,l.xref,a.verify,a.signature "
        "FROM leaf l LEFT JOIN signed_act a ON a.leaf=l.idx WHERE length(l.rec)>4 ORDER BY l.idx");
    while (rows.next()) {
        const auto record = schema::decode_audit_record(rows.blob(1));
        if (!record) return unsigned_act(rows.integer(0));
        const bool brings_in =
            record->machine == schema::Machine::PEOPLE && record->link != no_link;
        if (brings_in) brought_in.insert(record->link);
        if (brought_in.empty() || record->role == 0) continue;
        if (!is_signed(rows, keys, brought_in)) return unsigned_act(rows.integer(0));
    }
    return rows.status();
}

}  // namespace leeward::node
