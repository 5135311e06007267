#include "node/backup/backup.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <set>

#include "crypto/hashing.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;
using crypto::age::Sink;

constexpr std::string_view manifest_end = ".manifest";
constexpr std::string_view store_end = ".store.age";
constexpr std::string_view keys_end = ".keys.age";
constexpr std::array<std::string_view, 3> ends{manifest_end, store_end, keys_end};
constexpr std::size_t piece_size = 1 << 20;
constexpr const char* name_format = "%Y-%m-%dT%H%M%SZ";
constexpr std::chrono::hours longest_work{24};

fs::path with(const BackupName& name, std::string_view end) {
    return name.folder / (name.name + std::string(end));
}

// 2026-11-28T030000Z: colons do not go on every stick.
std::string name_at(schema::Time now) {
    const std::time_t at = schema::unix_seconds(now);
    std::tm parts{};
    ::gmtime_r(&at, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), name_format, &parts);
    return {text.data(), size};
}

std::optional<schema::Time> time_of(const std::string& name) {
    std::tm parts{};
    const char* rest = ::strptime(name.c_str(), name_format, &parts);
    if (rest == nullptr || *rest != '\0') return std::nullopt;
    return schema::from_unix(::timegm(&parts));
}

// A file that is written from its beginning to its end.
class Growing {
public:
    static Result<Growing> create(const fs::path& path) {
        LEEWARD_ASSIGN(File file, File::create(path));
        return Growing(std::move(file));
    }
    Outcome add(BytesView piece) {
        LEEWARD_TRY(file_.write_at(wrote_.size, piece));
        wrote_.size += piece.size();
        hash_->add(piece);
        return Done{};
    }
    Result<schema::BackupFile> finish() {
        LEEWARD_TRY(file_.sync());
        wrote_.hash = hash_->finish();
        return wrote_;
    }

private:
    explicit Growing(File file)
        : file_(std::move(file)), hash_(std::make_unique<crypto::Sha256>()) {}
    File file_;
    schema::BackupFile wrote_{};
    std::unique_ptr<crypto::Sha256> hash_;
};

// `fill` writes what is to be sealed, in pieces.
template <class Fill>
Result<schema::BackupFile> write_sealed(Growing file,
                                        const crypto::age::Recipient& to,
                                        crypto::Random& random,
                                        Fill fill) {
    LEEWARD_ASSIGN(auto sealer, crypto::age::Sealer::begin(std::span(&to, 1), random));
    LEEWARD_TRY(file.add(sealer.start()));
    const Sink sealed = [&](BytesView piece) { return file.add(piece); };
    const Sink plain = [&](BytesView piece) { return sealer.payload().add(piece, sealed); };
    LEEWARD_TRY(fill(plain));
    LEEWARD_TRY(sealer.payload().finish(sealed));
    return file.finish();
}

Result<schema::BackupManifest> write_files(const BackupParts& parts,
                                           const crypto::Holders& holders,
                                           const BackupName& name,
                                           Growing store,
                                           crypto::Random& random) {
    schema::BackupManifest manifest;
    const auto identity = crypto::age::generate_identity(random);
    const auto to = crypto::age::recipient_of(identity);
    const SecretBytes spelled = crypto::age::format_identity(identity);
    LEEWARD_ASSIGN(manifest.copies, crypto::seal_for_any_two(holders, spelled.reveal(), random));
    LEEWARD_ASSIGN(manifest.store,
                   write_sealed(std::move(store), to, random, [&](const Sink& plain) {
                       return parts.store.snapshot(plain);
                   }));
    LEEWARD_ASSIGN(auto keys, Growing::create(name.keys()));
    LEEWARD_ASSIGN(manifest.keys, write_sealed(std::move(keys), to, random, [&](const Sink& plain) {
                       return write_key_list(parts.keys, random, plain);
                   }));
    return manifest;
}

Outcome write_whole(const fs::path& path, std::string_view text) {
    LEEWARD_ASSIGN(File file, File::create(path));
    LEEWARD_TRY(file.write_at(0, as_bytes(text)));
    LEEWARD_TRY(file.sync());
    return sync_folder(path.parent_path());
}

