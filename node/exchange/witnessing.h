// Logs and their witnesses: what this node asks of partners, what it answers them, and what follows
// when a partner's log stays without witnesses (protocol.md section 7).
//
// Every hour a node asks three partners, or as many as its own policy names, to cosign the head that it
// has just published, and, while one is silent for six hours, another one. A refusal is no answer, and what a
// witness dates ahead of our clock is none either. At a start it asks each of them at once, and learns from
// the answer whether its store is an old copy. Where a witness holds another head than we thought, it is asked once
// more from there, at once; whatever it says to that, not again before the usual pause. A head that enough
// partners have cosigned is shown to all.
// Where a working head of a partner is not covered by such a head for 72 hours, its log is UNWITNESSED:
// new disclosures of T2 and above are refused until it is, never those on an emergency's or TONIGHT
// basis, and never what closes, warns or confirms. Nothing that is sent or taken waits for a witness.
#pragma once

#include <map>

#include "node/audit/published.h"
#include "node/exchange/desk.h"
#include "node/outbox/courier.h"
#include "schema/json/json.h"

namespace leeward::node {

class Witnesses {
public:
    Witnesses(Desk& desk, Courier& courier) : desk_(desk), courier_(courier) {}

    // Asks whom there is to ask now. To be called every second.
    Outcome ask(Transaction& tx, schema::Time now);
    // The same for one partner whom a sealed file will reach: it is asked again if it has not answered.
    Outcome ask_in_file(Transaction& tx, const schema::NodeId& peer, schema::Time now);
    // What an envelope of `peer` says, under its working head. Whatever is answered leaves once the
    // transaction is committed.
    Outcome take(Transaction& tx,
                 Peer& peer,
                 const crypto::Checkpoint& head,
                 const schema::Inner& inner,
                 schema::Time now);
    // Calls somebody about partners that speak and whose logs are UNWITNESSED. To be called every hour.
    Outcome look_after_partners(Transaction& tx, schema::Time now);

private:
    // Where one is due; where a witness has just said what it holds.
    enum class Question { USUAL, CORRECTED };
    Outcome ask_one(Transaction& tx,
                    const schema::NodeId& node,
                    schema::Time now,
                    Question question = Question::USUAL);
    Outcome ask_corrected(Transaction& tx,
                          const schema::NodeId& node,
                          schema::WitnessStatus status,
                          schema::Time now);
    Outcome vouch_in_file(Transaction& tx, const schema::NodeId& node, schema::Time now);
    Outcome take_ask(Transaction& tx,
                     Peer& peer,
                     const schema::AddCheckpoint& ask,
                     schema::Time now);
    Outcome take_answer(Transaction& tx,
                        Peer& peer,
                        const schema::WitnessAnswer& answer,
                        schema::Time now);
    Result<WitnessClock> clock_of_witnesses(Transaction& tx, schema::Time now);
    Outcome take_refusal(Transaction& tx,
                         Peer& peer,
                         const schema::WitnessAnswer& answer,
                         schema::Time now);
    Outcome take_published(Transaction& tx,
                           Peer& peer,
                           const crypto::Checkpoint& head,
                           const schema::Inner& inner,
                           schema::Time now);
    // To everybody, and what was refused before it was witnessed is sent again.
    Outcome show_newest(Transaction& tx, schema::Time now);
    void send_later(Transaction& tx, const schema::NodeId& peer, schema::Witnessing what);

    Desk& desk_;
    Courier& courier_;
    struct LastAsked {
        schema::Time again;
        Question question = Question::USUAL;
    };
    std::map<schema::NodeId, LastAsked> asked_{};  // since the start
    bool shown_since_start_ = false;
};

// 72 hours have passed since a head of its log that no cosigned one covers yet.
Result<bool> is_unwitnessed(Transaction& tx, const Peer& peer, schema::Time now);
// It has begun a new log: what witnesses said of the old one covers nothing of that.
Outcome forget_witnessed(Transaction& tx, const schema::NodeId& peer);

Result<schema::Json> witness_list(Desk& desk,
                                  Transaction& tx,
                                  const schema::Json& args,
                                  schema::Time now);
Result<schema::Json> witness_status(Desk& desk,
                                    Transaction& tx,
                                    const schema::Json& args,
                                    schema::Time now);
Result<schema::Json> witness_policy(Desk& desk,
                                    Transaction& tx,
                                    const schema::Json& args,
                                    schema::Time now);

// After the clock was set back: no witness has answered later than `reached` (leg_timers.h), and no
// head was shown later.
Outcome witnesses_follow_clock(Transaction& tx, schema::Time reached);

// When the newest of our published heads that enough witnesses have cosigned is from; nothing: none is.
Result<std::optional<schema::Time>> witnessed_until(Desk& desk, Transaction& tx, schema::Time now);

}  // namespace leeward::node
