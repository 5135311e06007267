#include "node/mailbox/sealing.h"

#include "crypto/aead.h"
#include "crypto/pad.h"
#include "schema/limits.h"

namespace leeward::node {
namespace {

using crypto::Aad;
using crypto::hpke::Info;
using crypto::hpke::Psk;

Error past_key() {
    return Error{Errc::not_found, "the pair's key is past this epoch"};
}

schema::Json list_json(const std::vector<std::string>& texts) {
    schema::Json list = schema::Json::array();
    for (const auto& text : texts)
        list.push(text);
    return list;
}

schema::Json control_json(const ControlText& text) {
    schema::Json json =
        schema::Json::object({{"want", text.want}, {"prekeys", list_json(text.prekeys)}});
    if (!text.cards.empty()) json.set("cards", list_json(text.cards));
    if (text.holds != 0) json.set("holds", text.holds);
    if (text.wait.count() > 0) json.set("wait", text.wait.count());
    return json;
}

Result<std::vector<std::string>> list_from(const schema::Json& json,
                                           std::size_t most,
                                           std::size_t bytes) {
    const auto* items = json.as_array();
    if (items == nullptr || items->size() > most) return Error{Errc::malformed, "a bad list"};
    std::vector<std::string> out;
    for (const auto& item : *items) {
        if (item.as_string() == nullptr || item.as_string()->size() > bytes)
            return Error{Errc::malformed, "a bad list"};
        out.push_back(*item.as_string());
    }
    return out;
}

Result<ControlText> control_from(std::string_view text) {
    LEEWARD_ASSIGN(const schema::Json json, schema::parse_json(text));
    schema::ObjectReader reader(json, "control frame");
    ControlText out;
    out.want = reader.flag("want");
    const schema::Json& prekeys = reader.any("prekeys");
    const schema::Json* cards = reader.any_if("cards");
    out.holds = static_cast<std::uint32_t>(reader.number_or("holds", 0, 1'000'000, 0));
    out.wait =
        std::chrono::seconds(reader.number_or("wait", 0, schema::limits::longest_wait.count(), 0));
    LEEWARD_TRY(reader.finish());
    LEEWARD_ASSIGN(out.prekeys, list_from(prekeys, 4, schema::limits::prekey_bytes));
    if (cards == nullptr) return out;
    LEEWARD_ASSIGN(out.cards,
                   list_from(*cards, schema::limits::cards_at_once, schema::limits::card_bytes));
    return out;
}

}  // namespace

Sealing::Sealing(crypto::hpke::Sending<crypto::hpke::XWingKem> sending,
                 crypto::MailboxId mailbox,
                 schema::KeyId kid)
    : sending_(std::move(sending)),
      mailbox_(mailbox),
      kid_(kid),
      ench_(crypto::sha256(sending_.enc.get())) {}

Result<Sealing> Sealing::begin(const Identity& self,
                               Peers& peers,
                               const Peer& to,
                               const schema::Prekey& prekey,
                               crypto::Random& random) {
    const ChannelKeys* keys = peers.to(to, prekey.epoch);
    if (keys == nullptr) return past_key();
    const Bytes info =
        crypto::hpke_info(self.node().get(), to.node().get(), prekey.kid, prekey.epoch);
    LEEWARD_ASSIGN(auto sending,
                   crypto::hpke::setup_sender(
                       prekey.key, Info{info}, Psk{keys->hpke_psk.reveal(), keys->psk_id}, random));
    return Sealing(std::move(sending), keys->mailbox, prekey.kid);
}

Result<schema::EnvelopeFrame> Sealing::finish(const schema::Inner& inner) && {
    LEEWARD_ASSIGN(const SecretBytes plaintext, crypto::pad_to_bucket(schema::encode(inner)));
    const Bytes aad = schema::envelope_aad(mailbox_, kid_);
    LEEWARD_ASSIGN(Bytes ciphertext, sending_.sender.seal(Aad{aad}, plaintext.reveal()));
    return schema::EnvelopeFrame{mailbox_, kid_, sending_.enc, std::move(ciphertext)};
}

Result<schema::Inner> open_envelope(const Identity& self,
                                    Peers& peers,
                                    const Peer& from,
                                    crypto::Epoch epoch,
                                    const crypto::XWingPrivateKey& prekey,
                                    const schema::EnvelopeFrame& frame) {
    const ChannelKeys* keys = peers.from(from, epoch);
    if (keys == nullptr) return past_key();
    const Bytes info = crypto::hpke_info(from.node().get(), self.node().get(), frame.kid, epoch);
    LEEWARD_ASSIGN(auto recipient,
                   crypto::hpke::setup_recipient(
                       frame.enc, prekey, Info{info}, Psk{keys->hpke_psk.reveal(), keys->psk_id}));
    const Bytes aad = schema::envelope_aad(frame.mailbox, frame.kid);
    LEEWARD_ASSIGN(const SecretBytes padded, recipient.open(Aad{aad}, frame.ciphertext));
    LEEWARD_ASSIGN(const SecretBytes plaintext, crypto::unpad(padded.reveal()));
    return schema::decode_inner(plaintext.reveal());
}

Result<schema::ControlFrame> seal_control(Peers& peers,
                                          const Peer& to,
                                          crypto::Epoch epoch,
                                          const ControlText& text,
                                          crypto::Random& random) {
    const ChannelKeys* keys = peers.to(to, epoch);
    if (keys == nullptr) return past_key();
    LEEWARD_ASSIGN(const SecretBytes padded,
                   crypto::pad_to_bucket(as_bytes(control_json(text).dump())));
    schema::ControlFrame frame;
    frame.mailbox = keys->mailbox;
    random.fill(frame.nonce);
    frame.ciphertext = crypto::xchacha20poly1305_seal(keys->control.reveal().first<32>(),
                                                      frame.nonce,
                                                      Aad{schema::control_aad(frame.mailbox)},
                                                      padded.reveal());
    return frame;
}

Result<ControlText> open_control(Peers& peers,
                                 const Peer& from,
                                 crypto::Epoch epoch,
                                 const schema::ControlFrame& frame) {
    const ChannelKeys* keys = peers.from(from, epoch);
    if (keys == nullptr) return past_key();
    LEEWARD_ASSIGN(const SecretBytes padded,
                   crypto::xchacha20poly1305_open(keys->control.reveal().first<32>(),
                                                  frame.nonce,
                                                  Aad{schema::control_aad(frame.mailbox)},
                                                  frame.ciphertext));
    LEEWARD_ASSIGN(const SecretBytes text, crypto::unpad(padded.reveal()));
    return control_from(as_text(text.reveal()));
}

}  // namespace leeward::node