Result<BackupMade> write_backup(const BackupParts& parts,
                                const crypto::Holders& holders,
                                const BackupName& name,
                                Growing store,
                                schema::Time now,
                                crypto::Random& random) {
    LEEWARD_ASSIGN(auto manifest, write_files(parts, holders, name, std::move(store), random));
    manifest.card = parts.card;
    manifest.made = now;
    manifest.schema_version = static_cast<std::uint32_t>(parts.store.schema_version());
    manifest.log_size = parts.log_size;
    manifest.log_root = parts.log_root;
    LEEWARD_TRY(
        write_whole(name.manifest(), schema::sign_backup_manifest(manifest, parts.signing)));
    return BackupMade{name, std::move(manifest)};
}

// A stick may know no owners: what cannot be overwritten by that rule is removed all the same.
Outcome remove_file(const fs::path& path) {
    const Outcome shredded = shred(path);
    if (shredded || shredded.error().code != Errc::untrusted) return shredded;
    std::error_code failure;
    fs::remove(path, failure);
    if (failure) return Error{Errc::io, "an old backup cannot be removed: " + failure.message()};
    return Done{};
}

// The manifest last: by it the rest is found again, where something fails half way.
Outcome remove_backup(const BackupName& name) {
    for (const auto end : {store_end, keys_end, manifest_end})
        LEEWARD_TRY(remove_file(with(name, end)));
    return sync_folder(name.folder);
}

Result<SecretBytes> read_all_of(const fs::path& path, std::size_t most) {
    LEEWARD_ASSIGN(const File file, File::open_to_read(path));
    return file.read_all(most);
}

Outcome check_file(const fs::path& path, const schema::BackupFile& expected) {
    const Error changed{Errc::untrusted,
                        "'" + path.filename().string() +
                            "' is not what was backed up: it is damaged, cut, or another's. Take "
                            "another backup"};
    LEEWARD_ASSIGN(const File file, File::open_to_read(path));
    LEEWARD_ASSIGN(const auto size, file.size());
    if (size != expected.size) return changed;
    crypto::Sha256 hash;
    for (std::uint64_t at = 0; at < size; at += piece_size) {
        LEEWARD_ASSIGN(const SecretBytes piece, file.read_at(at, piece_size));
        hash.add(piece.reveal());
    }
    return hash.finish() == expected.hash ? Outcome(Done{}) : Outcome(changed);
}

Result<schema::OpenedManifest> read_manifest(const BackupName& name) {
    LEEWARD_ASSIGN(const SecretBytes text,
                   read_all_of(name.manifest(), schema::backup_manifest_bytes));
    return schema::open_backup_manifest(as_text(text.reveal()));
}

std::optional<std::string> name_of_file(const fs::path& path) {
    const std::string file = path.filename().string();
    for (const auto end : ends)
        if (file.size() > end.size() && file.ends_with(end))
            return file.substr(0, file.size() - end.size());
    return std::nullopt;
}

Result<std::set<std::string>> names_in(const fs::path& folder) {
    std::set<std::string> names;
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure))
        if (auto name = name_of_file(at->path())) names.insert(std::move(*name));
    if (failure && failure != std::errc::no_such_file_or_directory)
        return Error{Errc::io, "the folder of backups cannot be read: " + failure.message()};
    return names;
}

bool is_there(const BackupName& name) {
    return std::any_of(
        ends.begin(), ends.end(), [&](auto end) { return fs::exists(with(name, end)); });
}

// Whoever creates the store's file has the name: another node may want it in the same second.
Result<Growing> take_name(BackupName& name, schema::Time& now) {
    for (;; now += std::chrono::seconds(1)) {
        name.name = name_at(now);
        if (is_there(name)) continue;
        auto store = Growing::create(name.store());
        if (store || store.error().code != Errc::already_exists) return store;
    }
}

// A folder may lose what was written, or another program in it remove it.
Outcome check_whole(const BackupName& name) {
    if (verify_backup(name)) return Done{};
    return Error{Errc::io,
                 "no backup was made: its files were changed or removed while they were written. "
                 "The node's own data is as it was. Try again, or in another folder"};
}

// Nothing tells whose it is before its manifest is whole: another node may be writing it.
bool may_be_in_work(const BackupName& name, schema::Time now) {
    const auto begun = time_of(name.name);
    return !begun || now < *begun + longest_work;
}

