// The HTTP form of a witness (c2sp.org/tlog-witness), for trying our witness against logs that are not
// ours and our log against witnesses that are not ours. The product has no such endpoint: nodes say the
// same inside their envelopes.
#pragma once

#include <string>
#include <vector>

#include "crypto/note.h"
#include "node/store/store.h"
#include "schema/witnessing.h"

namespace leeward::conform {

// `old N`, at most 63 proof lines, an empty line, the checkpoint. Errc::malformed, too_large.
Result<schema::AddCheckpoint> parse_add_checkpoint(std::string_view body);
[[nodiscard]] std::string format_add_checkpoint(const schema::AddCheckpoint& request);

struct HttpAnswer {
    int status = 0;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

class HttpWitness {
public:
    // Knows these logs by their origins.
    HttpWitness(node::Store& store, crypto::SigningKey key, std::vector<crypto::Vkey> logs)
        : store_(store), key_(std::move(key)), logs_(std::move(logs)) {}

    // POST /add-checkpoint. The record is on the disk when this returns.
    HttpAnswer add_checkpoint(std::string_view body, schema::Time now);
    // Reads one request from a connected socket, answers it and closes the socket: 404 for another
    // path, 405 for another method, 413 beyond a million bytes.
    void serve(int socket, schema::Time now);

private:
    node::Store& store_;
    crypto::SigningKey key_;
    std::vector<crypto::Vkey> logs_;
};

}  // namespace leeward::conform
