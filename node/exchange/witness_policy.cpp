#include "node/exchange/witness_policy.h"

#include <algorithm>

namespace leeward::node {
namespace {

constexpr std::string_view policy_key = "witness.policy";
constexpr std::size_t usual_witnesses = 3;

Result<std::string> kept_policy(Transaction& tx) {
    auto rows = tx.query("SELECT value FROM meta WHERE key=?", policy_key);
    std::string text = rows.next() ? to_text(rows.blob(0)) : std::string();
    LEEWARD_TRY(rows.status());
    return text;
}

bool may_witness(const Peer& peer, schema::Time now) {
    return peer.active() && !peer.on_probation(now);
}

// `log` lines of a policy that people have set are not asked for: each log is known by its card.
std::string usual_policy(const std::vector<WitnessOf>& witnesses) {
    std::vector<schema::NamedWitness> named;
    for (const auto& one : witnesses)
        named.push_back({one.organisation, one.key});
    return schema::usual_witness_policy(named);
}

std::set<ByteArray<32>> witness_keys_of(const Desk& desk, const schema::NodeId& owner) {
    if (owner == desk.self.node()) return {desk.self.card.witness.get()};
    const Peer* peer = desk.peers.find(owner);
    if (peer == nullptr) return {};
    return {peer->card.witness.get()};
}

}  // namespace

std::vector<WitnessOf> witnesses_for(Desk& desk, const schema::NodeId& owner, schema::Time now) {
    std::vector<WitnessOf> all;
    const auto add = [&all](const schema::NodeCard& card) {
        all.push_back({card.node, card.organisation, schema::witness_vkey(card)});
    };
    if (desk.self.node() != owner) add(desk.self.card);
    for (const Peer* peer : desk.peers.all())
        if (peer->node() != owner && may_witness(*peer, now)) add(peer->card);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.node < b.node; });
    const auto first = std::find_if(
        all.begin(), all.end(), [&](const WitnessOf& one) { return owner < one.node; });
    std::rotate(all.begin(), first, all.end());
    return all;
}

Result<WitnessesToAsk> witnesses_to_ask(Desk& desk, Transaction& tx, schema::Time now) {
    WitnessesToAsk out{witnesses_for(desk, desk.self.node(), now), usual_witnesses};
    LEEWARD_ASSIGN(const std::string text, kept_policy(tx));
    if (text.empty()) return out;
    LEEWARD_ASSIGN(const auto policy, crypto::TlogPolicy::parse(text));
    const auto& named = policy.witnesses();
    const auto others =
        std::stable_partition(out.in_turn.begin(), out.in_turn.end(), [&](const WitnessOf& one) {
            return std::find(named.begin(), named.end(), one.key) != named.end();
        });
    const auto first = static_cast<std::size_t>(others - out.in_turn.begin());
    out.always = std::max(usual_witnesses, first);
    return out;
}

Result<std::string> witness_policy_text(Desk& desk,
                                        Transaction& tx,
                                        const schema::NodeId& owner,
                                        schema::Time now) {
    LEEWARD_ASSIGN(std::string text, kept_policy(tx));
    return text.empty() ? usual_policy(witnesses_for(desk, owner, now)) : text;
}

Result<crypto::TlogPolicy> witness_policy(Desk& desk,
                                          Transaction& tx,
                                          const schema::NodeId& owner,
                                          schema::Time now) {
    LEEWARD_ASSIGN(const std::string text, witness_policy_text(desk, tx, owner, now));
    LEEWARD_ASSIGN(const auto policy, crypto::TlogPolicy::parse(text));
    return policy.without(witness_keys_of(desk, owner));
}

Outcome set_witness_policy(Transaction& tx, const std::string& text) {
    if (text.empty()) return tx.run("DELETE FROM meta WHERE key=?", policy_key);
    LEEWARD_TRY(crypto::TlogPolicy::parse(text));
    return tx.run("INSERT OR REPLACE INTO meta(key,value) VALUES(?,?)", policy_key, as_bytes(text));
}

}  // namespace leeward::node
