#include "node/people/shifts.h"

#include <algorithm>

namespace leeward::node {

void Shifts::start(uid_t desk, Shift shift) {
    end_all_of(shift.worker);
    shifts_.insert_or_assign(desk, std::move(shift));
}

std::optional<Shift> Shifts::end(uid_t desk) {
    const auto found = shifts_.find(desk);
    if (found == shifts_.end()) return std::nullopt;
    std::optional<Shift> ended(std::move(found->second));
    shifts_.erase(found);
    return ended;
}

void Shifts::end_all_of(const schema::OperatorId& worker) {
    std::erase_if(shifts_, [&](const auto& one) { return one.second.worker == worker; });
}

const Shift* Shifts::at(uid_t desk, schema::Time now) const {
    const auto found = shifts_.find(desk);
    return found == shifts_.end() || now >= found->second.until ? nullptr : &found->second;
}

bool Shifts::on_duty(const schema::OperatorId& worker, schema::Time now) const {
    return std::any_of(shifts_.begin(), shifts_.end(), [&](const auto& one) {
        return one.second.worker == worker && now < one.second.until;
    });
}

}  // namespace leeward::node
