// Every published vector through the line of leeward-conform: the same requests that anybody else
// would send.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "crypto/hpke.h"
#include "crypto/pad.h"
#include "tests/conform/answer.h"
#include "tests/schema/samples.h"
#include "tests/support/vectors.h"

using namespace leeward;
using support::Vectors;
namespace samples = schema::samples;

namespace {

Vectors ask(const std::string& op, Vectors request) {
    request["op"] = op;
    return Vectors::parse(conform::answer(request.dump()));
}

bool accepts(const std::string& op, const Vectors& request) {
    return ask(op, request).at("ok").get<bool>();
}

// Counts the vectors of one file and says so; a file that holds none of them fails.
class Tally {
public:
    explicit Tally(std::string file) : file_(std::move(file)) {}
    Tally(const Tally&) = delete;
    Tally& operator=(const Tally&) = delete;
    ~Tally() { std::cout << file_ << ": " << passed_ << " of " << seen_ << " agree\n"; }

    void note(bool agrees, const std::string& which) {
        ++seen_;
        passed_ += agrees ? 1 : 0;
        INFO(file_ << ", " << which);
        CHECK(agrees);
    }

private:
    std::string file_;
    int seen_ = 0;
    int passed_ = 0;
};

// Runs `check(vector, tally)` on each vector of a file, or says that it was skipped.
template <class Check>
void each(const std::string& name, Check check) {
    Vectors file = support::vectors(name);
    if (file.empty()) return;
    if (file.is_object()) file = Vectors::array({file});
    Tally tally(name);
    for (const auto& vector : file)
        check(vector, tally);
}

// A file of Wycheproof: `check(group, test)` gives whether we accepted it, and rightly.
struct Judged {
    bool accepted;
    bool right;
};
template <class Check>
void wycheproof(const std::string& name, Check check) {
    const Vectors file = support::vectors("wycheproof/" + name);
    if (file.empty()) return;
    Tally tally(name);
    for (const auto& group : file.at("testGroups"))
        for (const auto& test : group.at("tests")) {
            const std::string expected = test.at("result").get<std::string>();
            const Judged judged = check(file, group, test);
            const bool agrees = expected == "acceptable" ? !judged.accepted || judged.right
                                : expected == "valid"    ? judged.accepted && judged.right
                                                         : !judged.accepted;
            tally.note(agrees, "tcId " + test.at("tcId").dump());
        }
}

Judged judged(const Vectors& answer, const char* member, const Vectors& expected) {
    if (!answer.at("ok").get<bool>()) return {false, false};
    return {true, answer.at(member) == expected};
}

void check_hpke(const Vectors& vector, Tally& tally) {
    if (vector.at("mode").get<int>() > 1) {
        Vectors request = vector;
        request.update(vector.at("encryptions").at(0));
        tally.note(ask("hpke.open", request).value("error", "") == "unsupported", "an auth mode");
        return;
    }
    Vectors request = vector;
    const auto say = [&](const char* op, std::size_t i) { return op + std::to_string(i); };
    std::size_t seq = 0;
    for (const auto& item : vector.value("encryptions", Vectors::array())) {
        request.update(item);
        request["seq"] = seq;
        tally.note(ask("hpke.open", request).value("pt", "") == item.at("pt"), say("open ", seq));
        const Vectors sealed = ask("hpke.seal_then_open", request);
        const bool known = vector.contains("skEm") || vector.contains("ikmE");
        tally.note(sealed.value("pt", "") == item.at("pt") &&
                       (!known || (sealed.value("ct", "") == item.at("ct") &&
                                   sealed.value("enc", "") == vector.at("enc"))),
                   say("seal ", seq));
        auto& digit = request["ct"].get_ref<std::string&>()[0];
        digit = digit == '0' ? '1' : '0';
        tally.note(ask("hpke.open", request).value("error", "") == "untrusted", say("bad ", seq));
        ++seq;
    }
    std::size_t n = 0;
    for (const auto& item : vector.value("exports", Vectors::array())) {
        request.update(item);
        tally.note(
            ask("hpke.export", request).value("exported_value", "") == item.at("exported_value"),
            say("export ", n++));
    }
}

void check_kem(const Vectors& vector, Tally& tally) {
    if (vector.at("mode").get<int>() > 1) return;
    const Vectors kem = vector.at("kem_id");
    if (vector.contains("ikmR")) {
        const Vectors pair = ask("kem.derive", {{"kem", kem}, {"ikmR", vector.at("ikmR")}});
        tally.note(pair.value("skRm", "") == vector.at("skRm") &&
                       pair.value("pkRm", "") == vector.at("pkRm"),
                   "derive");
    }
    if (!vector.contains("shared_secret")) return;
    const Vectors secret =
        ask("kem.decap", {{"kem", kem}, {"skRm", vector.at("skRm")}, {"enc", vector.at("enc")}});
    tally.note(secret.value("shared_secret", "") == vector.at("shared_secret"), "decap");
}

// Runs `check(vector, tally)` on each file below vectors/merkle/<kind>.
template <class Check>
void each_merkle_file(const std::string& kind, Check check) {
    const auto folder = support::vectors_path("merkle/" + kind);
    if (!folder) return;
    Tally tally("merkle/" + kind);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path());
        check(Vectors::parse(file), entry.path().filename().string(), tally);
    }
}

