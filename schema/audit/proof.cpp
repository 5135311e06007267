#include "schema/audit/proof.h"

#include <algorithm>

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "crypto/tlog_proof.h"
#include "schema/audit/opened_log.h"
#include "schema/catalogue.h"
#include "schema/json/json.h"

namespace leeward::schema {
namespace {

constexpr std::string_view family = "leeward-proof/";
constexpr std::string_view version = "leeward-proof/1\n";
constexpr std::size_t card_bytes = 8 * 1024;
constexpr std::size_t tlog_proof_bytes = 64 * 1024;
constexpr std::size_t text_bytes = 64 * 1024;
constexpr std::size_t most_items = 10'000;

Json json_of(const ProvenAct& act) {
    return Json::object(
        {{"entry", base64url::encode(write_entry(act.entry))}, {"proof", act.proof}});
}
Json json_of(const ReleaseOpening& opened) {
    return Json::object({{"salt", opened.salt},
                         {"text", opened.text},
                         {"signers", opened.signers},
                         {"until", opened.until}});
}

template <class Items>
Json list_of(const Items& items) {
    Json out = Json::array();
    for (const auto& item : items)
        out.push(json_of(item));
    return out;
}

Result<ProvenAct> act_from(const Json& json) {
    ObjectReader in(json, "act");
    ProvenAct act;
    const Bytes entry = in.base64url("entry", bundle_entry_bytes);
    act.proof = in.text("proof", tlog_proof_bytes);
    if (entry.size() != bundle_entry_bytes) in.fail("entry", "is not of an entry's size");
    LEEWARD_TRY(in.finish());
    act.entry = read_entry(entry);
    return act;
}
Result<ReleaseOpening> opening_from(const Json& json) {
    ObjectReader in(json, "release");
    ReleaseOpening out;
    out.salt = in.text("salt", 256);
    out.text = in.text("text", text_bytes);
    out.signers = in.text("signers", text_bytes);
    out.until = in.text("until", 32);
    LEEWARD_TRY(in.finish());
    return out;
}
Result<crypto::Hash> hash_from(const Json& json) {
    if (json.as_string() == nullptr) return Error{Errc::malformed, "not a commitment"};
    LEEWARD_ASSIGN(const Bytes bytes, hex::decode(*json.as_string()));
    if (bytes.size() != 32) return Error{Errc::malformed, "not a commitment"};
    return to_array<32>(bytes);
}

template <class T>
Outcome read_list(const Json& list, Result<T> (*read)(const Json&), std::vector<T>& out) {
    if (!list.as_array() || list.as_array()->size() > most_items)
        return Error{Errc::malformed, "a proof with a list that is none, or too long"};
    for (const auto& item : *list.as_array()) {
        LEEWARD_ASSIGN(auto one, read(item));
        out.push_back(std::move(one));
    }
    return Done{};
}

Finding at_leaf(const NodeCard& card, FindingKind kind, std::optional<std::uint64_t> leaf) {
    return {kind, card.organisation, leaf, std::nullopt, {}};
}

// What the act says, if the log holds it.
std::optional<AuditRecord> proven(const ProvenAct& act,
                                  const crypto::TlogProof& proof,
                                  const crypto::Checkpoint& head,
                                  const NodeCard& card) {
    if (!crypto::verify_inclusion(
            proof.index, head.size, crypto::leaf_hash(act.entry.data()), proof.path, head.root) ||
        leaf_commitment(act.entry.n, act.entry.rec) != act.entry.commit)
        return std::nullopt;
    const auto record = decode_audit_record(act.entry.rec);
    if (!record || record->own != organisation_tag(card.node)) return std::nullopt;
    return *record;
}

// 32 bytes in lower-case hexadecimal.
bool is_salt(std::string_view text) {
    const auto bytes = hex::decode_array<32>(text);
    return bytes && hex::encode(*bytes) == text;
}
// As the list is written into a release: each of them begins with who signs.
bool is_list_of_signers(const std::string& text) {
    const auto list = parse_json(text);
    if (!list || list->as_array() == nullptr || list->dump() != text) return false;
    return std::all_of(list->as_array()->begin(), list->as_array()->end(), [](const Json& one) {
        const auto* members = one.as_object();
        return members != nullptr && !members->empty() && members->front().first == "signer";
    });
}

// The commitment is of the four parts joined: only as long as each has its form does it say where one ends
// and the next begins.
bool is_as_written(const ReleaseOpening& opened) {
    return is_salt(opened.salt) && is_list_of_signers(opened.signers) &&
           crypto::parse_decimal(opened.until);
}

std::vector<bool> cosigned(const crypto::OpenedCheckpoint& head, const crypto::TlogPolicy& policy) {
    std::vector<bool> out(policy.witnesses().size());
    for (const auto& by : head.cosignatures)
        out[by.witness_index] = true;
    return out;
}

void take_act(const ProvenAct& act,
              const crypto::TlogPolicy& policy,
              OpenedProof& out,
              Findings& findings) {
    const NodeCard& card = out.card;
    const auto proof = crypto::parse_tlog_proof(act.proof);
    if (!proof) return findings.add(at_leaf(card, FindingKind::PROOF_FALSE, std::nullopt));
    const auto head =
        crypto::open_checkpoint(proof->checkpoint,
                                {card.log_origin, crypto::NoteKeyType::ed25519, card.log},
                                policy.witnesses());
    if (head) out.heads.emplace(head->checkpoint.size.get(), head->checkpoint.root);
    const std::uint64_t index = proof->index.get();
    const auto record = head ? proven(act, *proof, head->checkpoint, card) : std::nullopt;
    if (!record) return findings.add(at_leaf(card, FindingKind::PROOF_FALSE, index));
    out.leaves.insert(index);
    if (!policy.quorum_met(cosigned(*head, policy))) out.witnessed = false;
    out.size = std::max(out.size, head->checkpoint.size.get());
    if (!is_disclosure(*record)) return;
    out.disclosures.push_back({index,
                               record->quarter,
                               record->other,
                               record->tier,
                               record->basis,
                               FieldSet::from_bytes(record->fields).members().size(),
                               record->release});
}

}  // namespace

crypto::Hash ReleaseOpening::commitment() const {
    return crypto::sha256({as_bytes(salt), as_bytes(text), as_bytes(signers), as_bytes(until)});
}

Result<std::string> write_proof(const DisclosureProof& proof) {
    Json releases = Json::array();
    for (const auto& release : proof.releases)
        releases.push(hex::encode(release));
    std::string out(version);
    out += Json::object({{"card", proof.card},
                         {"releases", std::move(releases)},
                         {"acts", list_of(proof.acts)},
                         {"opened", list_of(proof.opened)}})
               .dump();
    out += '\n';
    if (out.size() > proof_file_bytes) return Error{Errc::too_large, "too much for one proof"};
    return out;
}

bool looks_like_proof(BytesView beginning) {
    return as_text(beginning).starts_with(family);
}

Result<DisclosureProof> read_proof(std::string_view text) {
    if (!text.starts_with(version))
        return text.starts_with(family) ? Error{Errc::unsupported, "a proof of another version"}
                                        : Error{Errc::malformed, "not a proof"};
    if (text.size() > proof_file_bytes) return Error{Errc::too_large, "more than a proof can be"};
    if (text.back() != '\n') return Error{Errc::malformed, "a proof that is cut off"};
    text = text.substr(version.size(), text.size() - version.size() - 1);
    LEEWARD_ASSIGN(const Json json, parse_json(text, {proof_file_bytes, 6}));
    ObjectReader in(json, "proof");
    DisclosureProof out;
    out.card = in.text("card", card_bytes);
    const Json& releases = in.any("releases");
    const Json& acts = in.any("acts");
    const Json& opened = in.any("opened");
    LEEWARD_TRY(in.finish());
    LEEWARD_TRY(read_list(releases, hash_from, out.releases));
    LEEWARD_TRY(read_list(acts, act_from, out.acts));
    LEEWARD_TRY(read_list(opened, opening_from, out.opened));
    return out;
}

std::optional<OpenedProof> open_proof(const DisclosureProof& proof,
                                      const Trust& trust,
                                      Findings& findings) {
    const auto card = known_card(proof.card, trust);
    if (!card) {
        findings.add({FindingKind::CARD_UNKNOWN, {}, std::nullopt, std::nullopt, {}});
        return std::nullopt;
    }
    OpenedProof out{*card, {proof.releases.begin(), proof.releases.end()}, {}, {}, 0, true, {}, {}};
    const crypto::TlogPolicy policy = witnesses_of(*card, trust);
    for (const auto& act : proof.acts)
        take_act(act, policy, out, findings);
    if (out.leaves.empty()) out.witnessed = false;  // nothing of it is under any head
    for (const auto& opened : proof.opened)
        if (is_as_written(opened) && out.releases.contains(opened.commitment()))
            out.opened.push_back(opened);
        else
            findings.add(at_leaf(*card, FindingKind::RELEASE_TEXT_CHANGED, std::nullopt));
    return out;
}

}  // namespace leeward::schema
