#include "schema/receipt.h"

#include "crypto/jws.h"
#include "schema/limits.h"

namespace leeward::schema {
namespace {

Result<ReceiptLine> line_from(const Json& json) {
    ObjectReader reader(json, "receipt line");
    ReceiptLine line;
    line.mid = reader.id<MessageId>("mid");
    line.xref = reader.hex_array<32>("xref");
    line.refused = reader.text_or("refused", 32, "");
    LEEWARD_TRY(reader.finish());
    return line;
}

Json line_json(const ReceiptLine& line) {
    Json json = Json::object({{"mid", text(line.mid)}, {"xref", hex::encode(line.xref)}});
    if (!line.refused.empty()) json.set("refused", line.refused);
    return json;
}

}  // namespace

std::string sign_receipt(const Receipt& receipt, const crypto::SigningKey& key) {
    Json lines = Json::array();
    for (const auto& line : receipt.lines)
        lines.push(line_json(line));
    const Json json = Json::object({{"from", text(receipt.from)},
                                    {"to", text(receipt.to)},
                                    {"ench", hex::encode(receipt.ench)},
                                    {"lines", std::move(lines)}});
    return crypto::jws::sign(crypto::jws::typ::receipt, as_bytes(json.dump()), key);
}

Result<Receipt> open_receipt(std::string_view jws, const crypto::VerifyKey& signer) {
    LEEWARD_ASSIGN(
        const Bytes payload,
        crypto::jws::verify(jws, crypto::jws::typ::receipt, signer, limits::inner_bytes));
    LEEWARD_ASSIGN(const Json json, parse_json(as_text(payload)));
    ObjectReader reader(json, "receipt");
    Receipt receipt;
    receipt.from = reader.id<NodeId>("from");
    receipt.to = reader.id<NodeId>("to");
    receipt.ench = reader.hex_array<32>("ench");
    const auto* lines = reader.any("lines").as_array();
    LEEWARD_TRY(reader.finish());
    if (lines == nullptr || lines->size() > limits::messages_per_envelope)
        return Error{Errc::malformed, "a receipt without lines"};
    for (const auto& item : *lines) {
        LEEWARD_ASSIGN(ReceiptLine line, line_from(item));
        receipt.lines.push_back(std::move(line));
    }
    return receipt;
}

}  // namespace leeward::schema
