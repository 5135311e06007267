// The slots block: what stands between an operator's passphrase and the node's keys.
//
// One block of 4,096 bytes, so that it can be overwritten in place (protocol.md section 8):
// passphrase —Argon2id→ slot key ⟶ DEK_root —HKDF→ the key that wraps K_ring, and the store's key.
// Up to eight operators have a slot each. K_ring is new at every rewrite of the keyring; the
// generation counts the rewrites, the revision the writes of the block. Layout: keyfile.cpp.
//
// A slot binds its owner, label and cost; the wrap of K_ring binds every other byte of the block,
// generation, position and unused bytes included. A checksum tells a torn write without any key.
// Whoever keeps an old copy of the block and an old passphrase can still open that copy.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/argon2id.h"
#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/secret.h"
#include "crypto/hkdf.h"
#include "crypto/random.h"

namespace leeward::crypto {

using RootKey = SecretKey<struct RootKeyTag, 32>;  // DEK_root: random, for the life of the node
using RingKey = SecretKey<struct RingKeyTag, 32>;  // K_ring: random, one per keyring file

// The key for one purpose under DEK_root: HKDF-Expand(DEK_root, "leeward/1 " ‖ purpose, 32).
// `derive<StoreKey>(root, "store")` is K_db.
template <class Key>
[[nodiscard]] Key derive(const RootKey& root, std::string_view purpose) {
    Bytes info = to_bytes(as_bytes("leeward/1 "));
    append(info, as_bytes(purpose));
    return hkdf_expand32<Key>(root.reveal(), info);
}

inline constexpr std::size_t keyfile_size = 4096;
inline constexpr std::size_t keyfile_slots = 8;
inline constexpr std::size_t keyfile_label_size = 32;
// A block that asks for more than this is refused before any memory is taken.
inline constexpr argon2id::Cost keyfile_max_cost{10, 1024 * 1024};

using SlotOwner = ByteArray<16>;  // an operator's id

// What only this operator's passphrase gives: the key that seals her own signing key.
using OwnKey = SecretKey<struct OwnKeyTag, 32>;
struct Unlocked {
    SlotOwner owner{};
    RootKey root;
    OwnKey own;
};

// One operator's way in. Made by make_slot(), or read from a block.
struct Slot {
    SlotOwner owner{};
    std::string label{};  // at most 32 bytes of UTF-8: a role ("desk 2"), not a person's name
    argon2id::Cost cost{};
    ByteArray<argon2id::salt_size> salt{};
    ByteArray<24> nonce{};
    ByteArray<48> wrapped_root{};
};

// Wraps `root` under the passphrase at the product's cost (256 MiB, three passes, about 0.6 s).
// Errc::invalid_argument for an empty passphrase or a label that does not fit.
Result<Slot> make_slot(const SlotOwner& owner,
                       std::string_view label,
                       BytesView passphrase,
                       const RootKey& root,
                       Random& random);

// The block as a value. Read with read_keyfile; change; write with sealed().
class Keyfile {
public:
    Keyfile() = default;

    // The block, holding K_ring under DEK_root. Errc::wrong_state without a slot. Each call draws
    // new nonces.
    Result<Bytes> sealed(const RootKey& root, const RingKey& ring, Random& random) const;

    // Errc::locked when the passphrase opens no slot of this owner, or of anybody.
    Result<RootKey> open(const SlotOwner& owner, BytesView passphrase) const;
    Result<RootKey> open(BytesView passphrase) const;
    // The same, with whose slot it was and her own key. As long as one unlock.
    Result<Unlocked> unlock(const SlotOwner& owner, BytesView passphrase) const;
    Result<Unlocked> unlock(BytesView passphrase) const;
    // From a block that was read: Errc::untrusted when a bit of it was changed, or `root` is
    // another node's.
    Result<RingKey> ring(const RootKey& root) const;

    // Errc::already_exists for an owner with a slot, too_large for a ninth.
    Outcome add(Slot slot);
    // Errc::not_found; Errc::wrong_state for the last one: nobody could open the node again.
    Outcome remove(const SlotOwner& owner);
    // A new passphrase: the slot of the same owner is replaced. Errc::not_found.
    Outcome replace(Slot slot);

    [[nodiscard]] const std::vector<Slot>& slots() const { return slots_; }
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    void set_generation(std::uint64_t generation) { generation_ = generation; }
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    void set_revision(std::uint64_t revision) { revision_ = revision; }

private:
    friend Result<Keyfile> read_keyfile(BytesView block);

    std::uint64_t generation_ = 1;
    std::uint64_t revision_ = 1;
    std::vector<Slot> slots_{};
    Bytes read_{};  // the block that it came from, for ring(); empty when made anew
};

// Errc::malformed for another size or a bad field, unsupported for a newer version, corrupt for a
// checksum that does not fit (a torn write, a changed bit). Says nothing yet about authenticity.
Result<Keyfile> read_keyfile(BytesView block);

namespace keyfile_detail {
// make_slot at another cost; tests/support/cheap_slot.h is the only other caller.
Result<Slot> make_slot_at(argon2id::Cost cost,
                          const SlotOwner& owner,
                          std::string_view label,
                          BytesView passphrase,
                          const RootKey& root,
                          Random& random);
}  // namespace keyfile_detail

}  // namespace leeward::crypto
