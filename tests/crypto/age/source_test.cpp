#include "crypto/age/source.h"

#include <catch2/catch_test_macros.hpp>

using namespace leeward;
using namespace leeward::crypto;

namespace {

// Gives at most `step` bytes at a time.
class SlowSource final : public ByteSource {
public:
    SlowSource(BytesView bytes, std::size_t step) : bytes_(bytes), step_(step) {}
    Result<std::size_t> read(std::span<Byte> into) override {
        return bytes_.read(into.first(std::min(into.size(), step_)));
    }

private:
    MemorySource bytes_;
    std::size_t step_;
};

struct Sealed {
    std::vector<age::Identity> keys;
    Bytes plain;
    Bytes file;
    explicit Sealed(std::size_t size) : plain(size) {
        system_random().fill(plain);
        keys.push_back(age::generate_identity(system_random()));
        const auto to = age::recipient_of(keys.front());
        file = age::seal(std::span(&to, 1), plain, system_random()).value();
    }
    [[nodiscard]] Result<Bytes> read(BytesView bytes, std::size_t step = 1 << 20) const {
        LEEWARD_ASSIGN(auto source,
                       age::OpeningSource::open(std::make_unique<SlowSource>(bytes, step), keys));
        Bytes out;
        for (Bytes piece(7'001);;) {
            LEEWARD_ASSIGN(const std::size_t got, source->read(piece));
            if (got == 0) return out;
            append(out, BytesView(piece).first(got));
        }
    }
};

}  // namespace

TEST_CASE("an age file of any size is read in pieces as it is read whole") {
    for (const std::size_t size : {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 131'072UL, 300'000UL}) {
        const Sealed sealed(size);
        for (const std::size_t step : {1'000UL, 1UL << 20}) {
            const auto read = sealed.read(sealed.file, step);
            REQUIRE(read);
            CHECK(*read == sealed.plain);
        }
    }
}

TEST_CASE(
    "an age file that is cut anywhere, or longer than it was, is told at the latest at its end") {
    const Sealed sealed(140'000);
    for (std::size_t size = 0; size < sealed.file.size(); size += 997)
        CHECK_FALSE(sealed.read(BytesView(sealed.file).first(size)));
    CHECK_FALSE(sealed.read(BytesView(sealed.file).first(sealed.file.size() - 1)));
    Bytes longer = sealed.file;
    longer.push_back(0);
    CHECK_FALSE(sealed.read(longer));
}

TEST_CASE("a header without an end is refused before much of it is read") {
    const Sealed sealed(1);
    Bytes endless = to_bytes(as_bytes("age-encryption.org/v1\n"));
    endless.resize(8 << 20, Byte{'a'});
    CHECK_FALSE(sealed.read(endless));
}

TEST_CASE("a file under a passphrase opens with it and with nothing else") {
    const Bytes plain = to_bytes(as_bytes("what it holds"));
    const auto file =
        age::seal_with_passphrase(as_bytes("correct horse"), 6, plain, system_random());
    REQUIRE(file);
    const auto opened = age::open_with_passphrase(*file, as_bytes("correct horse"));
    REQUIRE(opened);
    CHECK(equal(opened->reveal(), plain));
    CHECK(age::open_with_passphrase(*file, as_bytes("battery staple")).error().code ==
          Errc::untrusted);
    const Sealed other(1);
    CHECK(age::open(*file, other.keys).error().code == Errc::untrusted);
}
