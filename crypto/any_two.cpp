#include "crypto/any_two.h"

#include <utility>

namespace leeward::crypto {
namespace {

constexpr std::array<std::pair<std::size_t, std::size_t>, holder_count> pairs{
    {{0, 1}, {0, 2}, {1, 2}}};

Result<SecretBytes> open_twice(BytesView copy,
                               const age::Identity& outer,
                               const age::Identity& inner) {
    LEEWARD_ASSIGN(const SecretBytes inside, age::open(copy, std::span(&outer, 1)));
    return age::open(inside.reveal(), std::span(&inner, 1));
}

}  // namespace

Outcome check_holders(const Holders& holders) {
    for (const auto& holder : holders)
        if (!std::holds_alternative<XWingPublicKey>(holder))
            return Error{Errc::invalid_argument,
                         "a holder's key begins with age1pq; make one with 'leeward recovery key'"};
    for (const auto& [a, b] : pairs)
        if (std::get<XWingPublicKey>(holders.at(a)) == std::get<XWingPublicKey>(holders.at(b)))
            return Error{Errc::invalid_argument,
                         "two holders have the same key: each needs her own"};
    return Done{};
}

Result<PairCopies> seal_for_any_two(const Holders& holders, BytesView secret, Random& random) {
    LEEWARD_TRY(check_holders(holders));
    PairCopies copies;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto& outer = holders.at(pairs.at(i).first);
        const auto& inner = holders.at(pairs.at(i).second);
        LEEWARD_ASSIGN(const Bytes inside, age::seal(std::span(&inner, 1), secret, random));
        LEEWARD_ASSIGN(copies.at(i), age::seal(std::span(&outer, 1), inside, random));
    }
    return copies;
}

Result<SecretBytes> open_with_two(const PairCopies& copies,
                                  const age::Identity& one,
                                  const age::Identity& other) {
    for (const auto& copy : copies) {
        if (auto opened = open_twice(copy, one, other)) return opened;
        if (auto opened = open_twice(copy, other, one)) return opened;
    }
    return Error{Errc::untrusted,
                 "these two keys do not open it: two of its three holders are needed, each with "
                 "her own key"};
}

}  // namespace leeward::crypto
