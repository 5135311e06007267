// What is said on a node's socket, as JSON:
//     {"command":"need.ask","args":{…},"dry_run":false}
//     {"schema_version":1,"ok":true,"result":{…}}
// A passphrase is never part of the JSON: "secrets":1 says that one packet follows with its bytes.
//     {"schema_version":1,"ok":false,"error":{"code":"wrong_state","message":"…"}}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "schema/json/json.h"

namespace leeward::node {

enum class Act { PERFORM, PREVIEW };  // a preview changes nothing and sends nothing

struct Request {
    std::string command;
    schema::Json args;
    Act act = Act::PERFORM;
    std::string as{};  // who does this one thing, by her passphrase; empty: whoever is on shift
    std::size_t secrets = 0;  // how many packets with a passphrase follow
    bool automatic = false;   // a page by itself, nobody's hand; never on the socket
};
using Secrets = std::vector<SecretBytes>;
inline constexpr std::size_t most_secrets = 3;

[[nodiscard]] std::string write_request(const Request& request);
// Errc::malformed, too_large: as the gate has it. The command may be one that does not exist.
Result<Request> read_request(std::string_view text);

[[nodiscard]] schema::Json answer_of(const Result<schema::Json>& result);
// The result or the error that the answer carries. Errc::unsupported for another schema_version,
// malformed for what is no answer.
Result<schema::Json> read_answer(std::string_view text);

}  // namespace leeward::node
