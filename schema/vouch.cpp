#include "schema/vouch.h"

#include "crypto/jws.h"
#include "schema/limits.h"

namespace leeward::schema {
namespace {

constexpr std::int64_t latest_second = 253'402'300'799;  // the year 9999

Result<Vouch> read(BytesView payload) {
    LEEWARD_ASSIGN(const Json json, parse_json(as_text(payload), {1024, 4}));
    ObjectReader in(json, "vouch");
    Vouch vouch;
    vouch.voucher = in.id<NodeId>("voucher");
    vouch.candidate = in.id<NodeId>("candidate");
    vouch.given = from_unix(in.number("given", 0, latest_second));
    LEEWARD_TRY(in.finish());
    return vouch;
}

}  // namespace

std::string sign_vouch(const Vouch& vouch, const crypto::SigningKey& root) {
    const Json json = Json::object({{"voucher", text(vouch.voucher)},
                                    {"candidate", text(vouch.candidate)},
                                    {"given", unix_seconds(vouch.given)}});
    return crypto::jws::sign(crypto::jws::typ::vouch, as_bytes(json.dump()), root);
}

Result<NodeId> voucher_of(std::string_view jws) {
    LEEWARD_ASSIGN(const Bytes payload, crypto::jws::payload_unverified(jws, limits::card_bytes));
    LEEWARD_ASSIGN(const Vouch vouch, read(payload));
    return vouch.voucher;
}

Result<Vouch> open_vouch(std::string_view jws, const NodeCard& voucher) {
    LEEWARD_ASSIGN(
        const Bytes payload,
        crypto::jws::verify(jws, crypto::jws::typ::vouch, voucher.root, limits::card_bytes));
    LEEWARD_ASSIGN(const Vouch vouch, read(payload));
    if (vouch.voucher != voucher.node)
        return Error{Errc::untrusted, "this vouch names another than the one who signed it"};
    return vouch;
}

}  // namespace leeward::schema
