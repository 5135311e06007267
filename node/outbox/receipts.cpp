#include "node/outbox/receipts.h"

#include <utility>

#include "schema/limits.h"
#include "schema/receipt.h"

namespace leeward::node {
namespace {

constexpr std::size_t most_waiting = 256;  // for one peer: as many leave at once
constexpr std::size_t most_in_envelope = 32;

// Each line of a receipt stands for itself, so two say what one does. False for a single line, and for a
// receipt that our key of today has not signed.
bool halve(std::deque<PendingReceipt>& waiting, std::size_t at, const crypto::SigningKey& key) {
    auto first = schema::open_receipt(waiting[at].jws, crypto::verify_key_of(key));
    if (!first || first->lines.size() < 2) return false;
    const auto middle = static_cast<std::ptrdiff_t>(first->lines.size() / 2);
    auto second = *first;
    first->lines.erase(first->lines.begin() + middle, first->lines.end());
    second.lines.erase(second.lines.begin(), second.lines.begin() + middle);
    auto& leaves = waiting[at].leaves;
    PendingReceipt rest{schema::sign_receipt(second, key), {leaves.begin() + middle, leaves.end()}};
    leaves.erase(leaves.begin() + middle, leaves.end());
    waiting[at].jws = schema::sign_receipt(*first, key);
    waiting.insert(waiting.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(rest));
    return true;
}

Result<schema::ReceiptItem> with_leaves(Transaction& tx,
                                        AuditLog& log,
                                        const PendingReceipt& receipt) {
    schema::ReceiptItem item{receipt.jws, {}};
    for (const std::uint64_t index : receipt.leaves) {
        LEEWARD_ASSIGN(auto leaf, log.refer(tx, index));
        item.leaves.push_back(std::move(leaf));
    }
    return item;
}

}  // namespace

// What can be sealed to nobody waits, but not without bound: its message comes again, and with it the receipt.
void Receipts::wait(const schema::NodeId& peer, PendingReceipt receipt) {
    auto& waiting = waiting_[peer];
    waiting.push_back(std::move(receipt));
    if (waiting.size() > most_waiting) waiting.pop_front();
}

bool Receipts::wait_for(const schema::NodeId& peer) const {
    const auto found = waiting_.find(peer);
    return found != waiting_.end() && taken(peer) < found->second.size();
}

std::vector<schema::NodeId> Receipts::waited_for() const {
    std::vector<schema::NodeId> out;
    for (const auto& [peer, waiting] : waiting_)
        if (!waiting.empty()) out.push_back(peer);
    return out;
}

std::size_t Receipts::taken(const schema::NodeId& peer) const {
    const auto found = taken_.find(peer);
    return found == taken_.end() ? 0 : found->second;
}

Result<Receipts::Took> Receipts::take(Transaction& tx,
                                      AuditLog& log,
                                      const schema::NodeId& peer,
                                      const crypto::SigningKey& key,
                                      std::size_t used,
                                      schema::Inner& inner) {
    Took took{used, 0};
    auto& waiting = waiting_[peer];
    auto& taken = taken_[peer];
    while (taken < waiting.size() && inner.receipts.size() < most_in_envelope) {
        LEEWARD_ASSIGN(auto item, with_leaves(tx, log, waiting[taken]));
        const std::size_t size = schema::encoded_size(item);
        const bool fits = took.used + size <= schema::limits::inner_bytes;
        if (!fits && !inner.receipts.empty()) break;
        if (!fits && halve(waiting, taken, key)) continue;
        ++taken;
        if (!fits) {  // into no envelope: others must not wait behind it
            ++took.too_large;
            continue;
        }
        took.used += size;
        inner.receipts.push_back(std::move(item));
    }
    return took;
}

void Receipts::committed() {
    for (const auto& [peer, count] : std::exchange(taken_, {})) {
        auto& waiting = waiting_[peer];
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
    }
}

void Receipts::let_all_go() {
    waiting_.clear();
    taken_.clear();
}

}  // namespace leeward::node
