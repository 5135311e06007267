// Whether every act of a person in the log is signed by a worker of this node, with a key that the
// log itself brought in.
#pragma once

#include "node/store/store.h"

namespace leeward::node {

// Entries from before the first worker was written down are not asked for. Errc::corrupt names the
// first entry that nobody signed, or somebody else.
Outcome check_authorship(Store& store);

}  // namespace leeward::node
