#include "node/mailbox/peers.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "node/mailbox/pair_keys.h"

namespace leeward::node {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

ChannelKeys derive(const SecretBytes& psk,
                   const crypto::PairId& pair,
                   crypto::Epoch epoch,
                   crypto::Direction dir) {
    return {crypto::mailbox_id(psk, dir),
            crypto::hpke_psk(psk, dir),
            crypto::control_key(psk, dir),
            crypto::file_key(psk, dir),
            crypto::hpke_psk_id(pair, epoch, dir)};
}

constexpr std::string_view columns =
    "SELECT node,card,founder,verified,frozen,psk_epoch,contact,head,alarm,pairing,"
    "psk_heard,knows_card,vouched,probation_until,mail,mail_guest,resync_awaited,resync_owed,"
    "suspended,paired_card,coalesce((SELECT cards FROM revocation r WHERE r.node=peer.node),0) "
    "FROM peer";
constexpr std::string_view loose_columns =
    "SELECT note,since,asked FROM loose_head WHERE node=? ORDER BY since,size";

// As it was when its signature was checked.
Result<ShownHead> shown_head(std::string note) {
    ShownHead shown;
    if (note.empty()) return shown;
    LEEWARD_ASSIGN(const auto parsed, crypto::parse_note(note));
    LEEWARD_ASSIGN(shown.at, crypto::parse_checkpoint_body(parsed.text));
    shown.note = std::move(note);
    return shown;
}

Result<schema::MailRoute> mail_route(const std::string& text) {
    if (text.empty()) return schema::MailRoute{};
    LEEWARD_ASSIGN(const schema::Json json, schema::parse_json(text, {4096, 4}));
    return schema::mail_route_from(json);
}

}  // namespace

Peers::Peers(const schema::NodeId& self, const Keyring& keyring) : self_(self), keyring_(keyring) {}

Outcome Peers::load(Store& store) {
    channels_.clear();
    listening_.reset();
    std::set<schema::NodeId> present;
    auto rows = store.query(columns);
    while (rows.next()) {
        present.insert(rows.id<schema::NodeId>(0));
        LEEWARD_TRY(take(rows));
    }
    LEEWARD_TRY(rows.status());
    std::erase_if(peers_, [&](const auto& one) { return !present.contains(one.first); });
    for (auto& [node, peer] : peers_)
        LEEWARD_TRY(take_loose(*peer, store.query(loose_columns, node)));
    return Done{};
}

Outcome Peers::reload(Transaction& tx, const schema::NodeId& node) {
    channels_.clear();
    listening_.reset();
    static const std::string one = std::string(columns) + " WHERE node=?";
    auto rows = tx.query(one, node);
    if (!rows.next()) return Error{Errc::not_found, "no such peer"};
    LEEWARD_TRY(take(rows));
    return take_loose(*peers_[node], tx.query(loose_columns, node));
}

Outcome Peers::take_loose(Peer& peer, Rows rows) {
    peer.loose.clear();
    while (rows.next()) {
        LEEWARD_ASSIGN(ShownHead head, shown_head(rows.text(0)));
        peer.loose.push_back(
            {std::move(head), schema::from_unix(rows.integer(1)), rows.integer(2)});
    }
    return rows.status();
}

// A Peer keeps its address for as long as the table has it: others hold pointers to it. A card whose
// signature was checked is not opened again.
Outcome Peers::take(Rows& rows) {
    const auto node = rows.id<schema::NodeId>(0);
    std::string text = rows.text(1);
    const Peer* const held = find(node);
    auto card = held != nullptr && held->card_text == text ? Result<schema::NodeCard>(held->card)
                                                           : schema::open_card(text);
    if (!card) return Error{Errc::corrupt, "a peer's card does not read back"};
    auto contact_json = schema::parse_json(rows.text(6));
    auto contact = contact_json ? schema::contact_from(*contact_json)
                                : Result<schema::Contact>(schema::Contact{});
    auto& slot = peers_[node];
    if (!slot) slot = std::make_unique<Peer>();
    slot->card = std::move(card).value();
    slot->card_text = std::move(text);
    slot->founder = rows.integer(2) != 0;
    slot->verified = rows.integer(3) != 0;
    slot->vouched = rows.integer(12) != 0;
    slot->probation_until = schema::from_unix(rows.integer(13));
    slot->resync_awaited = schema::from_unix(rows.integer(16));
    slot->resync_owed = schema::from_unix(rows.integer(17));
    slot->frozen = rows.integer(4) != 0;
    slot->contact = contact ? std::move(contact).value() : schema::Contact{};
    LEEWARD_ASSIGN(slot->held, shown_head(rows.text(7)));
    slot->knows_card = static_cast<std::uint32_t>(rows.integer(11));
    slot->suspended = rows.integer(18) != 0;
    slot->paired_card = static_cast<std::uint32_t>(rows.integer(19));
    slot->revoked_cards = static_cast<std::uint32_t>(rows.integer(20));
    slot->alarmed = !rows.text(8).empty() || slot->frozen || slot->suspended;
    LEEWARD_ASSIGN(slot->mail, mail_route(rows.text(14)));
    slot->guest.reset();
    if (!rows.is_null(15)) slot->guest = rows.array<16>(15);
    slot->psk = {};
    slot->pairing = {};
    slot->psk_epoch = slot->psk_heard = 0;
    if (rows.is_null(5)) return Done{};
    slot->psk_epoch = static_cast<crypto::Epoch>(rows.integer(5));
    slot->pairing = rows.array<8>(9);
    slot->psk_heard = static_cast<crypto::Epoch>(rows.integer(10));
    auto psk = keyring_.get(psk_name(node, slot->pairing, slot->psk_epoch));
    if (!psk) return Error{Errc::corrupt, "the key of a pair is missing from the keyring"};
    slot->psk = std::move(*psk);
    return Done{};
}

