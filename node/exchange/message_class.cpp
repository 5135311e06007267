#include "node/exchange/message_class.h"

#include "schema/limits.h"
#include "schema/release.h"

namespace leeward::node {
namespace {

using schema::MessageClass;
using schema::MessageKind;

schema::Json body_of(const schema::Message& message) {
    auto json = schema::parse_json(message.body, {schema::limits::body_bytes, 8});
    return json ? std::move(json).value() : schema::Json();
}

MessageClass class_of_ask(const schema::Json& body) {
    const auto ask = schema::ask_from(body.text_at("value"));
    if (ask && body.bool_at("withheld")) return MessageClass::CONTROL;  // the bare word
    return ask ? schema::class_of(*ask) : MessageClass::DISCLOSING;
}

MessageClass class_of_answer(const schema::Json& body) {
    const auto answer = schema::answer_from(body.text_at("value"));
    if (answer && body.bool_at("withheld")) return MessageClass::CONTROL;
    if (!answer) return MessageClass::DISCLOSING;
    return schema::class_of(*answer, !body.text_at("outcome").empty());
}

// The question names nobody; whom to phone says who else knows her.
MessageClass class_of_duplicate(const schema::Json& body) {
    return body.text_at("value") == "CONTACT" ? MessageClass::DISCLOSING : MessageClass::CONTROL;
}

}  // namespace

MessageClass class_of(const schema::Message& message) {
    switch (message.header.kind) {
        case MessageKind::ASK:
            return class_of_ask(body_of(message));
        case MessageKind::ANSWER:
            return class_of_answer(body_of(message));
        case MessageKind::GRANT:
        case MessageKind::FOLLOW_UP:
            return MessageClass::DISCLOSING;
        case MessageKind::DUPLICATE:
            return class_of_duplicate(body_of(message));
        case MessageKind::PREKEYS:
            return MessageClass::ORDINARY;
        case MessageKind::GRANT_STATE:
        case MessageKind::GRANT_ANSWER:
        case MessageKind::WITHDRAW:
        case MessageKind::CAPACITY:
        case MessageKind::CONTACT:
        case MessageKind::MAIL:
        case MessageKind::TOMBSTONE:
        case MessageKind::PROVE:
        case MessageKind::LOG_FROZEN:
        case MessageKind::RECONCILE:
        case MessageKind::RETURN_PATH:
        case MessageKind::ACCESS_ASK:
        case MessageKind::ACCESS_STATE:
        case MessageKind::APPROVE_ASK:
        case MessageKind::APPROVE:
        case MessageKind::RESYNC:
        case MessageKind::RETIRED:
        case MessageKind::REVOKE:
            return MessageClass::CONTROL;
    }
    return MessageClass::DISCLOSING;
}

bool is_bare_word(const schema::Message& message) {
    const MessageKind kind = message.header.kind;
    return (kind == MessageKind::ASK || kind == MessageKind::ANSWER) &&
           body_of(message).bool_at("withheld");
}

bool names_somebody(const schema::Message& message) {
    if (message.header.kind != MessageKind::GRANT) return false;
    const std::string basis = body_of(message).text_at("basis");
    return basis != schema::name(schema::Basis::TONIGHT) &&
           basis != schema::name(schema::Basis::EMERGENCY);
}

bool opens_to_body(const schema::AuditRecord& record, const schema::Message& message) {
    using schema::Machine;
    if (message.header.kind != MessageKind::GRANT) return record.machine == Machine::LEG;
    const schema::Json body = body_of(message);
    const auto tier = schema::tier_from(body.text_at("tier"));
    return record.machine == Machine::GRANT && tier && record.tier == static_cast<Byte>(*tier) &&
           hex::encode(record.release) == body.text_at("commitment") &&
           hex::encode(record.fields) == body.text_at("bitmap");
}

}  // namespace leeward::node
