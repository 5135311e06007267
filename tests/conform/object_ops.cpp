// What Leeward itself sends: JSON through the gate, signed objects, envelopes.
#include "crypto/age/age.h"
#include "crypto/base/base64.h"
#include "crypto/hpke.h"
#include "crypto/jws.h"
#include "crypto/pad.h"
#include "crypto/pairing.h"
#include "schema/envelope.h"
#include "tests/conform/request.h"

namespace leeward::conform {
namespace {

using namespace crypto;
using schema::Json;

Reply jws_verify(const Request& request) {
    LEEWARD_ASSIGN(const std::string text, request.text({"jws"}));
    LEEWARD_ASSIGN(const std::string typ, request.text({"typ"}));
    LEEWARD_ASSIGN(const auto key, request.hex_array<32>({"pk"}));
    LEEWARD_ASSIGN(const Bytes payload, jws::verify(text, typ, VerifyKey(key)));
    return Json::object({{"payload", hex::encode(payload)}});
}

Reply json_gate(const Request& request) {
    LEEWARD_ASSIGN(const Bytes text, request.base64({"text_b64"}));
    LEEWARD_ASSIGN(const Json json, schema::parse_json(as_text(text)));
    return Json::object({{"text_b64", base64::encode(as_bytes(json.dump()))}});
}

Result<SecretBytes> age_opened(const Request& request) {
    LEEWARD_ASSIGN(const Bytes file, request.base64({"file_b64"}));
    if (const auto passphrase = request.text({"passphrase"}))
        return age::open_with_passphrase(file, as_bytes(*passphrase));
    LEEWARD_ASSIGN(const std::string text, request.text({"identity"}));
    LEEWARD_ASSIGN(const auto identity, age::parse_identity(text));
    return age::open(file, {&identity, 1});
}

Reply age_open(const Request& request) {
    LEEWARD_ASSIGN(const SecretBytes plaintext, age_opened(request));
    return Json::object({{"pt", hex::encode(plaintext.reveal())}});
}

// What a recipient knows before an envelope arrives.
struct Ends {
    ByteArray<32> sender{};
    ByteArray<32> recipient{};
    Epoch epoch = 0;
    SecretBytes psk;  // PSK[epoch]
    XWingPrivateKey prekey;
    VerifyKey sender_key;
};

Result<Ends> ends_from(const Request& request) {
    Ends ends;
    LEEWARD_ASSIGN(ends.sender, request.hex_array<32>({"sender"}));
    LEEWARD_ASSIGN(ends.recipient, request.hex_array<32>({"recipient"}));
    LEEWARD_ASSIGN(const std::uint64_t epoch, request.number({"epoch"}));
    if (epoch > 0xFFFF'FFFF) return Error{Errc::malformed, "not an epoch"};
    ends.epoch = static_cast<Epoch>(epoch);
    LEEWARD_ASSIGN(const auto psk, request.hex_array<32>({"psk"}));
    ends.psk = SecretBytes(psk);
    LEEWARD_ASSIGN(const auto prekey, request.hex_array<32>({"prekey_seed"}));
    ends.prekey = XWingPrivateKey(prekey);
    LEEWARD_ASSIGN(const auto key, request.hex_array<32>({"sender_key"}));
    ends.sender_key = VerifyKey(key);
    return ends;
}

Result<schema::EnvelopeFrame> frame_from(const Request& request) {
    LEEWARD_ASSIGN(const auto texts, request.texts({"frames"}));
    std::vector<Bytes> parts;
    for (const std::string& text : texts) {
        LEEWARD_ASSIGN(Bytes part, hex::decode(text));
        parts.push_back(std::move(part));
    }
    return schema::read_envelope_frame(parts);
}

// protocol: the mailbox and the key id name this pair, this direction and this prekey.
Result<SecretBytes> open_seal(const schema::EnvelopeFrame& frame, const Ends& ends) {
    const Direction dir = direction(ends.sender, ends.recipient);
    if (frame.mailbox != mailbox_id(ends.psk, dir) ||
        frame.kid != schema::key_id_of(xwing_public_key_of(ends.prekey)))
        return Error{Errc::untrusted, "an envelope for another mailbox or prekey"};
    const SecretBytes psk = hpke_psk(ends.psk, dir);
    const Bytes psk_id = hpke_psk_id(pair_id(ends.sender, ends.recipient), ends.epoch, dir);
    const Bytes info = hpke_info(ends.sender, ends.recipient, frame.kid, ends.epoch);
    LEEWARD_ASSIGN(auto opener,
                   hpke::setup_recipient(
                       frame.enc, ends.prekey, hpke::Info{info}, hpke::Psk{psk.reveal(), psk_id}));
    const Bytes aad = schema::envelope_aad(frame.mailbox, frame.kid);
    LEEWARD_ASSIGN(const SecretBytes bucket, opener.open(Aad{aad}, frame.ciphertext));
    return unpad(bucket.reveal());
}

Result<Json> payloads(const schema::Inner& inner, const VerifyKey& sender) {
    Json messages = Json::array();
    Json receipts = Json::array();
    for (const auto& item : inner.messages) {
        LEEWARD_ASSIGN(const Bytes payload, jws::verify(item.jws, jws::typ::message, sender));
        messages.push(to_text(payload));
    }
    for (const auto& item : inner.receipts) {
        LEEWARD_ASSIGN(const Bytes payload, jws::verify(item.jws, jws::typ::receipt, sender));
        receipts.push(to_text(payload));
    }
    Json seen = Json::array();
    for (const auto& note : inner.seen)
        seen.push(note);
    return Json::object({{"head", inner.head},
                         {"seen", std::move(seen)},
                         {"messages", std::move(messages)},
                         {"receipts", std::move(receipts)}});
}

Reply envelope_open(const Request& request) {
    LEEWARD_ASSIGN(const auto frame, frame_from(request));
    LEEWARD_ASSIGN(const Ends ends, ends_from(request));
    LEEWARD_ASSIGN(const SecretBytes bytes, open_seal(frame, ends));
    LEEWARD_ASSIGN(const schema::Inner inner, schema::decode_inner(bytes.reveal()));
    return payloads(inner, ends.sender_key);
}

}  // namespace

std::vector<Op> object_ops() {
    return {
        {"jws.verify", R"("jws":text,"typ":text,"pk":hex → "payload":hex)", jws_verify},
        {"age.open", R"("file_b64":b64,"identity|passphrase":text → "pt":hex)", age_open},
        {"json.gate", R"("text_b64":b64 → "text_b64":b64)", json_gate},
        {"envelope.open",
         R"("frames":[hex × 6],"sender":hex,"recipient":hex,"epoch":n,"psk":hex,"prekey_seed":hex,"sender_key":hex → "head":text,"seen":[text…],"messages":[text…],"receipts":[text…])",
         envelope_open},
    };
}

}  // namespace leeward::conform
