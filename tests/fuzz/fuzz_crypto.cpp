// Parsers of crypto/: signed objects, notes, checkpoints, proofs, policies, tiles, the slots block.
#include "crypto/age/age.h"
#include "crypto/age/bech32.h"
#include "crypto/age/header.h"
#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "crypto/checkpoint.h"
#include "crypto/jws.h"
#include "crypto/keyfile.h"
#include "crypto/note.h"
#include "crypto/pad.h"
#include "crypto/tile.h"
#include "crypto/tlog_proof.h"
#include "tests/fuzz/parsers.h"
#include "tests/schema/samples.h"

using namespace leeward;
using namespace leeward::crypto;
using fuzz::hold;
using fuzz::reads_back;
namespace samples = leeward::schema::samples;

namespace {

// Reads text that may be a view of bytes or a string that was just written.
std::string_view text_of(BytesView bytes) {
    return as_text(bytes);
}
std::string_view text_of(const std::string& text) {
    return text;
}

void jws_object(BytesView input) {
    const auto key = samples::card(1).root;
    const auto payload = jws::verify(as_text(input), jws::typ::card, key);
    const auto claimed = jws::payload_unverified(as_text(input));
    if (!payload) return;
    hold(claimed && *claimed == *payload);
}

void note(BytesView input) {
    reads_back(
        input, [](const auto& in) { return parse_note(text_of(in)); }, format_note);
    const Vkey known{"log.example", NoteKeyType::ed25519, samples::card(1).root};
    if (const auto parsed = parse_note(as_text(input))) (void)verify_note(*parsed, {&known, 1});
}

void signature_lines(BytesView input) {
    reads_back(
        input,
        [](const auto& in) { return parse_signature_lines(text_of(in)); },
        [](const std::vector<NoteSignature>& signatures) {
            std::string lines;
            for (const auto& signature : signatures)
                lines += format_signature_line(signature);
            return lines;
        });
}

void vkey(BytesView input) {
    reads_back(
        input, [](const auto& in) { return parse_vkey(text_of(in)); }, format_vkey);
}

void checkpoint(BytesView input) {
    reads_back(
        input,
        [](const auto& in) { return parse_checkpoint_body(text_of(in)); },
        format_checkpoint_body);
    const Vkey log{"log.example", NoteKeyType::ed25519, samples::card(1).root};
    const Vkey witness{"w.example", NoteKeyType::cosignature_v1, samples::card(2).root};
    (void)open_checkpoint(as_text(input), log, {&witness, 1});
}

void tlog_proof(BytesView input) {
    reads_back(
        input, [](const auto& in) { return parse_tlog_proof(text_of(in)); }, format_tlog_proof);
}

void tlog_policy(BytesView input) {
    const auto policy = TlogPolicy::parse(as_text(input));
    if (policy) (void)policy->quorum_met(std::vector<bool>(policy->witnesses().size(), true));
}

void tile_path(BytesView input) {
    if (const auto address = parse_tile_path(as_text(input)))
        hold(format_tile_path(*address) == as_text(input));
    if (const auto address = parse_entries_path(as_text(input)))
        hold(format_entries_path(*address) == as_text(input));
}

void entry_bundle(BytesView input) {
    if (input.empty()) return;
    const auto entries = parse_entry_bundle(input.subspan(1), input[0]);
    if (entries) hold(equal(format_entry_bundle(*entries).value(), input.subspan(1)));
}

void frontier(BytesView input) {
    const auto frontier = Frontier::restore(input);
    if (!frontier) return;
    hold(equal(frontier->serialise(), input));
    (void)frontier->root();
}

// A block of another size is padded or cut, and its checksum may be any: ring() must refuse too.
void keyfile(BytesView input) {
    Bytes block = to_bytes(input);
    block.resize(keyfile_size);
    const auto read = read_keyfile(block);
    (void)read_keyfile(input);
    if (read) (void)read->ring(RootKey());
}

void bucket(BytesView input) {
    const auto inner = unpad(input);
    if (inner) hold(unpad(pad_to_bucket(inner->reveal()).value().reveal()).value() == *inner);
}

void encodings(BytesView input) {
    if (const auto bytes = base64::decode(as_text(input)))
        hold(base64::encode(*bytes) == as_text(input));
    if (const auto bytes = base64url::decode(as_text(input)))
        hold(base64url::encode(*bytes) == as_text(input));
    if (const auto bytes = hex::decode(as_text(input)))
        hold(hex::decode(hex::encode(*bytes)).value() == *bytes);
}

// Opening never succeeds but for the sample; the header is written again as it was read.
void age_file(BytesView input) {
    static const age::Identity identity = X25519PrivateKey(samples::filled<32>(3));
    (void)age::open(input, {&identity, 1});
    const auto header = age::read_header(input);
    if (!header) return;
    const std::string again = age::write_stanzas(header->stanzas);
    hold(again == as_text(input.first(header->authenticated)));
}

void bech32(BytesView input) {
    const auto read = bech32_decode(as_text(input));
    if (!read) return;
    const auto again = bech32_decode(bech32_encode(read->prefix, read->data.reveal()));
    hold(again && again->prefix == read->prefix && again->data == read->data);
}

constexpr fuzz::Parser parsers[] = {
    {'j', "jws", jws_object},
    {'n', "note", note},
    {'s', "signature_lines", signature_lines},
    {'v', "vkey", vkey},
    {'c', "checkpoint", checkpoint},
    {'p', "tlog_proof", tlog_proof},
    {'q', "tlog_policy", tlog_policy},
    {'t', "tile_path", tile_path},
    {'e', "entry_bundle", entry_bundle},
    {'f', "frontier", frontier},
    {'k', "keyfile", keyfile},
    {'a', "age", age_file},
    {'B', "bech32", bech32},
    {'b', "bucket", bucket},
    {'x', "encodings", encodings},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::run_selected(parsers, data, size);
}
