// Who is signed in. The socket tells the machine's user at the other end; the worker's own passphrase
// tells who sits there. A shift ends by its end, by time, by the next one at that desk, and with the
// process; then her key is gone from memory.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include <sys/types.h>

#include "node/people/workers.h"

namespace leeward::node {

struct Shift {
    schema::OperatorId worker{};
    SharedKey key{};
    schema::Time since{};
    schema::Time until{};
};

inline constexpr std::chrono::hours longest_shift{14};

class Shifts {
public:
    // Ends what was before at this desk, and hers at any other.
    void start(uid_t desk, Shift shift);
    // The shift that ended; nullopt if nobody was signed in.
    std::optional<Shift> end(uid_t desk);
    void end_all_of(const schema::OperatorId& worker);

    // Nobody's once it is over.
    [[nodiscard]] const Shift* at(uid_t desk, schema::Time now) const;
    [[nodiscard]] bool on_duty(const schema::OperatorId& worker, schema::Time now) const;

private:
    std::map<uid_t, Shift> shifts_;
};

}  // namespace leeward::node
