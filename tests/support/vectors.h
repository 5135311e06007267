// Test vectors that live beside the repository, in $LEEWARD_SHARED or <repository>/../shared.
//
// They are optional: a test that needs a file which is not there says so with WARN and passes.
//
//     for (const auto& group : support::vectors("wycheproof/ed25519_test.json", "testGroups"))
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "crypto/base/bytes.h"

namespace leeward::support {

using Vectors = nlohmann::json;

// The folder `shared`, or nothing.
[[nodiscard]] std::optional<std::filesystem::path> shared_folder();
// A path below shared/vectors, or nothing (after a WARN) when it is absent.
[[nodiscard]] std::optional<std::filesystem::path> vectors_path(std::string_view name);

// The file below shared/vectors as JSON, or its member; an empty array when the file is absent.
[[nodiscard]] Vectors vectors(std::string_view name);
[[nodiscard]] Vectors vectors(std::string_view name, const char* member);
// The file as text, or nothing when it is absent.
[[nodiscard]] std::optional<std::string> vectors_text(std::string_view name);

// Bytes written in hexadecimal. Fails the running test when they are not.
[[nodiscard]] Bytes from_hex(std::string_view text);
// A member that holds hexadecimal; empty when there is no such member.
[[nodiscard]] Bytes hex_member(const Vectors& object, const char* name);

}  // namespace leeward::support
