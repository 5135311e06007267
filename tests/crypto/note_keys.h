// Keys that tests of notes share: derived from a number, and read from the text form of Go's note.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/base64.h"
#include "crypto/note.h"

namespace leeward::crypto {

inline SigningKey test_key(Byte number) {
    ByteArray<32> seed{};
    seed.fill(number);
    return signing_key_from_seed(seed);
}

inline Vkey test_vkey(std::string name, NoteKeyType type, const SigningKey& key) {
    return {std::move(name), type, verify_key_of(key)};
}

// `PRIVATE+KEY+<name>+<id>+base64(01, seed)`
struct NamedKey {
    std::string name;
    SigningKey key;
};
inline NamedKey named_key(std::string_view skey) {
    skey.remove_prefix(std::string_view("PRIVATE+KEY+").size());
    const std::size_t id = skey.find('+');
    const std::size_t key = skey.find('+', id + 1);
    const Bytes bytes = base64::decode(skey.substr(key + 1)).value();
    return {std::string(skey.substr(0, id)),
            signing_key_from_seed(to_array<32>(BytesView(bytes).subspan(1)))};
}

}  // namespace leeward::crypto