bool is_of(const BackupListed& one, const schema::NodeId& node) {
    return one.opened && one.opened->card.node == node;
}
bool is_past_its_life(const BackupListed& one, schema::Time now) {
    return one.opened->manifest.made + schema::backup_life <= now;
}
// Made while the clock was ahead: nobody knows how old it is.
bool is_ahead(const BackupListed& one, schema::Time now) {
    return one.opened->manifest.made > now + std::chrono::hours(24);
}

// Of those that `node` made; of those ahead only where there is no other.
const BackupListed* newest_of(const std::vector<BackupListed>& newest_first,
                              const schema::NodeId& node,
                              schema::Time now) {
    const BackupListed* ahead = nullptr;
    for (const auto& one : newest_first) {
        if (!is_of(one, node)) continue;
        if (!is_ahead(one, now)) return &one;
        if (ahead == nullptr) ahead = &one;
    }
    return ahead;
}

}  // namespace

fs::path BackupName::manifest() const {
    return with(*this, manifest_end);
}
fs::path BackupName::store() const {
    return with(*this, store_end);
}
fs::path BackupName::keys() const {
    return with(*this, keys_end);
}

BackupName backup_at(const fs::path& path) {
    return {path.parent_path(), name_of_file(path).value_or(path.filename().string())};
}

Result<BackupMade> make_backup(const BackupParts& parts,
                               const crypto::Holders& holders,
                               const fs::path& folder,
                               schema::Time now,
                               crypto::Random& random) {
    LEEWARD_TRY(crypto::check_holders(holders));
    BackupName name{folder, {}};
    LEEWARD_ASSIGN(auto store, take_name(name, now));
    auto made = write_backup(parts, holders, name, std::move(store), now, random);
    const Outcome whole = made ? check_whole(name) : Outcome(made.error());
    if (whole) return made;
    (void)remove_backup(name);
    return whole.error();
}

Result<std::vector<BackupListed>> list_backups(const fs::path& folder) {
    LEEWARD_ASSIGN(const auto names, names_in(folder));
    std::vector<BackupListed> out;
    for (auto at = names.rbegin(); at != names.rend(); ++at) {
        BackupListed one{{folder, *at}, {}, {}};
        if (auto opened = read_manifest(one.name))
            one.opened = std::move(opened).value();
        else
            one.fault = opened.error().code == Errc::not_found ? "it was never finished"
                                                               : opened.error().detail;
        out.push_back(std::move(one));
    }
    return out;
}

Result<schema::OpenedManifest> verify_backup(const BackupName& name) {
    LEEWARD_ASSIGN(auto opened, read_manifest(name));
    LEEWARD_TRY(check_file(name.store(), opened.manifest.store));
    LEEWARD_TRY(check_file(name.keys(), opened.manifest.keys));
    return opened;
}

Outcome remove_backups_of(const schema::NodeId& node, const fs::path& folder, schema::Time now) {
    LEEWARD_ASSIGN(const auto backups, list_backups(folder));
    Outcome all = Done{};
    for (const auto& one : backups) {
        if (one.opened ? one.opened->card.node != node : may_be_in_work(one.name, now)) continue;
        if (auto removed = remove_backup(one.name); !removed) all = std::move(removed);
    }
    return all;
}

Result<std::size_t> remove_old_backups(const schema::NodeId& node,
                                       const fs::path& folder,
                                       schema::Time now,
                                       Spare spare) {
    LEEWARD_ASSIGN(const auto backups, list_backups(folder));
    const BackupListed* newest = newest_of(backups, node, now);
    std::size_t removed = 0;
    for (const auto& one : backups) {
        if (&one == newest && spare == Spare::NEWEST) continue;
        const bool is_left = !fs::exists(one.name.manifest()) && !may_be_in_work(one.name, now);
        const bool is_over = is_of(one, node) && (is_past_its_life(one, now) ||
                                                  (is_ahead(one, now) && !is_ahead(*newest, now)));
        if (!is_left && !is_over) continue;
        LEEWARD_TRY(remove_backup(one.name));
        ++removed;
    }
    return removed;
}

}  // namespace leeward::node
