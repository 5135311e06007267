#include "tests/support/memory_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace leeward::test {
namespace {

constexpr std::uint64_t page = 4096;

std::map<std::string, MemoryDisk*, std::less<>>& mounted() {
    static std::map<std::string, MemoryDisk*, std::less<>> disks;
    return disks;
}

std::uint64_t next_inode() {
    static std::uint64_t last = 1000;
    return ++last;
}

std::string folder_of(const std::string& path) {
    return path.substr(0, path.rfind('/'));
}

std::uint64_t below(crypto::Random& dice, std::uint64_t n) {
    return dice.number() % n;
}

std::uint64_t pages_of(std::uint64_t size) {
    return (size + page - 1) / page;
}

// What came through a power loss, of changes that were made one after another.
enum class Survival : std::uint8_t { NONE, ALL, FIRST, ANY };
struct Survivors {
    Survivors(crypto::Random& dice, std::size_t changes)
        : how(static_cast<Survival>(below(dice, 4))), first(below(dice, changes + 1)) {}
    [[nodiscard]] bool whole(std::size_t n) const {
        return how == Survival::ALL || (how == Survival::FIRST && n < first);
    }
    Survival how;
    std::uint64_t first;
};

}  // namespace

// ------------------------------------------------------------------ content

MemoryDisk::Content::Page& MemoryDisk::Content::own(std::size_t n) {
    auto& shared = pages_[n];
    if (!shared)
        shared = std::make_shared<Page>();
    else if (shared.use_count() > 1)
        shared = std::make_shared<Page>(*shared);
    return *shared;
}

void MemoryDisk::Content::read(std::uint64_t offset, std::span<Byte> out) const {
    while (!out.empty()) {
        const auto n = static_cast<std::size_t>(offset / page);
        const auto at = static_cast<std::size_t>(offset % page);
        const std::size_t part = std::min(out.size(), page - at);
        if (pages_[n])
            std::memcpy(out.data(), pages_[n]->data() + at, part);
        else
            std::memset(out.data(), 0, part);
        out = out.subspan(part);
        offset += part;
    }
}

void MemoryDisk::Content::write(std::uint64_t offset, BytesView bytes) {
    if (offset + bytes.size() > size_) resize(offset + bytes.size());
    while (!bytes.empty()) {
        const auto at = static_cast<std::size_t>(offset % page);
        const std::size_t part = std::min(bytes.size(), page - at);
        std::memcpy(own(static_cast<std::size_t>(offset / page)).data() + at, bytes.data(), part);
        bytes = bytes.subspan(part);
        offset += part;
    }
}

void MemoryDisk::Content::resize(std::uint64_t size) {
    pages_.resize(static_cast<std::size_t>(pages_of(size)));
    if (size < size_ && size % page != 0 && pages_.back()) {
        Page& last = own(pages_.size() - 1);
        std::fill(last.begin() + static_cast<std::ptrdiff_t>(size % page), last.end(), Byte{0});
    }
    size_ = size;
}

// ------------------------------------------------------------------ a file or folder

struct MemoryDisk::Node {
    struct Change {
        bool resizes = false;
        std::uint64_t at = 0;  // or the new size
        Bytes bytes;
    };
    std::uint64_t inode = next_inode();
    std::string path;
    bool folder = false;
    Content live;
    Content durable;
    std::vector<Change> unsynced;

    static void apply(Content& to, const Change& change) {
        change.resizes ? to.resize(change.at) : to.write(change.at, change.bytes);
    }
};

struct MemoryDisk::NameChange {
    std::string removed;  // empty: none
    std::string made;     // empty: none
    NodePointer node;

    [[nodiscard]] bool in(const std::string& folder) const {
        return folder_of(made.empty() ? removed : made) == folder;
    }
    void apply(std::map<std::string, NodePointer>& names) const {
        if (!made.empty()) names[made] = node;
        if (removed.empty()) return;
        const auto found = names.find(removed);
        if (found != names.end() && found->second == node) names.erase(found);
    }
};

// ------------------------------------------------------------------ the disk

MemoryDisk::MemoryDisk(std::string mount) : mount_(std::move(mount)) {
    if (!mounted().emplace(mount_, this).second)
        throw std::logic_error("a disk is mounted here already");
    take_over_calls();
    put({});
}

MemoryDisk::~MemoryDisk() {
    mounted().erase(mount_);
}

