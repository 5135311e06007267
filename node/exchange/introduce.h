// How organisations come to know each other: a founding roster signed by all founders, offers that
// go from hand to hand, and twelve safety words that two operators compare (protocol.md section 3).
// There is no trust on first use and nobody enrols herself.
#pragma once

#include "node/exchange/desk.h"
#include "schema/json/json.h"

namespace leeward::node {

using schema::Json;

Result<Json> identity_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// `root`: the organisation's root key, unsealed for this one act.
Result<Json> peer_found(Desk& desk,
                        Transaction& tx,
                        const Json& args,
                        schema::Time now,
                        const crypto::SigningKey& root);
Result<Json> peer_offer(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> peer_accept(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// Ends offers of ours that nobody took, once neither they nor what was handed over for them can be accepted: in the
// third week after the one they were written in, by `safe_now`, the earliest of the clocks that are believed.
Outcome end_offers(Desk& desk, Transaction& tx, schema::Time safe_now);
Result<Json> peer_verify(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// One of them, its card, and every dispute about its log and both heads of each.
Result<Json> peer_show(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> peer_list(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
Result<Json> peer_contact(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// What the log says of a peer beside its machine's number; see SPEC.md.
enum class PeerAct : Byte {  // 5 to 9: frozen.cpp, succeed.cpp
    FOUNDED = 1,
    PAIRED = 2,
    WORDS_AGREED = 3,
    CONTACT_CHANGED = 4,
    VOUCHED = 20,
    ADMITTED = 21,
    KEYS_REVOKED = 30,  // 22 to 29: backup, resync.cpp, retire.cpp
    SUSPENDED = 31,
    RESUMED = 32,
    OWN_KEYS_REVOKED = 33,
    DISOWNED = 34,
};
Outcome log_peer(
    Desk& desk, Transaction& tx, PeerAct act, const schema::NodeId& node, schema::Time now);
// The lines of a file that are not blank.
[[nodiscard]] std::vector<std::string> text_lines(std::string_view text);
// Inserts the peer or takes its newer card; Errc::untrusted for one that does not follow.
Outcome keep_card(Desk& desk,
                  Transaction& tx,
                  const schema::NodeCard& card,
                  const std::string& jws,
                  schema::Time now);

// Takes our contact from the first start's settings, and peers' changes of theirs.
Outcome set_own_contact(Transaction& tx, const schema::Contact& contact);
Result<schema::Contact> own_contact(Transaction& tx);

}  // namespace leeward::node
