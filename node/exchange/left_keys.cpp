#include "node/exchange/left_keys.h"

#include <string>
#include <vector>

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
    return desk.records.destroy(left);
}

}  // namespace leeward::node
