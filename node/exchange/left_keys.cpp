#include "node/exchange/left_keys.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/hex.h"
#include "node/exchange/grants.h"
#include "node/exchange/legs.h"
#include "node/exchange/needs.h"
#include "node/exchange/releases.h"

namespace leeward::node {
namespace {

template <class Id, class NameOf>
Outcome note_left(Desk& desk, Rows erased, NameOf name_of, std::vector<std::string>& left) {
    while (erased.next()) {
        std::string name = name_of(erased.id<Id>(0));
        if (desk.keyring.contains(name)) left.push_back(std::move(name));
    }
    return erased.status();
}

// The discloser keeps no copy of the fields: its key, which ties log entries to the grant, lives until
// the recipient has attested, nothing ever left, or the case is erased.
Rows ended_grants(Transaction& tx) {
    return tx.query(
        "SELECT g.id FROM grant_of g LEFT JOIN survivor_case c ON c.id=g.case_id WHERE "
        "g.sealed=x'' "
        "AND (g.ours=0 OR g.recipient=? OR (g.away=? AND g.discloser>=?) OR c.sealed=x'')",
        schema::GrantRecipient::ERASURE_ATTESTED,
        Away::NO,
        schema::GrantDiscloser::REVOKED);
}

struct Kind {
    std::string_view prefix;  // of its keys' names, before the record's id
    std::string_view find;
};
constexpr std::array<Kind, 4> kinds{{{"case/", "SELECT 1 FROM survivor_case WHERE id=?"},
                                     {"grant/", "SELECT 1 FROM grant_of WHERE id=?"},
                                     {"leg/", "SELECT 1 FROM leg WHERE id=?"},
                                     {"release/", "SELECT 1 FROM release WHERE id=?"}}};

Outcome note_unnamed(Desk& desk,
                     Transaction& tx,
                     const Kind& kind,
                     std::vector<std::string>& left) {
    for (auto& name : desk.keyring.names(kind.prefix)) {
        const auto id = hex::decode_array<16>(std::string_view(name).substr(kind.prefix.size()));
        if (!id) continue;
        auto rows = tx.query(kind.find, *id);
        const bool has_record = rows.next();
        LEEWARD_TRY(rows.status());
        if (!has_record) left.push_back(std::move(name));
    }
    return Done{};
}

}  // namespace

Outcome destroy_left_keys(Desk& desk, Transaction& tx) {
    std::vector<std::string> left;
    LEEWARD_TRY(note_left<schema::LegId>(
        desk, tx.query("SELECT id FROM leg WHERE erased!=0"), leg_record, left));
    LEEWARD_TRY(note_left<schema::GrantId>(desk, ended_grants(tx), grant_record, left));
    LEEWARD_TRY(note_left<schema::CaseId>(
        desk, tx.query("SELECT id FROM survivor_case WHERE sealed=x''"), case_record, left));
    LEEWARD_TRY(note_left<schema::LegId>(
        desk,
        tx.query("SELECT l.id FROM leg l JOIN need n ON n.id=l.need JOIN survivor_case c ON "
                 "c.id=n.case_id WHERE c.sealed=x''"),
        leg_record,
        left));
    LEEWARD_TRY(note_left<schema::ReleaseId>(
        desk,
        tx.query("SELECT id FROM release WHERE leg IS NOT NULL AND sealed=x''"),
        return_path_record,
        left));
    for (const auto& kind : kinds)
        LEEWARD_TRY(note_unnamed(desk, tx, kind, left));
    return desk.records.destroy(left);
}

}  // namespace leeward::node
