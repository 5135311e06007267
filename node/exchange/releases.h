// Releases: the authority to disclose, written at the discloser's node (domain.md section 3.3). One
// direction, one recipient, one purpose, listed fields, an end. The text is frozen once somebody has
// signed; whoever is on the local unsafe list never signs, and that list never leaves this node.
#pragma once

#include "node/exchange/desk.h"
#include "schema/catalogue.h"
#include "schema/json/json.h"
#include "schema/release.h"

namespace leeward::node {

using schema::Json;

struct Release {
    schema::ReleaseId id;
    schema::CaseId case_id;
    schema::NodeId recipient;
    std::string purpose;
    schema::Basis basis{};
    schema::FieldSet fields;
    schema::ReleaseState state{};
    schema::Time drafted;
    schema::Time starts;
    schema::Time expires;
    schema::Time applied;  // when it ended
    crypto::Hash commitment{};
    Json detail = Json::object();  // text shown, signers, salt, language

    // In force at `now`: asked as of the disclosure, never after it.
    [[nodiscard]] bool live_at(schema::Time now) const {
        return schema::live(state) && now < expires;
    }
};

Result<Release> load_release(Desk& desk, Transaction& tx, const schema::ReleaseId& id);
Result<std::vector<Release>> releases_of(Desk& desk, Transaction& tx, const schema::CaseId& id);

Result<Json> release_new(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> release_sign(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> release_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> release_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// Ends a live or pending release at once; its grants close, no leg moves.
Outcome end_release(Desk& desk,
                    Transaction& tx,
                    Release& release,
                    schema::ReleaseMove move,
                    std::string_view reason,
                    schema::Time now);
// EXPIRING, EXPIRED and VOID, by time.
Outcome fire_release_timers(Desk& desk, Transaction& tx, schema::Time now);

}  // namespace leeward::node
