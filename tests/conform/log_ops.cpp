// Transparency: Merkle proofs, signed notes, cosignatures, tlog-proofs.
#include "crypto/base/base64.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/tlog_proof.h"
#include "tests/conform/request.h"

namespace leeward::conform {
namespace {

using namespace crypto;
using schema::Json;

Result<Hash> hash_of(std::string_view base64_text) {
    LEEWARD_ASSIGN(const Bytes bytes, base64::decode(base64_text));
    if (bytes.size() != sizeof(Hash)) return Error{Errc::malformed, "not a hash"};
    return to_array<32>(bytes);
}

Result<Hash> hash_member(const Request& request, Names names) {
    LEEWARD_ASSIGN(const std::string text, request.text(names));
    return hash_of(text);
}

Result<Path> path_member(const Request& request) {
    LEEWARD_ASSIGN(const auto texts, request.texts({"proof"}));
    Path path;
    for (const std::string& text : texts) {
        LEEWARD_ASSIGN(const Hash hash, hash_of(text));
        path.push_back(hash);
    }
    return path;
}

Reply yes_or_untrusted(bool holds) {
    if (!holds) return Error{Errc::untrusted, "the proof does not hold"};
    return Json::object();
}

Reply inclusion(const Request& request) {
    LEEWARD_ASSIGN(const std::uint64_t index, request.number({"leafIdx"}));
    LEEWARD_ASSIGN(const std::uint64_t size, request.number({"treeSize"}));
    LEEWARD_ASSIGN(const Hash root, hash_member(request, {"root"}));
    LEEWARD_ASSIGN(const Hash leaf, hash_member(request, {"leafHash"}));
    LEEWARD_ASSIGN(const Path path, path_member(request));
    return yes_or_untrusted(verify_inclusion(LeafIndex{index}, TreeSize{size}, leaf, path, root));
}

Reply consistency(const Request& request) {
    LEEWARD_ASSIGN(const std::uint64_t older, request.number({"size1"}));
    LEEWARD_ASSIGN(const std::uint64_t newer, request.number({"size2"}));
    LEEWARD_ASSIGN(const Hash older_root, hash_member(request, {"root1"}));
    LEEWARD_ASSIGN(const Hash newer_root, hash_member(request, {"root2"}));
    LEEWARD_ASSIGN(const Path path, path_member(request));
    return yes_or_untrusted(
        verify_consistency(TreeSize{older}, TreeSize{newer}, path, older_root, newer_root));
}

Reply root(const Request& request) {
    LEEWARD_ASSIGN(const auto texts, request.texts({"leaf_inputs_hex", "leaves"}));
    std::vector<Hash> leaves;
    for (const std::string& text : texts) {
        LEEWARD_ASSIGN(const Bytes data, hex::decode(text));
        leaves.push_back(leaf_hash(data));
    }
    return Json::object({{"root_hex", hex::encode(merkle_root(leaves))}});
}

Result<std::vector<Vkey>> vkeys_from(const Request& request) {
    LEEWARD_ASSIGN(const auto texts, request.texts({"vkeys"}));
    std::vector<Vkey> vkeys;
    for (const std::string& text : texts) {
        LEEWARD_ASSIGN(Vkey vkey, parse_vkey(text));
        vkeys.push_back(std::move(vkey));
    }
    return vkeys;
}

Reply note_verify(const Request& request) {
    LEEWARD_ASSIGN(const auto vkeys, vkeys_from(request));
    LEEWARD_ASSIGN(const std::string text, request.text({"note"}));
    LEEWARD_ASSIGN(const SignedNote note, parse_note(text));
    LEEWARD_ASSIGN(const auto verified, verify_note(note, vkeys));
    Json names = Json::array();
    for (const NoteVerified& one : verified)
        names.push(vkeys[one.known_index].name);
    return Json::object({{"verified", std::move(names)}});
}

Reply cosignature_verify(const Request& request) {
    LEEWARD_ASSIGN(const std::string vkey_text, request.text({"witness_vkey", "vkey"}));
    LEEWARD_ASSIGN(const Vkey witness, parse_vkey(vkey_text));
    if (witness.type != NoteKeyType::cosignature_v1)
        return Error{Errc::unsupported, "not the key of a witness"};
    LEEWARD_ASSIGN(const std::string text, request.text({"note"}));
    LEEWARD_ASSIGN(const SignedNote note, parse_note(text));
    LEEWARD_ASSIGN(const auto verified, verify_note(note, {&witness, 1}));
    return Json::object({{"timestamp", verified.front().cosigned_at.value_or(CosignedAt{}).get()}});
}

Reply tlogproof_verify(const Request& request) {
    LEEWARD_ASSIGN(const Bytes leaf, request.hex({"Leaf_hex"}));
    LEEWARD_ASSIGN(const std::string policy_text, request.text({"Policy"}));
    LEEWARD_ASSIGN(const std::string proof_text, request.text({"Proof"}));
    LEEWARD_ASSIGN(const TlogPolicy policy, TlogPolicy::parse(policy_text));
    LEEWARD_ASSIGN(const TlogProof proof, parse_tlog_proof(proof_text));
    LEEWARD_ASSIGN(const auto opened, verify_tlog_proof(proof, leaf_hash(leaf), policy));
    return Json::object({{"origin", opened.checkpoint.origin},
                         {"size", opened.checkpoint.size.get()},
                         {"index", proof.index.get()}});
}

}  // namespace

std::vector<Op> log_ops() {
    return {
        {"merkle.inclusion",
         R"("leafIdx":n,"treeSize":n,"root":b64,"leafHash":b64,"proof":[b64…] → nothing more)",
         inclusion},
        {"merkle.consistency",
         R"("size1":n,"size2":n,"root1":b64,"root2":b64,"proof":[b64…] → nothing more)",
         consistency},
        {"merkle.root", R"("leaf_inputs_hex":[hex…] → "root_hex":hex)", root},
        {"note.verify", R"("vkeys":[text…],"note":text → "verified":[name…])", note_verify},
        {"cosignature.verify",
         R"("witness_vkey":text,"note":text → "timestamp":n)",
         cosignature_verify},
        {"tlogproof.verify",
         R"("Leaf_hex":hex,"Policy":text,"Proof":text → "origin":text,"size":n,"index":n)",
         tlogproof_verify},
    };
}

}  // namespace leeward::conform