// An envelope from node 1 to node 2, sealed as the protocol says.
struct Sealed {
    Vectors request;
    schema::EnvelopeFrame frame;
};
Sealed sealed_envelope(const schema::Inner& inner) {
    const auto from = samples::card(1).node.get();
    const auto to = samples::card(2).node.get();
    const schema::Prekey prekey = samples::prekey(2);
    const SecretBytes psk(samples::filled<32>(8));
    const auto dir = crypto::direction(from, to);
    const SecretBytes hpke_psk = crypto::hpke_psk(psk, dir);
    const Bytes psk_id = crypto::hpke_psk_id(crypto::pair_id(from, to), prekey.epoch, dir);
    const Bytes info = crypto::hpke_info(from, to, prekey.kid, prekey.epoch);
    crypto::SeededRandom random(1);
    auto sending = crypto::hpke::setup_sender(prekey.key,
                                              crypto::hpke::Info{info},
                                              crypto::hpke::Psk{hpke_psk.reveal(), psk_id},
                                              random)
                       .value();
    const auto mailbox = crypto::mailbox_id(psk, dir);
    const Bytes aad = schema::envelope_aad(mailbox, prekey.kid);
    const SecretBytes bucket = crypto::pad_to_bucket(schema::encode(inner)).value();
    const Bytes ct = sending.sender.seal(crypto::Aad{aad}, bucket.reveal()).value();
    Sealed out{{}, {mailbox, prekey.kid, sending.enc, ct}};
    out.request = {{"sender", hex::encode(from)},
                   {"recipient", hex::encode(to)},
                   {"epoch", prekey.epoch},
                   {"psk", hex::encode(psk.reveal())},
                   {"prekey_seed", hex::encode(samples::prekey_private(2).reveal())},
                   {"sender_key", hex::encode(samples::card(1).signing.get())}};
    return out;
}

Vectors with_frame(const Sealed& sealed, const schema::EnvelopeFrame& frame) {
    Vectors request = sealed.request;
    request["frames"] = Vectors::array();
    for (const Bytes& part : schema::write_frame(frame))
        request["frames"].push_back(hex::encode(part));
    return request;
}

std::string error_of(const std::string& line) {
    return Vectors::parse(conform::answer(line)).value("error", "none");
}

}  // namespace

TEST_CASE("HPKE and its KEMs agree with every vector, as published, over the line") {
    for (const char* name : {"hpke/rfc9180-x25519-sha256-chacha20poly1305-base.json",
                             "hpke/rfc9180-x25519-sha256-chacha20poly1305-psk.json",
                             "hpke/rfc9180-x25519-sha256-exportonly-base.json",
                             "hpke/generated-hpke-js-x25519.json",
                             "hpke/hpke-pq-mlkem768x25519-sha256-chacha20poly1305-base.json",
                             "hpke/generated-panva-mlkem768x25519.json"})
        each(name, [](const Vectors& vector, Tally& tally) {
            check_hpke(vector, tally);
            check_kem(vector, tally);
        });
}

