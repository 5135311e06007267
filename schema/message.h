// One signed statement of one node to another (protocol.md section 5): a header that binds it to
// its envelope, its leg and its place in the order, and a body.
//
// On the wire: a JWS (typ leeward-msg+jwt) whose payload is the header as JSON, a newline, and the
// body's exact bytes, so that H(body) never depends on how a reader would print JSON.
// `kid` and `ench` change with every attempt and tie the signature to one envelope; mid, body, xk
// and everything else never do.
#pragma once

#include <string>

#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "schema/ids.h"
#include "schema/json/json.h"
#include "schema/node_card.h"
#include "schema/time.h"

namespace leeward::schema {

// clang-format off
enum class MessageKind : Byte {
    ASK = 1,          // the referrer's register of a leg
    ANSWER = 2,       // the recipient's register of a leg
    GRANT = 3,        // the fields of one tier, sealed to one recipient
    GRANT_STATE = 4,  // the discloser's register of a grant: closed, please erase
    GRANT_ANSWER = 5, // the recipient's register of a grant: opened, erasure attested
    WITHDRAW = 6,     // a survivor's withdrawal, heard by a partner
    CAPACITY = 7,     // a T0 statement
    CONTACT = 8,      // the duty contact has changed
    TOMBSTONE = 9,    // a number of a leg was used by nothing
    PREKEYS = 10,     // fresh signed prekeys
    PROVE = 11,       // please prove the heads that I have told you of
    LOG_FROZEN = 12,  // a log is in dispute, or no longer: both heads as evidence
    DUPLICATE = 13,   // she may be known twice: a question, an agreement, whom to phone
    RETURN_PATH = 14, // how far a partner may tell the referrer what became of her
    FOLLOW_UP = 15,   // told under that release: still in contact, the outcome
    ACCESS_ASK = 16,  // an emergency: listed fields are asked for with a harm code
    ACCESS_STATE = 17, // what became of it: granted, denied, ended
    APPROVE_ASK = 18, // a second person is asked of a partner's supervisor: codes only
    APPROVE = 19,     // her answer
    MAIL = 20,        // where my mail goes from now on; for this recipient alone
    RESYNC = 21,      // after a restore: both registers of everything between us
    RETIRED = 22,     // this organisation leaves the network
    RECONCILE = 23,   // what each log has of the other, compared for a week
    REVOKE = 24,      // an organisation's keys are revoked: it proves itself, whoever brings it
};
// clang-format on
[[nodiscard]] std::string_view name(MessageKind kind);

struct MessageHeader {
    MessageId mid;
    NodeId from;
    NodeId to;
    KeyId kid{};                // of the recipient's prekey
    crypto::Hash ench{};        // H(enc)
    LegId leg;                  // zero where no leg is concerned
    std::uint64_t seq = 0;      // per leg and direction; 0 where no leg is concerned
    std::uint32_t counter = 0;  // of the register carried
    std::uint32_t saw = 0;
    Time ts;
    Time exp;
    ByteArray<32> xk{};
    std::uint32_t from_card = 0;  // version of the sender's card
    std::uint32_t to_card = 0;
    MessageKind kind = MessageKind::ASK;
};

struct Message {
    MessageHeader header;
    std::string body;  // JSON, at most limits::body_bytes
};

[[nodiscard]] std::string sign_message(const Message& message, const crypto::SigningKey& key);
// Strict. Errc::untrusted for the signature; Errc::malformed for the rest. Context (to, kid, ench,
// time) is the receiver's to check.
Result<Message> open_message(std::string_view jws, const crypto::VerifyKey& sender);

}  // namespace leeward::schema
