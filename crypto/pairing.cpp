#include "crypto/pairing.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/hkdf.h"

namespace leeward::crypto {
namespace {

bool precedes(BytesView a, BytesView b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

SecretBytes labelled(const SecretBytes& psk, std::string_view label, Direction dir, std::size_t n) {
    Bytes info = to_bytes(as_bytes(label));
    info.push_back(static_cast<Byte>(dir));
    return hkdf_expand(psk.reveal(), info, n);
}

}  // namespace

Direction direction(BytesView from_node, BytesView to_node) {
    return precedes(from_node, to_node) ? Direction::low_to_high : Direction::high_to_low;
}

SecretBytes psk_root(BytesView node_a, BytesView r_a, BytesView node_b, BytesView r_b) {
    if (precedes(node_b, node_a)) return psk_root(node_b, r_b, node_a, r_a);
    const Hash salt = sha256({node_a, node_b});
    SecretBytes contributions(r_a.size() + r_b.size());
    std::copy(r_a.begin(), r_a.end(), contributions.reveal().begin());
    std::copy(r_b.begin(),
              r_b.end(),
              contributions.reveal().begin() + static_cast<std::ptrdiff_t>(r_a.size()));
    const SecretBytes prk = hkdf_extract(salt, contributions.reveal());
    return hkdf_expand(prk.reveal(), as_bytes("leeward/1 psk"), 32);
}

SecretBytes psk_next(const SecretBytes& psk) {
    const SecretBytes prk = hkdf_extract(as_bytes("leeward/1 psk ratchet"), psk.reveal());
    return hkdf_expand(prk.reveal(), {}, 32);
}

SecretBytes psk_at(const SecretBytes& psk, Epoch from, Epoch to) {
    SecretBytes current = psk.clone();
    for (; from < to; ++from)
        current = psk_next(current);
    return current;
}

PairId pair_id(BytesView node_a, BytesView node_b) {
    if (precedes(node_b, node_a)) return pair_id(node_b, node_a);
    return to_array<16>(sha256({as_bytes("leeward/1 pair"), node_a, node_b}));
}

MailboxId mailbox_id(const SecretBytes& psk, Direction dir) {
    return to_array<16>(labelled(psk, "leeward/1 mbox", dir, 16).reveal());
}

SecretBytes hpke_psk(const SecretBytes& psk, Direction dir) {
    return labelled(psk, "leeward/1 hpke", dir, 32);
}

SecretBytes control_key(const SecretBytes& psk, Direction dir) {
    return labelled(psk, "leeward/1 ctl", dir, 32);
}

SecretBytes file_key(const SecretBytes& psk, Direction dir) {
    return labelled(psk, "leeward/1 file", dir, 32);
}

Bytes hpke_psk_id(const PairId& pair, Epoch epoch, Direction dir) {
    Bytes id = to_bytes(as_bytes("leeward1"));
    append(id, pair);
    append_be<4>(id, epoch);
    id.push_back(static_cast<Byte>(dir));
    return id;
}

Bytes hpke_info(BytesView sender, BytesView recipient, BytesView kid, Epoch epoch) {
    Bytes info = to_bytes(as_bytes("leeward/1 env"));
    append_lp16(info, sender);
    append_lp16(info, recipient);
    append(info, kid);
    append_be<4>(info, epoch);
    return info;
}

ByteArray<17> safety_number(BytesView node_a,
                            BytesView root_a,
                            BytesView node_b,
                            BytesView root_b) {
    if (precedes(node_b, node_a)) return safety_number(node_b, root_b, node_a, root_a);
    return to_array<17>(sha256({as_bytes("leeward/1 safety"), node_a, node_b, root_a, root_b}));
}

}  // namespace leeward::crypto