TEST_CASE("X-Wing agrees with its draft over the line") {
    each("xwing/xwing.json", [](const Vectors& vector, Tally& tally) {
        const Vectors pair = ask("kem.derive", {{"sk", vector.at("sk")}});
        tally.note(pair.value("pkRm", "") == vector.at("pk"), "public key");
        const Vectors secret = ask("kem.decap", vector);
        tally.note(secret.value("shared_secret", "") == vector.at("ss"), "shared secret");
    });
}

TEST_CASE("primitives judge what Wycheproof holds as it says") {
    wycheproof("hkdf_sha256_test.json", [](const auto&, const auto&, const Vectors& test) {
        return judged(ask("hkdf", test), "okm", test.at("okm"));
    });
    wycheproof("ed25519_test.json", [](const auto&, const Vectors& group, const Vectors& test) {
        Vectors request = test;
        request["pk"] = group.at("publicKey").at("pk");
        return Judged{accepts("ed25519.verify", request), true};
    });
    // "acceptable": low-order and twisted points; a refusal is right, as is the right secret
    wycheproof("x25519_test.json", [](const auto&, const auto&, const Vectors& test) {
        return judged(ask("x25519", test), "shared", test.at("shared"));
    });
    for (const char* name : {"chacha20_poly1305_test.json", "xchacha20_poly1305_test.json"})
        wycheproof(name, [](const Vectors& file, const auto&, const Vectors& test) {
            Vectors request = test;
            request["algorithm"] = file.at("algorithm");
            return judged(ask("aead.open", request), "pt", test.at("msg"));
        });
    WARN("not run over the line: wycheproof hmac_sha256 and mlkem_768 (no op is made for either)");
}

// The file gives keys and signatures on which implementations differ, and no expectation. Ours:
// libsodium's rules, and no key of low order or with a torsion component is ever enrolled.
TEST_CASE("no signature by a key of low order verifies, and no odd key can be enrolled") {
    each("cctv-ed25519/ed25519vectors.json", [](const Vectors& vector, Tally& tally) {
        Vectors request = vector;
        request["msg"] = hex::encode(as_bytes(vector.at("msg").get<std::string>()));
        const Vectors flags = vector.value("flags", Vectors::array());
        const auto flagged = [&](const char* flag) {
            return !flags.is_null() && std::find(flags.begin(), flags.end(), flag) != flags.end();
        };
        const Vectors answer = ask("ed25519.verify", request);
        const bool verified = answer.at("ok").get<bool>();
        const bool may_verify = !flagged("low_order_A") && !flagged("low_order_R");
        tally.note((!verified || may_verify) && (!verified || !flagged("low_order_component_A") ||
                                                 !answer.at("enrolable").get<bool>()),
                   "number " + vector.at("number").dump());
    });
}

TEST_CASE("Merkle proofs and roots are judged as published") {
    each_merkle_file("inclusion", [](const Vectors& vector, const std::string& name, Tally& tally) {
        tally.note(accepts("merkle.inclusion", vector) != vector.at("wantErr").get<bool>(), name);
    });
    each_merkle_file(
        "consistency", [](const Vectors& vector, const std::string& name, Tally& tally) {
            if (name == "sizes-are-equal-one-and-proof-is-empty.json") return;  // roots of 12 bytes
            tally.note(accepts("merkle.consistency", vector) != vector.at("wantErr").get<bool>(),
                       name);
        });
    each("merkle/rfc6962-tree8.json", [](const Vectors& vector, Tally& tally) {
        const auto& inputs = vector.at("leaf_inputs_hex");
        const auto& roots = vector.at("roots_hex_by_size");
        for (std::size_t size = 0; size < roots.size(); ++size) {
            Vectors leaves = Vectors::array();
            for (std::size_t i = 0; i < size; ++i)
                leaves.push_back(inputs[i]);
            const Vectors answer = ask("merkle.root", {{"leaf_inputs_hex", leaves}});
            tally.note(answer.value("root_hex", "") == roots[size], std::to_string(size));
        }
    });
}