MemoryDisk* MemoryDisk::of(std::string_view path) {
    for (const auto& [mount, disk] : mounted())
        if (path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/'))
            return disk;
    return nullptr;
}

MemoryDisk::Image MemoryDisk::image() const {
    Image image;
    for (const auto& [path, node] : live_) {
        const std::string below_mount = path.substr(mount_.size());
        if (node->folder)
            image.folders.insert(below_mount);
        else
            image.files.emplace(below_mount, node->live);
    }
    return image;
}

void MemoryDisk::put(const Image& image) {
    if (handles_ > 0) throw std::logic_error("files of the disk are open");
    live_.clear();
    const auto add = [&](const std::string& below_mount, bool folder) -> Node& {
        auto node = std::make_shared<Node>();
        node->path = mount_ + below_mount;
        node->folder = folder;
        live_[node->path] = node;
        return *node;
    };
    add("", true);
    for (const auto& folder : image.folders)
        add(folder, true);
    for (const auto& [path, content] : image.files) {
        Node& node = add(path, false);
        node.live = content;
        node.durable = content;
    }
    durable_ = live_;
    unsynced_names_.clear();
    off_ = false;
    off_at_ = 0;
}

void MemoryDisk::mend() {
    faults_.clear();
    capacity_ = UINT64_MAX;
    habits_.lies_about.reset();
    on_sync_ = {};
    off_at_ = 0;
}

bool MemoryDisk::turn_bit(std::string_view name, std::uint64_t bit) {
    const auto found = durable_.find(mount_ + std::string(name));
    if (found == durable_.end() || bit / 8 >= found->second->durable.size()) return false;
    for (Content* content : {&found->second->durable, &found->second->live}) {
        if (bit / 8 >= content->size()) continue;
        Byte one{};
        content->read(bit / 8, {&one, 1});
        one = static_cast<Byte>(one ^ (1U << (bit % 8)));
        content->write(bit / 8, {&one, 1});
    }
    return true;
}

void MemoryDisk::lose_power_at(std::uint64_t call) {
    off_at_ = changes_ + call;
}

std::uint64_t MemoryDisk::used() const {
    std::uint64_t pages = 0;
    for (const auto& [path, node] : live_)
        pages += pages_of(node->live.size());
    return pages * page;
}

long MemoryDisk::enter(DiskCall call) {
    if (off_) return -EIO;
    if (call != DiskCall::READ && ++changes_ == off_at_) off_ = true;
    for (auto& [fault, met] : faults_) {
        if (!fault.calls.contains(call)) continue;
        ++met;
        if (met == fault.at || (fault.stays && met > fault.at)) return -fault.error;
    }
    return 0;
}

void MemoryDisk::note(DiskCall call, std::string_view name, std::uint64_t at, BytesView bytes) {
    constexpr std::uint64_t prime = 1099511628211U;
    const auto mix = [&](std::uint64_t value) { trace_ = (trace_ ^ value) * prime; };
    mix(static_cast<std::uint64_t>(call));
    mix(std::hash<std::string_view>{}(name));
    mix(at);
    mix(bytes.size());
    for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8)
        mix(read_be(bytes.subspan(i, 8)));
    for (const auto& text : forbidden_)
        if (as_text(bytes).find(text) != std::string_view::npos) wrote_forbidden_ = true;
}

bool MemoryDisk::lies_about(std::string_view name) const {
    return habits_.lies_about && name.ends_with(*habits_.lies_about);
}

void MemoryDisk::change_name(NameChange change) {
    change.apply(live_);
    unsynced_names_.push_back(std::move(change));
}

long MemoryDisk::open(const std::string& path, int flags, NodePointer& opened) {
    if (const long failed = enter(DiskCall::READ)) return failed;
    const auto found = live_.find(path);
    if (found != live_.end()) {
        if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) return -EEXIST;
        opened = found->second;
        if (opened->folder && (flags & O_ACCMODE) != O_RDONLY) return -EISDIR;
        if (!opened->folder && (flags & O_DIRECTORY) != 0) return -ENOTDIR;
        return (flags & O_TRUNC) != 0 ? resize(*opened, 0, false) : 0;
    }
    if ((flags & O_CREAT) == 0) return -ENOENT;
    if (!live_.contains(folder_of(path))) return -ENOENT;
    if (const long failed = enter(DiskCall::CREATE)) return failed;
    opened = std::make_shared<Node>();
    opened->path = path;
    note(DiskCall::CREATE, path, 0, {});
    change_name({{}, path, opened});
    return off_ ? -EIO : 0;
}

