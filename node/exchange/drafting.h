// Drafting a release: fields chosen, the least that serves shown first, then the text frozen and read
// aloud (domain.md section 3.3, R1 and R2).
#pragma once

#include "node/exchange/releases.h"

namespace leeward::node {

Result<Json> release_new(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// A draft is changed in place. What has been frozen never changes: it is void, or, where it is in
// force, goes on until the new draft is signed.
Result<Json> release_edit(Desk& desk, Transaction& tx, const Json& args, schema::Time now);
// R2: freezes the text and gives it, to be read aloud.
Result<Json> release_present(Desk& desk, Transaction& tx, const Json& args, schema::Time now);

// R1: what `release` says beyond its days and language is filled in already; the answer shows the text.
Result<Json> begin_draft(
    Desk& desk, Transaction& tx, Release& release, const Json& args, schema::Time now);

// The same, as the first step of a signature.
Outcome freeze_text(Desk& desk, Transaction& tx, Release& release, schema::Time now);

}  // namespace leeward::node
