#include "node/console/assets.h"

#include "crypto/base/hex.h"
#include "crypto/hash.h"

namespace leeward::node {

const Asset* find_asset(std::string_view path) {
    for (const Asset& asset : assets())
        if (asset.path == path) return &asset;
    return nullptr;
}

Outcome check_assets() {
    for (const Asset& asset : assets())
        if (hex::encode(crypto::sha256(as_bytes(asset.gzip))) != asset.sha256)
            return Error{Errc::corrupt, "the page in this program is not the one that was built"};
    return Done{};
}

}  // namespace leeward::node
