// Parsers of schema/: the gate of JSON, what nodes sign and send, files that people bring.
//
// A signature would stop every input at the door. For the small letters the input is the signed text;
// for the capital ones it is the payload, and is signed here.
#include "schema/audit/check.h"
#include "schema/audit/report.h"
#include "schema/backup.h"
#include "schema/capacity.h"
#include "schema/commands.h"
#include "schema/cursor.h"
#include "schema/hsds.h"
#include "schema/mailhost.h"
#include "schema/record.h"
#include "schema/revocation.h"
#include "schema/toronto.h"
#include "schema/words.h"
#include "tests/fuzz/parsers.h"
#include "tests/schema/audit/sample_log.h"

using namespace leeward;
using namespace leeward::schema;
using fuzz::hold;
using fuzz::reads_back;

namespace {

std::string_view text_of(BytesView bytes) {
    return as_text(bytes);
}
std::string_view text_of(const std::string& text) {
    return text;
}

// Runs `use` on the input as JSON, if it is.
template <class Use>
void with_json(BytesView input, Use use) {
    if (const auto json = parse_json(as_text(input))) use(*json);
}

void json_gate(BytesView input) {
    reads_back(
        input,
        [](const auto& in) {
            return parse_json(text_of(in), {4 * 64 * 1024, 32});
        },
        [](const Json& json) { return json.dump(); });
}

void card(BytesView input) {
    const auto opened = open_card(as_text(input));
    if (opened) hold(opened->node == node_id_of(opened->root));
}
void card_payload(BytesView input) {
    const std::string jws = crypto::jws::sign(crypto::jws::typ::card, input, samples::root_key(1));
    const auto opened = open_card(jws);
    if (!opened) return;
    const std::string again = sign_card(*opened, samples::root_key(1));
    hold(sign_card(open_card(again).value(), samples::root_key(1)) == again);
}

void prekey(BytesView input) {
    (void)open_prekey(as_text(input), samples::card(1));
}
void prekey_payload(BytesView input) {
    const auto opened = open_prekey(
        crypto::jws::sign(crypto::jws::typ::prekey, input, samples::node_key(1)), samples::card(1));
    if (opened) hold(opened->kid == key_id_of(opened->key));
}

void message(BytesView input) {
    (void)open_message(as_text(input), samples::card(1).signing);
}
void message_payload(BytesView input) {
    const auto opened =
        open_message(crypto::jws::sign(crypto::jws::typ::message, input, samples::node_key(1)),
                     samples::card(1).signing);
    if (!opened) return;
    const std::string again = sign_message(*opened, samples::node_key(1));
    hold(open_message(again, samples::card(1).signing).value().body == opened->body);
}

void receipt(BytesView input) {
    (void)open_receipt(as_text(input), samples::card(2).signing);
}
void receipt_payload(BytesView input) {
    const auto opened =
        open_receipt(crypto::jws::sign(crypto::jws::typ::receipt, input, samples::node_key(2)),
                     samples::card(2).signing);
    if (!opened) return;
    const std::string again = sign_receipt(*opened, samples::node_key(2));
    hold(open_receipt(again, samples::card(2).signing).value().lines.size() ==
         opened->lines.size());
}

void offer(BytesView input) {
    reads_back(
        input,
        [](const auto& in) { return read_offer(text_of(in)); },
        [](const OpenedOffer& opened) { return write_offer(opened.offer); });
}

void roster(BytesView input) {
    reads_back(
        input, [](const auto& in) { return read_roster(text_of(in)); }, write_roster);
    if (const auto roster = read_roster(as_text(input))) (void)open_roster(*roster);
}

void contact(BytesView input) {
    with_json(input, [](const Json& json) { (void)contact_from(json); });
}

// Parts, each after its length in three bytes: what a multipart message is to the reader.
std::vector<Bytes> parts_in(BytesView input) {
    std::vector<Bytes> parts;
    while (input.size() >= 3 && parts.size() < 12) {
        const auto length = static_cast<std::size_t>(read_be(input.first(3)));
        input = input.subspan(3);
        parts.push_back(to_bytes(input.first(std::min(length, input.size()))));
        input = input.subspan(parts.back().size());
    }
    return parts;
}

void frame(BytesView input) {
    const auto parts = parts_in(input);
    if (const auto envelope = read_envelope_frame(parts)) hold(write_frame(*envelope) == parts);
    if (const auto control = read_control_frame(parts)) hold(write_frame(*control) == parts);
}

void mail_host(BytesView input) {
    const auto parts = parts_in(input);
    if (const auto request = read_host_request(parts)) hold(write_host_request(*request) == parts);
    if (const auto answer = read_host_answer(parts)) hold(write_host_answer(*answer) == parts);
}

void place(BytesView input) {
    reads_back(
        input, [](const auto& in) { return read_place(text_of(in)); }, write_place);
    with_json(input, [](const Json& json) {
        if (const auto route = mail_route_from(json))
            hold(static_cast<bool>(mail_route_from(to_json(*route))));
    });
}

void inner(BytesView input) {
    reads_back(
        input,
        [](BytesView in) { return decode_inner(in); },
        [](const Inner& i) { return encode(i); });
}

std::optional<Witnessing> read_witnessing(BytesView in) {
    Cursor cursor(in);
    Witnessing said;
    if (!take_witnessing(cursor, said) || !cursor.at_end()) return std::nullopt;
    return said;
}

void witnessing(BytesView input) {
    reads_back(input, read_witnessing, [](const Witnessing& said) {
        Bytes out;
        append_witnessing(out, said);
        hold(out.size() == encoded_size(said));
        return out;
    });
}

void audit_record(BytesView input) {
    const auto record = decode_audit_record(input);
    if (record) hold(equal(encode(*record), input));
}

void hsds(BytesView input) {
    (void)read_hsds_service(as_text(input), "example");
}

void toronto(BytesView input) {
    (void)check_toronto_programs_header(as_text(input));
    (void)check_toronto_updates_header(as_text(input));
    (void)read_toronto_program(as_text(input), "example");
    (void)read_toronto_update(as_text(input));
}

void capacity(BytesView input) {
    with_json(input, [](const Json& json) {
        const auto statement = capacity_from_json(json);
        if (statement) hold(capacity_from_json(to_json(*statement)).value() == *statement);
        (void)capacity_from_json(json, samples::noon);
    });
}

void record(BytesView input) {
    with_json(input, [](const Json& json) {
        const FieldSet fields = fields_of(json);
        if (!check_record(json, Tier::T4)) return;
        const Json kept = redact(json, fields);
        hold(static_cast<bool>(check_record(kept, Tier::T4)) && fields_of(kept) == fields);
    });
}

void words(BytesView input) {
    const auto number = parse_safety_words(as_text(input));
    if (!number) return;
    for (const Language language : {Language::EN, Language::ES})
        hold(same_safety_number(parse_safety_words(safety_words(*number, language)).value(),
                                *number));
}

void command(BytesView input) {
    with_json(input, [](const Json& json) {
        const auto* spec = find_command(json.text_at("command"));
        const Json* args = json.find("args");
        if (spec != nullptr && args != nullptr) (void)check_args(*spec, *args);
    });
}

void bundle(BytesView input) {
    reads_back(input, read_bundle, write_bundle);
}

void proof(BytesView input) {
    reads_back(
        input,
        [](const auto& in) { return read_proof(text_of(in)); },
        [](const DisclosureProof& read) { return write_proof(read).value(); });
}

// A whole check of what claims to be a bundle, twice over, as two organisations could hand it in.
void audit_check(BytesView input) {
    const Bytes bytes = to_bytes(input);
    const BundleFile file{
        "input", [&bytes]() -> Result<std::unique_ptr<ByteSource>> {
            return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(bytes));
        }};
    const Trust trust{{samples::card(1), samples::card_of(1), samples::card_of(2)}, std::nullopt};
    const BundleFile files[] = {file, file};
    const auto report = check(files, trust);
    if (!report) return;
    hold(report->findings.size() <= Findings::most);
    (void)html(board_report(*report, Language::EN, samples::noon));
}

