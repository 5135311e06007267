// What our envelopes show of our log, and pass on of others' (protocol.md section 7): the working head, how it
// grew out of what that peer holds, the newest head that witnesses have cosigned, and what witnesses ask and
// answer.
//
// In memory alone: since a start nobody knows what was shown before, and it is shown again. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/audit/audit_log.h"
#include "node/mailbox/peers.h"
#include "schema/envelope.h"

namespace leeward::node {

class ShownHeads {
public:
    ShownHeads(AuditLog& log, Peers& peers) : log_(log), peers_(peers) {}

    // What `peer` holds of our log, as it has just said: the next envelope to it proves that our log
    // grew out of that, or says that it did not.
    void told(const schema::NodeId& peer, std::vector<crypto::Checkpoint> held);
    // Goes with the next envelope to `peer`.
    void attach(const schema::NodeId& peer, schema::Witnessing what);
    [[nodiscard]] bool has_witness_answer(const schema::NodeId& peer) const;  // that has not left
    // The newest published head of ours that enough witnesses have cosigned: shown to everybody who was
    // shown a working head since the one before, and to all others once a day.
    void publish(std::uint64_t size, std::string note);
    void show_published_again(const schema::NodeId& peer) { covered_.erase(peer); }

    void begin(std::int64_t now_ms);
    // False while our log signs no head: nothing is shown then.
    bool look_at_log(Transaction& tx);
    // There is something to show for which an envelope goes out by itself.
    [[nodiscard]] bool call_for_an_envelope(const schema::NodeId& peer) const;
    // What the next envelope to `peer` shows; without a head where the log signs none.
    Result<schema::Inner> next(Transaction& tx, const Peer& peer);
    // That envelope was made.
    void shown(const schema::NodeId& peer, const schema::Inner& inner);

private:
    [[nodiscard]] bool shows_published(const schema::NodeId& peer) const;
    [[nodiscard]] schema::Witnessing witnessing_for(const schema::NodeId& peer) const;
    Result<std::vector<schema::Growth>> growth_for(Transaction& tx, const Peer& peer);
    [[nodiscard]] std::string gossip_for(const Peer& to);

    struct Gossip {
        std::int64_t day = -1;
        schema::NodeId last;  // whose head was passed on
    };
    struct CosignedHead {
        std::uint64_t size = 0;
        std::string note;
    };
    struct Covered {
        std::uint64_t size = 0;  // of the published head last shown
        std::int64_t day = 0;    // when that was
    };

    AuditLog& log_;
    Peers& peers_;
    std::map<schema::NodeId, std::uint64_t> shown_;  // size of the head last shown; 0 since a start
    std::map<schema::NodeId, std::vector<crypto::Checkpoint>> told_;
    std::map<schema::NodeId, Gossip> gossip_;
    std::map<schema::NodeId, schema::Witnessing> witnessing_;  // what waits
    std::map<schema::NodeId, Covered> covered_;
    CosignedHead published_;
    std::int64_t today_ = 0;
    bool signs_ = true;
};

}  // namespace leeward::node
