// The names of things. All are random and mean nothing outside the exchange; none is derived from
// a person (28 CFR 94.115: a hash of identifying data is identifying data). A NodeId is the hash of
// the organisation's root key (protocol: "leeward/1 node\0" ‖ root public key).
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/strong.h"
#include "crypto/random.h"

namespace leeward::schema {

using NodeId = Strong<struct NodeIdTag, ByteArray<32>>;
using CaseId = Strong<struct CaseIdTag, ByteArray<16>>;
using NeedId = Strong<struct NeedIdTag, ByteArray<16>>;
using LegId = Strong<struct LegIdTag, ByteArray<16>>;
using ReleaseId = Strong<struct ReleaseIdTag, ByteArray<16>>;
using GrantId = Strong<struct GrantIdTag, ByteArray<16>>;
using MessageId = Strong<struct MessageIdTag, ByteArray<16>>;
using ApprovalId = Strong<struct ApprovalIdTag, ByteArray<16>>;
using IncidentId = Strong<struct IncidentIdTag, ByteArray<16>>;
using AccessId = Strong<struct AccessIdTag, ByteArray<16>>;
using OperatorId = Strong<struct OperatorIdTag, ByteArray<16>>;

template <class Id>
[[nodiscard]] Id new_id(crypto::Random& random) {
    Id id;
    random.fill(id.get());
    return id;
}

// Lower-case hex of the whole id: on the wire, in --json and in the store.
[[nodiscard]] std::string id_text(BytesView id);
template <class Id>
[[nodiscard]] std::string text(const Id& id) {
    return id_text(id.get());
}

// Errc::malformed unless `hex` is exactly the hex of an id of this size.
Outcome read_id(std::string_view hex, std::span<Byte> into);
template <class Id>
Result<Id> id_from(std::string_view hex) {
    Id id;
    LEEWARD_TRY(read_id(hex, id.get()));
    return id;
}

}  // namespace leeward::schema
