// What a node does about its backups by itself.
#pragma once

#include "node/app/home.h"
#include "node/exchange/desk.h"

namespace leeward::node {

class BackupByNight {
public:
    // Looked at with each turn; mostly nothing. One is made between three and five at night in the node's own
    // time zone, or as soon as the last one is 26 hours old. Once an hour what is past its life goes, in every
    // folder where backups of this node may lie. After a fault it waits an hour.
    Outcome look(OpenedHome& home, Desk& desk, schema::Time now);

private:
    Outcome tidy(const OpenedHome& home, schema::Time now);
    Outcome make(OpenedHome& home, Desk& desk, schema::Time now);

    schema::Time tidied_{};
    schema::Time failed_{};
};

}  // namespace leeward::node
