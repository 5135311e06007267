#include "tests/support/canaries.h"

#include <algorithm>
#include <cctype>

#include <string.h>  // NOLINT(modernize-deprecated-headers): memmem is not in <cstring>

#include "crypto/base/base64.h"
#include "crypto/base/hex.h"
#include "crypto/random.h"
#include "tests/support/process.h"

namespace leeward::test {
namespace {

constexpr std::string_view stem = "CANARY-";

std::string utf16(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out.push_back(c);
        out.push_back('\0');
    }
    return out;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return text;
}

// The part of its base64 that is the same whatever stands before and after it.
std::string base64_at(std::string_view text, std::size_t shift) {
    const std::string shifted = std::string(shift, '\0') + std::string(text);
    const std::string all = base64url::encode(as_bytes(shifted));
    const std::size_t first = (shift * 8 + 5) / 6;
    const std::size_t whole = shifted.size() * 8 / 6;
    return all.substr(first, whole - first);
}

std::string standard_alphabet(std::string text) {
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    return text;
}

bool contains(std::string_view bytes, std::string_view needle) {
    return ::memmem(bytes.data(), bytes.size(), needle.data(), needle.size()) != nullptr;
}

}  // namespace

Canaries::Canaries() {
    add_needles(stem);
}

std::string Canaries::plant(std::string_view tier) {
    planted_.push_back(std::string(stem) + std::string(tier) + "-" +
                       hex::encode(crypto::system_random().array<4>()));
    return planted_.back();
}

void Canaries::forbid(std::string secret) {
    add_needles(secret);
}

void Canaries::add_needles(std::string_view text) {
    const std::string in_hex = hex::encode(as_bytes(text));
    needles_.push_back({"as it is", std::string(text)});
    needles_.push_back({"UTF-16", utf16(text)});
    needles_.push_back({"hex", in_hex});
    needles_.push_back({"hex", upper(in_hex)});
    for (const std::size_t shift : {0U, 1U, 2U}) {
        const std::string url = base64_at(text, shift);
        needles_.push_back({"base64", url});
        if (standard_alphabet(url) != url) needles_.push_back({"base64", standard_alphabet(url)});
    }
}

std::vector<std::string> Canaries::found_in(std::string_view bytes) const {
    std::vector<std::string> forms;
    for (const auto& needle : needles_)
        if (contains(bytes, needle.bytes)) forms.push_back(needle.form);
    return forms;
}

std::vector<std::string> Canaries::found_under(const std::filesystem::path& place) const {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(place)) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(place))
            if (entry.is_regular_file()) files.push_back(entry.path());
    } else {
        files.push_back(place);
    }
    std::vector<std::string> found;
    for (const auto& file : files)
        for (const auto& form : found_in(read_text(file)))
            found.push_back(file.string() + ": " + form);
    return found;
}

}  // namespace leeward::test
