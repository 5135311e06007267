// How long a match takes over whatever a directory holds.
#pragma once

#include <chrono>
#include <cstddef>

#include "crypto/base/result.h"
#include "node/directory/directory.h"

namespace leeward::test {

// The median of `runs` queries of changing class, age band, language, region and access need, after
// one that builds the index.
Result<std::chrono::nanoseconds> median_match_time(node::Directory& directory,
                                                   schema::Time now,
                                                   std::size_t runs = 200);

}  // namespace leeward::test
