#include "crypto/keyfile.h"

#include <algorithm>
#include <utility>

#include "crypto/aead.h"
#include "crypto/hash.h"

// The block, integers big-endian:
//        0  magic "LWSLOTS1"                      8
//        8  revision                              8
//       16  generation                            8
//       24  number of slots, seven zeros          8
//       32  nonce, K_ring sealed                 24 + 48
//      104  eight slots: owner 16, label length 1, label 32, passes 4, memory KiB 4, salt 16,
//           nonce 24, DEK_root sealed 48; zeros where there is none
//     1264  zeros
//     4064  SHA-256 of all before                32
namespace leeward::crypto {
namespace {

constexpr std::string_view magic = "LWSLOTS1";
constexpr std::size_t ring_at = 32;
constexpr std::size_t ring_size = 24 + 48;
constexpr std::size_t slots_at = ring_at + ring_size;
constexpr std::size_t checksum_at = keyfile_size - 32;

using WrapKey = SecretKey<struct WrapKeyTag, 32>;

void append_cost(Bytes& to, argon2id::Cost cost) {
    append_be<4>(to, cost.passes);
    append_be<4>(to, cost.memory_kib);
}

Bytes slot_aad(const Slot& slot) {
    Bytes aad = to_bytes(as_bytes("leeward/1 slot"));
    append(aad, slot.owner);
    append_lp16(aad, as_bytes(slot.label));
    append_cost(aad, slot.cost);
    return aad;
}

void append_slot(Bytes& to, const Slot& slot) {
    append(to, slot.owner);
    append_be<1>(to, slot.label.size());
    append(to, as_bytes(slot.label));
    to.resize(to.size() + keyfile_label_size - slot.label.size());
    append_cost(to, slot.cost);
    append(to, slot.salt);
    append(to, slot.nonce);
    append(to, slot.wrapped_root);
}

// Takes fields off the front of a view that the caller knows to be long enough.
class Fields {
public:
    explicit Fields(BytesView from) : rest_(from) {}
    BytesView take(std::size_t size) {
        const BytesView field = rest_.first(size);
        rest_ = rest_.subspan(size);
        return field;
    }
    std::uint64_t number(std::size_t size) { return read_be(take(size)); }

private:
    BytesView rest_;
};

bool is_allowed(argon2id::Cost cost) {
    return cost.passes >= 1 && cost.passes <= keyfile_max_cost.passes && cost.memory_kib >= 8 &&
           cost.memory_kib <= keyfile_max_cost.memory_kib;
}

bool is_allowed(std::string_view label) {
    return label.size() <= keyfile_label_size &&
           std::all_of(label.begin(), label.end(), [](char c) {
               return static_cast<Byte>(c) >= 0x20 && c != 0x7f;
           });
}

Result<Slot> read_slot(Fields& from) {
    Slot slot;
    slot.owner = to_array<16>(from.take(16));
    const auto length = static_cast<std::size_t>(from.number(1));
    const BytesView label = from.take(keyfile_label_size);
    if (length > keyfile_label_size) return Error{Errc::malformed, "a slot's label is too long"};
    slot.label = to_text(label.first(length));
    if (!is_allowed(slot.label)) return Error{Errc::malformed, "a slot's label is not text"};
    slot.cost.passes = static_cast<std::uint32_t>(from.number(4));
    slot.cost.memory_kib = static_cast<std::uint32_t>(from.number(4));
    if (!is_allowed(slot.cost)) return Error{Errc::malformed, "a slot asks for a forbidden cost"};
    slot.salt = to_array<16>(from.take(16));
    slot.nonce = to_array<24>(from.take(24));
    slot.wrapped_root = to_array<48>(from.take(48));
    return slot;
}

// What the wrap of K_ring authenticates: the block without that wrap and without the checksum.
Bytes ring_aad(BytesView block) {
    Bytes aad = to_bytes(as_bytes("leeward/1 slots"));
    append(aad, block.first(ring_at));
    append(aad, block.subspan(slots_at, checksum_at - slots_at));
    return aad;
}

WrapKey wrap_key(const RootKey& root) {
    return derive<WrapKey>(root, "wrap keyring");
}

Result<Unlocked> open_slot(const Slot& slot, BytesView passphrase) {
    LEEWARD_ASSIGN(const SecretBytes key, argon2id::derive(passphrase, slot.salt, slot.cost));
    const auto opened = xchacha20poly1305_open(
        key.reveal().first<32>(), slot.nonce, Aad{slot_aad(slot)}, slot.wrapped_root);
    if (!opened) return Error{Errc::locked, "the passphrase does not fit"};
    return Unlocked{slot.owner,
                    RootKey(opened->reveal().first<32>()),
                    hkdf_expand32<OwnKey>(key.reveal(), as_bytes("leeward/1 operator's own"))};
}

auto of(const SlotOwner& owner) {
    return [&owner](const Slot& slot) { return slot.owner == owner; };
}

}  // namespace

namespace keyfile_detail {

Result<Slot> make_slot_at(argon2id::Cost cost,
                          const SlotOwner& owner,
                          std::string_view label,
                          BytesView passphrase,
                          const RootKey& root,
                          Random& random) {
    if (passphrase.empty()) return Error{Errc::invalid_argument, "a passphrase is needed"};
    if (!is_allowed(label))
        return Error{Errc::invalid_argument, "a label is at most 32 bytes of text"};
    Slot slot;
    slot.owner = owner;
    slot.label = label;
    slot.cost = cost;
    slot.salt = random.array<16>();
    slot.nonce = random.array<24>();
    LEEWARD_ASSIGN(const SecretBytes key, argon2id::derive(passphrase, slot.salt, cost));
    slot.wrapped_root = to_array<48>(xchacha20poly1305_seal(
        key.reveal().first<32>(), slot.nonce, Aad{slot_aad(slot)}, root.reveal()));
    return slot;
}

}  // namespace keyfile_detail

Result<Slot> make_slot(const SlotOwner& owner,
                       std::string_view label,
                       BytesView passphrase,
                       const RootKey& root,
                       Random& random) {
    return keyfile_detail::make_slot_at(
        argon2id::standard_cost, owner, label, passphrase, root, random);
}

Result<Bytes> Keyfile::sealed(const RootKey& root, const RingKey& ring, Random& random) const {
    if (slots_.empty()) return Error{Errc::wrong_state, "a slots block needs an operator"};
    Bytes block = to_bytes(as_bytes(magic));
    append_be<8>(block, revision_);
    append_be<8>(block, generation_);
    append_be<1>(block, slots_.size());
    block.resize(slots_at);
    for (const Slot& slot : slots_)
        append_slot(block, slot);
    block.resize(checksum_at);
    const auto nonce = random.array<24>();
    const Bytes wrapped =
        xchacha20poly1305_seal(wrap_key(root).reveal(), nonce, Aad{ring_aad(block)}, ring.reveal());
    std::copy(nonce.begin(), nonce.end(), block.begin() + ring_at);
    std::copy(wrapped.begin(), wrapped.end(), block.begin() + ring_at + 24);
    append(block, sha256(block));
    return block;
}

Result<Unlocked> Keyfile::unlock(const SlotOwner& owner, BytesView passphrase) const {
    const auto found = std::find_if(slots_.begin(), slots_.end(), of(owner));
    if (found == slots_.end()) return Error{Errc::locked, "the passphrase does not fit"};
    return open_slot(*found, passphrase);
}

Result<Unlocked> Keyfile::unlock(BytesView passphrase) const {
    for (const Slot& slot : slots_) {
        auto opened = open_slot(slot, passphrase);
        if (opened || opened.error().code != Errc::locked) return opened;
    }
    return Error{Errc::locked, "the passphrase does not fit"};
}

Result<RootKey> Keyfile::open(const SlotOwner& owner, BytesView passphrase) const {
    LEEWARD_ASSIGN(Unlocked opened, unlock(owner, passphrase));
    return std::move(opened.root);
}

Result<RootKey> Keyfile::open(BytesView passphrase) const {
    LEEWARD_ASSIGN(Unlocked opened, unlock(passphrase));
    return std::move(opened.root);
}

Result<RingKey> Keyfile::ring(const RootKey& root) const {
    if (read_.size() != keyfile_size) return Error{Errc::wrong_state, "no slots block was read"};
    const BytesView wrap = BytesView(read_).subspan(ring_at, ring_size);
    LEEWARD_ASSIGN(
        const SecretBytes opened,
        xchacha20poly1305_open(
            wrap_key(root).reveal(), wrap.first<24>(), Aad{ring_aad(read_)}, wrap.subspan(24)));
    return RingKey(opened.reveal().first<32>());
}

Outcome Keyfile::add(Slot slot) {
    if (std::any_of(slots_.begin(), slots_.end(), of(slot.owner)))
        return Error{Errc::already_exists, "this operator has a slot"};
    if (slots_.size() == keyfile_slots)
        return Error{Errc::too_large, "all eight slots are taken; remove one first"};
    slots_.push_back(std::move(slot));
    return Done{};
}

Outcome Keyfile::remove(const SlotOwner& owner) {
    const auto found = std::find_if(slots_.begin(), slots_.end(), of(owner));
    if (found == slots_.end()) return Error{Errc::not_found, "this operator has no slot"};
    if (slots_.size() == 1)
        return Error{Errc::wrong_state, "the last slot stays: nobody could open the node again"};
    slots_.erase(found);
    return Done{};
}

Outcome Keyfile::replace(Slot slot) {
    const auto found = std::find_if(slots_.begin(), slots_.end(), of(slot.owner));
    if (found == slots_.end()) return Error{Errc::not_found, "this operator has no slot"};
    *found = std::move(slot);
    return Done{};
}

Result<Keyfile> read_keyfile(BytesView block) {
    if (block.size() != keyfile_size)
        return Error{Errc::malformed, "a slots block has 4,096 bytes"};
    const Hash checksum = sha256(block.first(checksum_at));
    if (!equal(checksum, block.subspan(checksum_at)))
        return Error{Errc::corrupt, "the slots block is damaged"};
    Fields fields(block);
    if (as_text(fields.take(magic.size())) != magic)
        return Error{Errc::unsupported, "not a slots block of this version"};
    Keyfile keyfile;
    keyfile.revision_ = fields.number(8);
    keyfile.generation_ = fields.number(8);
    const auto count = static_cast<std::size_t>(fields.number(1));
    if (count == 0 || count > keyfile_slots)
        return Error{Errc::malformed, "a slots block has one to eight slots"};
    fields.take(slots_at - 25);
    for (std::size_t i = 0; i < count; ++i) {
        LEEWARD_ASSIGN(Slot slot, read_slot(fields));
        LEEWARD_TRY(keyfile.add(std::move(slot)));
    }
    keyfile.read_ = to_bytes(block);
    return keyfile;
}

}  // namespace leeward::crypto
