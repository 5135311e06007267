// What an organisation's node says of itself, signed (protocol.md sections 2 and 3).
//
// NodeCard: its names and public keys, signed by the organisation's root key, typ leeward-card+jwt.
// Prekey: one week's X-Wing key, signed by the node's signing key, typ leeward-prekey+jwt.
// Offer: what two operators hand each other on a stick: card, next two prekeys, 32 random bytes
// that never cross the network, and the duty contact. A file of at most 8 KiB; delete it after use.
// Roster: the cards of all founders, signed by every founder's root, typ leeward-roster+jwt.
// Every open_… returns Errc::malformed for what does not parse and Errc::untrusted for a signature,
// a key or a name that does not fit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/pairing.h"
#include "crypto/xwing.h"
#include "schema/ids.h"
#include "schema/json/json.h"
#include "schema/mailhost.h"
#include "schema/time.h"

namespace leeward::schema {

// NodeId = SHA-256("leeward/1 node\0" ‖ root public key).
[[nodiscard]] NodeId node_id_of(const crypto::VerifyKey& root);

// The log that a restore has closed, as far as it is known: the card names both.
struct LogBefore {
    std::string origin;
    std::uint64_t size = 0;  // of the newest head that somebody else holds
    crypto::Hash root{};
    friend bool operator==(const LogBefore&, const LogBefore&) = default;
};

struct NodeCard {
    NodeId node;
    std::string organisation;        // ≤ 120 bytes
    std::vector<std::string> roles;  // investigation, shelter, counselling, audit
    crypto::VerifyKey root;
    crypto::VerifyKey signing;  // messages, receipts, prekeys, releases
    crypto::VerifyKey log;      // working and published heads
    std::string log_origin;     // the checkpoint origin of its log
    crypto::VerifyKey witness;  // cosigns the heads of other logs, and signs nothing else
    ByteArray<32> link{};       // CURVE public key
    std::string endpoint;       // tcp://host:port; empty for a node that is never connected to
    Time not_before;
    Time expires;  // ≤ 1 year after not_before
    std::uint32_t version = 1;
    crypto::Hash previous{};  // SHA-256 of the card JWS before this one; zero for the first
    std::optional<LogBefore> restored{};  // this card begins a new log after a restore
};

[[nodiscard]] std::string sign_card(const NodeCard& card, const crypto::SigningKey& root);
Result<NodeCard> open_card(std::string_view jws);

using KeyId = ByteArray<8>;  // the first 8 bytes of SHA-256 of the public key
[[nodiscard]] KeyId key_id_of(const crypto::XWingPublicKey& key);

struct Prekey {
    NodeId issuer;
    crypto::Epoch epoch = 0;
    KeyId kid{};
    crypto::XWingPublicKey key;
    Time not_before;
    Time expires;
};

[[nodiscard]] std::string sign_prekey(const Prekey& prekey, const crypto::SigningKey& signing);
Result<Prekey> open_prekey(std::string_view jws, const NodeCard& issuer);

// Whom to phone, shown beside every prompt to phone (decision 15). Never logged, never relayed.
struct Contact {
    std::string duty_line;  // as dialled
    std::string hours;
    std::string deputy_line;
    std::string languages;
};
[[nodiscard]] Json to_json(const Contact& contact);
Result<Contact> contact_from(const Json& json);

// What two operators hand each other.
struct Offer {
    std::string card;                  // JWS
    std::vector<std::string> prekeys;  // JWS, this epoch's and the next
    ByteArray<32> contribution{};      // secret between the two
    crypto::Epoch epoch = 0;           // in which it was written
    Contact contact;
    MailRoute mail{};         // where our mail goes when nobody can connect to us
    std::string signature{};  // JWS by the card's signing key over all of it
};
// So that no digit of the duty line and no bit of the secret changes unseen on its way.
void sign_offer(Offer& offer, const crypto::SigningKey& key);
[[nodiscard]] std::string write_offer(const Offer& offer);
struct OpenedOffer {
    Offer offer;
    NodeCard card;
    std::vector<Prekey> prekeys;
};
// Errc::untrusted for a signature that does not hold, malformed, unsupported for another version.
Result<OpenedOffer> read_offer(std::string_view text);

struct Roster {
    std::vector<std::string> cards;       // JWS, sorted by NodeId
    std::vector<std::string> signatures;  // one JWS per founder over the hash of the cards
};
[[nodiscard]] std::string write_roster(const Roster& roster);
Result<Roster> read_roster(std::string_view text);
// The cards, sorted and without repeats, ready to be signed. At least two organisations.
Result<Roster> found_roster(std::vector<std::string> cards);
[[nodiscard]] std::string roster_signature(const Roster& roster,
                                           const NodeId& node,
                                           const crypto::SigningKey& root);
// Every founder has signed: the opened cards. Errc::wrong_state names how many signatures are
// missing.
Result<std::vector<NodeCard>> open_roster(const Roster& roster);

}  // namespace leeward::schema
