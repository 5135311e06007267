// leeward courier: the mail of a partner by stick or on paper, where there is no network.
#pragma once

#include "node/exchange/engine.h"
#include "schema/json/json.h"

namespace leeward::node {

// Writes down what waits for "peer"; "qr" as pages to print. The answer's "file" is to be carried.
Result<schema::Json> courier_export(Engine& engine, const schema::Json& args, std::int64_t now_ms);
// Takes what was carried here, as it would have come over the network; the answer's "file" goes back.
Result<schema::Json> courier_import(Engine& engine, const schema::Json& args, std::int64_t now_ms);

}  // namespace leeward::node
