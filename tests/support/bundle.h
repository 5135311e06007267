// What a node would hand to an auditor who has no key of any record, over the whole of its log: the
// openings of its entries up to its last published head, those heads, its card.
#pragma once

#include "schema/audit/bundle.h"
#include "tests/support/test_node.h"

namespace leeward::test {

[[nodiscard]] schema::Bundle whole_bundle(TestNode& node);

}  // namespace leeward::test
