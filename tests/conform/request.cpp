#include "tests/conform/request.h"

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "crypto/checkpoint.h"

namespace leeward::conform {
namespace {

Error missing() {
    return {Errc::malformed, "a member is missing or of another type"};
}

}  // namespace

const schema::Json* Request::find(Names names) const {
    for (const std::string_view name : names)
        if (const auto* member = json_.find(name)) return member;
    return nullptr;
}

Result<std::string> Request::text(Names names) const {
    const auto* member = find(names);
    if (member == nullptr || member->as_string() == nullptr) return missing();
    return *member->as_string();
}

Result<std::uint64_t> Request::number(Names names) const {
    const auto* member = find(names);
    if (member == nullptr) return missing();
    if (const auto* digits = member->as_string()) return crypto::parse_decimal(*digits);
    if (member->as_int() == nullptr || *member->as_int() < 0) return missing();
    return static_cast<std::uint64_t>(*member->as_int());
}

Result<std::uint64_t> Request::number_or(Names names, std::uint64_t fallback) const {
    if (!has(names)) return fallback;
    return number(names);
}

Result<Bytes> Request::hex(Names names) const {
    LEEWARD_ASSIGN(const std::string digits, text(names));
    return leeward::hex::decode(digits);
}

Result<Bytes> Request::hex_or_empty(Names names) const {
    if (!has(names)) return Bytes{};
    return hex(names);
}

Result<Bytes> Request::base64(Names names) const {
    LEEWARD_ASSIGN(const std::string encoded, text(names));
    return leeward::base64::decode(encoded);
}

Result<std::vector<std::string>> Request::texts(Names names) const {
    const auto* member = find(names);
    std::vector<std::string> out;
    if (member == nullptr) return missing();
    if (member->is_null()) return out;
    if (member->as_array() == nullptr) return missing();
    for (const auto& item : *member->as_array()) {
        if (item.as_string() == nullptr) return missing();
        out.push_back(*item.as_string());
    }
    return out;
}

}  // namespace leeward::conform
