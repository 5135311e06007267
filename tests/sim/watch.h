// What must hold in a universe, looked at after every step of every node.
//
//   no lost acknowledgement   what a node's log, dedupe rows and outbox held when it answered is there
//                             after every restart; a message leaves the outbox only for its recipient's
//                             store, or for an ABANDONED in the log
//   one effect per id         no log holds two receipts of one message
//   no third reader           a node opens no envelope that was not sealed for it
//   no silent disclosure      a disclosure's entry names a release that lives then, and every receipt of
//                             a disclosing message has its entry in the sender's log
//   no residue                nothing of a record is written to a disk or a wire in the clear
//   one place at a time       a need has one chosen leg at most
// and once all is mended: everything is delivered, both sides of every leg and grant show the same,
// every log and store verifies, and no key is left of what was erased.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "schema/audit_event.h"
#include "tests/sim/sim_node.h"

namespace leeward::sim {

class Watch {
public:
    // `hostile`: a node that may say what it likes; the others owe it nothing. -1: none.
    Watch(std::vector<SimNode*> nodes, const Traffic& traffic, int hostile);

    void stepped(SimNode& node, const SimNode::Stepped& step);
    // After a command or a step of a node whose power is on.
    void look(SimNode& node);
    void restarted(SimNode& node);
    // It will start from an old copy, with a log that begins anew: what it knew since is forgotten, and
    // nobody owes it that it remembers. What others hold of it stands.
    void set_back(const SimNode& node);
    void at_rest();
    // What a failing disk kept from being erased is looked for once an hour.
    void an_hour_later();

private:
    struct Received {
        Bytes peer;
        Bytes mid;
        std::string refused;
    };
    struct Waiting {
        Bytes peer;
        crypto::Hash xref{};
    };
    struct Sent {
        schema::OrganisationTag to{};
        bool on_leg = false;  // of a leg or a grant: its recipient's log has the same xref
    };
    struct Known {
        schema::NodeId id;
        std::int64_t leaves = 0;
        crypto::Hash chain{};  // over all of them
        std::map<crypto::Hash, Sent> sent;
        std::set<crypto::Hash> receipts;
        // Of logs that a restore closed: still sent, and still received.
        std::set<crypto::Hash> sent_before;
        std::set<crypto::Hash> receipts_before;
        std::set<std::pair<Bytes, Bytes>> forgotten;  // (sender, message) that it had received
        std::set<crypto::Hash> refused;               // among them refusals of messages
        std::set<crypto::Hash> abandoned;
        std::vector<Received> received;
        std::set<crypto::Hash> opened;              // envelopes, by H(enc)
        std::map<Bytes, Waiting> waiting;           // by message id
        std::map<Bytes, std::set<Bytes>> said;      // message ids, by leg
        std::vector<std::pair<Bytes, Bytes>> owed;  // (sender, message) said to be stored here
    };

    [[noreturn]] static void broken(const SimNode& node, const std::string& what);
    Known& known(const SimNode& node) { return known_[node.index()]; }
    [[nodiscard]] bool hostile(const SimNode& node) const;
    [[nodiscard]] bool has_sent(int node, const crypto::Hash& xref) const;
    [[nodiscard]] int index_of(BytesView node) const;
    [[nodiscard]] int index_of(const schema::OrganisationTag& tag) const;

    void read_leaves(SimNode& node);
    void read_leaf(SimNode& node, const schema::AuditRecord& event, const crypto::Hash& xref);
    void check_disclosure(SimNode& node, const schema::AuditRecord& event);
    void read_received(SimNode& node, std::int64_t first_leaf);
    void read_opened(SimNode& node);
    void read_outbox(SimNode& node);
    void check_gone(SimNode& node, const Bytes& mid, const Waiting& waiting);
    void check_state(SimNode& node);
    void check_owed(SimNode& node);
    [[nodiscard]] bool was_told_of_refusal(SimNode& node, const Bytes& leg);
    void all_delivered(SimNode& node);
    void legs_agree(SimNode& node);
    void grants_agree(SimNode& node);
    void keys_are_there(SimNode& node);
    void none_outlived(SimNode& node);
    void verifies(SimNode& node);

    std::vector<SimNode*> nodes_;
    const Traffic& traffic_;
    int hostile_;
    std::vector<Known> known_;
};

}  // namespace leeward::sim
