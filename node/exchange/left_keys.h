// Keys that outlived their records: a record is erased in a transaction, its key is destroyed once that
// is committed, and in between a machine may lose its power or a disk may fail. What is erased stays
// erased only when its key goes too, so this looks again, at a start and every hour.
//
// And keys that no record ever had: a key is durable before the transaction that makes its record, and
// that may be taken back, or the message that it was made for refused.
#pragma once

#include "node/exchange/desk.h"

namespace leeward::node {

// Destroys, in one rewrite of the keyring, each key whose record says that it is erased, and each that
// belongs to none. In a transaction that has made no record's key. Errc::io and Errc::disk_full when they
// stay for now.
Outcome destroy_left_keys(Desk& desk, Transaction& tx);

}  // namespace leeward::node
