#include "schema/message.h"

#include <array>

#include "crypto/jws.h"
#include "schema/limits.h"

namespace leeward::schema {
namespace {

constexpr std::array<std::string_view, 25> kind_names{"",
                                                      "ASK",
                                                      "ANSWER",
                                                      "GRANT",
                                                      "GRANT_STATE",
                                                      "GRANT_ANSWER",
                                                      "WITHDRAW",
                                                      "CAPACITY",
                                                      "CONTACT",
                                                      "TOMBSTONE",
                                                      "PREKEYS",
                                                      "PROVE",
                                                      "LOG_FROZEN",
                                                      "DUPLICATE",
                                                      "RETURN_PATH",
                                                      "FOLLOW_UP",
                                                      "ACCESS_ASK",
                                                      "ACCESS_STATE",
                                                      "APPROVE_ASK",
                                                      "APPROVE",
                                                      "MAIL",
                                                      "RESYNC",
                                                      "RETIRED",
                                                      "RECONCILE",
                                                      "REVOKE"};
constexpr std::int64_t max_counter = 0xffff'ffff;
constexpr std::int64_t max_unix = 253'402'300'799;

MessageKind kind_from(ObjectReader& reader) {
    const std::string text = reader.text("kind", 16);
    for (std::size_t i = 1; i < kind_names.size(); ++i)
        if (!text.empty() && kind_names[i] == text) return static_cast<MessageKind>(i);
    reader.fail("kind", "is not known to this version");
    return MessageKind::ASK;
}

Json header_json(const MessageHeader& h) {
    return Json::object({{"mid", text(h.mid)},
                         {"from", text(h.from)},
                         {"to", text(h.to)},
                         {"kid", hex::encode(h.kid)},
                         {"ench", hex::encode(h.ench)},
                         {"leg", text(h.leg)},
                         {"seq", h.seq},
                         {"counter", h.counter},
                         {"saw", h.saw},
                         {"ts", unix_seconds(h.ts)},
                         {"exp", unix_seconds(h.exp)},
                         {"xk", hex::encode(h.xk)},
                         {"fc", h.from_card},
                         {"tc", h.to_card},
                         {"kind", name(h.kind)}});
}

Result<MessageHeader> header_from(const Json& json) {
    ObjectReader reader(json, "message");
    MessageHeader h;
    h.mid = reader.id<MessageId>("mid");
    h.from = reader.id<NodeId>("from");
    h.to = reader.id<NodeId>("to");
    h.kid = reader.hex_array<8>("kid");
    h.ench = reader.hex_array<32>("ench");
    h.leg = reader.id<LegId>("leg");
    h.seq = static_cast<std::uint64_t>(
        reader.number("seq", 0, std::numeric_limits<std::int64_t>::max()));
    h.counter = static_cast<std::uint32_t>(reader.number("counter", 0, max_counter));
    h.saw = static_cast<std::uint32_t>(reader.number("saw", 0, max_counter));
    h.ts = from_unix(reader.number("ts", 0, max_unix));
    h.exp = from_unix(reader.number("exp", 0, max_unix));
    h.xk = reader.hex_array<32>("xk");
    h.from_card = static_cast<std::uint32_t>(reader.number("fc", 0, max_counter));
    h.to_card = static_cast<std::uint32_t>(reader.number("tc", 0, max_counter));
    h.kind = kind_from(reader);
    LEEWARD_TRY(reader.finish());
    return h;
}

}  // namespace

std::string_view name(MessageKind kind) {
    return kind_names.at(static_cast<std::size_t>(kind));
}

std::string sign_message(const Message& message, const crypto::SigningKey& key) {
    const std::string payload = header_json(message.header).dump() + "\n" + message.body;
    return crypto::jws::sign(crypto::jws::typ::message, as_bytes(payload), key);
}

Result<Message> open_message(std::string_view jws, const crypto::VerifyKey& sender) {
    LEEWARD_ASSIGN(
        const Bytes payload,
        crypto::jws::verify(jws, crypto::jws::typ::message, sender, limits::message_bytes));
    const std::string_view text = as_text(payload);
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos) return Error{Errc::malformed, "a message without a body"};
    if (text.size() - line - 1 > limits::body_bytes)
        return Error{Errc::too_large, "a message body of over 32 KiB"};
    LEEWARD_ASSIGN(const Json json, parse_json(text.substr(0, line), {2048, 2}));
    LEEWARD_ASSIGN(MessageHeader header, header_from(json));
    return Message{std::move(header), std::string(text.substr(line + 1))};
}

}  // namespace leeward::schema
