// Writes the checked-in corpora anew: valid samples of invented organisations, each also cut and with
// a bit turned over. Not part of the build of everything.
//   fuzz_make_corpus FOLDER    (tests/fuzz/corpus)
#include <filesystem>
#include <fstream>
#include <string>

#include "crypto/aead.h"
#include "crypto/age/age.h"
#include "crypto/base/base64.h"
#include "crypto/checkpoint.h"
#include "crypto/keyfile.h"
#include "crypto/pad.h"
#include "crypto/tile.h"
#include "crypto/tlog_proof.h"
#include "schema/audit/bundle.h"
#include "schema/audit/proof.h"
#include "schema/backup.h"
#include "schema/capacity.h"
#include "schema/mailhost.h"
#include "schema/revocation.h"
#include "schema/vouch.h"
#include "schema/words.h"
#include "tests/schema/audit/sample_log.h"

using namespace leeward;
using namespace leeward::crypto;
namespace schema = leeward::schema;
namespace samples = leeward::schema::samples;

namespace {

class Corpus {
public:
    explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {
        std::filesystem::create_directories(folder_);
    }

    void add(char selector, const std::string& name, std::string_view sample) const {
        const std::string whole = selector + std::string(sample);
        write(name, whole);
        write(name + "-cut", whole.substr(0, 1 + sample.size() * 2 / 3));
        std::string flipped = whole;
        flipped[1 + sample.size() / 2] ^= 4;
        write(name + "-flipped", flipped);
    }
    void add(char selector, const std::string& name, BytesView sample) const {
        add(selector, name, as_text(sample));
    }

private:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    std::filesystem::path folder_;
};

std::string payload_of(std::string_view jws) {
    if (!jws.empty() && jws.back() == '\n') jws.remove_suffix(1);
    return to_text(jws::payload_unverified(jws).value());
}

Vkey log_vkey() {
    return {"log.example", NoteKeyType::ed25519, samples::card(1).root};
}
Vkey witness_vkey() {
    return {"w.example", NoteKeyType::cosignature_v1, samples::card(2).root};
}

SignedNote cosigned_checkpoint() {
    const std::vector<Hash> leaves{leaf_hash(as_bytes("a")), leaf_hash(as_bytes("b"))};
    SignedNote note =
        sign_checkpoint({"log.example", TreeSize{2}, merkle_root(leaves)}, samples::root_key(1));
    note.signatures.push_back(
        cosign_note("w.example", samples::root_key(2), CosignedAt{1'785'000'000}, note.text));
    return note;
}

void notes(const Corpus& corpus) {
    const SignedNote note = cosigned_checkpoint();
    corpus.add('n', "note", format_note(note));
    corpus.add('s', "signature_lines", format_signature_line(note.signatures[1]));
    corpus.add('v', "vkey", format_vkey(log_vkey()));
    corpus.add('c', "checkpoint", format_note(note));
    corpus.add('c', "checkpoint-body", note.text);
    const TlogProof proof{
        to_bytes(as_bytes("x")), LeafIndex{0}, {leaf_hash(as_bytes("b"))}, format_note(note)};
    corpus.add('p', "tlog_proof", format_tlog_proof(proof));
    corpus.add('q',
               "tlog_policy",
               "log " + format_vkey(log_vkey()) + "\nwitness w " + format_vkey(witness_vkey()) +
                   "\ngroup g any w\nquorum g\n");
}

// Slots whose passphrase work was never done: reading a block does not ask for it.
Bytes keyfile_block() {
    SeededRandom random(1);
    Keyfile keyfile;
    Slot slot;
    slot.owner = samples::filled<16>(1);
    slot.label = "desk 1";
    slot.cost = argon2id::standard_cost;
    (void)keyfile.add(slot);
    return keyfile.sealed(RootKey(), RingKey(), random).value();
}

Bytes age_file() {
    SeededRandom random(2);
    const age::Identity identity = X25519PrivateKey(samples::filled<32>(3));
    const std::vector to{age::recipient_of(identity)};
    return age::seal(to, as_bytes("a bundle"), random).value();
}

void crypto_corpus(const Corpus& corpus) {
    corpus.add('j', "jws", samples::card_jws(1));
    notes(corpus);
    corpus.add('t', "tile_path", format_tile_path({1, 1'234'067, 16}));
    corpus.add('t', "tile_path-entries", format_entries_path({7}));
    Bytes bundle{2};
    append(bundle, format_entry_bundle(std::vector<Bytes>{{1, 2, 3}, {}}).value());
    corpus.add('e', "entry_bundle", bundle);
    Frontier frontier;
    for (int i = 0; i < 7; ++i)
        frontier.append(empty_root());
    corpus.add('f', "frontier", frontier.serialise());
    corpus.add('k', "keyfile", keyfile_block());
    corpus.add('a', "age", age_file());
    corpus.add('B', "bech32", "a12uel5l");
    corpus.add('b', "bucket", pad_to_bucket(as_bytes("inner")).value().reveal());
    corpus.add('x', "encodings-hex", "00ff7f");
    corpus.add('x', "encodings-base64", base64::encode(samples::filled<32>(0xfe)));
}

std::string framed(const std::vector<Bytes>& parts) {
    Bytes out;
    for (const Bytes& part : parts) {
        append_be<3>(out, part.size());
        append(out, part);
    }
    return to_text(out);
}

void signed_objects(const Corpus& corpus) {
    corpus.add('c', "card", samples::card_jws(1));
    corpus.add('C', "card_payload", payload_of(samples::card_jws(1)));
    corpus.add('p', "prekey", samples::prekey_jws(1));
    corpus.add('P', "prekey_payload", payload_of(samples::prekey_jws(1)));
    corpus.add('m', "message", samples::message_jws());
    corpus.add('M', "message_payload", payload_of(samples::message_jws()));
    corpus.add('r', "receipt", samples::receipt_jws());
    corpus.add('R', "receipt_payload", payload_of(samples::receipt_jws()));
    corpus.add('o', "offer", write_offer(samples::offer(1)));
    corpus.add('g', "roster", write_roster(samples::roster()));
    corpus.add('X',
               "revocation",
               payload_of(schema::sign_revocation({samples::card(1).node,
                                                   samples::card(1).node,
                                                   3,
                                                   samples::noon,
                                                   samples::noon,
                                                   "REVOKED_DEVICE_STOLEN"},
                                                  samples::root_key(1))));
    corpus.add('d', "contact", to_json(samples::contact()).dump());
}

schema::Bundle bundle() {
    schema::Bundle out;
    out.card = samples::card_jws(1);
    out.heads = {"a head\n"};
    out.before.append(sha256(as_bytes("leaf")));
    out.entries.resize(2);
    out.earlier.push_back({0, out.entries[0], {sha256(as_bytes("path"))}});
    return out;
}

void mail_host(const Corpus& corpus, const schema::FrameParts& frame) {
    const auto nonce = samples::filled<8>(9);
    const std::vector<schema::MailHandle> handles{schema::mail_handle(frame)};
    const schema::Poll poll{16, {schema::polled_names, samples::filled<16>(4)}};
    const auto request = [&](const char* name, auto what) {
        corpus.add('H', name, framed(schema::write_host_request({nonce, std::move(what)})));
    };
    const auto answer = [&](const char* name, auto what) {
        corpus.add('H', name, framed(schema::write_host_answer({nonce, std::move(what)})));
    };
    request("mail_host-deposit", schema::Deposit{std::chrono::hours(1), frame});
    request("mail_host-poll", poll);
    request("mail_host-taken", schema::Taken{handles});
    request("mail_host-recall", schema::Recall{handles});
    request("mail_host-guests", schema::Guests{{samples::filled<32>(5)}});
    answer("mail_host-kept", schema::Kept{handles.front()});
    answer("mail_host-no_room", schema::NoRoom{handles.front()});
    answer("mail_host-mail", schema::Mail{frame});
    answer("mail_host-end", schema::PollEnd{true});
    answer("mail_host-gone", schema::Gone{handles});
    answer("mail_host-admitted", schema::Admitted{1});
    const schema::Place place{
        "tcp://127.0.0.1:7700", samples::filled<32>(6), samples::filled<32>(7)};
    corpus.add('l', "place", schema::write_place(place));
    corpus.add('l', "place-route", schema::to_json(schema::MailRoute{1, {place}}).dump());
}

void wire(const Corpus& corpus) {
    const Bytes ciphertext(8'192 + aead_tag_size, 3);
    corpus.add('f',
               "frame-envelope",
               framed(write_frame(schema::EnvelopeFrame{
                   samples::filled<16>(1), samples::filled<8>(2), {}, ciphertext})));
    corpus.add('f',
               "frame-control",
               framed(write_frame(schema::ControlFrame{
                   samples::filled<16>(1), samples::filled<24>(2), ciphertext})));
    corpus.add('i', "inner", encode(samples::inner()));
    mail_host(corpus,
              write_frame(schema::ControlFrame{
                  samples::filled<16>(1), samples::filled<24>(2), ciphertext}));
    Bytes witnessing;
    append_witnessing(witnessing, samples::inner().witnessing);
    corpus.add('Y', "witnessing", witnessing);
    corpus.add('b', "bundle", write_bundle(bundle()));
    corpus.add('q', "audit_check", write_bundle(bundle()));
    samples::SampleLog honest(1);
    honest.activate(sha256(as_bytes("release")), samples::SampleLog(2), {});
    honest.publish();
    honest.cosigned_by(2, 1'785'000'000);
    honest.bundle_.seen.push_back(honest.bundle_.heads.front());
    corpus.add('q', "audit_check-witnessed", write_bundle(honest.bundle()));
    corpus.add('v',
               "proof",
               schema::write_proof({samples::card_jws(1),
                                    {sha256(as_bytes("release"))},
                                    {{bundle().entries[0], "c2sp.org/tlog-proof@v1\n"}},
                                    {{"salt", "text", "[]", "0"}}})
                   .value());
    corpus.add('a', "audit_record", encode(samples::audit_record()));
}

std::string capacity_json() {
    schema::CapacityStatement statement;
    statement.service = schema::ServiceClass::PLACEMENT;
    statement.ages = schema::AgeBands{schema::AgeBand::FROM_15_TO_17};
    statement.level = schema::CapacityLevel::HAS;
    statement.beds = 2;
    statement.as_of = schema::quarter_hour(samples::noon);
    return to_json(statement).dump();
}

void people_files(const Corpus& corpus) {
    corpus.add('j', "json_gate", R"({"a":[1,-2.5e3,true,null,"\u00e9\n"],"b":{"c":{}}})");
    corpus.add('j', "json_gate-repeated", R"({"a":1,"a":2})");
    corpus.add('j', "json_gate-deep", std::string(40, '['));
    corpus.add('h',
               "hsds",
               R"({"id":"s-1","name":"Harbour House","status":"active","minimum_age":12,)"
               R"("organization":{"id":"o-1","name":"Harbour Trust","description":"d"},)"
               R"("attributes":[{"id":"a-1","taxonomy_term":{"id":"t-1","code":"1121",)"
               R"("name":"Emergency Shelter","description":"d",)"
               R"("taxonomy_detail":{"id":"x","name":"Open Eligibility"}}}],)"
               R"("languages":[{"id":"l-1","code":"ES"}]})");
    corpus.add('t',
               "toronto-programs_header",
               "program_id,hsds_service_id,organization_id,organization_name,program_name,sector,"
               "program_model,overnight_service_type,program_area,unit,city,iso_3166_2");
    corpus.add('t',
               "toronto-program",
               "77,t-1,4,\"Elm, and Ash\",Elm,Youth,Emergency,Shelter,Base,bed,Toronto,CA-ON");
    corpus.add('t', "toronto-update", "2023-01-02,77,bed,8,8,5,3,0,5");
    corpus.add('k', "capacity", capacity_json());
    corpus.add('x', "record", R"({"priority":"urgent","start_window":"today"})");
    corpus.add('w', "words", schema::safety_words(samples::filled<17>(0x50), schema::Language::EN));
    corpus.add(
        'w', "words-es", schema::safety_words(samples::filled<17>(0xa0), schema::Language::ES));
    corpus.add('z',
               "command",
               R"({"command":"grant.open","args":{"id":"08cd77","purpose":"PURPOSE_INTAKE"}})");
}

void backups(const Corpus& corpus) {
    schema::BackupManifest manifest;
    manifest.card = samples::card_jws(1);
    manifest.made = samples::noon;
    manifest.schema_version = 15;
    manifest.log_size = 7;
    manifest.copies = {Bytes{1}, Bytes{2}, Bytes{3}};
    corpus.add(
        'u', "backup", payload_of(schema::sign_backup_manifest(manifest, samples::node_key(1))));
    corpus.add(
        'y', "recovery", schema::write_recovery_file({samples::card(1).node, manifest.copies}));
    const auto words = schema::recovery_words(samples::filled<32>(0x80), schema::Language::EN);
    corpus.add('W', "recovery_words", words.reveal());
}

// Two frames of the network in the plain of a sealed file, before its padding.
Bytes two_frames() {
    Bytes frames;
    for (const std::size_t parts : {1UL, 3UL}) {
        frames.push_back(static_cast<Byte>(parts));
        for (std::size_t i = 0; i < parts; ++i) {
            append_be<4>(frames, 2);
            append(frames, as_bytes("ab"));
        }
    }
    Bytes out;
    append_be<4>(out, frames.size());
    append(out, frames);
    out.resize(out.size() + 16);
    return out;
}

Bytes key_list() {
    Bytes out = to_bytes(as_bytes("leeward-keys/1\n"));
    for (const std::string_view name : {"settings", "root.key", "key/case/01"}) {
        append_lp16(out, as_bytes(name));
        append_be<4>(out, 3);
        append(out, as_bytes("abc"));
    }
    return out;
}

void carried(const Corpus& corpus) {
    corpus.add('f', "frames", two_frames());
    corpus.add('F', "sealed", "leeward-sealed-file/1\n" + base64::encode(Bytes(60, 7)) + "\n");
    corpus.add('K', "keys", key_list());
    corpus.add(
        's',
        "resync",
        R"({"round":"0102030405060708","part":1,"of":1,"answer":false,"legs":[{"leg":")"
        R"(08080808080808080808080808080808","yours":true,"ask":"OPEN","ask_counter":1,"ask_saw":0,)"
        R"("answer":"OFFERED","answer_counter":2,"answer_saw":1,"service":"PLACEMENT",)"
        R"("priority":"URGENT","alias":"blue heron","opened":1790000000,"since":1790000000,)"
        R"("hold_until":1790003600,"window_start":0,"window_end":0,"in":1,"out":2,"reason":""}],)"
        R"("grants":[]})");
    corpus.add('Q', "pages", "LWQ1 ba7816bf 1/1 YWJj\n");
}

void node_corpus(const Corpus& corpus) {
    const std::string hash = crypto::format_hash(crypto::Hash{});
    corpus.add('k',
               "add_checkpoint",
               "old 16\n" + hash + "\n\nleeward/log/x\n32\n" + hash +
                   "\n\n\u2014 leeward/log/x AAAAAA==\n");
    corpus.add('c', "config", "# what this node listens on\nbind = \"tcp://127.0.0.1:7311\"\n");
    corpus.add('r', "request", R"({"command":"need.show","args":{"id":"08cd77"},"dry_run":true})");
    using namespace std::string_literals;
    corpus.add('p', "page", "{\"args\":{\"id\":\"08cd77\"},\"secrets\":2}\0one\0two"s);
    corpus.add('a', "answer", R"({"schema_version":1,"ok":true,"result":{"legs":[1,2]}})");
    corpus.add('a',
               "answer-error",
               R"({"schema_version":1,"ok":false,"error":{"code":"locked","message":"m"}})");
    corpus.add('q',
               "ask_body",
               R"({"value":"PLAN","alias":"blue heron","service":"PLACEMENT","priority":"URGENT",)"
               R"("window_start":1790000000,"window_end":1790003600})");
    corpus.add('w', "answer_body", R"({"value":"OFFERED","hold_until":1790003600})");
    corpus.add('V',
               "vouch",
               payload_of(schema::sign_vouch(
                   {samples::card(1).node, samples::card(2).node, schema::from_unix(1'790'000'000)},
                   samples::root_key(1))));
    corpus.add('v', "reading", std::string(300, '\0'));
    const std::string xref(64, '5');
    corpus.add('e',
               "reconcile-digest",
               R"({"stage":"DIGEST","week":2951,"answer":true,"sent":")" + xref +
                   R"(","received":")" + xref + R"("})");
    corpus.add(
        'e',
        "reconcile-list",
        R"({"stage":"LIST","week":2951,"answer":false,"answered":1785000000,"list":{"from":")" +
            std::string(64, '0') + R"(","to":"","items":[")" + xref + R"(3",")" +
            std::string(64, '7') + R"(1"]}})");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const std::filesystem::path folder = argv[1];
    crypto_corpus(Corpus(folder / "fuzz_crypto"));
    const Corpus schema_corpus(folder / "fuzz_schema");
    signed_objects(schema_corpus);
    wire(schema_corpus);
    people_files(schema_corpus);
    backups(schema_corpus);
    node_corpus(Corpus(folder / "fuzz_node"));
    carried(Corpus(folder / "fuzz_node"));
    return 0;
}
