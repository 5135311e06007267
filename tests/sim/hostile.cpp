#include "tests/sim/hostile.h"

#include "node/mailbox/sealing.h"
#include "schema/envelope.h"

namespace leeward::sim {
namespace {

using schema::Json;
using schema::MessageKind;

std::uint64_t below(crypto::Random& dice, std::uint64_t n) {
    return dice.number() % n;
}

// A leg or grant that the liar knows, or one that it made up.
Bytes any_id(SimNode& liar, std::string_view table, crypto::Random& dice) {
    std::vector<Bytes> ids;
    auto rows = liar.store().query("SELECT id FROM " + std::string(table));
    while (rows.next())
        ids.push_back(rows.bytes(0));
    if (ids.empty() || below(dice, 4) == 0) return to_bytes(dice.array<16>());
    return ids[below(dice, ids.size())];
}

std::string some_body(SimNode& liar, MessageKind kind, crypto::Random& dice) {
    const std::string grant = hex::encode(any_id(liar, "grant_of", dice));
    const bool first = below(dice, 2) == 0;
    if (kind == MessageKind::ASK)
        return Json::object({{"value", first ? "SELECTED" : "CANCEL_REQUESTED"}}).dump();
    if (kind == MessageKind::ANSWER)
        return Json::object({{"value", first ? "ACCEPTED" : "ARRIVED"}}).dump();
    if (kind == MessageKind::GRANT)
        return Json::object({{"grant", grant},
                             {"release", hex::encode(dice.array<16>())},
                             {"tier", "T2"},
                             {"purpose", "PURPOSE_PLACEMENT"},
                             {"commitment", hex::encode(dice.array<32>())},
                             {"fields", Json::object({{"preferred_name", "Liar"}})}})
            .dump();
    if (kind == MessageKind::GRANT_STATE || kind == MessageKind::GRANT_ANSWER)
        return Json::object({{"grant", grant}, {"value", "REVOKED"}}).dump();
    return Json::object({{"value", "NONSENSE"}, {"leg", grant}, {"seq", 1}}).dump();
}

schema::Message some_message(SimNode& liar,
                             SimNode& victim,
                             const node::Sealing& sealing,
                             crypto::Random& dice) {
    schema::Message message;
    auto& h = message.header;
    h.mid = schema::new_id<schema::MessageId>(dice);
    h.from = below(dice, 6) == 0 ? victim.desk().self.node() : liar.desk().self.node();
    h.to = below(dice, 6) == 0 ? liar.desk().self.node() : victim.desk().self.node();
    h.kid = sealing.kid();
    h.ench = sealing.ench();
    if (below(dice, 8) == 0) h.ench[0] ^= 1;
    h.leg = schema::LegId(to_array<16>(any_id(liar, "leg", dice)));
    h.counter = static_cast<std::uint32_t>(1 + below(dice, 6));
    h.saw = static_cast<std::uint32_t>(below(dice, 6));
    h.seq = 1 + below(dice, 6);
    h.ts = liar.clock().now();
    h.exp = h.ts + std::chrono::hours(below(dice, 48));
    dice.fill(h.xk);
    h.from_card = h.to_card = 1;
    h.kind = static_cast<MessageKind>(1 + below(dice, 19));
    message.body = some_body(liar, h.kind, dice);
    return message;
}

// A proof of an entry that the liar's log does hold, of something else.
Outcome borrow_proof(SimNode& liar,
                     node::Transaction& tx,
                     schema::MessageItem& item,
                     crypto::Random& dice) {
    const std::uint64_t size = liar.desk().log.size();
    LEEWARD_ASSIGN(auto proof, liar.desk().log.prove(tx, below(dice, size), dice.array<32>()));
    item.proof = std::move(proof);
    return Done{};
}

}  // namespace

std::optional<node::Frame> lie(SimNode& liar, SimNode& victim, crypto::Random& dice) {
    const auto frame =
        liar.store().write([&](node::Transaction& tx) -> Result<schema::EnvelopeFrame> {
            auto& desk = liar.desk();
            const node::Peer* peer = desk.peers.find(victim.desk().self.node());
            if (peer == nullptr) return Error{Errc::not_found};
            LEEWARD_ASSIGN(const auto prekey, desk.prekeys.newest(tx, *peer, liar.clock().now()));
            if (!prekey) return Error{Errc::not_found};
            LEEWARD_ASSIGN(auto sealing,
                           node::Sealing::begin(desk.self, desk.peers, *peer, *prekey, dice));
            schema::Inner inner;
            LEEWARD_ASSIGN(inner.head, desk.log.sign_head(tx));
            for (std::uint64_t n = 1 + below(dice, 3); n > 0; --n) {
                const auto message = some_message(liar, victim, sealing, dice);
                schema::MessageItem item{schema::sign_message(message, desk.self.signing), {}};
                if (below(dice, 2) == 0) LEEWARD_TRY(borrow_proof(liar, tx, item, dice));
                inner.messages.push_back(std::move(item));
            }
            return std::move(sealing).finish(inner);
        });
    if (!frame) return std::nullopt;
    return node::Frame{schema::write_frame(*frame)};
}

}  // namespace leeward::sim
