// When the desk calls for a person (decisions.md 16): content-free, not too often, and in an emergency
// again and again until somebody opens the inbox.
#pragma once

#include <cstdint>
#include <optional>

#include "node/store/store.h"

namespace leeward::node {

// What nobody has looked at yet. Times in unix seconds.
struct Unseen {
    std::int64_t newest = 0;  // when the newest of it came; 0: nothing
    bool emergency = false;
};
// Raises and unopened inquiries that came after `since`; after 0, all. What a clock that was set back has
// left ahead of it was there already when somebody looked.
Result<Unseen> unseen_since(Store& store, std::int64_t since, std::int64_t now);

class Bell {
public:
    static constexpr std::int64_t quiet_seconds = 300;
    static constexpr std::int64_t emergency_seconds = 120;

    // A clock that was set back silences nothing: nobody has looked yet by that clock.
    void follow(std::int64_t now);
    // Which ring this is since somebody last looked, from 0; nullopt: silence. Something new rings once;
    // an emergency goes on.
    std::optional<std::size_t> rings(const Unseen& unseen, std::int64_t now);
    // By a hand, not by a page that shows it anew. What comes in the same second may have come after it.
    void inbox_opened(std::int64_t now);
    [[nodiscard]] std::int64_t opened_at() const { return opened_at_; }

private:
    std::int64_t opened_at_ = 0;
    std::int64_t last_ring_ = 0;
    std::size_t rings_ = 0;
};

}  // namespace leeward::node
