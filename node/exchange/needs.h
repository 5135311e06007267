// Cases and needs, at the referrer's node only and written by it alone (domain.md section 3.1), and
// the stories around asking and choosing.
#pragma once

#include <optional>
#include <string>

#include "node/exchange/desk.h"
#include "schema/audit_event.h"
#include "schema/case.h"
#include "schema/json/json.h"
#include "schema/need.h"

namespace leeward::node {

using schema::Json;

enum class Interim : Byte {
    NOT_SAID,
    YES,
    NO
};  // a safe place for now, while nobody could take her

struct Need {
    schema::NeedId id;
    schema::CaseId case_id;
    schema::ServiceClass service{};
    schema::Priority priority{};
    schema::NeedState state{};
    schema::Time opened;
    schema::Time since;
    schema::NeedState before_pause{};
    std::string outcome;
    schema::Time raised;
    schema::Time placed;  // when she was handed over
    int followed = 0;     // follow-ups that are over
    Interim interim{};
    Json detail = Json::object();  // {"fields":{…T1…},"wishes_asked":true}
};

struct Case {
    schema::CaseId id;
    std::string codename;
    schema::CaseState state{};
    schema::Time opened;
    schema::Time since;
    Json record = Json::object();  // fields of the catalogue; null once erased
};

[[nodiscard]] std::string case_record(const schema::CaseId& id);

Result<Need> load_need(Desk& desk, Transaction& tx, const schema::NeedId& id);
Result<Need> find_need(Desk& desk, Transaction& tx, std::string_view typed);
Result<Case> load_case(Desk& desk, Transaction& tx, const schema::CaseId& id);
Result<Case> find_case(Desk& desk, Transaction& tx, std::string_view typed);

Result<Json> case_new(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> case_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> case_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> case_reopen(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_new(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_edit(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_ready(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> need_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// A move of a person or the node, with its leaf. Errc::wrong_state with a sentence.
Outcome move_need(Desk& desk,
                  Transaction& tx,
                  Need& need,
                  schema::NeedMove move,
                  std::optional<schema::NeedState> to,
                  std::string_view reason,
                  schema::Time now);
// After a leg has changed: releases the others once one is firm, then moves the need to where its
// legs say.
Outcome need_follows(Desk& desk, Transaction& tx, const schema::NeedId& id, schema::Time now);
// Whether an offer would still be welcome: nothing is firm, and the survivor still wants a place.
Result<bool> still_looks(Desk& desk, Transaction& tx, const schema::NeedId& id);

// Only T1 fields, known values, no free text.
[[nodiscard]] bool t1_card_is_valid(const Json& card);

}  // namespace leeward::node
