#include "node/app/relay_home.h"

#include <algorithm>

#include "node/app/private_files.h"
#include "node/store/files.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_place = 4096;
constexpr std::size_t keys_size = TransportSecretKey::size + StoreKey::size;

bool is_blank(BytesView bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](Byte byte) { return byte == 0; });
}

// The two keys, one after the other. What a crash leaves of them is short, or was never filled.
std::optional<RelayKeys> whole_keys(BytesView bytes) {
    if (bytes.size() != keys_size) return std::nullopt;
    const auto link = bytes.first<TransportSecretKey::size>();
    const auto store = bytes.last<StoreKey::size>();
    if (is_blank(link) || is_blank(store)) return std::nullopt;
    return RelayKeys{TransportSecretKey(link), StoreKey(store)};
}

Result<SecretBytes> read_if_there(const fs::path& file, std::size_t most) {
    const auto opened = File::open_private_to_read(file);
    if (opened) return opened->read_all(most);
    if (opened.error().code == Errc::not_found) return SecretBytes();
    return opened.error();
}

Error key_is_gone() {
    return {Errc::corrupt,
            "relay.key is damaged or gone, and mailhost.db opens with it alone. Nothing was "
            "changed, and no letter is lost: whoever sent one has it still. Put relay.key back "
            "from a copy; without one, begin anew in an empty folder (--home) and give each house "
            "a place file from there"};
}

// In places/, while its place is being opened.
fs::path unfinished(const fs::path& folder) {
    return folder / "unfinished";
}

// The number of the place whose file that is; none where it never came to be.
Result<std::optional<std::int64_t>> number_of_unfinished(const MailHost& host,
                                                         const fs::path& folder) {
    LEEWARD_ASSIGN(const SecretBytes text, read_if_there(unfinished(folder), longest_place));
    const auto place = schema::read_place(as_text(text.reveal()));
    if (!place) return std::optional<std::int64_t>();
    return host.account_of(public_key_of(TransportSecretKey(place->key)));
}

// A place file is durable before its place is there, and has its name once it is: in between it is neither lost
// nor handed out. One that already has the name is of an earlier store.
Outcome finish_place(const MailHost& host, const fs::path& folder) {
    LEEWARD_ASSIGN(const auto number, number_of_unfinished(host, folder));
    if (!number) return shred(unfinished(folder));
    std::error_code failure;
    fs::rename(unfinished(folder), folder / (std::to_string(*number) + ".place"), failure);
    if (failure) return Error{Errc::io, "naming a place file: " + failure.message()};
    return sync_folder(folder);
}

}  // namespace

fs::path relay_store_path(const fs::path& home) {
    return home / "mailhost.db";
}

Result<RelayKeys> relay_keys(const fs::path& home, crypto::Random& random) {
    LEEWARD_ASSIGN(File folder, File::open_folder(home));
    LEEWARD_TRY(folder.lock());
    LEEWARD_TRY(folder.sync());  // a start that was killed may have named the key and no more
    const fs::path file = home / "relay.key";
    LEEWARD_ASSIGN(const SecretBytes read, read_if_there(file, keys_size));
    if (auto keys = whole_keys(read.reveal())) return std::move(*keys);
    if (fs::exists(relay_store_path(home))) return key_is_gone();
    SecretBytes fresh(keys_size);
    random.fill(fresh.reveal());
    LEEWARD_TRY(replace_private_file(file, fresh.reveal()));
    return *whole_keys(fresh.reveal());
}

Outcome make_places(MailHost& host,
                    const fs::path& home,
                    const RelayPlaces& wanted,
                    crypto::Random& random,
                    schema::Time now) {
    const fs::path folder = home / "places";
    LEEWARD_TRY(make_private_folder(folder));
    for (const auto& named : {home, folder})
        LEEWARD_TRY(sync_folder(named));
    LEEWARD_TRY(finish_place(host, folder));
    const auto keep = [&](const schema::Place& place) {
        return write_private_file(unfinished(folder), as_bytes(schema::write_place(place)));
    };
    LEEWARD_ASSIGN(const auto there, host.places());
    for (auto made = there.size(); made < wanted.count; ++made) {
        LEEWARD_TRY(host.open_place(wanted.endpoint, wanted.server, random, now, keep));
        LEEWARD_TRY(finish_place(host, folder));
    }
    return Done{};
}

}  // namespace leeward::node
