#include "node/exchange/turns.h"

#include <chrono>

namespace leeward::node {
namespace {

constexpr schema::Duration pause = std::chrono::hours(1);

}  // namespace

bool Turns::waits(std::string_view kind, BytesView row, schema::Time now) const {
    if (until_.empty()) return false;
    const auto found = until_.find({std::string(kind), to_bytes(row)});
    // A clock that was set back makes nobody wait longer.
    return found != until_.end() && now < found->second && found->second <= now + pause;
}

bool Turns::take(std::string_view kind, BytesView row, schema::Time now) {
    if (waits(kind, row, now)) return false;
    taken_.emplace(std::string(kind), to_bytes(row));
    return true;
}

bool Turns::put_off(schema::Time now) {
    if (!taken_) return false;
    std::erase_if(until_, [&](const auto& one) { return one.second <= now; });
    until_[*taken_] = now + pause;
    taken_.reset();
    return true;
}

BytesView Turns::last(std::string_view kind) const {
    const auto found = rounds_.find(kind);
    return found == rounds_.end() ? BytesView{} : BytesView(found->second);
}

void Turns::ended(std::string_view kind, BytesView row) {
    rounds_[std::string(kind)] = to_bytes(row);
}

}  // namespace leeward::node