long MemoryDisk::read(Node& node, std::uint64_t offset, std::span<Byte> out) {
    if (const long failed = enter(DiskCall::READ)) return failed;
    if (offset >= node.live.size()) return 0;
    const auto part =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), node.live.size() - offset));
    node.live.read(offset, out.first(part));
    return static_cast<long>(part);
}

// To which size the file may grow, up to `size`.
std::uint64_t MemoryDisk::room_for(const Node& node, std::uint64_t size) const {
    const std::uint64_t has = pages_of(node.live.size());
    if (capacity_ == UINT64_MAX || pages_of(size) <= has) return size;
    const std::uint64_t taken = used();
    const std::uint64_t left = capacity_ > taken ? (capacity_ - taken) / page : 0;
    return std::min(size, (has + left) * page);
}

long MemoryDisk::write(Node& node, std::uint64_t offset, BytesView bytes) {
    if (const long failed = enter(DiskCall::WRITE)) return failed;
    const std::uint64_t end = room_for(node, offset + bytes.size());
    if (end <= offset && !bytes.empty()) return -ENOSPC;
    bytes = bytes.first(static_cast<std::size_t>(end - offset));
    note(DiskCall::WRITE, node.path, offset, bytes);
    node.unsynced.push_back({false, offset, to_bytes(bytes)});
    if (off_) return -EIO;
    node.live.write(offset, bytes);
    return static_cast<long>(bytes.size());
}

long MemoryDisk::resize(Node& node, std::uint64_t size, bool only_grow) {
    if (only_grow && size <= node.live.size()) return 0;
    if (const long failed = enter(DiskCall::TRUNCATE)) return failed;
    if (room_for(node, size) < size) return -ENOSPC;
    note(DiskCall::TRUNCATE, node.path, size, {});
    node.unsynced.push_back({true, size, {}});
    if (off_) return -EIO;
    node.live.resize(size);
    return 0;
}

// After a sync that failed the system keeps what was written, and takes it for clean: no later sync
// makes it durable.
long MemoryDisk::sync(Node& node) {
    const long failed = enter(DiskCall::SYNC);
    note(DiskCall::SYNC, node.path, 0, {});
    if (on_sync_) on_sync_();
    if (off_) return -EIO;
    if (failed != 0) {
        for (std::size_t i = 0; i < node.unsynced.size(); ++i)
            if (changes_ % 3 == i % 3) Node::apply(node.durable, node.unsynced[i]);
        node.unsynced.clear();
        return failed;
    }
    if (lies_about(node.path)) return 0;
    if (node.folder) {
        std::erase_if(unsynced_names_, [&](const NameChange& change) {
            if (!change.in(node.path)) return false;
            change.apply(durable_);
            return true;
        });
        return 0;
    }
    for (const auto& change : node.unsynced)
        Node::apply(node.durable, change);
    node.unsynced.clear();
    return 0;
}

long MemoryDisk::remove(const std::string& path) {
    const auto found = live_.find(path);
    if (off_) return -EIO;
    if (found == live_.end()) return -ENOENT;
    if (found->second->folder && !names_in(path).empty()) return -ENOTEMPTY;
    if (const long failed = enter(DiskCall::REMOVE)) return failed;
    note(DiskCall::REMOVE, path, 0, {});
    change_name({path, {}, found->second});
    return off_ ? -EIO : 0;
}

// As a folder is made: durable at once, with all that is in it.
long MemoryDisk::rename_folder(const std::string& from, const std::string& to) {
    const auto moved = [&](std::string& path) {
        const bool below = path == from || path.starts_with(from + "/");
        if (below) path = to + path.substr(from.size());
        return below;
    };
    for (auto* names : {&live_, &durable_}) {
        std::map<std::string, NodePointer> after;
        for (auto& [path, node] : *names) {
            std::string name = path;
            if (moved(name)) node->path = name;
            after.emplace(std::move(name), node);
        }
        *names = std::move(after);
    }
    for (auto& change : unsynced_names_) {
        moved(change.removed);
        moved(change.made);
    }
    return off_ ? -EIO : 0;
}

