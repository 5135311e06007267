// The referral copy: what this node holds because another organisation shared it (domain.md section
// 3.4). It is opened with a purpose, read under its own key, and erased on time, asked or not.
#pragma once

#include "node/exchange/desk.h"
#include "node/exchange/receiver.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> grant_open(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Outcome grant_was_opened(Desk& desk,
                         Transaction& tx,
                         const schema::GrantId& id,
                         const std::string& purpose,
                         schema::Time at);
Result<Json> grant_erase(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// Erases what was received, whoever asked for it, and says so to whoever gave it.
Outcome erase_and_attest(Desk& desk, Transaction& tx, const schema::GrantId& id, schema::Time now);
// A partner stops its own use at once: what it holds through this leg no longer opens.
Outcome close_received(Desk& desk, Transaction& tx, const schema::LegId& leg, schema::Time now);
// Erases and attests what is closed, and erases what has run out.
Outcome fire_referral_copy_timers(Desk& desk, Transaction& tx, schema::Time now);

void prepare_grant(const schema::Message& message, std::vector<std::string>& names);
Result<Applied> take_grant(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);
// The discloser's register: closed, please erase.
Result<Applied> take_grant_state(
    Desk& desk, Transaction& tx, Peer& peer, const schema::Message& message, schema::Time now);

}  // namespace leeward::node