TEST_CASE("notes, cosignatures and tlog-proofs are judged as published") {
    const Vectors notes = support::vectors("signed-note/notes.json");
    if (!notes.empty()) {
        Tally tally("signed-note/notes.json");
        for (const auto& vector : notes.at("cases")) {
            const Vectors answer = ask("note.verify", vector);
            const std::string expect = vector.at("expect").get<std::string>();
            const std::string error = answer.value("error", "");
            const bool agrees = expect == "ok"
                                    ? answer.at("ok").get<bool>() &&
                                          (!vector.contains("verified") ||
                                           answer.at("verified") == vector.at("verified"))
                                    : error == (expect == "unverified" ? "untrusted" : "malformed");
            tally.note(agrees, vector.at("name").get<std::string>());
        }
    }
    each("signed-note/cosignatures-torchwood.json", [](const Vectors& vector, Tally& tally) {
        const Vectors answer = ask("cosignature.verify", vector);
        tally.note(answer.value("timestamp", std::int64_t{0}) == vector.at("timestamp"), "time");
        Vectors other = vector;
        auto& note = other.at("note").get_ref<std::string&>();
        note.insert(note.find('\n') + 1, "1");  // the tree's size
        tally.note(!accepts("cosignature.verify", other), "another size");
    });
    each("signed-note/tlog-proofs-torchwood.json", [](const Vectors& vector, Tally& tally) {
        tally.note(accepts("tlogproof.verify", vector) == (vector.at("Expect") == "accept"),
                   vector.at("Name").get<std::string>());
    });
}

TEST_CASE("keys and proofs that are not well formed are refused as published") {
    const std::string note = "text\n\n— unknown.example AAAAAAAA\n";
    each("signed-note/vkeys.json", [&](const Vectors& vector, Tally& tally) {
        const Vectors answer = ask("note.verify", {{"note", note}, {"vkeys", {vector.at("vkey")}}});
        const bool read = answer.value("error", "") == "untrusted";  // nobody known has signed
        tally.note(read == vector.at("valid").get<bool>(), vector.at("vkey").get<std::string>());
    });
    each("signed-note/tlog-proof-format.json", [](const Vectors& vector, Tally& tally) {
        for (const auto& proof : vector.at("invalid")) {
            const Vectors answer =
                ask("tlogproof.verify",
                    {{"Leaf_hex", ""}, {"Policy", "quorum none\n"}, {"Proof", proof}});
            tally.note(answer.value("error", "") == "malformed", proof.get<std::string>());
        }
    });
    WARN(
        "not run over the line: signed-note tree-text and cosignature-timestamps (no key in them), "
        "tlog-tiles, age-testkit (their own tests)");
}

TEST_CASE("Padmé and Argon2id agree with their tables") {
    each("misc/padme.json", [](const Vectors& vector, Tally& tally) {
        for (const auto& pair : vector.at("pairs"))
            tally.note(ask("padme", {{"length", pair[0]}}).at("padded") == pair[1], pair.dump());
    });
    each("misc/argon2id-p1.json", [](const Vectors& vector, Tally& tally) {
        Vectors request = vector;
        request["length"] = vector.at("out_hex").get<std::string>().size() / 2;
        tally.note(ask("argon2id", request).value("out_hex", "") == vector.at("out_hex"),
                   vector.at("memory_kib").dump() + " KiB");
    });
}

