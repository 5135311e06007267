// The commands of a node that keeps mail for others (node/mailbox/mail_host.h).
#pragma once

#include "node/app/home.h"
#include "node/exchange/engine.h"

namespace leeward::node {

// A place for one partner, as a file to hand over. Errc::wrong_state where nobody connects to this node.
[[nodiscard]] Result<schema::Json> mailhost_open(Engine& engine,
                                                 OpenedHome& home,
                                                 schema::Time now);
// Whoever fetched there is cut off, and what lay there is gone.
[[nodiscard]] Result<schema::Json> mailhost_close(Engine& engine,
                                                  OpenedHome& home,
                                                  const schema::Json& args);
// [{"place", "opened", "partners", "envelopes", "bytes"}…]
[[nodiscard]] Result<schema::Json> mail_kept_for_others(const OpenedHome& home);

}  // namespace leeward::node
