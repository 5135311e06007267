#include "tests/support/vectors.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include "crypto/base/hex.h"

namespace leeward::support {

std::optional<std::filesystem::path> shared_folder() {
    const char* named = std::getenv("LEEWARD_SHARED");  // NOLINT(concurrency-mt-unsafe)
    std::filesystem::path folder = named != nullptr ? named : LEEWARD_SOURCE_DIR "/../shared";
    if (!std::filesystem::is_directory(folder)) return std::nullopt;
    return folder;
}

std::optional<std::filesystem::path> vectors_path(std::string_view name) {
    const auto folder = shared_folder();
    if (folder && std::filesystem::exists(*folder / "vectors" / name))
        return *folder / "vectors" / name;
    WARN("skipped: no " << name << " (LEEWARD_SHARED names the folder with vectors)");
    return std::nullopt;
}

std::optional<std::string> vectors_text(std::string_view name) {
    const auto path = vectors_path(name);
    if (!path) return std::nullopt;
    std::ifstream file(*path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Vectors vectors(std::string_view name) {
    const auto text = vectors_text(name);
    return text ? Vectors::parse(*text) : Vectors::array();
}

Vectors vectors(std::string_view name, const char* member) {
    const Vectors file = vectors(name);
    return file.is_array() ? file : file.at(member);
}

Bytes from_hex(std::string_view text) {
    auto bytes = hex::decode(text);
    REQUIRE(bytes);
    return std::move(bytes).value();
}

Bytes hex_member(const Vectors& object, const char* name) {
    return from_hex(object.value(name, std::string()));
}

}  // namespace leeward::support