long MemoryDisk::rename(const std::string& from, const std::string& to) {
    const auto found = live_.find(from);
    if (off_) return -EIO;
    if (found == live_.end() || !live_.contains(folder_of(to))) return -ENOENT;
    if (const long failed = enter(DiskCall::RENAME)) return failed;
    note(DiskCall::RENAME, to, 0, {});
    if (found->second->folder) return rename_folder(from, to);
    const NodePointer node = found->second;
    change_name({from, to, node});
    node->path = to;
    return off_ ? -EIO : 0;
}

// Folders are made once, before anything that matters: durable at once.
long MemoryDisk::make_folder(const std::string& path) {
    if (off_) return -EIO;
    if (live_.contains(path)) return -EEXIST;
    if (!live_.contains(folder_of(path))) return -ENOENT;
    auto node = std::make_shared<Node>();
    node->path = path;
    node->folder = true;
    live_[path] = durable_[path] = node;
    return 0;
}

long MemoryDisk::look(const std::string& path, struct ::stat& out) {
    if (off_) return -EIO;
    const auto found = live_.find(path);
    return found == live_.end() ? -ENOENT : look(*found->second, out);
}

long MemoryDisk::look(const Node& node, struct ::stat& out) const {
    out = {};
    out.st_dev = 0x1ee;
    out.st_ino = node.inode;
    out.st_mode = node.folder ? S_IFDIR | 0700 : S_IFREG | 0600;
    out.st_nlink = 1;
    out.st_uid = ::geteuid();
    out.st_gid = ::getegid();
    out.st_size = static_cast<::off_t>(node.live.size());
    out.st_blksize = static_cast<::blksize_t>(page);
    out.st_blocks = static_cast<::blkcnt_t>(pages_of(node.live.size()) * (page / 512));
    return off_ ? -EIO : 0;
}

long MemoryDisk::look(struct ::statvfs& out) const {
    if (off_) return -EIO;
    const std::uint64_t all = capacity_ == UINT64_MAX ? std::uint64_t{1} << 40 : capacity_;
    out = {};
    out.f_bsize = out.f_frsize = page;
    out.f_blocks = all / page;
    out.f_bfree = out.f_bavail = (all - std::min(all, used())) / page;
    return 0;
}

std::vector<std::string> MemoryDisk::names_in(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& [path, node] : live_)
        if (path.size() > folder.size() && folder_of(path) == folder)
            names.push_back(path.substr(folder.size() + 1));
    return names;
}

// ------------------------------------------------------------------ the power goes

void MemoryDisk::power_on(crypto::Random& dice) {
    if (handles_ > 0) throw std::logic_error("files of the disk are open");
    survive_names(dice);
    live_ = durable_;
    for (auto& [path, node] : live_) {
        node->path = path;
        survive_content(*node, dice);
    }
    off_ = false;
    off_at_ = 0;
}

void MemoryDisk::survive_names(crypto::Random& dice) {
    const Survivors survivors(dice, unsynced_names_.size());
    for (std::size_t i = 0; i < unsynced_names_.size(); ++i)
        if (survivors.whole(i) || (survivors.how == Survival::ANY && below(dice, 2) == 0))
            unsynced_names_[i].apply(durable_);
    unsynced_names_.clear();
}

// Sectors are written in any order: each change leaves any of its sectors behind.
void MemoryDisk::survive_content(Node& node, crypto::Random& dice) const {
    const Survivors survivors(dice, node.unsynced.size());
    const auto tear = [&](const Node::Change& change) {
        if (change.resizes) {
            if (below(dice, 2) == 0) Node::apply(node.durable, change);
            return;
        }
        for (std::size_t at = 0; at < change.bytes.size();) {
            const std::uint64_t place = change.at + at;
            const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(
                change.bytes.size() - at, habits_.sector - place % habits_.sector));
            if (below(dice, 2) == 0)
                node.durable.write(place, BytesView(change.bytes).subspan(at, part));
            at += part;
        }
    };
    for (std::size_t i = 0; i < node.unsynced.size(); ++i) {
        if (survivors.whole(i))
            Node::apply(node.durable, node.unsynced[i]);
        else if (survivors.how == Survival::ANY ||
                 (survivors.how == Survival::FIRST && i == survivors.first))
            tear(node.unsynced[i]);
    }
    node.unsynced.clear();
    node.live = node.durable;
}

}  // namespace leeward::test
