#include "schema/passphrase.h"

#include <algorithm>
#include <set>

namespace leeward::schema {
namespace {

constexpr std::size_t fewest_characters = 12;
constexpr std::size_t fewest_different = 5;
constexpr std::size_t most_bytes = 1024;

// Of UTF-8: every byte that does not continue a character.
std::size_t characters(BytesView text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](Byte b) { return (b & 0xC0U) != 0x80U; }));
}

}  // namespace

Outcome check_passphrase(BytesView passphrase) {
    const std::set<Byte> different(passphrase.begin(), passphrase.end());
    if (passphrase.size() > most_bytes)
        return Error{Errc::invalid_argument, "a passphrase has at most 1,024 bytes"};
    if (characters(passphrase) < fewest_characters || different.size() < fewest_different)
        return Error{Errc::invalid_argument,
                     "this passphrase is too weak: use at least 12 characters that are not all "
                     "alike; five or six random words are good. Nothing was made."};
    return Done{};
}

}  // namespace leeward::schema
