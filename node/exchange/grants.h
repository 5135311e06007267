// A grant as this node keeps it, at either end.
#pragma once

#include "node/exchange/desk.h"
#include "schema/catalogue.h"
#include "schema/grant.h"
#include "schema/release.h"

namespace leeward::node {

class Pages;

// How far its fields have got, as the discloser knows.
enum class Away : Byte { NO, TRIED, STORED };

struct Grant {
    schema::GrantId id;
    bool ours = false;  // we disclosed
    schema::NodeId peer;
    schema::LegId leg;
    schema::ReleaseId release;
    std::optional<schema::CaseId> case_id;
    schema::Tier tier{};
    schema::Basis basis{};
    std::string purpose;
    schema::FieldSet fields;
    schema::GrantDiscloser discloser{};
    std::uint32_t discloser_counter = 0;
    schema::GrantRecipient recipient{};
    std::uint32_t recipient_counter = 0;
    schema::Time created;
    schema::Time since;
    schema::Time opened_at;
    std::string opened_for;
    schema::Time expires;
    bool handoff = false;  // the handoff set, which ends a day after the arrival
    Away away{};
    std::string closing;  // what the recipient said at the end: attestation or basis, as JSON

    [[nodiscard]] schema::GrantState shown() const { return schema::shown(discloser, recipient); }
    [[nodiscard]] bool open() const { return schema::readable(shown()); }
    [[nodiscard]] bool sealed() const { return shown() == schema::GrantState::SEALED; }
    [[nodiscard]] bool ever_sent() const { return away != Away::NO; }
};

[[nodiscard]] std::string grant_record(const schema::GrantId& id);

Result<Grant> load_grant(Transaction& tx, const schema::GrantId& id);
// By the hex that a person typed.
// By what a person typed; only if she may see it.
Result<Grant> find_grant(Desk& desk, Transaction& tx, std::string_view typed);
Outcome may_see_grant(Desk& desk, Transaction& tx, const Grant& g);
enum class Whose { LEG, RELEASE, CASE, PEER };
Result<std::vector<Grant>> grants_of(Transaction& tx, Whose whose, BytesView id);
// A page, the newest first, of those that she may see: with "all" the ended ones too, with "leg" only that
// one's, with "grant" only that one.
Result<std::vector<Grant>> listed_grants(Desk& desk,
                                         Transaction& tx,
                                         const schema::Json& args,
                                         const Pages& pages);
Outcome insert_grant(Desk& desk, Transaction& tx, const Grant& grant, const schema::Json& fields);
// One of which nothing is held here.
Outcome insert_empty_grant(Transaction& tx, const Grant& grant);
// What it shares, where it was inserted empty: true if it was.
Result<bool> fill_empty_grant(Desk& desk,
                              Transaction& tx,
                              const Grant& grant,
                              const schema::Json& fields);
Outcome save_grant(Transaction& tx, const Grant& grant);
// The fields as they were sealed here. Errc::not_found once erased.
Result<schema::Json> grant_fields(Desk& desk, Transaction& tx, const Grant& grant);
// Empties the sealed column at once and destroys the record's key once the transaction commits.
Outcome destroy_grant(Desk& desk, Transaction& tx, const Grant& grant);

// A leaf about a grant that was `before` and is now as it stands.
[[nodiscard]] schema::AuditRecord grant_event(const Grant& grant,
                                              schema::GrantMove move,
                                              schema::GrantState before);
[[nodiscard]] schema::Json grant_json(const Desk& desk, const Grant& grant);

}  // namespace leeward::node