void revocation(BytesView input) {
    if (const auto words = read_revocations(as_text(input)))
        hold(read_revocations(write_revocations(*words)).value() == *words);
    const auto opened =
        open_revocation(crypto::jws::sign(crypto::jws::typ::revoke, input, samples::root_key(1)));
    if (!opened) return;
    hold(opened->signer == samples::card(1).node);
    const std::string again = sign_revocation(*opened, samples::root_key(1));
    hold(open_revocation(again).value().cards == opened->cards);
}

void backup(BytesView input) {
    const std::string text =
        crypto::jws::sign(crypto::jws::typ::backup, input, samples::node_key(1));
    const auto opened = open_backup_manifest(text);
    if (!opened) return;
    const std::string again = sign_backup_manifest(opened->manifest, samples::node_key(1));
    hold(static_cast<bool>(open_backup_manifest(again)));
}
void recovery(BytesView input) {
    reads_back(
        input,
        [](const auto& in) { return read_recovery_file(text_of(in)); },
        [](const RecoveryFile& file) { return write_recovery_file(file); });
}
void recovery_words_typed(BytesView input) {
    const auto key = parse_recovery_words(input);
    if (!key) return;
    const auto words = recovery_words(key->reveal().first<32>(), Language::EN);
    hold(*parse_recovery_words(words.reveal()) == *key);
}

constexpr fuzz::Parser parsers[] = {
    {'j', "json_gate", json_gate},
    {'c', "card", card},
    {'C', "card_payload", card_payload},
    {'p', "prekey", prekey},
    {'P', "prekey_payload", prekey_payload},
    {'m', "message", message},
    {'M', "message_payload", message_payload},
    {'r', "receipt", receipt},
    {'R', "receipt_payload", receipt_payload},
    {'o', "offer", offer},
    {'g', "roster", roster},
    {'d', "contact", contact},
    {'f', "frame", frame},
    {'i', "inner", inner},
    {'H', "mail_host", mail_host},
    {'l', "place", place},
    {'Y', "witnessing", witnessing},
    {'a', "audit_record", audit_record},
    {'h', "hsds", hsds},
    {'k', "capacity", capacity},
    {'x', "record", record},
    {'w', "words", words},
    {'t', "toronto", toronto},
    {'z', "command", command},
    {'b', "bundle", bundle},
    {'v', "proof", proof},
    {'q', "audit_check", audit_check},
    {'X', "revocation", revocation},
    {'u', "backup", backup},
    {'y', "recovery", recovery},
    {'W', "recovery_words", recovery_words_typed},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::run_selected(parsers, data, size);
}