Peer* Peers::find(const schema::NodeId& node) {
    const auto at = peers_.find(node);
    return at == peers_.end() ? nullptr : at->second.get();
}
const Peer* Peers::after(const schema::NodeId& node) const {
    const auto at = peers_.upper_bound(node);
    return at == peers_.end() ? nullptr : at->second.get();
}
const Peer* Peers::find(const schema::NodeId& node) const {
    const auto at = peers_.find(node);
    return at == peers_.end() ? nullptr : at->second.get();
}

Result<Peer*> Peers::named(std::string_view name) {
    const std::string wanted = lower(name);
    std::vector<Peer*> exact;
    std::vector<Peer*> begins;
    for (auto& [node, peer] : peers_) {
        const std::string own = lower(peer->card.organisation);
        if (schema::text(node) == wanted) return peer.get();
        if (own == wanted) exact.push_back(peer.get());
        if (!wanted.empty() && own.starts_with(wanted)) begins.push_back(peer.get());
    }
    if (exact.size() == 1) return exact.front();
    if (exact.size() > 1)
        return Error{Errc::invalid_argument,
                     "two organisations of this name are known here. Phone the one that you know, "
                     "and say its number as 'leeward peer list' shows it"};
    if (begins.empty())
        return Error{Errc::not_found,
                     "no organisation of that name is known here; see 'leeward peer list'"};
    if (begins.size() > 1)
        return Error{Errc::invalid_argument, "more than one organisation begins like that"};
    return begins.front();
}

std::vector<Peer*> Peers::all() {
    std::vector<Peer*> out;
    for (auto& [node, peer] : peers_)
        out.push_back(peer.get());
    return out;
}

Outcome Peers::heard(Transaction& tx, Peer& peer, crypto::Epoch epoch) {
    if (epoch <= peer.psk_heard) return Done{};
    peer.psk_heard = epoch;
    return tx.run("UPDATE peer SET psk_heard=? WHERE node=?", epoch, peer.node());
}

Outcome Peers::signed_at(Transaction& tx, const Peer& peer, schema::Time at) {
    return tx.run("UPDATE peer SET peer_time=max(peer_time,?) WHERE node=?",
                  schema::unix_seconds(at),
                  peer.node());
}

Outcome Peers::knows_card(Transaction& tx, Peer& peer, std::uint32_t version) {
    if (version == 0 || version == peer.knows_card) return Done{};
    peer.knows_card = version;
    return tx.run("UPDATE peer SET knows_card=? WHERE node=?", version, peer.node());
}

void Peers::move_to(Peer& peer, SecretBytes psk, crypto::Epoch epoch) {
    peer.psk = std::move(psk);
    peer.psk_epoch = epoch;
    channels_.clear();
    listening_.reset();
}

const Peers::Channel* Peers::channel(const Peer& peer, crypto::Epoch epoch) {
    if (peer.psk.empty() || epoch < peer.psk_epoch) return nullptr;
    const ChannelName name{peer.node(), epoch};
    if (const auto at = channels_.find(name); at != channels_.end()) return &at->second;
    const SecretBytes psk = crypto::psk_at(peer.psk, peer.psk_epoch, epoch);
    const auto pair = crypto::pair_id(self_.get(), peer.node().get());
    const auto out = crypto::direction(self_.get(), peer.node().get());
    const auto in = crypto::direction(peer.node().get(), self_.get());
    return &channels_
                .emplace(name, Channel{derive(psk, pair, epoch, out), derive(psk, pair, epoch, in)})
                .first->second;
}

const ChannelKeys* Peers::to(const Peer& peer, crypto::Epoch epoch) {
    const Channel* found = channel(peer, epoch);
    return found == nullptr ? nullptr : &found->to;
}
const ChannelKeys* Peers::from(const Peer& peer, crypto::Epoch epoch) {
    const Channel* found = channel(peer, epoch);
    return found == nullptr ? nullptr : &found->from;
}

void Peers::listen(crypto::Epoch now) {
    if (listening_ == now) return;
    mailboxes_.clear();
    for (auto& [node, peer] : peers_)
        for (crypto::Epoch e = now < window ? 0 : now - window; e <= now + window; ++e)
            if (const ChannelKeys* keys = from(*peer, e))
                mailboxes_.emplace(keys->mailbox, Mailbox{peer.get(), e});
    listening_ = now;
}

std::optional<Peers::Mailbox> Peers::find_mailbox(const crypto::MailboxId& mailbox,
                                                  crypto::Epoch now) {
    listen(now);
    const auto at = mailboxes_.find(mailbox);
    return at == mailboxes_.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace leeward::node
