// Invented organisations and what they sign: two nodes whose keys come from a number, for tests and
// fuzz corpora.
#pragma once

#include <string>

#include "crypto/jws.h"
#include "crypto/pairing.h"
#include "schema/envelope.h"
#include "schema/message.h"
#include "schema/node_card.h"
#include "schema/receipt.h"

namespace leeward::schema::samples {

inline const Time noon = from_unix(1'785'000'000);

inline crypto::SigningKey key(Byte number) {
    ByteArray<32> seed{};
    seed.fill(number);
    return crypto::signing_key_from_seed(seed);
}
inline crypto::SigningKey root_key(Byte node) {
    return key(node);
}
inline crypto::SigningKey node_key(Byte node) {
    return key(static_cast<Byte>(100 + node));
}
inline crypto::SigningKey log_key(Byte node) {
    return key(static_cast<Byte>(200 + node));
}
inline crypto::SigningKey witness_key(Byte node) {
    return key(static_cast<Byte>(50 + node));
}

template <std::size_t N>
ByteArray<N> filled(Byte value) {
    ByteArray<N> out{};
    out.fill(value);
    return out;
}

inline NodeCard card(Byte node) {
    NodeCard card;
    card.root = verify_key_of(root_key(node));
    card.node = node_id_of(card.root);
    card.organisation = "Example House " + std::to_string(node);
    card.roles = {"shelter", "counselling"};
    card.signing = verify_key_of(node_key(node));
    card.log = verify_key_of(log_key(node));
    card.log_origin = "leeward/1/example";
    card.witness = verify_key_of(witness_key(node));
    card.link = filled<32>(node);
    card.endpoint = "tcp://127.0.0.1:7700";
    card.not_before = noon;
    card.expires = noon + std::chrono::hours(24 * 365);
    return card;
}
inline std::string card_jws(Byte node) {
    return sign_card(card(node), root_key(node));
}

inline crypto::XWingPrivateKey prekey_private(Byte node) {
    return crypto::XWingPrivateKey(filled<32>(node));
}
inline Prekey prekey(Byte node) {
    Prekey prekey;
    prekey.issuer = card(node).node;
    prekey.epoch = crypto::epoch_of(unix_seconds(noon));
    prekey.key = xwing_public_key_of(prekey_private(node));
    prekey.kid = key_id_of(prekey.key);
    prekey.not_before = noon;
    prekey.expires = noon + std::chrono::hours(24 * 7);
    return prekey;
}
inline std::string prekey_jws(Byte node) {
    return sign_prekey(prekey(node), node_key(node));
}

inline Contact contact() {
    return {"+1 212 555 0100", "24 h", "+1 212 555 0101", "en es"};
}
inline Offer offer(Byte node) {
    Offer offer{card_jws(node), {prekey_jws(node)}, filled<32>(9), prekey(node).epoch, contact()};
    sign_offer(offer, node_key(node));
    return offer;
}

inline Roster roster() {
    Roster roster = found_roster({card_jws(1), card_jws(2)}).value();
    for (const Byte node : {Byte{1}, Byte{2}})
        roster.signatures.push_back(roster_signature(roster, card(node).node, root_key(node)));
    return roster;
}

inline Message message() {
    Message message;
    auto& h = message.header;
    h.mid = MessageId(filled<16>(1));
    h.from = card(1).node;
    h.to = card(2).node;
    h.kid = prekey(2).kid;
    h.ench = filled<32>(2);
    h.leg = LegId(filled<16>(3));
    h.seq = 7;
    h.counter = 3;
    h.saw = 2;
    h.ts = noon;
    h.exp = noon + std::chrono::hours(48);
    h.xk = filled<32>(4);
    h.from_card = 1;
    h.to_card = 1;
    h.kind = MessageKind::ASK;
    message.body = R"({"state":"ASKED","nights":3})";
    return message;
}
inline std::string message_jws() {
    return sign_message(message(), node_key(1));
}

inline Receipt receipt() {
    return {card(2).node,
            card(1).node,
            filled<32>(2),
            {{MessageId(filled<16>(1)), filled<32>(5), ""},
             {MessageId(filled<16>(2)), filled<32>(6), "REFUSED_NO_PROOF"}}};
}
inline std::string receipt_jws() {
    return sign_receipt(receipt(), node_key(2));
}

inline Inner inner() {
    Inner inner;
    inner.head = "leeward/1/example\n1\nAAAA\n";
    inner.growth = {{3, false, {filled<32>(8), filled<32>(9)}}, {9, true, {}}};
    inner.seen = {"leeward/1/other\n2\nBBBB\n", "leeward/1/third\n3\nCCCC\n"};
    inner.witnessing.ask = AddCheckpoint{3, {filled<32>(8)}, "leeward/1/example\n4\nDDDD\n"};
    inner.witnessing.answer =
        WitnessAnswer{WitnessStatus::OTHER_SIZE, 7, "leeward/1/other\n7\nEEEE\n"};
    inner.witnessing.published = "leeward/1/example\n2\nFFFF\n";
    inner.messages.push_back({message_jws(), std::nullopt});
    inner.messages.push_back({"a.b.c",
                              LeafProof{filled<audit_record_bytes>(1),
                                        filled<32>(2),
                                        filled<32>(3),
                                        5,
                                        {filled<32>(4), filled<32>(5)}}});
    inner.receipts.push_back({"d.e.f", {{filled<32>(6), 4, {filled<32>(7)}}}});
    return inner;
}

inline AuditRecord audit_record() {
    AuditRecord record;
    record.kind = EventKind::SEND;
    record.machine = Machine::LEG;
    record.transition = 4;
    record.from_state = 5;
    record.to_state = 6;
    record.tier = 1;
    record.basis = 9;
    record.band = DeadlineBand::WHOLE;
    record.role = 3;
    record.reason = code_tag("NO_BED");
    record.purpose = code_tag("PLACEMENT");
    record.quarter = 1'983'600;
    record.own = filled<16>(0x11);
    record.other = filled<16>(0x22);
    record.fields[0] = 0x81;
    record.release = filled<32>(0x55);
    record.link = filled<32>(0x66);
    return record;
}

}  // namespace leeward::schema::samples
