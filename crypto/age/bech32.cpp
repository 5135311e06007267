#include "crypto/age/bech32.h"

#include <algorithm>
#include <array>

namespace leeward::crypto {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;

Error malformed() {
    return {Errc::malformed, "not a key in Bech32"};
}

class Checksum {
public:
    explicit Checksum(std::string_view prefix) {
        for (const char c : prefix)
            add(static_cast<Byte>(static_cast<Byte>(c) >> 5));
        add(0);
        for (const char c : prefix)
            add(static_cast<Byte>(c & 31));
    }
    void add(Byte five_bits) {
        static constexpr std::array<std::uint32_t, 5> generator{
            0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
        const std::uint32_t top = state_ >> 25;
        state_ = (state_ & 0x1ffffff) << 5 ^ five_bits;
        for (unsigned i = 0; i < generator.size(); ++i)
            if ((top >> i & 1) != 0) state_ ^= generator.at(i);
    }
    [[nodiscard]] std::uint32_t state() const { return state_; }

private:
    std::uint32_t state_ = 1;
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_one_case(std::string_view text) {
    const auto has = [text](char from, char to) {
        return std::any_of(text.begin(), text.end(), [=](char c) { return c >= from && c <= to; });
    };
    return !(has('a', 'z') && has('A', 'Z'));
}

// Groups of `from` bits as groups of `to` bits; what is left over goes to `rest`.
template <class Out>
void regroup(BytesView in, unsigned from, unsigned to, Out out, unsigned& rest, unsigned& bits) {
    for (const Byte value : in) {
        rest = (rest << from | value) & 0xfff;
        for (bits += from; bits >= to; bits -= to)
            out(static_cast<Byte>(rest >> (bits - to) & ((1U << to) - 1)));
    }
}

}  // namespace

std::string bech32_encode(std::string_view prefix, BytesView data) {
    std::string out = std::string(prefix) + '1';
    Checksum sum(prefix);
    const auto put = [&](Byte five) {
        sum.add(five);
        out += alphabet[five];
    };
    unsigned rest = 0;
    unsigned bits = 0;
    regroup(data, 8, 5, put, rest, bits);
    if (bits > 0) put(static_cast<Byte>(rest << (5 - bits) & 31));
    for (std::size_t i = 0; i < checksum_size; ++i)
        sum.add(0);
    const std::uint32_t check = sum.state() ^ 1;
    for (unsigned i = 0; i < checksum_size; ++i)
        out += alphabet[check >> 5 * (checksum_size - 1 - i) & 31];
    return out;
}

Result<Bech32> bech32_decode(std::string_view text) {
    const std::string low = lower(text);
    const auto one = low.rfind('1');
    if (!is_one_case(text) || one == low.npos || one == 0 || low.size() - one - 1 < checksum_size)
        return malformed();
    const std::string prefix = low.substr(0, one);
    if (std::any_of(prefix.begin(), prefix.end(), [](char c) { return c < 33 || c > 126; }))
        return malformed();
    SecretBytes fives(low.size() - one - 1);
    Checksum sum(prefix);
    for (std::size_t i = 0; i < fives.size(); ++i) {
        const auto value = alphabet.find(low[one + 1 + i]);
        if (value == alphabet.npos) return malformed();
        fives.reveal()[i] = static_cast<Byte>(value);
        sum.add(static_cast<Byte>(value));
    }
    if (sum.state() != 1) return malformed();
    SecretBytes data((fives.size() - checksum_size) * 5 / 8);
    auto at = data.reveal().begin();
    unsigned rest = 0;
    unsigned bits = 0;
    regroup(
        BytesView(fives.reveal()).first(fives.size() - checksum_size),
        5,
        8,
        [&](Byte byte) { *at++ = byte; },
        rest,
        bits);
    if (bits >= 5 || (rest & ((1U << bits) - 1)) != 0) return malformed();
    return Bech32{prefix, std::move(data)};
}

}  // namespace leeward::crypto
