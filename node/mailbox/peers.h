// The organisations that this node is paired with, as it needs them to seal and to open: their
// cards, the pair's key, its mailboxes. Loaded at start, kept in step with the `peer` table.
//
// Mailboxes of the epochs e−2…e+2 around the clock are listened to (protocol.md section 4). Deriving
// a later key is free and destroys nothing; earlier ones end as node/mailbox/pair_keys.h says.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/checkpoint.h"
#include "crypto/pairing.h"
#include "node/mailbox/identity.h"
#include "node/store/keyring.h"
#include "node/store/store.h"
#include "schema/mailhost.h"
#include "schema/node_card.h"

namespace leeward::node {

// Everything derived from PSK[e] for one direction.
struct ChannelKeys {
    crypto::MailboxId mailbox{};
    SecretBytes hpke_psk;
    SecretBytes control;
    SecretBytes file;
    Bytes psk_id;
};

using PairingId = ByteArray<8>;  // random, new at each meeting

struct ShownHead {
    crypto::Checkpoint at;
    std::string note;  // as its log has signed it; the signature was checked
};
// Not yet proven to lie on one line with the head that is held (peer_heads.h).
struct LooseHead {
    ShownHead head;
    schema::Time since;
    std::int64_t asked = 0;  // how often its log has acknowledged that we want a proof
};

struct Peer {
    schema::NodeCard card;
    std::string card_text;  // as signed
    bool founder = false;
    bool vouched = false;          // joined later: two members have vouched for it
    schema::Time probation_until;  // no name goes there before
    bool verified = false;
    bool frozen = false;   // its log is in dispute with itself (node/exchange/frozen.h)
    bool alarmed = false;  // something must be settled by a call-back before an identity goes there
    bool suspended = false;  // by two people here: only what closes, warns or erases passes
    std::uint32_t revoked_cards = 0;  // all keys of its cards up to this version are revoked
    std::uint32_t paired_card = 1;    // its card when the pair met
    schema::Time
        resync_awaited;        // we were restored: since when it is waited for (exchange/resync.h)
    schema::Time resync_owed;  // its log was restored: since when it waits for us
    schema::Contact contact;
    std::uint32_t knows_card = 1;  // the newest version of ours that it says it holds
    ShownHead held;  // the newest head of its log that is proven to continue all others
    std::vector<LooseHead> loose;  // oldest first
    PairingId pairing{};
    crypto::Epoch psk_epoch = 0;
    crypto::Epoch psk_heard = 0;         // the newest in which it has sealed something to us
    SecretBytes psk;                     // of psk_epoch; empty: not paired yet
    schema::MailRoute mail;              // where its mail goes when nobody can connect to it
    std::optional<ByteArray<16>> guest;  // what its guest keys at our own mail hosts come from

    [[nodiscard]] const schema::NodeId& node() const { return card.node; }
    // Its card's keys, or those that it had when the pair met, are in other hands
    // (node/exchange/revoke.h). What is still sealed with them is opened, to be refused.
    [[nodiscard]] bool revoked() const {
        return card.version <= revoked_cards || (!psk.empty() && paired_card <= revoked_cards);
    }
    // Something can be sealed to it.
    [[nodiscard]] bool paired() const { return !psk.empty() && !revoked(); }
    // Both operators compared the words, or the roster vouches, and nothing is wrong since.
    [[nodiscard]] bool active() const { return paired() && is_member() && verified && !suspended; }
    [[nodiscard]] bool is_member() const { return founder || vouched; }
    [[nodiscard]] bool on_probation(schema::Time now) const { return now < probation_until; }
    // Nobody can connect to it: what it is sent lies at a host until it comes for it.
    [[nodiscard]] bool is_hidden() const { return card.endpoint.empty(); }
    [[nodiscard]] TransportPublicKey link() const { return TransportPublicKey(card.link); }
    [[nodiscard]] crypto::Vkey log() const {
        return {card.log_origin, crypto::NoteKeyType::ed25519, card.log};
    }
};

class Peers {
public:
    static constexpr crypto::Epoch window = 2;  // epochs around the present one

    Peers(const schema::NodeId& self, const Keyring& keyring);

    // Reads the table; called at start and after any change to it.
    Outcome load(Store& store);
    Outcome reload(Transaction& tx, const schema::NodeId& node);

    [[nodiscard]] Peer* find(const schema::NodeId& node);
    [[nodiscard]] const Peer* find(const schema::NodeId& node) const;
    // By name (case does not matter), by its unambiguous beginning, or by the hex of its NodeId.
    Result<Peer*> named(std::string_view name);
    [[nodiscard]] std::vector<Peer*> all();
    // The next by NodeId; nullptr after the last.
    [[nodiscard]] const Peer* after(const schema::NodeId& node) const;

    struct Mailbox {
        Peer* peer;
        crypto::Epoch epoch;
    };
    // Whose mail lies in a mailbox of ours, if its epoch is within two of `now`.
    [[nodiscard]] std::optional<Mailbox> find_mailbox(const crypto::MailboxId& mailbox,
                                                      crypto::Epoch now);
    // Something that it sealed in `epoch` has opened: it holds the pair's key of that epoch.
    static Outcome heard(Transaction& tx, Peer& peer, crypto::Epoch epoch);
    // A time that it has signed: what the destruction of keys, and a clock that starts behind, may rely on
    // besides our own clock.
    static Outcome signed_at(Transaction& tx, const Peer& peer, schema::Time at);
    // It says that it holds this version of our card; 0 says nothing.
    static Outcome knows_card(Transaction& tx, Peer& peer, std::uint32_t version);
    // Forgets what came before PSK[epoch] (pair_keys.h).
    void move_to(Peer& peer, SecretBytes psk, crypto::Epoch epoch);
    // Empty when the pair's key is already past `epoch`.
    [[nodiscard]] const ChannelKeys* to(const Peer& peer, crypto::Epoch epoch);
    [[nodiscard]] const ChannelKeys* from(const Peer& peer, crypto::Epoch epoch);

private:
    struct Channel {
        ChannelKeys to;
        ChannelKeys from;
    };
    using ChannelName = std::pair<schema::NodeId, crypto::Epoch>;

    const Channel* channel(const Peer& peer, crypto::Epoch epoch);
    void listen(crypto::Epoch now);
    Outcome take(Rows& rows);
    static Outcome take_loose(Peer& peer, Rows rows);

    schema::NodeId self_;
    const Keyring& keyring_;
    std::map<schema::NodeId, std::unique_ptr<Peer>> peers_;
    std::map<ChannelName, Channel> channels_;
    std::map<crypto::MailboxId, Mailbox> mailboxes_;
    std::optional<crypto::Epoch> listening_;
};

}  // namespace leeward::node
