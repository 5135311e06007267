// What was read while the log could not take it (protocol.md P9, section 5a): a file that is from its
// first day as large as it will ever be, so that a full disk stops nobody from reading what is held.
//
// 256 slots of 512 bytes, each sealed by itself and bound to its place; an empty one looks like one
// that is used. Entries leave when the log holds them. A slot that a crash tore is an entry whose
// reader was not shown anything yet.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "crypto/base/secret.h"
#include "crypto/random.h"
#include "node/store/files.h"

namespace leeward::node {

class ViewJournal {
public:
    using Key = SecretKey<struct ViewJournalKeyTag, 32>;
    static constexpr std::size_t slots = 256;
    static constexpr std::size_t longest_entry = 462;  // bytes

    // Opens the file or makes it. Where there is no room to make it, it is a journal without slots.
    // Errc::corrupt for a file of another size; untrusted for one that others may read.
    static Result<ViewJournal> open(const std::filesystem::path& file,
                                    Key key,
                                    crypto::Random& random);

    // On the disk when it returns. Errc::disk_full when every slot is taken, too_large.
    Outcome append(BytesView entry);

    struct Entry {
        std::uint64_t number = 0;  // each is one more than the one before
        std::size_t slot = 0;
        Bytes text;
    };
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }  // oldest first
    // The log holds all up to `number`. Later entries are numbered from there, also after a start.
    Outcome drop_up_to(std::uint64_t number);

private:
    ViewJournal(Key key, crypto::Random& random) : key_(std::move(key)), random_(&random) {}

    [[nodiscard]] Bytes sealed(const Entry& entry) const;
    void read_slot(std::size_t slot, BytesView bytes);
    [[nodiscard]] std::size_t free_slot() const;  // `slots` when there is none

    Key key_;
    crypto::Random* random_;
    File file_{};
    bool usable_ = false;
    std::vector<Entry> entries_{};
    std::uint64_t next_ = 1;
};

}  // namespace leeward::node
