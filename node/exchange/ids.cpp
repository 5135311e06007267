#include "node/exchange/ids.h"

#include <map>
#include <string>

#include "crypto/base/hex.h"

namespace leeward::node {
namespace {

constexpr std::size_t fewest_digits = 6;
constexpr std::size_t all_digits = 32;

const std::string& select(std::string_view table) {
    static std::map<std::string, std::string, std::less<>> made;
    auto& text = made[std::string(table)];
    if (text.empty())
        text = "SELECT id FROM " + std::string(table) + " WHERE id>=? AND id<=? LIMIT 2";
    return text;
}

}  // namespace

Result<Bytes> find_id(Transaction& tx, std::string_view table, std::string_view typed) {
    const Error unclear{Errc::invalid_argument,
                        "an id is 6 to 32 hex digits, as the lists show them"};
    if (typed.size() < fewest_digits || typed.size() > all_digits) return unclear;
    const std::string low = std::string(typed) + std::string(all_digits - typed.size(), '0');
    const std::string high = std::string(typed) + std::string(all_digits - typed.size(), 'f');
    const auto first = hex::decode(low);
    const auto last = hex::decode(high);
    if (!first || !last) return unclear;
    auto rows = tx.query(select(table), BytesView(*first), BytesView(*last));
    if (!rows.next())
        return Error{Errc::not_found, "nothing on this node has an id that begins like that"};
    Bytes id = rows.bytes(0);
    if (rows.next())
        return Error{Errc::invalid_argument, "more than one id begins like that; type more of it"};
    return id;
}

}  // namespace leeward::node
