#include "node/backup/opened_backup.h"

#include <algorithm>

namespace leeward::node {
namespace {

namespace fs = std::filesystem;
using crypto::age::Identity;
using crypto::age::Sink;

constexpr std::size_t piece_size = 1 << 20;
constexpr std::size_t most_keys = 256UL << 20;

// What a file holds, in pieces, as it opens.
Outcome open_file(const fs::path& path, const Identity& key, const Sink& plain) {
    LEEWARD_ASSIGN(const File file, File::open_to_read(path));
    LEEWARD_ASSIGN(const SecretBytes start, file.read_at(0, piece_size));
    LEEWARD_ASSIGN(auto opener, crypto::age::Opener::begin(start.reveal(), std::span(&key, 1)));
    LEEWARD_ASSIGN(const auto size, file.size());
    for (std::uint64_t at = opener.payload_at(); at < size; at += piece_size) {
        LEEWARD_ASSIGN(const SecretBytes piece, file.read_at(at, piece_size));
        LEEWARD_TRY(opener.payload().add(piece.reveal(), plain));
    }
    return opener.payload().finish(plain);
}

Result<KeyList> open_keys(const BackupName& name, const Identity& key) {
    std::vector<SecretBytes> pieces;
    std::size_t size = 0;
    LEEWARD_TRY(open_file(name.keys(), key, [&](BytesView piece) -> Outcome {
        size += piece.size();
        if (size > most_keys) return Error{Errc::too_large, "the keys of this backup"};
        pieces.emplace_back(piece);
        return Done{};
    }));
    SecretBytes whole(size);
    auto at = whole.reveal().begin();
    for (const auto& piece : pieces)
        at = std::copy(piece.reveal().begin(), piece.reveal().end(), at);
    return read_key_list(std::as_const(whole).reveal());
}

Outcome write_store(const BackupName& name, const Identity& key, const fs::path& to) {
    LEEWARD_ASSIGN(File file, File::create(to));
    std::uint64_t at = 0;
    LEEWARD_TRY(open_file(name.store(), key, [&](BytesView piece) -> Outcome {
        LEEWARD_TRY(file.write_at(at, piece));
        at += piece.size();
        return Done{};
    }));
    return file.sync();
}

Outcome check_whose(const schema::OpenedManifest& opened, const schema::NodeId& node) {
    if (opened.card.node == node) return Done{};
    return Error{Errc::untrusted,
                 "this is a backup of '" + opened.card.organisation +
                     "', another node than the one asked for; nothing was restored"};
}

Outcome check_age(const schema::BackupManifest& manifest, schema::Time now) {
    if (manifest.made + schema::backup_life > now) return Done{};
    return Error{
        Errc::wrong_state,
        "this backup is older than 30 days: what was erased since was promised to be gone, "
        "so it is not opened any more. Take a newer one"};
}

}  // namespace

Result<Identity> backup_identity(const crypto::PairCopies& copies, const TwoHolders& holders) {
    LEEWARD_ASSIGN(const SecretBytes spelled,
                   crypto::open_with_two(copies, holders.one, holders.other));
    return crypto::age::parse_identity(as_text(spelled.reveal()));
}

Result<OpenedBackup> open_backup(const BackupName& name,
                                 const schema::NodeId& node,
                                 const TwoHolders& holders,
                                 const fs::path& folder,
                                 schema::Time now) {
    LEEWARD_ASSIGN(auto about, verify_backup(name));
    LEEWARD_TRY(check_whose(about, node));
    LEEWARD_TRY(check_age(about.manifest, now));
    LEEWARD_ASSIGN(const Identity key, backup_identity(about.manifest.copies, holders));
    LEEWARD_ASSIGN(KeyList keys, open_keys(name, key));
    const fs::path store_file = folder / "store.db";
    LEEWARD_TRY(write_store(name, key, store_file));
    return OpenedBackup{std::move(about), std::move(keys), store_file};
}

}  // namespace leeward::node
