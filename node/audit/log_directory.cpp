#include "node/audit/log_directory.h"

#include <algorithm>

#include "node/store/files.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_at_once = 512;
constexpr std::size_t longest_file = 64 * 1024;
constexpr std::string_view checkpoint_file = "checkpoint";
constexpr std::string_view being_written = ".being-written";

Error failed(const std::error_code& error, std::string_view what) {
    if (error == std::errc::no_space_on_device) return disk_is_full();
    return {Errc::io, std::string(what) + ": " + error.message()};
}

Result<Bytes> read_file(const fs::path& path) {
    LEEWARD_ASSIGN(const File file, File::open_private(path));
    LEEWARD_ASSIGN(const SecretBytes bytes, file.read_all(longest_file));
    return to_bytes(bytes.reveal());
}

// A new file of this name, its content on the disk.
Outcome put_file(const fs::path& path, BytesView bytes) {
    const fs::path beside = path.parent_path() / being_written;
    std::error_code error;
    fs::remove(beside, error);
    {
        LEEWARD_ASSIGN(File file, File::create(beside));
        LEEWARD_TRY(file.write_at(0, bytes));
        LEEWARD_TRY(file.sync());
    }
    fs::rename(beside, path, error);
    return error ? Outcome(failed(error, "naming a file of the log")) : Outcome(Done{});
}

}  // namespace

std::string LogDirectory::LogFile::path() const {
    return is_entries ? crypto::format_entries_path({tile.index, tile.width})
                      : crypto::format_tile_path(tile);
}

std::vector<LogDirectory::LogFile> LogDirectory::files_between(std::uint64_t older,
                                                               std::uint64_t newer) {
    std::vector<LogFile> files;
    for (const auto& tile : crypto::new_tiles(crypto::TreeSize{older}, crypto::TreeSize{newer})) {
        if (tile.level == 0) files.push_back({tile, true});
        files.push_back({tile, false});
    }
    return files;
}

Result<Bytes> LogDirectory::content_of(Transaction& tx, AuditLog& log, const LogFile& file) {
    return file.is_entries ? log.entry_bundle(tx, {file.tile.index, file.tile.width})
                           : log.tile(tx, file.tile);
}

Result<LogDirectory::Followed> LogDirectory::follow(Store& store, AuditLog& log) {
    auto done = try_follow(store, log);
    trouble_ = done ? std::string() : done.error().detail;
    return done;
}

Outcome LogDirectory::follow_whole(Store& store, AuditLog& log) {
    while (true) {
        LEEWARD_ASSIGN(const Followed done, follow(store, log));
        if (!done.more) return Done{};
    }
}

Result<LogDirectory::Followed> LogDirectory::try_follow(Store& store, AuditLog& log) {
    Followed done;
    if (waiting_.empty()) {
        LEEWARD_ASSIGN(const auto newest,
                       store.peek([](Transaction& tx) { return newest_published(tx); }));
        if (!newest || (looked_ && *newest == on_disk_)) return done;
        LEEWARD_TRY(store.peek([&](Transaction& tx) { return look(tx, log); }));
        target_ = *newest;
        waiting_ = files_between(on_disk_.size, target_.size);
        filled_ = waiting_;
        std::reverse(waiting_.begin(), waiting_.end());
    }
    LEEWARD_TRY(write_some(store, log));
    done.more = !waiting_.empty();
    if (!done.more) LEEWARD_TRY(finish());
    done.store_is_behind = std::exchange(behind_, false);
    return done;
}

// What stands there already.
Outcome LogDirectory::look(Transaction& tx, AuditLog& log) {
    if (looked_) return Done{};
    LEEWARD_TRY(look_at_files(tx, log));
    looked_ = true;
    return Done{};
}

Outcome LogDirectory::look_at_files(Transaction& tx, AuditLog& log) {
    on_disk_ = {};
    const auto text = read_file(folder_ / checkpoint_file);
    if (!text && text.error().code != Errc::not_found) return text.error();
    if (!text) return Done{};
    const auto note = crypto::parse_note(as_text(*text));
    const auto head =
        note ? crypto::parse_checkpoint_body(note->text) : Result<crypto::Checkpoint>(note.error());
    if (!head) return Done{};
    const bool is_ours = static_cast<bool>(crypto::open_checkpoint(as_text(*text), log.vkey()));
    LEEWARD_ASSIGN(const bool held, log.holds(tx, *head));
    if (is_ours && held) {
        on_disk_.size = head->size.get();
        return Done{};
    }
    behind_ = is_ours;
    return set_aside();
}

Outcome LogDirectory::set_aside() {
    for (int number = 1;; ++number) {
        fs::path aside = folder_;
        aside += ".set-aside-" + std::to_string(number);
        std::error_code error;
        if (fs::exists(aside, error)) continue;
        fs::rename(folder_, aside, error);
        if (error) return failed(error, "setting the log's files aside");
        return sync_folder(folder_.parent_path());
    }
}

Outcome LogDirectory::write_some(Store& store, AuditLog& log) {
    return store.peek([&](Transaction& tx) -> Outcome {
        for (std::size_t i = 0; i < files_at_once && !waiting_.empty(); ++i) {
            LEEWARD_ASSIGN(const Bytes content, content_of(tx, log, waiting_.back()));
            LEEWARD_TRY(write_file(waiting_.back().path(), content));
            waiting_.pop_back();
        }
        return Done{};
    });
}

Outcome LogDirectory::write_file(const std::string& name, BytesView bytes) {
    const fs::path path = folder_ / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) return failed(error, "making a folder of the log");
    touched_.insert(path.parent_path());
    return put_file(path, bytes);
}

// Everything that the head needs is on the disk before the head is.
Outcome LogDirectory::finish() {
    LEEWARD_TRY(sync_folders());
    LEEWARD_TRY(write_file(std::string(checkpoint_file), as_bytes(target_.note)));
    LEEWARD_TRY(sync_folders());
    on_disk_ = target_;
    return remove_partials();
}

Outcome LogDirectory::sync_folders() {
    std::set<fs::path> all;
    for (const auto& folder : touched_)
        for (fs::path up = folder; up != folder_.parent_path(); up = up.parent_path())
            all.insert(up);
    all.insert(folder_.parent_path());
    for (const auto& folder : all)
        LEEWARD_TRY(sync_folder(folder));
    touched_.clear();
    return Done{};
}

Outcome LogDirectory::remove_partials() {
    for (const auto& file : std::exchange(filled_, {})) {
        if (file.tile.width != crypto::tile_width) continue;
        std::error_code error;
        fs::remove_all(folder_ / (file.path() + ".p"), error);
        if (error) return failed(error, "removing a partial tile");
    }
    return Done{};
}

Result<std::string> LogDirectory::first_difference(Store& store, AuditLog& log) const {
    return store.peek([&](Transaction& tx) -> Result<std::string> {
        LEEWARD_ASSIGN(const auto newest, newest_published(tx));
        if (!newest) return std::string();
        for (const auto& file : files_between(0, newest->size)) {
            LEEWARD_ASSIGN(const Bytes expected, content_of(tx, log, file));
            const auto found = read_file(folder_ / file.path());
            if (!found || !equal(*found, expected)) return file.path();
        }
        const auto head = read_file(folder_ / checkpoint_file);
        const bool same = head && as_text(*head) == newest->note;
        return same ? std::string() : std::string(checkpoint_file);
    });
}

void LogDirectory::begin_anew() {
    looked_ = true;
    on_disk_ = {};
    waiting_.clear();
}

}  // namespace leeward::node
