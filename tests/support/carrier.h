// The nodes of a world without any network: somebody carries sealed files between them, there and back,
// whenever one has something for another and both are running, and once a day in any case: with what
// witnesses ask and answer.
#pragma once

#include <map>

#include "tests/support/test_node.h"

namespace leeward::test {

class Carrier {
public:
    // Cuts the network until it goes. Fails the running test where a file is refused.
    explicit Carrier(World& world);
    ~Carrier();
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;

    // How often somebody went there and back.
    [[nodiscard]] int journeys() const { return journeys_; }

private:
    bool carry_all();
    bool carry(TestNode& from, TestNode& to);
    bool is_due(std::size_t from, std::size_t to);

    World& world_;
    std::map<std::pair<std::size_t, std::size_t>, std::int64_t> last_{};
    int journeys_ = 0;
};

}  // namespace leeward::test
