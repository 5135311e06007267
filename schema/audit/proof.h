// For a survivor or a court: that something about her was shared, with whom and when; or that it was
// not. Each act of the log under her releases is shown with its opening and a C2SP tlog-proof, which
// any program that reads these verifies; the release's own text can be opened beside it.
//
// That an act was done follows from the proof alone. That nothing else was done follows only from the
// proof together with the bundles of that time: the check then compares the trees, and looks for every
// disclosure under the same releases (check.h). SPEC.md has the layout.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "schema/audit/bundle.h"
#include "schema/audit/finding.h"
#include "schema/node_card.h"

namespace leeward::schema {

struct Trust;
struct OpenedLeaf;

struct ProvenAct {
    BundleEntry entry;
    std::string proof;  // c2sp.org/tlog-proof@v1

    friend bool operator==(const ProvenAct&, const ProvenAct&) = default;
};
// What a release's commitment is of: H(salt ‖ text ‖ signers ‖ until). The text is what was signed, in
// English and then in Spanish. It names people.
struct ReleaseOpening {
    std::string salt;     // 64 digits of lower-case hexadecimal
    std::string text;     // of any form: the others say where it begins and ends
    std::string signers;  // a compact JSON list of objects whose first member is `signer`
    std::string until;    // unix seconds, decimal

    [[nodiscard]] crypto::Hash commitment() const;
    friend bool operator==(const ReleaseOpening&, const ReleaseOpening&) = default;
};
struct DisclosureProof {
    std::string card;
    std::vector<crypto::Hash> releases;  // all of hers
    std::vector<ProvenAct> acts;         // lowest index first
    std::vector<ReleaseOpening> opened;  // none, or those that were asked for

    friend bool operator==(const DisclosureProof&, const DisclosureProof&) = default;
};

inline constexpr std::size_t proof_file_bytes = 8 << 20;
Result<std::string> write_proof(const DisclosureProof& proof);  // Errc::too_large
// Errc::malformed, unsupported, too_large.
Result<DisclosureProof> read_proof(std::string_view text);
[[nodiscard]] bool looks_like_proof(BytesView beginning);

// A disclosure that the proof shows.
struct ShownDisclosure {
    std::uint64_t leaf = 0;
    std::uint32_t quarter = 0;
    OrganisationTag to{};
    Byte tier = 0;
    Byte basis = 0;
    std::size_t fields = 0;
    crypto::Hash release{};
};
struct OpenedProof {
    NodeCard card;
    std::set<crypto::Hash> releases;
    std::set<std::uint64_t> leaves;
    std::set<std::pair<std::uint64_t, crypto::Hash>> heads;  // size and root of each signed one
    std::uint64_t size = 0;  // of the log that the proofs are from; 0 without any
    bool witnessed = false;  // there are any, each under a head that enough witnesses have cosigned
    std::vector<ShownDisclosure> disclosures;
    std::vector<ReleaseOpening> opened;  // those that fit
};
// Whatever does not verify is a finding and is not believed. Nothing for a card that is not known.
std::optional<OpenedProof> open_proof(const DisclosureProof& proof,
                                      const Trust& trust,
                                      Findings& findings);

}  // namespace leeward::schema
