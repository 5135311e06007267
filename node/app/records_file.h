// What an organisation that leaves takes along (exchange/retire.h): its own records, sealed to the key that
// was named, in a file of the node's folder. It is durable before the command is kept, so that neither a
// full stick nor a lost answer costs anything, and it stays there when the node's keys are destroyed.
#pragma once

#include <filesystem>

#include "crypto/random.h"
#include "schema/json/json.h"

namespace leeward::node {

// Writes the "file" of `answer` to records-….age, if it has one, and says where in "sealed_file". A "file"
// that may be too large for an answer is taken out of it. On an error nothing is left.
Outcome keep_records_file(const std::filesystem::path& home,
                          schema::Json& answer,
                          crypto::Random& random);

}  // namespace leeward::node
