#include "node/backup/key_list.h"

#include <algorithm>
#include <array>

namespace leeward::node {
namespace {

constexpr std::string_view magic = "leeward-keys/1\n";
constexpr std::string_view of_root = "root";
constexpr std::string_view of_slots = "slots";
constexpr std::string_view of_settings = "settings";
constexpr std::string_view of_root_file = "root.key";
constexpr std::string_view of_key = "key/";
constexpr std::array<std::string_view, 3> never_kept{"prekey/", "psk/", "offer/"};

Outcome put(const crypto::age::Sink& out, std::string_view name, BytesView value) {
    Bytes head;
    append_lp16(head, as_bytes(name));
    append_be<4>(head, value.size());
    LEEWARD_TRY(out(head));
    return out(value);
}

Error malformed() {
    return {Errc::malformed, "the keys of this backup cannot be read"};
}

struct Item {
    std::string name;
    BytesView value;
};

Result<Item> take(BytesView& rest) {
    if (rest.size() < 2) return malformed();
    const auto name_size = static_cast<std::size_t>(read_be(rest.first(2)));
    if (rest.size() < 2 + name_size + 4) return malformed();
    Item item{to_text(rest.subspan(2, name_size)), {}};
    const auto size = static_cast<std::size_t>(read_be(rest.subspan(2 + name_size, 4)));
    rest = rest.subspan(2 + name_size + 4);
    if (rest.size() < size) return malformed();
    item.value = rest.first(size);
    rest = rest.subspan(size);
    return item;
}

Outcome keep(KeyList& list, const Item& item) {
    if (item.name == of_root) {
        if (item.value.size() != crypto::RootKey::size) return malformed();
        list.root = crypto::RootKey(item.value.first<crypto::RootKey::size>());
    } else if (item.name == of_slots) {
        LEEWARD_ASSIGN(const auto block, crypto::read_keyfile(item.value));
        list.slots = block.slots();
    } else if (item.name == of_settings) {
        list.settings = to_bytes(item.value);
    } else if (item.name == of_root_file) {
        list.root_key_file = to_bytes(item.value);
    } else if (item.name.starts_with(of_key)) {
        list.keys.push_back({item.name.substr(of_key.size()), SecretBytes(item.value)});
    } else {
        return malformed();
    }
    return Done{};
}

}  // namespace

bool is_backed_up(std::string_view key_name) {
    return std::none_of(never_kept.begin(), never_kept.end(), [&](std::string_view prefix) {
        return key_name.starts_with(prefix);
    });
}

// The slots go as a block of their own: the key of the keyring's file is no business of a backup.
Outcome write_key_list(const KeyListParts& parts,
                       crypto::Random& random,
                       const crypto::age::Sink& out) {
    LEEWARD_TRY(out(as_bytes(magic)));
    LEEWARD_TRY(put(out, of_root, parts.root.reveal()));
    const crypto::RingKey of_no_ring(random.array<crypto::RingKey::size>());
    LEEWARD_ASSIGN(const Bytes block,
                   parts.keyring.keyfile().sealed(parts.root, of_no_ring, random));
    LEEWARD_TRY(put(out, of_slots, block));
    LEEWARD_TRY(put(out, of_settings, parts.settings));
    if (!parts.root_key_file.empty()) LEEWARD_TRY(put(out, of_root_file, parts.root_key_file));
    for (const auto& name : parts.keyring.names()) {
        if (!is_backed_up(name)) continue;
        const auto key = parts.keyring.get(name);
        if (key) LEEWARD_TRY(put(out, std::string(of_key) + name, key->reveal()));
    }
    return Done{};
}

Result<KeyList> read_key_list(BytesView plain) {
    if (plain.size() < magic.size() || as_text(plain.first(magic.size())) != magic)
        return malformed();
    KeyList list;
    BytesView rest = plain.subspan(magic.size());
    while (!rest.empty()) {
        LEEWARD_ASSIGN(const Item item, take(rest));
        LEEWARD_TRY(keep(list, item));
    }
    if (list.slots.empty()) return malformed();
    return list;
}

}  // namespace leeward::node
