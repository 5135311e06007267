// What a page sends: one JSON object, then, each after a NUL byte, the passphrases that go with it.
// A passphrase is never part of the JSON and is held in wiped memory alone.
//
//     {"args":{…},"dry_run":false,"automatic":true,"secrets":1}\0correct horse
#pragma once

#include "node/app/wire.h"

namespace leeward::node {

struct PageRequest {
    schema::Json args;
    Act act = Act::PERFORM;
    bool automatic = false;  // the page by itself, nobody's hand: it keeps no session awake
    Secrets secrets;
};

// Errc::malformed, too_large: as the gate has it, and for secrets that are not as many as announced.
Result<PageRequest> read_page_request(BytesView body);

}  // namespace leeward::node
