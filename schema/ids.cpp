#include "schema/ids.h"

#include "crypto/base/hex.h"

namespace leeward::schema {

std::string id_text(BytesView id) {
    return hex::encode(id);
}

Outcome read_id(std::string_view text, std::span<Byte> into) {
    LEEWARD_ASSIGN(const Bytes bytes, hex::decode(text));
    if (bytes.size() != into.size()) return Error{Errc::malformed, "an id of the wrong length"};
    std::copy(bytes.begin(), bytes.end(), into.begin());
    return Done{};
}

}  // namespace leeward::schema
