// The files that an auditor holds: bundles, sealed to her or not, read piece by piece, and the cards of
// those whom she trusts to have made them.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "crypto/age/age.h"
#include "schema/audit/check.h"

namespace leeward::cli {

// Errc::not_found, io.
Result<std::unique_ptr<ByteSource>> open_file(const std::string& name);
// What it holds: opened with one of `keys`, which outlive it, where it is an age file. Errc::locked
// for a sealed file where there is no key.
Result<std::unique_ptr<ByteSource>> open_sealed_or_not(const std::string& name,
                                                       std::span<const crypto::age::Identity> keys);
[[nodiscard]] schema::BundleFile bundle_file(const std::string& name,
                                             std::span<const crypto::age::Identity> keys);
// Those of the argument "bundle".
[[nodiscard]] std::vector<schema::BundleFile> bundle_files(
    const schema::Json& args, std::span<const crypto::age::Identity> keys);
// The proof that the file is, if it is one and no bundle.
Result<std::optional<schema::DisclosureProof>> proof_in(const schema::BundleFile& file);
// The arguments "cards", one a line or the network's roster, and "policy".
Result<schema::Trust> read_trust(const schema::Json& args);
// The whole of a small one. Errc::too_large.
Result<Bytes> read_all(ByteSource& source, std::size_t most);

}  // namespace leeward::cli
