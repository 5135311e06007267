// Releases: the authority to disclose, written at the discloser's node (domain.md section 3.3). One
// direction, one recipient, one purpose, listed fields, an end. This is the record and how it is
// kept; drafting.h, signing.h and release_ends.h are what happens to it.
#pragma once

#include "node/exchange/desk.h"
#include "schema/audit/proof.h"
#include "schema/catalogue.h"
#include "schema/json/json.h"
#include "schema/release.h"

namespace leeward::node {

using schema::Json;

struct Release {
    schema::ReleaseId id;
    schema::CaseId case_id;  // zero for a return path: a partner has no case
    schema::NodeId recipient;
    std::string purpose;
    schema::Basis basis{};
    schema::FieldSet fields;
    schema::ReleaseState state{};
    schema::Time drafted;
    schema::Time since;  // of the present state
    schema::Time starts;
    schema::Time expires;
    schema::Time applied;  // when it ended
    schema::Time raised;   // when somebody was last called about it
    crypto::Hash commitment{};
    std::optional<schema::LegId> leg;  // of a return path: ours, as the recipient of the leg
    schema::ReturnLevel level{};       // of a return path
    Json detail = Json::object();      // texts shown, signers, salt; null once erased

    // In force at `now`: asked as of the disclosure, never after it.
    [[nodiscard]] bool live_at(schema::Time now) const {
        return schema::live(state) && now < expires;
    }
    // Nobody has changed what was signed: text, signers and end are those committed to.
    [[nodiscard]] bool as_signed() const;
};

// What the commitment is of: the text in both languages, English first, who signed it, and its end. It
// names people.
[[nodiscard]] schema::ReleaseOpening opening_of(const Release& release);
// What the log and the recipient see of the authority.
[[nodiscard]] crypto::Hash commitment_of(const Release& release);

// From before a restore of ours: neither drafted nor signed after it.
[[nodiscard]] bool is_of_a_copy(const Release& release, schema::Time restored);
// Such a one, while its recipient has not said yet what became of it: she may have ended it
// since. Nothing is disclosed under it, and nothing told.
[[nodiscard]] bool is_unheard_of(const Desk& desk, const Release& release);

Result<Release> load_release(Desk& desk, Transaction& tx, const schema::ReleaseId& id);
// By what a person typed; only if she may see it.
Result<Release> find_release(Desk& desk, Transaction& tx, std::string_view typed);
Result<std::vector<Release>> releases_of(Desk& desk, Transaction& tx, const schema::CaseId& id);
// The return paths that we, as its recipient, wrote for a leg; in the order of drafting.
Result<std::vector<Release>> return_paths_of(Desk& desk, Transaction& tx, const schema::LegId& leg);
// The name of the key that seals a return path; any other release lies under its case's.
[[nodiscard]] std::string return_path_record(const schema::ReleaseId& id);
Outcome save_release(Desk& desk, Transaction& tx, const Release& release);
// The step, with its leaf; the caller saves. Errc::wrong_state changes nothing.
Outcome move_release(Desk& desk,
                     Transaction& tx,
                     Release& release,
                     schema::ReleaseMove move,
                     std::string_view reason,
                     schema::Time now);
// The leaf of a step that was made by other means: R1.
Outcome log_release(Desk& desk,
                    Transaction& tx,
                    const Release& release,
                    schema::ReleaseMove move,
                    schema::ReleaseState before,
                    std::string_view reason,
                    schema::Time now);

[[nodiscard]] Json release_json(const Desk& desk, const Release& release);
Result<Json> release_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> release_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// One that is known only by its grants (recovered.h). Nothing follows from it.
Outcome insert_release(Desk& desk, Transaction& tx, const Release& release, schema::Time now);

}  // namespace leeward::node
