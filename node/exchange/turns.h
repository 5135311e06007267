// Whose turn it is among the rows that are due: one that meets a fault waits an hour, and stops no other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/base/bytes.h"
#include "schema/time.h"

namespace leeward::node {

// In memory alone: after a start every row has its turn again. `kind`: of deadline.
class Turns {
public:
    // Where the last looks ended, by kind.
    using Rounds = std::map<std::string, Bytes, std::less<>>;

    // False for a row that waits; of any other, that what follows is about it.
    bool take(std::string_view kind, BytesView row, schema::Time now);
    [[nodiscard]] bool waits(std::string_view kind, BytesView row, schema::Time now) const;
    // What follows is about no row.
    void none() { taken_.reset(); }
    // The row that was taken last has met a fault. False where there was none.
    bool put_off(schema::Time now);

    // Where the last look at these rows ended; empty at first. The next goes on from there.
    [[nodiscard]] BytesView last(std::string_view kind) const;
    void ended(std::string_view kind, BytesView row);
    [[nodiscard]] const Rounds& rounds() const { return rounds_; }
    // What was looked at since is looked at again.
    void take_up(Rounds rounds) { rounds_ = std::move(rounds); }

private:
    using Row = std::pair<std::string, Bytes>;  // its kind first

    std::optional<Row> taken_{};
    std::map<Row, schema::Time> until_{};
    Rounds rounds_{};
};

}  // namespace leeward::node
