#include "crypto/age/age.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <zlib.h>

#include "crypto/age/header.h"
#include "crypto/base/hex.h"
#include "crypto/hash.h"
#include "tests/support/vectors.h"

using namespace leeward;
using namespace leeward::crypto;

namespace {

// A file of the C2SP test kit: lines of "key: value", an empty line, the age file.
struct Vector {
    std::string name;
    std::multimap<std::string, std::string> keys;
    Bytes file;

    [[nodiscard]] std::string one(const std::string& key) const {
        const auto found = keys.find(key);
        return found == keys.end() ? "" : found->second;
    }
};

Bytes inflated(BytesView packed) {
    Bytes out(64 << 20);
    auto size = static_cast<uLongf>(out.size());
    REQUIRE(::uncompress(out.data(), &size, packed.data(), static_cast<uLong>(packed.size())) ==
            Z_OK);
    out.resize(size);
    return out;
}

Vector read_vector(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    Vector vector{path.filename().string(), {}, {}};
    std::size_t at = 0;
    for (;;) {
        const auto end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        if (line.empty()) break;
        const auto colon = line.find(": ");
        vector.keys.emplace(line.substr(0, colon), line.substr(colon + 2));
    }
    vector.file = to_bytes(as_bytes(std::string_view(text).substr(at)));
    if (vector.one("compressed") == "zlib") vector.file = inflated(vector.file);
    return vector;
}

Result<SecretBytes> opened(const Vector& vector) {
    if (const auto passphrase = vector.keys.find("passphrase"); passphrase != vector.keys.end())
        return age::open_with_passphrase(vector.file, as_bytes(passphrase->second));
    std::vector<age::Identity> identities;
    const auto [from, to] = vector.keys.equal_range("identity");
    for (auto it = from; it != to; ++it) {
        auto identity = age::parse_identity(it->second);
        REQUIRE(identity);
        identities.push_back(std::move(*identity));
    }
    return age::open(vector.file, identities);
}

// What we say where the test kit expects this.
bool agrees(const std::string& expect, const Vector& vector, const Result<SecretBytes>& result) {
    static const std::set<Errc> header{Errc::malformed, Errc::unsupported, Errc::too_large};
    if (expect == "success")
        return result && hex::encode(sha256(result->reveal())) == vector.one("payload");
    if (result) return false;
    return expect == "header failure" ? header.contains(result.error().code)
                                      : result.error().code == Errc::untrusted;
}

std::vector<age::Identity> identities() {
    SeededRandom random(7);
    std::vector<age::Identity> out;
    out.emplace_back(X25519PrivateKey(random.array<32>()));
    out.push_back(age::generate_identity(random));
    return out;
}

}  // namespace

TEST_CASE("age files open, or do not, as the C2SP test kit has it") {
    const auto folder = support::vectors_path("age-testkit");
    if (!folder) return;
    std::size_t run = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
        const Vector vector = read_vector(entry.path());
        if (vector.one("armored") == "yes") continue;  // not read here
        CAPTURE(vector.name, vector.one("expect"));
        const auto result = opened(vector);
        CAPTURE(result ? "opened" : name_of(result.error().code));
        CHECK(agrees(vector.one("expect"), vector, result));
        ++run;
    }
    CHECK(run >= 67);  // of 88, the others are armored
}

TEST_CASE("what is sealed opens again, whatever its size") {
    SeededRandom random(1);
    for (const auto& identity : identities()) {
        const std::vector to{age::recipient_of(identity)};
        for (const std::size_t size : {0U, 1U, 65535U, 65536U, 65537U, 131072U, 200000U}) {
            Bytes plaintext(size);
            random.fill(plaintext);
            const auto sealed = age::seal(to, plaintext, random);
            REQUIRE(sealed);
            const auto opened = age::open(*sealed, {&identity, 1});
            REQUIRE(opened);
            CHECK(to_bytes(opened->reveal()) == plaintext);
        }
    }
}

TEST_CASE("any one of several recipients opens the file, nobody else does") {
    SeededRandom random(2);
    const auto first = age::generate_identity(random);
    const auto second = age::generate_identity(random);
    const auto stranger = age::generate_identity(random);
    const std::vector to{age::recipient_of(first), age::recipient_of(second)};
    const auto sealed = age::seal(to, as_bytes("a bundle"), random);
    REQUIRE(sealed);
    CHECK(as_text(age::open(*sealed, {&first, 1})->reveal()) == "a bundle");
    CHECK(as_text(age::open(*sealed, {&second, 1})->reveal()) == "a bundle");
    CHECK(age::open(*sealed, {&stranger, 1}).error().code == Errc::untrusted);
    CHECK(age::open_with_passphrase(*sealed, as_bytes("guess")).error().code == Errc::untrusted);
}

TEST_CASE("the two kinds of key are never mixed, for the weaker would decide") {
    SeededRandom random(3);
    const auto both = identities();
    const std::vector to{age::recipient_of(both[0]), age::recipient_of(both[1])};
    CHECK(age::seal(to, {}, random).error().code == Errc::invalid_argument);
    CHECK(age::seal({}, {}, random).error().code == Errc::invalid_argument);
}

TEST_CASE("no bit of a sealed file can be turned over, and no end cut off") {
    SeededRandom random(4);
    const auto all = identities();
    const std::vector to{age::recipient_of(all[0])};
    const auto sealed = age::seal(to, as_bytes("short"), random);
    REQUIRE(sealed);
    for (std::size_t i = 0; i < sealed->size() * 8; ++i) {
        Bytes other = *sealed;
        other[i / 8] ^= static_cast<Byte>(1 << i % 8);
        CAPTURE(i);
        CHECK(!age::open(other, {all.data(), 1}));
    }
    for (std::size_t size = 0; size < sealed->size(); ++size)
        CHECK(!age::open(BytesView(*sealed).first(size), {all.data(), 1}));
}

// A last chunk shorter than its tag once wrote past the end of what was opened.
TEST_CASE("a long file whose last chunk is cut off does not open") {
    SeededRandom random(5);
    const auto identity = age::generate_identity(random);
    const std::vector to{age::recipient_of(identity)};
    const auto sealed = age::seal(to, Bytes(65537), random);
    REQUIRE(sealed);
    for (std::size_t cut = 1; cut <= 40; ++cut)
        CHECK(!age::open(BytesView(*sealed).first(sealed->size() - cut), {&identity, 1}));
}

TEST_CASE("keys read back as they were written") {
    for (const auto& identity : identities()) {
        const SecretBytes text = age::format_identity(identity);
        const auto read = age::parse_identity(as_text(text.reveal()));
        REQUIRE(read);
        const auto recipient = age::recipient_of(identity);
        CHECK(age::recipient_of(*read) == recipient);
        const auto again = age::parse_recipient(age::format_recipient(recipient));
        REQUIRE(again);
        CHECK(*again == recipient);
        CHECK(!age::parse_recipient(as_text(text.reveal())));
        CHECK(!age::parse_identity(age::format_recipient(recipient)));
    }
    CHECK(age::format_recipient(age::recipient_of(identities()[1])).starts_with("age1pq1"));
}

TEST_CASE("a header that does not end is refused before memory is spent on it") {
    std::string text = "age-encryption.org/v1\n";
    while (text.size() <= age::max_header_size)
        text += "-> stanza argument\n\n";
    CHECK(age::read_header(as_bytes(text)).error().code == Errc::too_large);
}
