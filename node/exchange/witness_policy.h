// Who must have cosigned a published head before this node calls it witnessed (c2sp.org/tlog-policy).
//
// The log's own organisation never counts, whatever policy people have set. Unless they have set one, the
// members that this node has verified, and the node itself, count: any two of them, or one where there are
// fewer than three.
#pragma once

#include <string>
#include <vector>

#include "crypto/tlog_proof.h"
#include "node/exchange/desk.h"

namespace leeward::node {

struct WitnessOf {
    schema::NodeId node;
    std::string organisation;
    crypto::Vkey key;
};

// Who may witness the log of `owner`, beginning after it in the order of NodeIds, so that not everybody
// asks the same ones.
[[nodiscard]] std::vector<WitnessOf> witnesses_for(Desk& desk,
                                                   const schema::NodeId& owner,
                                                   schema::Time now);
// Whom this node asks to witness its own log: the first `always` of them in any case, the others while
// one of these is silent. Those whom a policy that people have set names come first, all of them.
struct WitnessesToAsk {
    std::vector<WitnessOf> in_turn;
    std::size_t always;
};
Result<WitnessesToAsk> witnesses_to_ask(Desk& desk, Transaction& tx, schema::Time now);
// For the log of `owner`: as text, which may name it, and parsed, where it does not count.
Result<std::string> witness_policy_text(Desk& desk,
                                        Transaction& tx,
                                        const schema::NodeId& owner,
                                        schema::Time now);
Result<crypto::TlogPolicy> witness_policy(Desk& desk,
                                          Transaction& tx,
                                          const schema::NodeId& owner,
                                          schema::Time now);
// Empty text: back to the usual one. Errc::malformed names the line.
Outcome set_witness_policy(Transaction& tx, const std::string& text);

}  // namespace leeward::node
