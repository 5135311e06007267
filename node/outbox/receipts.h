// Receipts that wait for the peers whose messages they answer. They leave with the next envelope, before anything
// else, each with the entry of our log for every message that it names.
//
// In memory alone: whose receipt is lost sends its message again, and is answered again. One thread.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "node/audit/audit_log.h"
#include "schema/envelope.h"
#include "schema/ids.h"

namespace leeward::node {

struct PendingReceipt {
    std::string jws;
    std::vector<std::uint64_t> leaves;  // indices in our log, one per line
};

class Receipts {
public:
    // Beyond 256 for one peer the oldest is let go.
    void wait(const schema::NodeId& peer, PendingReceipt receipt);
    [[nodiscard]] bool wait_for(const schema::NodeId& peer) const;  // that were not taken yet
    [[nodiscard]] std::vector<schema::NodeId> waited_for() const;

    struct Took {
        std::size_t used = 0;       // bytes of the envelope
        std::size_t too_large = 0;  // fitted into no envelope, and were let go
    };
    // Takes along what fits into an envelope of which `used` bytes are taken. Where one fits into none, it goes in
    // parts, which `key` signs.
    Result<Took> take(Transaction& tx,
                      AuditLog& log,
                      const schema::NodeId& peer,
                      const crypto::SigningKey& key,
                      std::size_t used,
                      schema::Inner& inner);

    // What was taken has left only once its transaction is committed.
    void begin() { taken_.clear(); }
    [[nodiscard]] std::size_t taken(const schema::NodeId& peer) const;
    void take_back_to(const schema::NodeId& peer, std::size_t taken) { taken_[peer] = taken; }
    void committed();
    void let_all_go();

private:
    std::map<schema::NodeId, std::deque<PendingReceipt>> waiting_;
    std::map<schema::NodeId, std::size_t> taken_;  // from the front
};

}  // namespace leeward::node
