// What an op reads of its request. A member may go by several names, because published files of
// vectors do not agree on one; the first name is ours.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "schema/json/json.h"

namespace leeward::conform {

using Names = std::initializer_list<std::string_view>;

class Request {
public:
    explicit Request(const schema::Json& json) : json_(json) {}

    [[nodiscard]] bool has(Names names) const { return find(names) != nullptr; }
    // Errc::malformed when it is absent or of another type.
    [[nodiscard]] Result<std::string> text(Names names) const;
    [[nodiscard]] Result<std::uint64_t> number(Names names) const;  // a number, or its digits
    [[nodiscard]] Result<std::uint64_t> number_or(Names names, std::uint64_t fallback) const;
    [[nodiscard]] Result<Bytes> hex(Names names) const;
    [[nodiscard]] Result<Bytes> hex_or_empty(Names names) const;
    [[nodiscard]] Result<Bytes> base64(Names names) const;
    [[nodiscard]] Result<std::vector<std::string>> texts(Names names) const;

    template <std::size_t N>
    [[nodiscard]] Result<ByteArray<N>> hex_array(Names names) const {
        LEEWARD_ASSIGN(const Bytes bytes, hex(names));
        if (bytes.size() != N) return Error{Errc::malformed, "wrong length"};
        return to_array<N>(bytes);
    }

private:
    [[nodiscard]] const schema::Json* find(Names names) const;
    const schema::Json& json_;
};

// The members of an answer besides `ok`.
using Reply = Result<schema::Json>;

struct Op {
    std::string_view name;
    std::string_view request;  // an example of its members, without the op
    Reply (*run)(const Request& request);
};

// One list for each family of ops.
[[nodiscard]] std::vector<Op> hpke_ops();
[[nodiscard]] std::vector<Op> primitive_ops();
[[nodiscard]] std::vector<Op> log_ops();
[[nodiscard]] std::vector<Op> object_ops();

}  // namespace leeward::conform
