// A disk in memory under everything that a program does with files: SQLite through its own unix VFS, the
// keyring, std::filesystem. memory_disk_calls.cpp takes the place of the system's calls in the test
// programs that link it, so the code under test is the production code down to the last call.
//
// It forgets as disks do. What was not synced when the power went survives in sectors, in any
// combination, and so do names that were made, changed or removed. It fails as disks do: at a call of
// one's choice, once or from then on, full, slow, lying about its syncs, or with bits turned over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/random.h"

struct stat;
struct statvfs;

namespace leeward::test {

enum class DiskCall : std::uint8_t { WRITE, TRUNCATE, SYNC, CREATE, REMOVE, RENAME, READ };

// The n-th call of these kinds from now on fails with `error` (an errno), or every one from it on.
struct DiskFault {
    std::set<DiskCall> calls;
    std::uint64_t at = 1;
    int error = 0;
    bool stays = false;
};

struct DiskHabits {
    std::size_t sector = 512;  // survives whole or not at all; 512 or 4,096
    // A sync of a file (or folder) whose name ends so returns at once and makes nothing durable. "" is
    // the end of every name.
    std::optional<std::string> lies_about{};
};

class MemoryDisk {
public:
    // A file's bytes in pages that copies share.
    class Content {
    public:
        [[nodiscard]] std::uint64_t size() const { return size_; }
        void read(std::uint64_t offset, std::span<Byte> out) const;  // within size()
        void write(std::uint64_t offset, BytesView bytes);           // grows it
        void resize(std::uint64_t size);

    private:
        static constexpr std::size_t page = 4096;
        using Page = std::array<Byte, page>;
        Page& own(std::size_t n);
        std::uint64_t size_ = 0;
        std::vector<std::shared_ptr<Page>> pages_;  // null: zeros
    };
    struct Image {
        std::set<std::string> folders;
        std::map<std::string, Content> files;  // by path below the mount
    };

    // Everything below `mount` ("/memory-disk/…") is on it. One disk a mount.
    explicit MemoryDisk(std::string mount);
    ~MemoryDisk();
    MemoryDisk(const MemoryDisk&) = delete;
    MemoryDisk& operator=(const MemoryDisk&) = delete;

    [[nodiscard]] const std::string& mount() const { return mount_; }
    [[nodiscard]] Image image() const;  // as if all had been synced
    // Nothing may be open.
    void put(const Image& image);

    void behave(DiskHabits habits) { habits_ = std::move(habits); }
    void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
    void fail(DiskFault fault) { faults_.push_back({std::move(fault), 0}); }
    void mend();  // no faults, room for everything, an honest disk
    // Called at each sync: a slow disk lets time pass.
    void on_sync(std::function<void()> action) { on_sync_ = std::move(action); }
    // A bit of what is durable in this file turns over. False where the file is not that long.
    bool turn_bit(std::string_view name, std::uint64_t bit);

    // The power goes with the n-th changing call from now on: it may reach the disk in part, and it
    // and all that follow fail with EIO until power_on().
    void lose_power_at(std::uint64_t call);
    void lose_power() { off_ = true; }
    // The program is gone and the machine is not: close what it held while the power seems off, then
    // nothing that it wrote is lost.
    void outlive_program() { off_ = false; }
    [[nodiscard]] bool is_off() const { return off_; }
    // What survives of the unsynced is decided by `dice`. Everything must be closed.
    void power_on(crypto::Random& dice);

    [[nodiscard]] std::uint64_t changes() const { return changes_; }  // changing calls so far
    [[nodiscard]] std::uint64_t used() const;                         // bytes, whole pages
    [[nodiscard]] std::size_t open_files() const { return handles_; }
    // A digest of all that was ever written, in order.
    [[nodiscard]] std::uint64_t trace() const { return trace_; }
    // Texts that may never be written; whether one was.
    void forbid(std::vector<std::string> texts) { forbidden_ = std::move(texts); }
    [[nodiscard]] bool wrote_forbidden() const { return wrote_forbidden_; }

    // The calls. Each returns what the system's would, or a negative errno.
    struct Node;
    using NodePointer = std::shared_ptr<Node>;
    [[nodiscard]] static MemoryDisk* of(std::string_view path);
    long open(const std::string& path, int flags, NodePointer& opened);
    long read(Node& node, std::uint64_t offset, std::span<Byte> out);
    long write(Node& node, std::uint64_t offset, BytesView bytes);
    long resize(Node& node, std::uint64_t size, bool only_grow);
    long sync(Node& node);
    long remove(const std::string& path);
    long rename(const std::string& from, const std::string& to);
    long make_folder(const std::string& path);
    long look(const std::string& path, struct ::stat& out);
    long look(const Node& node, struct ::stat& out) const;
    long look(struct ::statvfs& out) const;
    [[nodiscard]] std::vector<std::string> names_in(const std::string& folder) const;
    void opened_one() { ++handles_; }
    void closed_one() { --handles_; }

private:
    struct NameChange;
    struct Waiting {
        DiskFault fault;
        std::uint64_t met = 0;
    };

    // A negative errno when this call must fail.
    long enter(DiskCall call);
    long rename_folder(const std::string& from, const std::string& to);
    void note(DiskCall call, std::string_view name, std::uint64_t at, BytesView bytes);
    [[nodiscard]] bool lies_about(std::string_view name) const;
    [[nodiscard]] std::uint64_t room_for(const Node& node, std::uint64_t size) const;
    void change_name(NameChange change);
    void survive_names(crypto::Random& dice);
    void survive_content(Node& node, crypto::Random& dice) const;

    std::string mount_;
    std::map<std::string, NodePointer> live_;     // what programs see
    std::map<std::string, NodePointer> durable_;  // what is on the platter
    std::deque<NameChange> unsynced_names_;
    DiskHabits habits_{};
    std::vector<Waiting> faults_;
    std::function<void()> on_sync_{};
    std::uint64_t capacity_ = UINT64_MAX;
    std::uint64_t changes_ = 0;
    std::uint64_t off_at_ = 0;  // 0: the power stays
    bool off_ = false;
    std::size_t handles_ = 0;
    std::uint64_t trace_ = 14695981039346656037U;
    std::vector<std::string> forbidden_;
    bool wrote_forbidden_ = false;
};

// From now on all that this process draws from SQLite, SQLCipher and libsodium comes from `seed`, so
// that what is written can be replayed to the byte.
void draw_from_seed(std::uint64_t seed);
// Whoever links the disk links the calls.
void take_over_calls();

}  // namespace leeward::test