TEST_CASE("a signed object gives its payload under its own typ only") {
    Vectors request = {{"jws", samples::card_jws(1)},
                       {"typ", "leeward-card+jwt"},
                       {"pk", hex::encode(samples::card(1).root.get())}};
    const Vectors answer = ask("jws.verify", request);
    REQUIRE(answer.at("ok").get<bool>());
    const Bytes payload = hex::decode(answer.at("payload").get<std::string>()).value();
    CHECK(Vectors::parse(as_text(payload)).at("organisation") == "Example House 1");
    request["typ"] = "leeward-msg+jwt";
    CHECK(ask("jws.verify", request).at("error") == "untrusted");
}

TEST_CASE("the gate of JSON answers over the line") {
    const auto gate = [](std::string_view text) {
        return ask("json.gate", {{"text_b64", base64::encode(as_bytes(text))}});
    };
    CHECK(gate(R"({ "a" : [1, 2] })").at("text_b64") == base64::encode(as_bytes(R"({"a":[1,2]})")));
    CHECK(gate(R"({"a":1,"a":2})").at("error") == "malformed");
    CHECK(gate(std::string(100, '[')).at("error") == "malformed");
    CHECK(gate(std::string(70'000, ' ')).at("error") == "too_large");
}

TEST_CASE("an envelope opens for its recipient, and not once anything of it is changed") {
    schema::Inner inner;
    inner.head = "a head\n";
    inner.messages.push_back({samples::message_jws(), std::nullopt});
    const Sealed sealed = sealed_envelope(inner);
    const Vectors opened = ask("envelope.open", with_frame(sealed, sealed.frame));
    REQUIRE(opened.at("ok").get<bool>());
    CHECK(opened.at("head") == "a head\n");
    const auto payload = opened.at("messages").at(0).get<std::string>();
    CHECK(payload.substr(payload.find('\n') + 1) == samples::message().body);

    const auto refused = [&](const schema::EnvelopeFrame& frame) {
        return !accepts("envelope.open", with_frame(sealed, frame));
    };
    for (std::size_t i = 0; i < 16; ++i) {
        schema::EnvelopeFrame frame = sealed.frame;
        frame.mailbox[i] ^= 1;
        CHECK(refused(frame));
        frame = sealed.frame;
        frame.kid[i % 8] ^= static_cast<Byte>(1U << (i % 8));
        CHECK(refused(frame));
        frame = sealed.frame;
        frame.enc.get()[i * 70] ^= 1;
        CHECK(refused(frame));
        frame = sealed.frame;
        frame.ciphertext[i * 512] ^= 1;
        CHECK(refused(frame));
    }
    for (const char* member : {"sender", "recipient", "psk", "prekey_seed", "sender_key"}) {
        Vectors request = with_frame(sealed, sealed.frame);
        request[member] = std::string(64, '7');
        INFO(member);
        CHECK_FALSE(accepts("envelope.open", request));
    }
    Vectors other_week = with_frame(sealed, sealed.frame);
    other_week["epoch"] = 1;
    CHECK(ask("envelope.open", other_week).at("error") == "untrusted");
}

TEST_CASE("a line that is no request is answered, and so is an op that does not exist") {
    CHECK(error_of("") == "malformed");
    CHECK(error_of("{") == "malformed");
    CHECK(error_of("[]") == "malformed");
    CHECK(error_of("{\"op\":7}") == "malformed");
    CHECK(error_of(R"({"op":"hkdf"})") == "malformed");
    CHECK(error_of(R"({"op":"nothing"})") == "unsupported");
    CHECK(error_of(R"({"op":"age.open"})") == "malformed");
    CHECK(error_of(R"({"op":"hpke.open","kem":"0x0010"})") == "unsupported");
    CHECK(error_of(std::string(conform::max_line_bytes + 1, ' ')) == "too_large");
}

TEST_CASE("the README lists every request just as the program does") {
    std::ifstream file(LEEWARD_CONFORM_README);
    std::ostringstream text;
    text << file.rdbuf();
    const auto requests = conform::requests();
    CHECK(requests.size() == 21);
    for (const std::string& request : requests) {
        INFO(request);
        CHECK(text.str().find("    " + request + "\n") != std::string::npos);
    }
}
