#include "crypto/cosignature.h"

#include <limits>
#include <string>

namespace leeward::crypto {
namespace {

constexpr std::size_t time_size = 8;

std::string message_of(CosignedAt at, std::string_view note_text) {
    std::string message = "cosignature/v1\ntime " + std::to_string(at.get()) + "\n";
    message += note_text;
    return message;
}

}  // namespace

Cosignature cosign(const SigningKey& key, CosignedAt at, std::string_view note_text) {
    const Signature signature = sign(key, as_bytes(message_of(at, note_text)));
    Bytes out;
    append_be<time_size>(out, at.get());
    append(out, signature.get());
    return Cosignature{to_array<72>(out)};
}

std::optional<CosignedAt> verify_cosignature(const VerifyKey& key,
                                             std::string_view note_text,
                                             BytesView cosignature) {
    if (cosignature.size() != sizeof(Cosignature)) return std::nullopt;
    const CosignedAt at{read_be(cosignature.first(time_size))};
    if (at.get() > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    const Signature signature{to_array<64>(cosignature.subspan(time_size))};
    if (!verify(key, as_bytes(message_of(at, note_text)), signature)) return std::nullopt;
    return at;
}

}  // namespace leeward::crypto
