#include "crypto/base/secret.h"

#include <iostream>
#include <type_traits>

#include <catch2/catch_test_macros.hpp>

using namespace leeward;

namespace {

struct Tag;
using Key = SecretKey<Tag, 32>;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

template <class T>
concept ConvertsToBytes = std::is_convertible_v<T, BytesView> || std::is_convertible_v<T, Bytes>;

ByteArray<32> filled_with(Byte value) {
    ByteArray<32> bytes{};
    bytes.fill(value);
    return bytes;
}

}  // namespace

TEST_CASE("a secret cannot be copied, printed or turned into bytes by accident") {
    STATIC_CHECK(!std::is_copy_constructible_v<Key>);
    STATIC_CHECK(!std::is_copy_assignable_v<Key>);
    STATIC_CHECK(!Printable<Key>);
    STATIC_CHECK(!ConvertsToBytes<Key>);
    STATIC_CHECK(!std::is_copy_constructible_v<SecretBytes>);
    STATIC_CHECK(!std::is_copy_assignable_v<SecretBytes>);
    STATIC_CHECK(!Printable<SecretBytes>);
    STATIC_CHECK(!ConvertsToBytes<SecretBytes>);
    STATIC_CHECK(std::is_nothrow_move_constructible_v<Key>);
    STATIC_CHECK(std::is_nothrow_move_constructible_v<SecretBytes>);
}

TEST_CASE("a new key is zero and keys are equal when their bytes are") {
    const Key zero;
    CHECK(equal(zero.reveal(), filled_with(0)));
    CHECK(Key(filled_with(7)) == Key(filled_with(7)));
    CHECK_FALSE(Key(filled_with(7)) == Key(filled_with(8)));
}

TEST_CASE("a moved key keeps its bytes and a clone has its own") {
    Key first(filled_with(7));
    Key copy = first.clone();
    const Key moved = std::move(first);
    copy.reveal()[0] = 1;
    CHECK(moved == Key(filled_with(7)));
    CHECK_FALSE(copy == moved);
}

TEST_CASE("wiping leaves zeros") {
    Bytes bytes{1, 2, 3, 4};
    secret_memory::wipe(bytes.data(), bytes.size());
    CHECK(bytes == Bytes(4));
}

TEST_CASE("secret bytes of different lengths are different") {
    CHECK(SecretBytes(as_bytes("abc")) == SecretBytes(as_bytes("abc")));
    CHECK_FALSE(SecretBytes(as_bytes("abc")) == SecretBytes(as_bytes("abd")));
    CHECK_FALSE(SecretBytes(as_bytes("abc")) == SecretBytes(as_bytes("ab")));
    CHECK_FALSE(SecretBytes(as_bytes("abc")) == SecretBytes());
    CHECK(SecretBytes() == SecretBytes());
}

TEST_CASE("secret bytes move and clone") {
    SecretBytes first(as_bytes("abc"));
    SecretBytes second = first.clone();
    SecretBytes third;
    third = std::move(first);
    second.reveal()[0] = 'x';
    CHECK(to_text(third.reveal()) == "abc");
    CHECK(to_text(second.reveal()) == "xbc");
    CHECK(third.size() == 3);
    CHECK(SecretBytes(5).size() == 5);
    CHECK(SecretBytes().empty());
}
