// A promise was broken; what() says which, and the seed that shows it again.
#pragma once

#include <stdexcept>

namespace leeward::sim {

class Broken : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace leeward::sim
